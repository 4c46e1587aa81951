import { Language } from './languages';

/** A path as a text writes it, before it is known what it means. */
export interface PathReference {
  /** `/`-separated; relative to `base`. */
  readonly text: string;
  /** `file`: to the file's folder alone, as imports are. `near`: to the file's folder or to the package's. `unknown`: to any folder above. */
  readonly base: 'file' | 'near' | 'unknown';
  /** What it starts from is called as one calls the repository's root. */
  readonly mayBeRoot?: boolean;
  /** It is imported: a folder means its index. */
  readonly isImport?: boolean;
  /** What follows it is computed: it stands for everything that begins so. */
  readonly isOpen?: boolean;
}

/** Whether an expression is called as one calls the repository's root. */
export function mayBeRoot(expression: string): boolean {
  return /root|top|workspace|repo|src_?dir|project|cwd/i.test(expression);
}

const CALL = /\b(?:join|resolve|Join|joinpath|Paths\.get|Path\.of|File|URL|fromAsset|fromImageAsset|fromDockerBuild|fromCustomCommand|asset|from_asset|from_image_asset|from_docker_build|from_custom_command)\s*\(/g;
/** Properties of constructs that package a folder or a file. */
const PROPERTY = /\b(?:entry|directory|depsLockFilePath|deps_lock_file_path|projectRoot|project_root|moduleDir|tsconfig)\s*[:=]\s*[rf]?(["'`])([\w@.+~-][\w@.+~/ -]*)\1/g;
const LONGEST_CALL = 600;
const PARENTS = /\.parents\[(\d+)\]|((?:\.parent\b)+)/g;
const PARTS = /^(?:\)|\s)*((?:\s*\/\s*f?(?:'[^'\n]*'|"[^"\n]*"))*)/;

/** Paths that calls put together of parts: `join(__dirname, '..', 'x')`, `Path(__file__).parent.parent / "x"`. */
export function pathsOfCalls(code: string, language: Language): PathReference[] {
  const found: PathReference[] = [];
  for (const match of code.matchAll(CALL)) {
    const args = argumentsAt(code, match.index + match[0].length);
    const reference = args && joined(args, match[0].startsWith('URL'));
    if (reference) {
      found.push(reference);
    }
  }
  if (language === 'script' || language === 'python' || language === 'c-like') {
    [...code.matchAll(PROPERTY)].forEach(([, , path]) => found.push({ text: `./${path!}`, base: 'near' }));
  }
  if (language === 'python' && code.includes('.parent')) {
    for (const match of code.matchAll(PARENTS)) {
      const ups = match[1] === undefined ? match[2]!.length / '.parent'.length - 1 : Number(match[1]);
      const rest = PARTS.exec(code.slice(match.index + match[0].length, match.index + match[0].length + LONGEST_CALL))![1]!;
      const parts = [...rest.matchAll(/'([^'\n]*)'|"([^"\n]*)"/g)].map(([, single, double]) => single ?? double!);
      const text = ['.', ...Array<string>(Math.min(ups, 30)).fill('..'), ...parts].join('/');
      const dynamic = text.indexOf('{');
      found.push({ text: dynamic < 0 ? text : text.slice(0, dynamic), base: 'file', ...(dynamic >= 0 && { isOpen: true }) });
    }
  }
  return found;
}

/** The top-level arguments of a call; undefined where it doesn't end soon. */
function argumentsAt(code: string, from: number): string[] | undefined {
  const args: string[] = [];
  let start = from;
  let depth = 0;
  for (let at = from; at < code.length && at < from + LONGEST_CALL; at += 1) {
    const char = code[at]!;
    if (char === '"' || char === "'" || char === '`') {
      const end = code.indexOf(char, at + 1);
      if (end < 0) {
        return undefined;
      }
      at = end;
    } else if (char === '(' || char === '[' || char === '{') {
      depth += 1;
    } else if (depth > 0 && (char === ')' || char === ']' || char === '}')) {
      depth -= 1;
    } else if (char === ')' || char === ']' || char === '}') {
      return [...args, code.slice(start, at)];
    } else if (char === ',' && depth === 0) {
      args.push(code.slice(start, at));
      start = at + 1;
    }
  }
  return undefined;
}

function joined(args: readonly string[], firstAlone: boolean): PathReference | undefined {
  const parts: string[] = [];
  let base: PathReference['base'] = 'near';
  let atRoot = false;
  for (const [index, argument] of (firstAlone ? args.slice(0, 1) : args).entries()) {
    const literal = literalOf(argument);
    if (literal === undefined) {
      if (index === 0) {
        const ups = upsOf(argument);
        base = ups === undefined ? 'unknown' : 'file';
        atRoot = ups === undefined && mayBeRoot(argument);
        parts.push(...Array<string>(ups ?? 0).fill('..'));
        continue;
      }
      const prefix = /^\s*['"`]([^'"`$]*)/.exec(argument)?.[1] ?? '';
      return parts.length === 0 && prefix === '' && base !== 'file' ? undefined : { text: textOf([...parts, prefix], base), base, isOpen: true, ...(atRoot && { mayBeRoot: true }) };
    }
    const dynamic = literal.search(/[$*{?%]/);
    if (dynamic === 0 && parts.length === 0) {
      // A variable in front: the path after it is found where it stands.
      return undefined;
    }
    if (dynamic >= 0) {
      return { text: textOf([...parts, literal.slice(0, dynamic)], base), base, isOpen: true, ...(atRoot && { mayBeRoot: true }) };
    }
    parts.push(literal.replace(/\\/g, '/'));
  }
  return parts.length === 0 || parts.some((part) => part.startsWith('/') || part.includes('://')) ? undefined : { text: textOf(parts, base), base, ...(atRoot && { mayBeRoot: true }) };
}

/** What starts at an unknown folder has no dot in front, unless it leads up from there. */
function textOf(parts: readonly string[], base: PathReference['base']): string {
  return base === 'unknown' && parts[0] !== '..' ? parts.join('/') : ['.', ...parts].join('/');
}

function literalOf(argument: string): string | undefined {
  const match = /^\s*[rf]?(?:'([^'\n]*)'|"([^"\n]*)"|`([^`\n]*)`)\s*$/.exec(argument);
  return match === null ? undefined : match[1] ?? match[2] ?? match[3];
}

/** How many folders above the file's own an expression leads; undefined where it can't be seen. */
function upsOf(expression: string): number | undefined {
  const folders = expression.match(/\bdirname\s*\(/gi)?.length ?? 0;
  if (/\b__dirname\b|import\.meta\.dirname/.test(expression)) {
    return folders;
  }
  return /\b__file(?:name)?(?:__)?\b|import\.meta\.(?:url|filename)/.test(expression) && folders > 0 ? folders - 1 : undefined;
}
