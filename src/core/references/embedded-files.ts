import { Language } from './languages';
import { PathReference } from './path-calls';

const RUST_INCLUDE = /\b(?:include|include_str|include_bytes|include_dir|migrate|embed_migrations|template|path)!?\s*(?:\(|=)\s*(?:\w+\s*=\s*)?"([^"\n]+)"/g;
const MOUNT = /--mount=(?=\S*\btype=bind\b)(?!\S*\bfrom=)\S*?\b(?:source|src)=([^,\s]+)/g;
const COPY = /^\s*(?:COPY|ADD)\s+((?:--\S+\s+)*)(.+)$/gim;
const REQUIREMENT_PATH = /^\s*(?:-r|-c|-e|--requirement|--constraint|--editable|--find-links)[\s=]+([^\s#;]+)|^\s*([\w.-]+\/[^\s#;]*)/gm;

/** Files that a language takes in by directives of its own, which need no dot in front. */
export function embeddedFiles(text: string, language: Language): PathReference[] {
  switch (language) {
    case 'go': return [...text.matchAll(/^\s*\/\/go:embed\s+(.+)$/gm)].flatMap(([, patterns]) => (
      [...patterns!.matchAll(/"([^"]+)"|`([^`]+)`|(\S+)/g)].map(([, double, back, plain]) => pattern((double ?? back ?? plain!).replace(/^all:/, '')))));
    case 'c-like': return [...text.matchAll(RUST_INCLUDE)].flatMap(([, path]) => path!.startsWith('.') || path!.startsWith('/') ? [] : [
      { text: `./${path}`, base: 'near' as const },
    ]);
    case 'docker': return [
      ...[...text.matchAll(COPY)].flatMap(([, flags, words]) => flags!.includes('--from=') ? [] : fromContext(argumentsOf(words!))),
      ...[...text.matchAll(MOUNT)].flatMap(([, path]) => fromContext([path!])),
    ];
    case 'requirements': return [...text.matchAll(REQUIREMENT_PATH)].map(([, option, bare]) => (option ?? bare!).replace(/\[[^\]]*\]$/, ''))
      .filter((path) => !path.includes(':')).map((path) => ({ text: `./${path}`, base: 'file' as const }));
    default: return [];
  }
}

/** What a Dockerfile takes from its context, as far as it says so; undefined where it takes all. */
export function copiedPaths(dockerfile: string): string[] | undefined {
  const copied = [...dockerfile.matchAll(COPY)].flatMap(([, flags, words]) => flags!.includes('--from=') ? [] : argumentsOf(words!));
  const mounted = [...dockerfile.matchAll(MOUNT)].map(([, path]) => path!);
  const paths = [...copied, ...mounted].map((path) => path.replace(/^\.?\//, '').replace(/\/$/, ''));
  return paths.some((path) => path === '' || path === '.' || /[*?[$<]/.test(path)) ? undefined : paths;
}

/** What an instruction copies. */
function argumentsOf(words: string): string[] {
  const list = words.trim().startsWith('[') ? words.match(/"[^"]*"/g)?.map((word) => word.slice(1, -1)) ?? [] : words.trim().split(/\s+/);
  return list.slice(0, -1);
}

/** Paths seen from a build's context, which may be any folder above. */
function fromContext(paths: readonly string[]): PathReference[] {
  return paths.filter((path) => path !== '.' && path !== './' && !path.startsWith('$')).map((path) => {
    const { text, isOpen } = pattern(path.replace(/^\.?\//, ''));
    return { text: text.replace(/^\.\//, ''), base: 'unknown', ...(isOpen && { isOpen }) };
  });
}

function pattern(glob: string): PathReference {
  const magic = glob.search(/[*?[{$]/);
  return magic < 0 ? { text: `./${glob}`, base: 'file' } : { text: `./${glob.slice(0, magic)}`, base: 'file', isOpen: true };
}
