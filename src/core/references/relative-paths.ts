import { isSourceLanguage, Language } from './languages';
import { mayBeRoot, PathReference } from './path-calls';

/** Characters that paths hold without being quoted, in any script. */
const PLAIN = String.raw`[\p{L}\p{N}\p{M}_@.+~-]`;
const DOTS = /\.{1,2}\/+(?:\.{1,2}\/+)*/g;
/** As scripts and project files of Windows write them. */
const DOTS_OR_BACKSLASHES = /\.{1,2}[\\/]+(?:\.{1,2}[\\/]+)*/g;
const IN_A_NAME = /[\p{L}\p{N}_.@+~-]/u;
const PLAIN_PATH = new RegExp(String.raw`(?:${PLAIN}+(?:[\\/]+${PLAIN}+)*[\\/]*)?`, 'uy');
const PLAIN_REST = new RegExp(String.raw`${PLAIN}+(?:/${PLAIN}+)*`, 'uy');
const LONGEST_VARIABLE = 40;
/** A script that goes to a folder above: what it names then is seen from there. */
const CHANGES_FOLDER = /\b(?:cd|pushd)\s+(?:\\?["'])?(?:\$|\.\.)|--show-toplevel/;
const PATH = /(?<![\w./$}@:\\~+-])[\w@+~][\w@.+~-]*(?:\/[\w@.+~-]+)+/g;
const IMPORTS = /(?:\bfrom|\bimport|\brequire(?:\.resolve)?)\s*\(?\s*$/;
const PARENT_ALONE = /(["'`])\.\.\1(?!\s*,\s*["'`])/g;
const PARENT_ARGUMENT = /(?<=\bcd\s+|[\s=:])\.\.(?=[\s;&|)"']|$)/gm;

/** Relative paths in a text, wherever they stand: quoted or not, after a variable, with characters of any script, cut off where they are computed. */
export function relativePaths(text: string, language: Language): PathReference[] {
  const found: PathReference[] = [];
  for (const { 0: dots, index } of text.matchAll(language === 'text' ? DOTS_OR_BACKSLASHES : DOTS)) {
    if (!IN_A_NAME.test(text[index - 1] ?? '')) {
      addAt(found, text, index, dots, language);
    }
  }
  if (text.includes('..')) {
    for (const { index } of text.matchAll(PARENT_ALONE)) {
      found.push({ text: '..', ...baseOf(text, index + 1, language) });
    }
    if ((language === 'text' || language === 'docker') && new RegExp(PARENT_ARGUMENT).test(text)) {
      found.push({ text: '..', base: 'near' });
    }
  }
  addAfterVariables(found, text);
  if ((language === 'text' || language === 'docker') && CHANGES_FOLDER.test(text)) {
    [...text.matchAll(PATH)].forEach(([path]) => found.push({ text: path, base: 'unknown', mayBeRoot: true }));
  }
  return found;
}

function addAt(found: PathReference[], text: string, start: number, dots: string, language: Language): void {
  PLAIN_PATH.lastIndex = start + dots.length;
  const rest = PLAIN_PATH.exec(text)?.[0] ?? '';
  const end = start + dots.length + rest.length;
  // In code that is no string it is anything but a path.
  if (rest === '' && isSourceLanguage(language) && !/["'`/]/.test(text[start - 1] ?? '')) {
    return;
  }
  const prefix = prefixBefore(text, start);
  const reference = { ...baseOf(text, start, language), text: slashed(prefix + dots + rest) };
  const isOpen = /^[$*{?%<[(#]|^["'`]\s*(?:\+|\.(?!\w)|%|\/\s*["'\w(])/.test(text.slice(end, end + 12));
  found.push(isOpen ? { ...reference, isOpen } : reference);
  // With blanks and other characters in it, up to what ends it: a path if there is one of that name.
  const line = /^[^"'`\n<>]*/.exec(text.slice(end, end + 200))![0];
  if (line.trim() !== '') {
    for (const longer of new Set([line, /^[^,;)\]}\s]*/.exec(line)![0], /^[^,;)\]}]*/.exec(line)![0]])) {
      if (longer.trim() !== '') {
        found.push({ ...reference, text: slashed(prefix + dots + rest + longer.replace(/\\ /g, ' ')).trim() });
      }
    }
  }
}

/** Names in front of a path that begin it: `a/../b`. */
function prefixBefore(text: string, start: number): string {
  return text[start - 1] !== '/' ? '' : /(?<![\w$}>)\]./])(?:[\w@+~-][\w@.+~-]*\/)+$/.exec(text.slice(Math.max(0, start - 120), start))?.[0] ?? '';
}

function baseOf(text: string, start: number, language: Language): Pick<PathReference, 'base' | 'isImport'> {
  const quote = text[start - 1];
  if (language === 'script' && (quote === '"' || quote === "'" || quote === '`') && IMPORTS.test(text.slice(Math.max(0, start - 30), start - 1))) {
    return { base: 'file', isImport: true };
  }
  return { base: 'near' };
}

/** What stands below a variable: `$ROOT/shared/x`, `${base}/x.json`, `<rootDir>/x.js`, `ROOT + '/x.js'`. */
function addAfterVariables(found: PathReference[], text: string): void {
  for (let slash = text.indexOf('/'); slash >= 0; slash = text.indexOf('/', slash + 1)) {
    if (slash > 0 && endsVariable(text, slash)) {
      PLAIN_REST.lastIndex = slash + 1;
      const path = PLAIN_REST.exec(text)?.[0];
      const isRoot = mayBeRoot(/[^\s"'`,;=]*["'`]?$/.exec(text.slice(Math.max(0, slash - LONGEST_VARIABLE), slash))![0]);
      // One word alone is a part of an address more often than a folder.
      if (path !== undefined && (isRoot || /[/.]/.test(path))) {
        found.push({ text: path, base: 'unknown', ...(isRoot && { mayBeRoot: true }) });
      }
    }
  }
}

function endsVariable(text: string, slash: number): boolean {
  const before = text[slash - 1]!;
  if (before === '}' || before === ')' || before === '>') {
    return true;
  }
  if (before === '"' || before === "'" || before === '`') {
    // `concat!(env!("DIR"), "/x")` as well.
    return /(?:\+\s*|\$[A-Za-z_]\w*|\),\s*)$/.test(text.slice(Math.max(0, slash - 1 - LONGEST_VARIABLE), slash - 1));
  }
  let at = slash - 1;
  while (at >= 0 && slash - at <= LONGEST_VARIABLE && isWord(text.charCodeAt(at))) {
    at -= 1;
  }
  return at < slash - 1 && text[at] === '$';
}

function isWord(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95;
}

function slashed(path: string): string {
  return path.replace(/[\\/]+/g, '/');
}
