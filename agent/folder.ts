import { promises as fs } from 'node:fs';
import { dirname, join, posix } from 'node:path';

export type EntryMode = 'file' | 'executable' | 'link';

/** A file of a folder, or a symbolic link, whose body is what it points at. */
export interface Entry {
  readonly name: string;
  readonly mode: EntryMode;
  readonly body: Uint8Array;
}

/** What one zip holds at most. Beyond them it takes the format's 64-bit extension, which not every reader of the artifact has. */
export const ZIP_LIMITS: ZipLimits = { entries: 65_535, bytes: 2 ** 31 - 1 };

export interface ZipLimits {
  readonly entries: number;
  readonly bytes: number;
}

export interface ReadFolderOptions {
  /**
   * `keep`: symbolic links stay links. `follow`: they are taken for what they point at, wherever that is.
   * @default 'keep'
   */
  readonly links?: 'keep' | 'follow';
  readonly limits?: ZipLimits;
}

/**
 * All files below a folder, by name, as they go into a zip. Git's own folders are left out.
 *
 * @param artifact the beginning of messages, such as `Component 'api' leaves a zip of the folder 'dist'`
 * @throws Error for what a zip can't hold, or what would be missing where it is unpacked
 */
export async function readFolder(folder: string, artifact: string, { links = 'keep', limits = ZIP_LIMITS }: ReadFolderOptions = {}): Promise<Entry[]> {
  const entries: Entry[] = [];
  let bytes = 0;
  const pending = [''];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (links === 'follow') {
      await refuseLoop(folder, path, artifact);
    }
    for (const listed of await fs.readdir(join(folder, path), { withFileTypes: true })) {
      const name = path === '' ? listed.name : `${path}/${listed.name}`;
      if (listed.name === '.git') {
        continue;
      }
      checkName(name, artifact);
      const found = links === 'follow' && listed.isSymbolicLink() ? await targetOf(folder, name, artifact) : listed;
      if (found.isDirectory()) {
        pending.push(name);
        continue;
      }
      if (entries.length === limits.entries) {
        throw new Error(`${artifact}, which holds more than the ${limits.entries} files that a zip takes. Leave out what is not needed, or put files together.`);
      }
      if (found.isSymbolicLink()) {
        entries.push({ name, mode: 'link', body: Buffer.from(await readLink(folder, name, artifact)) });
      } else if (found.isFile()) {
        bytes += (await fs.stat(join(folder, name))).size;
        if (bytes > limits.bytes) {
          throw new Error(`${artifact}, which holds more than the ${limits.bytes} bytes that a zip takes: ${bytes} up to '${name}'. Leave out what is not needed, or store large files as they are by BuildArtifact.files.`);
        }
        entries.push(await readEntry(join(folder, name), name));
      } else {
        throw new Error(`${artifact}, and '${name}' in it is neither a file, a folder nor a symbolic link, so it cannot be packaged.`);
      }
    }
  }
  if (entries.length === 0) {
    throw new Error(`${artifact}, which holds no file, and nothing can be deployed from an empty zip. Let a command fill it, or correct the path.`);
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function checkName(name: string, artifact: string): void {
  if (name.includes('\uFFFD')) {
    throw new Error(`${artifact}, and the name of '${name}' in it is not UTF-8. Rename the file.`);
  }
  // The zip is made from an object with its names as keys.
  if (name === '__proto__') {
    throw new Error(`${artifact}, and it holds a file or folder named '__proto__', which cannot be packaged at its top. Rename it.`);
  }
}

/** A folder that a link leads back to would have no end. */
async function refuseLoop(folder: string, path: string, artifact: string): Promise<void> {
  const real = await fs.realpath(join(folder, path));
  for (let above = path; above !== ''; above = posix.dirname(above) === '.' ? '' : posix.dirname(above)) {
    const parent = posix.dirname(above) === '.' ? '' : posix.dirname(above);
    if (await fs.realpath(join(folder, parent)) === real) {
      throw new Error(`${artifact}, and '${path}' in it is a symbolic link to a folder that it is in. Remove the link.`);
    }
  }
}

async function targetOf(folder: string, name: string, artifact: string) {
  try {
    return await fs.stat(join(folder, name));
  } catch {
    throw new Error(`${artifact}, and '${name}' in it is a symbolic link that points at nothing. Remove it, or make what it points at.`);
  }
}

/** A link that leads out of the folder points at nothing once the zip is unpacked elsewhere. */
async function readLink(folder: string, name: string, artifact: string): Promise<string> {
  const target = await fs.readlink(join(folder, name));
  const inFolder = posix.normalize(posix.join(dirname(name), target));
  if (target.startsWith('/') || inFolder === '..' || inFolder.startsWith('../')) {
    throw new Error(`${artifact}, and '${name}' in it is a symbolic link to '${target}', outside of that folder: where the zip is unpacked, it points at nothing. `
      + 'Copy what it points at (cp -rL; npm install --install-links for packages of the repository), or remove the link.');
  }
  return target;
}

export async function readEntry(path: string, name: string): Promise<Entry> {
  return { name, mode: await isExecutable(path) ? 'executable' : 'file', body: await fs.readFile(path) };
}

/** Whether its owner may execute it. */
export async function isExecutable(path: string): Promise<boolean> {
  const { mode } = await fs.stat(path);
  return Math.floor(mode / 0o100) % 2 === 1;
}
