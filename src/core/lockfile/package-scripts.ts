/**
 * What a script of a `package.json` does for its package.
 *
 * - `build`: its result may depend on it;
 * - `test`: it tells whether the package is right, and changes nothing;
 * - `style`: it looks at how the package is written, or makes documents of it, and neither a build nor, where that is known, a test runs it.
 */
export type ScriptUse = 'build' | 'test' | 'style';

/** Names that npm itself or general custom gives to what only checks. */
const CHECK_SCRIPT = /^((pre|post)?test|tdd|coverage|bench|e2e)(:|$)|^check([:-]|$)|[:-]check$|^typecheck$/;
const STYLE_SCRIPT = /^(lint|format|docs?)(:|$)/;

/** A call of a linter or formatter, alone between what separates commands; nothing in it makes the shell run or write something else. */
const LOOK = /^\s*(?:\w+=(?:'[^']*'|[\w./:=-]*)\s+)*(?:npx\s+)?(?:eslint|tslint|stylelint|prettier|biome\s+(?:check|ci|format|lint))(?:\s[^`$<>()\\]*)?$/;
/** Options by which they write: what they fix, reports, caches. Short ones may stand together. */
const WRITES = /(?:^|\s)(?:--(?:fix|write|apply|output|cache|init|migrate)|-[a-z]*[wo])/;

/** What a component is built and tested with next to its manifest's scripts, as shell text. */
export interface RunCommands {
  readonly build: string;
  readonly test: string;
}

/**
 * The uses of a manifest's scripts. What a name doesn't tell is a build; and so is a check that a build runs, for it may be a formatter that
 * decides what is built, unless it is seen to do nothing but look.
 *
 * @param commands which run some of them, where they are known
 */
export function usesOfScripts(scripts: { readonly [name: string]: unknown }, commands?: RunCommands): ReadonlyMap<string, ScriptUse> {
  const names = Object.keys(scripts);
  const textOf = (name: string) => String(scripts[name]);
  const uses = new Map(names.map((name): [string, ScriptUse] => [name, STYLE_SCRIPT.test(name) ? 'style' : CHECK_SCRIPT.test(name) ? 'test' : 'build']));
  follow(scripts, [commands?.build ?? '', ...names.filter((name) => uses.get(name) === 'build').map(textOf)], (name, text) => {
    // An option after a script's name is the script's.
    uses.set(name, uses.get(name) !== 'build' && onlyLooks(textOf(name)) && !WRITES.test(text) ? 'test' : 'build');
  });
  follow(scripts, [commands?.test ?? ''], (name) => {
    uses.set(name, uses.get(name) === 'build' ? 'build' : 'test');
  });
  return uses;
}

/** Calls for every script that a text may run, and that such a script may run in its turn, each time with the text that names it. */
function follow(scripts: { readonly [name: string]: unknown }, texts: readonly string[], run: (name: string, text: string) => void): void {
  const reached = new Set(texts);
  // A Set's iterator also visits what is added on the way.
  for (const text of reached) {
    const named = scriptsNamedBy(text);
    // Package managers run those that are called so before and after.
    for (const name of Object.keys(scripts).filter((script) => named(script) || named(script.replace(/^(pre|post)/, '')))) {
      run(name, text);
      reached.add(String(scripts[name]));
    }
  }
}

/** Whether a text names a script: as it is called, or by a pattern of `npm-run-all` (`lint:*`), `concurrently` (`npm:lint-*`) or pnpm (`/^lint:/`). */
function scriptsNamedBy(text: string): (script: string) => boolean {
  const words = text.split(/[\s;&|"'()]+/);
  const names = new Set(words.map((word) => word.replace(/^npm:/, '')));
  const patterns = words.flatMap((word) => {
    if (/^[\w:*-]*\*[\w:*-]*$/.test(word) && word.includes(':')) {
      return new RegExp(`^${word.replace(/^npm:/, '').replace(/\*+/g, '.*')}$`);
    }
    const expression = /^\/\^([\w:-]+)\/$/.exec(word)?.[1];
    return expression === undefined ? [] : new RegExp(`^${expression}`);
  });
  return (script) => names.has(script) || patterns.some((pattern) => pattern.test(script));
}

function onlyLooks(script: string): boolean {
  return script.split(/&&|\|\||[;&|\n]/).every((command) => LOOK.test(command)) && !WRITES.test(script);
}
