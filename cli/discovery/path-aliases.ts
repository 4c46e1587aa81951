import { FolderOwners } from './folder-owners';
import { FileIndex, folderOf, resolvePath } from './repository-files';
import { fieldAt, fieldsOf, stringOf, stringsOf } from './values';

interface Alias {
  /** What a name begins with, or is, where it has no wildcard. */
  readonly prefix: string;
  readonly suffix?: string;
  /** Paths from the repository's root, with `*` for what the wildcard stands for. */
  readonly targets: readonly string[];
}

interface Scope {
  /** Folder of the package whose configuration it is; undefined where it may be anybody's. */
  readonly owner: string | undefined;
  readonly aliases: readonly Alias[];
  /** Folder that names without an alias are looked for in. */
  readonly base: string | undefined;
}

/** Names that TypeScript's configuration maps to paths. */
export class PathAliases {
  public static read(index: FileIndex, owners: FolderOwners): PathAliases {
    const paths = index.files.paths.filter((path) => /(^|\/)(?:ts|js)config[^/]*\.json$/.test(path) && !path.includes('node_modules/'));
    const scopes = [...index.files.read(paths)].flatMap(([path, text]): Scope[] => {
      const options = /"(?:paths|baseUrl)"/.test(text) ? fieldAt(parseJsonWithComments(text), 'compilerOptions') : undefined;
      const baseUrl = stringOf(fieldAt(options, 'baseUrl'));
      const folder = resolvePath(folderOf(path), baseUrl ?? '.') ?? folderOf(path);
      const aliases = Object.entries(fieldsOf(fieldAt(options, 'paths'))).map(([name, targets]) => aliasOf(name, stringsOf(targets), folder));
      const owner = owners.of(path)?.folder;
      return aliases.length === 0 && baseUrl === undefined ? [] : [{ owner: owner === '.' ? undefined : owner, aliases, base: baseUrl === undefined ? undefined : folder }];
    });
    return new PathAliases(scopes);
  }

  private constructor(private readonly scopes: readonly Scope[]) {}

  /** What names begin with that mean paths, and the folders or files that these are in or are. */
  public all(): { readonly prefix: string; readonly targets: readonly string[] }[] {
    return this.scopes.flatMap(({ aliases }) => aliases.map(({ prefix, targets }) => (
      { prefix: prefix.replace(/\/$/, ''), targets: targets.map((target) => target.replace(/\/?\*.*$/, '') || '.') })));
  }

  /** Paths, from the repository's root, that a name may mean for a package. */
  public pathsOf(name: string, folder: string): string[] {
    return this.scopes.filter(({ owner }) => owner === undefined || owner === folder).flatMap(({ aliases, base }) => [
      ...aliases.flatMap((alias) => matchAlias(alias, name)), ...base === undefined ? [] : [resolvePath(base, name) ?? []].flat(),
    ]);
  }
}

function aliasOf(name: string, targets: readonly string[], folder: string): Alias {
  const star = name.indexOf('*');
  return {
    ...(star < 0 ? { prefix: name } : { prefix: name.slice(0, star), suffix: name.slice(star + 1) }),
    targets: targets.flatMap((target) => resolvePath(folder, target) ?? []),
  };
}

function matchAlias({ prefix, suffix, targets }: Alias, name: string): string[] {
  if (suffix === undefined) {
    return name === prefix ? [...targets] : [];
  }
  if (name.length < prefix.length + suffix.length || !name.startsWith(prefix) || !name.endsWith(suffix)) {
    return [];
  }
  const middle = name.slice(prefix.length, name.length - suffix.length);
  return targets.map((target) => target.replace('*', () => middle));
}

/** JSON as TypeScript's configuration is written: with comments and commas at the end; undefined where it is none. */
function parseJsonWithComments(text: string): unknown {
  const plain = text.replace(/("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, quoted?: string) => quoted ?? '')
    .replace(/("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g, (_, quoted?: string) => quoted ?? '').replace(/^\uFEFF/, '');
  try {
    return JSON.parse(plain);
  } catch {
    return undefined;
  }
}
