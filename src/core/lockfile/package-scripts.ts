/**
 * What a script of a `package.json` does for its package.
 *
 * - `build`: its result may depend on it;
 * - `test`: it tells whether the package is right, and changes nothing;
 * - `style`: as `test`, but it looks at how the package is written, and no build runs it.
 */
export type ScriptUse = 'build' | 'test' | 'style';

/** Names that npm itself or general custom gives to what only checks. */
const CHECK_SCRIPT = /^((pre|post)?test|tdd|coverage|bench|e2e)(:|$)|^check([:-]|$)|[:-]check$|^typecheck$/;
const STYLE_SCRIPT = /^(lint|format)(:|$)/;

/** A call of a linter or formatter, alone between what separates commands; nothing in it makes the shell run or write something else. */
const LOOK = /^\s*(?:\w+=(?:'[^']*'|[\w./:=-]*)\s+)*(?:npx\s+)?(?:eslint|tslint|stylelint|prettier|biome\s+(?:check|ci|format|lint))(?:\s[^`$<>()\\]*)?$/;
/** Options by which they write: what they mend, reports, caches. Short ones may stand together. */
const WRITES = /(?:^|\s)(?:--(?:fix|write|apply|output|cache|init|migrate)|-[a-z]*[wo])/;

/**
 * The uses of a manifest's scripts. What a name doesn't tell is a build; and so is a check that a build runs, for it may be a formatter that
 * decides what is built, unless it is seen to do nothing but look.
 */
export function usesOfScripts(scripts: { readonly [name: string]: unknown }): ReadonlyMap<string, ScriptUse> {
  const names = Object.keys(scripts);
  const uses = new Map(names.map((name): [string, ScriptUse] => [name, STYLE_SCRIPT.test(name) ? 'style' : CHECK_SCRIPT.test(name) ? 'test' : 'build']));
  const textOf = (name: string) => String(scripts[name]);
  const running = new Set(names.filter((name) => uses.get(name) === 'build'));
  // A Set's iterator also visits what is added on the way.
  for (const script of running) {
    const words = textOf(script).split(/[\s;&|"'()]+/);
    names.filter((name) => words.includes(name)).forEach((name) => {
      // An option after a script's name is the script's.
      uses.set(name, uses.get(name) !== 'build' && onlyLooks(textOf(name)) && !WRITES.test(textOf(script)) ? 'test' : 'build');
      running.add(name);
    });
  }
  return uses;
}

function onlyLooks(script: string): boolean {
  return script.split(/&&|\|\||[;&|\n]/).every((command) => LOOK.test(command)) && !WRITES.test(script);
}
