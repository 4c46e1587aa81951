import { Language } from './languages';
import { PathReference } from './path-calls';

/** Characters that paths hold without being quoted, in any script. */
const PLAIN = String.raw`[\p{L}\p{N}\p{M}_@.+~-]`;
const DOTS = /(?<![\p{L}\p{N}_.@+~-])(?:\.{1,2}[\\/]+)+/gu;
const PLAIN_PATH = new RegExp(String.raw`(?:${PLAIN}+(?:[\\/]+${PLAIN}+)*[\\/]*)?`, 'uy');
/** A variable and what stands below it: `$ROOT/shared`, `${base}/x`, `<rootDir>/x`, `ROOT + '/x'`. */
const AFTER_VARIABLE = new RegExp(String.raw`(?:[})>]|\$[A-Za-z_]\w*["']?|\+\s*["'\x60])/(${PLAIN}+(?:/${PLAIN}+)*)`, 'gu');
const IMPORTS = /(?:\bfrom|\bimport|\brequire(?:\.resolve)?)\s*\(?\s*$/;
const PARENT_ALONE = /(["'`])\.\.\1(?!\s*,\s*["'`])/g;
const PARENT_ARGUMENT = /(?<=\bcd\s+|[\s=:])\.\.(?=[\s;&|)"']|$)/gm;

/** Relative paths in a text, wherever they stand: quoted or not, after a variable, with characters of any script, cut off where they are computed. */
export function relativePaths(text: string, language: Language): PathReference[] {
  const found: PathReference[] = [];
  if (text.includes('./') || text.includes('.\\')) {
    for (const { 0: dots, index } of text.matchAll(DOTS)) {
      addAt(found, text, index, dots, language);
    }
  }
  for (const { index } of text.matchAll(PARENT_ALONE)) {
    found.push({ text: '..', ...baseOf(text, index + 1, language) });
  }
  if (language === 'text' || language === 'docker') {
    for (const _ of text.matchAll(PARENT_ARGUMENT)) {
      found.push({ text: '..', base: 'near' });
    }
  }
  for (const { 1: path } of text.matchAll(AFTER_VARIABLE)) {
    found.push({ text: path!, base: 'unknown' });
  }
  return found;
}

function addAt(found: PathReference[], text: string, start: number, dots: string, language: Language): void {
  PLAIN_PATH.lastIndex = start + dots.length;
  const rest = PLAIN_PATH.exec(text)?.[0] ?? '';
  const end = start + dots.length + rest.length;
  const reference = { ...baseOf(text, start, language), text: slashed(prefixBefore(text, start) + dots + rest) };
  const next = text.slice(end, end + 12);
  const isOpen = /^[$*{?%<[(#]|^["'`]\s*(?:\+|\.(?!\w)|%|\/)/.test(next);
  found.push(isOpen ? { ...reference, isOpen } : reference);
  // With blanks and other characters in it, up to what ends it: a path if there is one of that name.
  const line = /^[^"'`\n<>]*/.exec(text.slice(end, end + 200))![0];
  for (const longer of new Set([line, /^[^,;)\]}\s]*/.exec(line)![0], /^[^,;)\]}]*/.exec(line)![0]])) {
    if (longer.trim() !== '') {
      const whole = slashed(prefixBefore(text, start) + dots + rest + longer.replace(/\\ /g, ' ')).trim();
      found.push({ ...reference, text: whole });
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

function slashed(path: string): string {
  return path.replace(/[\\/]+/g, '/');
}
