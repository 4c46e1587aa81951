import { isUtf8 } from 'node:buffer';
import { FileMode, TreeFolder } from '../../../../src/core/tree-reader';
import { SourceUnreadableError } from '../errors';
import { GitAnswerError } from './git-error';
import { PathChange } from '../../../../src/core/comparison';

/** An entry of a folder, as Git writes it. */
export interface TreeEntry {
  /** A `FileMode`, or a folder's. */
  readonly mode: string;
  readonly id: string;
  readonly name: Buffer;
}

/** A folder's entries by the bytes of their names, a character each: two names that are not UTF-8 may read alike as text. */
export type Tree = ReadonlyMap<string, TreeEntry>;

/** Finds a folder by its object ID. */
export type FindTree = (id: string) => Tree;

const FOLDER = '40000';
const LINK = '120000';
const NOTHING: Tree = new Map();
const ID_BYTES = 20;

export function parseTree(data: Buffer): Tree {
  const tree = new Map<string, TreeEntry>();
  for (let at = 0; at < data.length;) {
    const space = data.indexOf(0x20, at);
    const end = space === -1 ? -1 : data.indexOf(0, space);
    const mode = space === -1 ? '' : data.toString('latin1', at, space).replace(/^0+/, '');
    const name = data.subarray(space + 1, end);
    if (end === -1 || end + 1 + ID_BYTES > data.length || !/^(40000|100[0-7]{3}|120000|160000)$/.test(mode) || name.length === 0 || name.includes(0x2f)) {
      throw new GitAnswerError('A folder that the Git server sent is damaged.');
    }
    tree.set(name.toString('latin1'), { mode: canonical(mode), id: data.toString('hex', end + 1, end + 1 + ID_BYTES), name });
    at = end + 1 + ID_BYTES;
  }
  return tree;
}

/** The folder's ID, where the entry is a folder. */
export function folderId(entry: TreeEntry | undefined): string | undefined {
  return entry?.mode === FOLDER ? entry.id : undefined;
}

export function entryNamed(tree: Tree, name: string): TreeEntry | undefined {
  return tree.get(Buffer.from(name).toString('latin1'));
}

/** @throws SourceUnreadableError where a folder in it has a name by which no one can ask for it */
export function treeFolderOf(treeId: string, tree: Tree): TreeFolder {
  const entries = [...tree.values()];
  const folders = entries.filter((entry) => entry.mode === FOLDER);
  const unnameable = folders.find(({ name }) => !isUtf8(name));
  if (unnameable !== undefined) {
    throw new SourceUnreadableError(`The name of folder ${JSON.stringify(unnameable.name.toString())} is not UTF-8: rename it.`);
  }
  return {
    treeId,
    folders: folders.map(({ name, id }) => ({ name: name.toString(), treeId: id })),
    files: entries.filter((entry) => entry.mode !== FOLDER).map(({ name, id, mode }) => ({ name: name.toString(), objectId: id, mode: mode as FileMode })),
  };
}

/** As Git compares: of a file's permissions it counts whether its owner may execute it. */
function canonical(mode: string): string {
  if (!mode.startsWith('100')) {
    return mode;
  }
  return Number.parseInt(mode, 8) & 0o100 ? '100755' : '100644';
}

/** Everything that differs between two folders, however deep. Folders with equal IDs are not looked into. */
export function differingPaths(before: string, after: string, find: FindTree): PathChange[] {
  const changes: PathChange[] = [];
  const open: { readonly within: string; readonly before?: string; readonly after?: string }[] = before === after ? [] : [{ within: '', before, after }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { within } = next;
    const [old, now] = [next.before, next.after].map((id) => (id === undefined ? NOTHING : find(id))) as [Tree, Tree];
    for (const key of new Set([...old.keys(), ...now.keys()])) {
      const [was, is] = [old.get(key), now.get(key)];
      if (was?.id === is?.id && was?.mode === is?.mode) {
        continue;
      }
      const path = within + (was ?? is)!.name.toString();
      const [wasFolder, isFolder] = [folderId(was), folderId(is)];
      const [wasFile, isFile] = [was !== undefined && wasFolder === undefined, is !== undefined && isFolder === undefined];
      if (wasFile || isFile) {
        changes.push({ path, type: !isFile ? 'D' : wasFile ? 'M' : 'A', ...(is?.mode === LINK && { isLink: true }) });
      }
      if (wasFolder !== undefined || isFolder !== undefined) {
        open.push({ within: `${path}/`, ...(wasFolder === undefined ? {} : { before: wasFolder }), ...(isFolder === undefined ? {} : { after: isFolder }) });
      }
    }
  }
  return changes;
}
