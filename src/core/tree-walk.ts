import { TreeReader } from './tree-reader';

/** What a walk does with a folder: leave it out, take it whole by its tree's ID, or look at each thing in it. */
export type FolderDecision = 'skip' | 'whole' | 'list';

/** Which part of a tree is wanted. What it says of a path may depend on the path alone, never on content. */
export interface TreeSelection {
  /** @param path - relative to the repository's root; `''` is the root */
  folder(path: string): FolderDecision;
  file(path: string): boolean;
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
    for (const { name, objectId, mode } of folder.files) {
      if (selection.file(within + name)) {
        entries.add(`${mode} ${objectId} ${within}${name}`);
      }
    }
    for (const { name, treeId } of folder.folders) {
      const decision = selection.folder(within + name);
      if (decision === 'whole') {
        entries.add(`040000 ${treeId} ${within}${name}`);
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
