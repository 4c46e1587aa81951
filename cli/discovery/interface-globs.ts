import { InternalRules, internalRuleOf } from './internal-files';
import { escapeGlob } from '../../src/core/globs';

/** The internal files of one package, as found. */
export interface InternalFiles {
  /** Folders, relative to the package's, all of whose files are internal. */
  readonly folders: readonly string[];
  /** Patterns of the names of files that are internal wherever in the package they are. */
  readonly names: readonly string[];
}

/** What something else than a package's tests reads of it, relative to its folder; `''` is the folder itself. */
export interface ReadPaths {
  readonly readFiles: ReadonlySet<string>;
  readonly readFolders: ReadonlySet<string>;
}

/** Which of a package's files are internal: by a rule, if nothing of what the rule takes in is read. */
export function findInternalFiles(rules: InternalRules, paths: Iterable<string>, { readFiles, readFolders }: ReadPaths): InternalFiles {
  const folders = new Set<string>();
  const names = new Set<string>();
  const refused = new Set<string>();
  for (const path of paths) {
    const rule = internalRuleOf(rules, path);
    if (rule !== undefined) {
      ('folder' in rule ? folders : names).add('folder' in rule ? rule.folder : rule.name);
      if ('name' in rule && (readFiles.has(path) || isUnder(path, readFolders))) {
        refused.add(rule.name);
      }
    }
  }
  const isRead = (folder: string) => isUnder(folder, readFolders) || [...readFiles, ...readFolders].some((path) => path === folder || path.startsWith(`${folder}/`));
  return {
    folders: [...folders].filter((folder) => !isRead(folder) && /^[\w./-]+$/.test(folder)).sort(),
    names: [...names].filter((name) => !refused.has(name)).sort(),
  };
}

function isUnder(path: string, folders: ReadonlySet<string>): boolean {
  return folders.has('') || [...folders].some((folder) => path === folder || path.startsWith(`${folder}/`));
}

/**
 * Globs that select everything in a folder but its internal files; undefined where there are none to leave out.
 *
 * What a later commit adds is selected unless it is internal by the same rules. Picomatch's `!(...)` takes in more than it should
 * when a `/` follows, hence the look-ahead for folders.
 */
export function interfaceGlobs(folder: string, { folders, names }: InternalFiles): string[] | undefined {
  if (folders.length === 0 && names.length === 0) {
    return undefined;
  }
  const prefix = folder === '.' ? '' : `${escapeGlob(folder)}/`;
  const subfolders = folders.length === 0 ? '**' : `(?!${folders.map((internal) => `${internal}/`).join('|')})**`;
  if (names.length === 0) {
    return [`${prefix}${subfolders}`];
  }
  const file = `!(${names.join('|')})`;
  return folders.length === 0 ? [`${prefix}**/${file}`] : [`${prefix}${file}`, `${prefix}${subfolders}/${file}`];
}
