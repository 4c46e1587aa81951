import { createHash } from 'node:crypto';
import { FileMode, TreeFolder, TreeReader } from '../../../src/core/tree-reader';

export interface MemoryFile {
  readonly content: string;
  readonly mode?: FileMode;
}

/** A commit's tree in memory, whose object IDs follow from content as Git's do. Remembers which folders were read. */
export class MemoryTree implements TreeReader {
  public readonly reads: string[] = [];
  private readonly folders = new Map<string, { files: Map<string, MemoryFile>; folders: Set<string> }>();

  public constructor(files: { readonly [path: string]: string | MemoryFile }) {
    this.add('');
    for (const [path, file] of Object.entries(files)) {
      const slash = path.lastIndexOf('/');
      const folder = path.slice(0, Math.max(0, slash));
      this.add(folder);
      this.folders.get(folder)!.files.set(path.slice(slash + 1), typeof file === 'string' ? { content: file } : file);
    }
  }

  public async readFolder(path: string): Promise<TreeFolder | undefined> {
    this.reads.push(path);
    return this.read(path === '.' ? '' : path);
  }

  private add(folder: string): void {
    if (this.folders.has(folder)) {
      return;
    }
    this.folders.set(folder, { files: new Map(), folders: new Set() });
    if (folder !== '') {
      const slash = folder.lastIndexOf('/');
      const parent = folder.slice(0, Math.max(0, slash));
      this.add(parent);
      this.folders.get(parent)!.folders.add(folder.slice(slash + 1));
    }
  }

  private read(path: string): TreeFolder | undefined {
    const folder = this.folders.get(path);
    if (!folder) {
      return undefined;
    }
    const files = [...folder.files].map(([name, { content, mode }]) => ({ name, objectId: hash(content), mode: mode ?? '100644' as const }));
    const folders = [...folder.folders].map((name) => ({ name, treeId: this.read(path === '' ? name : `${path}/${name}`)!.treeId }));
    const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
    return { files, folders, treeId: hash(JSON.stringify([[...files].sort(byName), [...folders].sort(byName)])) };
  }
}

function hash(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}
