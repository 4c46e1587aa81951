import { Language } from './languages';
import { PathReference } from './path-calls';

const SPECIFIERS = /(?:\bfrom|\bimport|\brequire(?:\.resolve)?)\s*\(?\s*(?:\/\*[^*]*\*\/\s*)?(["'`])([^"'`\n$.][^"'`\n$]*)\1/g;
const GO_IMPORTS = /\bimport\s*\(([^)]*)\)|\bimport\s+(?:[\w.]+\s+)?("[^"\n]+")/g;
const PYTHON_FROM = /^[ \t]*from[ \t]+(\.*)([\w.]*)[ \t]+import[ \t]+(?:\(([^)]*)\)|([^\n]*))/gm;
const PYTHON_COMPUTED = /\b(?:import_module|__import__)\(\s*(["'])(\w[\w.]*)\1/g;
const PYTHON_IMPORT = /^[ \t]*import[ \t]+([\w., \t]+)/gm;

/** What code imports by a name that is no relative path. */
export function importedNames(code: string, language: Language): string[] {
  if (language === 'script') {
    // What stands in a text that is only shown is no import.
    return [...code.matchAll(SPECIFIERS)].filter(({ index }) => !/^\s*["'`]/.test(code.slice(code.lastIndexOf('\n', index) + 1, index))).map(([, , name]) => name!);
  }
  if (language === 'go') {
    return [...code.matchAll(GO_IMPORTS)].flatMap(([, block, one]) => (block ?? one!).match(/"[^"\n]+"/g) ?? []).map((quoted) => quoted.slice(1, -1));
  }
  return language === 'python' ? [...new Set([...pythonModules(code).flatMap(({ text, base }) => base === 'unknown' ? [text] : []), ...computedModules(code)])] : [];
}

function computedModules(code: string): string[] {
  return [...code.matchAll(PYTHON_COMPUTED)].map(([, , module]) => module!.replace(/\./g, '/'));
}

/** Modules that Python code imports, as paths without extension: relative ones from the file, others from where modules are looked for. */
export function pythonModules(code: string): PathReference[] {
  const found: PathReference[] = [];
  const add = (dots: string, module: string, names: readonly string[]) => {
    const path = module.replace(/\./g, '/');
    const prefix = dots === '' ? '' : `./${'../'.repeat(dots.length - 1)}`;
    const base = dots === '' ? 'unknown' as const : 'file' as const;
    for (const name of ['', ...names]) {
      const text = prefix + [path, name].filter((part) => part !== '').join('/');
      if (text !== prefix || dots !== '') {
        found.push({ text: text || '.', base, isImport: true });
      }
    }
  };
  for (const [, dots, module, inParentheses, onLine] of code.matchAll(PYTHON_FROM)) {
    add(dots!, module!, namesIn(inParentheses ?? onLine!));
  }
  for (const [, modules] of code.matchAll(PYTHON_IMPORT)) {
    namesIn(modules!).forEach((module) => add('', module, []));
  }
  return found;
}

function namesIn(list: string): string[] {
  return list.replace(/#[^\n]*/g, '').split(',').map((part) => part.trim().split(/\s+/)[0]!).filter((name) => /^[\w.]+$/.test(name));
}
