import { Language } from './languages';
import { PathReference, pathsOfCalls } from './path-calls';

const LOADS = /\b(?:require|import|import_module|__import__)\(\s*(?:\/\*[\s\S]*?\*\/\s*)?(?!["'`)\s])([^\n]{0,80})|\b(?:require|import)\(\s*`(?:\$\{(?!__dirname)|[^`./$]*\$\{)/g;
const LISTS = /\b(?:readdir|readdirSync|opendir|opendirSync|globSync|glob|iglob|globby|fg|sync|listdir|scandir|iterdir|rglob|iter_modules|walk_packages|files)\s*\(\s*([^\n]{0,120})/g;
/** An argument whose path is found by itself. */
const JOINED = /^[\w.'"()]*\b(?:join|resolve)\s*\(/;
const SEEN = /^(?:new URL\(|["'`])/;

/** What code reads without naming it: modules by a computed name, folders by listing them. */
export interface ComputedReads {
  /** Something is loaded or listed of which nothing can be seen. */
  readonly isUnseen: boolean;
  /** Folders that are listed, and patterns. */
  readonly lists: readonly PathReference[];
}

const NONE: ComputedReads = { isUnseen: false, lists: [] };

export function computedReads(code: string, language: Language): ComputedReads {
  if (language !== 'script' && language !== 'python') {
    return NONE;
  }
  const lists: PathReference[] = [];
  let isUnseen = false;
  for (const [, argument = ''] of code.matchAll(LOADS)) {
    isUnseen ||= !(SEEN.test(argument) || JOINED.test(argument)) || argument.startsWith('`');
  }
  for (const [call, argument = ''] of code.matchAll(LISTS)) {
    const quoted = /^[rf]?(["'`])([^"'`\n]*)/.exec(argument);
    if (quoted !== null) {
      const magic = quoted[2]!.search(/[*?[{$]/);
      const text = magic < 0 ? quoted[2]! : quoted[2]!.slice(0, magic);
      if (!text.startsWith('/') && (magic >= 0 || !/^(?:sync|files)/.test(call))) {
        lists.push({ text: `./${text}`, base: 'near', isOpen: true });
      }
    } else if (/^(?:__dirname|import\.meta\.dirname|(?:[\w.]*dirname\()+[^)]*__file__|Path\(__file__\)\.parent\s*[),])/.test(argument)) {
      lists.push({ text: './', base: 'file', isOpen: true });
    } else if (JOINED.test(argument)) {
      // Put together of parts: all that is in it.
      pathsOfCalls(argument, language).slice(0, 1).forEach((path) => lists.push({ ...path, text: path.isOpen ? path.text : `${path.text}/`, isOpen: true }));
    } else if (!SEEN.test(argument) && !/^(?:sync|files|fg|glob)/.test(call) && argument !== '' && !argument.startsWith(')')) {
      isUnseen = true;
    }
  }
  return isUnseen || lists.length > 0 ? { isUnseen, lists } : NONE;
}
