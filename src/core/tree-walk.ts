import { TreeFolder, TreeReader } from './tree-reader';

/** What a walk does with a folder: leave it out, take it whole by its tree's ID, or look at each thing in it. */
export type FolderDecision = 'skip' | 'whole' | 'list';

/** Which part of a tree is wanted. What it says of a path may depend on the path alone, never on content. */
export interface TreeSelection {
  /** @param path - relative to the repository's root; `''` is the root */
  folder(path: string): FolderDecision;
  file(path: string): boolean;
  /** The only names in the folder of which something may be wanted; absent or `undefined`: any. Spares looking at thousands of neighbours. */
  names?(folder: string): ReadonlySet<string> | undefined;
}

/** Folders that are read at the same time. */
const CONCURRENCY = 16;

/**
 * Lists a selection as `mode objectId path`, sorted, a folder that is wanted whole by its tree's ID.
 * The same selection of the same content is listed alike whatever else the repository holds.
 *
 * @param starts - the folders to begin in (`''`: the root)
 */
export async function listTree(reader: TreeReader, selection: TreeSelection, starts: Iterable<string>): Promise<string[]> {
  const entries = new Set<string>();
  const visited = new Set(starts);
  const queue = [...visited];

  const visit = async (path: string): Promise<void> => {
    const folder = await reader.readFolder(path === '' ? '.' : path);
    if (!folder) {
      return;
    }
    if (path === '' && selection.folder('') === 'whole') {
      entries.add(`040000 ${folder.treeId} `);
      return;
    }
    const within = path === '' ? '' : `${path}/`;
    const { files, folders } = only(folder, selection.names?.(path));
    // IDs are asked for where they are needed alone: a reader may have to work them out.
    for (const file of files) {
      const { name } = file;
      if (selection.file(within + name)) {
        entries.add(`${file.mode} ${file.objectId} ${within}${name}`);
      }
    }
    for (const below of folders) {
      const { name } = below;
      const decision = selection.folder(within + name);
      if (decision === 'whole') {
        entries.add(`040000 ${below.treeId} ${within}${name}`);
      } else if (decision === 'list' && !visited.has(within + name)) {
        visited.add(within + name);
        queue.push(within + name);
      }
    }
  };

  for (let next = 0; next < queue.length;) {
    const batch = queue.slice(next, next + CONCURRENCY);
    next += batch.length;
    await Promise.all(batch.map(visit));
  }
  return [...entries].sort();
}

type Contents = Pick<TreeFolder, 'files' | 'folders'>;

interface FolderIndex {
  readonly files: ReadonlyMap<string, Contents['files'][number]>;
  readonly folders: ReadonlyMap<string, Contents['folders'][number]>;
}

/** Folders by the names in them: a folder that many components lie in is read once and looked into for each. */
const indexes = new WeakMap<TreeFolder, FolderIndex>();

function only(folder: TreeFolder, names: ReadonlySet<string> | undefined): Contents {
  if (names === undefined) {
    return folder;
  }
  let index = indexes.get(folder);
  if (index === undefined) {
    index = { files: byName(folder.files), folders: byName(folder.folders) };
    indexes.set(folder, index);
  }
  const { files, folders } = index;
  const found = [...names];
  return { files: found.flatMap((name) => files.get(name) ?? []), folders: found.flatMap((name) => folders.get(name) ?? []) };
}

function byName<T extends { readonly name: string }>(entries: readonly T[]): ReadonlyMap<string, T> {
  return new Map(entries.map((entry) => [entry.name, entry]));
}
