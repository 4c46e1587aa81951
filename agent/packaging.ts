import { createHash } from 'node:crypto';
import { promises as fs } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import { zipSync, ZippableFile } from 'fflate';
import { ArtifactDefinition, ArtifactFile } from '../src/core/catalogue';
import { componentId } from '../src/core/names';

/** Artifacts that are stored in S3. */
export type StoredArtifact = Exclude<ArtifactDefinition, { type: 'image' } | { type: 'none' }>;

/** An artifact, ready to be stored. */
export interface PackagedArtifact {
  readonly files: readonly PackagedFile[];
  /** Digest of what is in it: names, content, and whether a file may be executed. Not of a zip's bytes. */
  readonly digest: string;
  /** What the build's prefix is followed by in its location: a file's name, or nothing. */
  readonly locationSuffix: string;
}

export interface PackagedFile {
  readonly name: string;
  readonly body: Uint8Array;
}

export interface PackagingProps {
  readonly component: string;
  /** The component's folder. */
  readonly directory: string;
  /** The repository's root: nothing outside is packaged. */
  readonly root: string;
}

/** The earliest time that a zip can say, the same for every entry. In local time, as fflate writes it. */
const EARLIEST = new Date(1980, 0, 1);
const UNIX = 3;

/** Collects an artifact's files and their digest. */
export async function packageArtifact(artifact: StoredArtifact, props: PackagingProps): Promise<PackagedArtifact> {
  switch (artifact.type) {
    case 'zip': {
      const name = `${componentId(props.component)}.zip`;
      return { ...await packageFiles([{ path: artifact.path, name, zip: true }], props), locationSuffix: name };
    }
    case 'file': {
      const name = basename(artifact.path);
      return { ...await packageFiles([{ path: artifact.path, name }], props), locationSuffix: name };
    }
    case 'files':
      return { ...await packageFiles(artifact.files, props), locationSuffix: '' };
  }
}

async function packageFiles(files: readonly ArtifactFile[], props: PackagingProps): Promise<Omit<PackagedArtifact, 'locationSuffix'>> {
  const packaged: PackagedFile[] = [];
  const content: [string, unknown][] = [];
  for (const { path, name, zip } of [...files].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const source = await locate(path, zip === true, props);
    if (zip) {
      const entries = await readFolder(source);
      packaged.push({ name, body: zipEntries(entries) });
      content.push([name, entries.map((entry) => [entry.name, entry.mode, sha256(entry.body)])]);
    } else {
      const entry = await readEntry(source, name);
      packaged.push(entry);
      content.push([name, [entry.mode, sha256(entry.body)]]);
    }
  }
  return { files: packaged, digest: sha256(JSON.stringify(content)) };
}

async function locate(path: string, wantsFolder: boolean, { component, directory, root }: PackagingProps): Promise<string> {
  const wanted = `Component '${component}' leaves ${wantsFolder ? 'a zip of the folder' : 'the file'} '${path}'`;
  let real: string;
  try {
    real = await fs.realpath(resolve(directory, path));
  } catch {
    throw new Error(`${wanted}, but after its commands there is nothing at ${resolve(directory, path)}. Let a command make it, or correct the path.`);
  }
  const fromRoot = relative(await fs.realpath(root), real);
  if (fromRoot === '..' || fromRoot.startsWith(`..${sep}`)) {
    throw new Error(`${wanted}, but that is ${real}, outside of the repository. Nothing outside is stored.`);
  }
  const status = await fs.stat(real);
  if (wantsFolder ? !status.isDirectory() : !status.isFile()) {
    throw new Error(`${wanted}, but ${real} is ${status.isDirectory() ? 'a folder' : status.isFile() ? 'a file' : 'neither a file nor a folder'}.`);
  }
  return real;
}

type EntryMode = 'file' | 'executable' | 'link';
type Entry = PackagedFile & { readonly mode: EntryMode };

/** All files below a folder, by name. Symbolic links stay links: what they point at may lie anywhere. */
async function readFolder(folder: string): Promise<Entry[]> {
  const entries: Entry[] = [];
  const pending = [''];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    for (const found of await fs.readdir(join(folder, path), { withFileTypes: true })) {
      const name = path === '' ? found.name : `${path}/${found.name}`;
      if (found.isDirectory()) {
        pending.push(name);
      } else if (found.isSymbolicLink()) {
        entries.push({ name, mode: 'link', body: Buffer.from(await fs.readlink(join(folder, name))) });
      } else if (found.isFile()) {
        entries.push(await readEntry(join(folder, name), name));
      } else {
        throw new Error(`${join(folder, name)} is neither a file, a folder nor a symbolic link, so it cannot be packaged.`);
      }
    }
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function readEntry(path: string, name: string): Promise<Entry> {
  return { name, mode: await isExecutable(path) ? 'executable' : 'file', body: await fs.readFile(path) };
}

/** Whether its owner may execute it. */
async function isExecutable(path: string): Promise<boolean> {
  const { mode } = await fs.stat(path);
  return Math.floor(mode / 0o100) % 2 === 1;
}

const UNIX_MODES: Readonly<Record<EntryMode, number>> = { file: 0o100644, executable: 0o100755, link: 0o120777 };

function zipEntries(entries: readonly Entry[]): Uint8Array {
  const files = entries.map(({ name, mode, body }): [string, ZippableFile] => [name, [body, { os: UNIX, attrs: UNIX_MODES[mode] * 0x10000 }]]);
  return zipSync(Object.fromEntries(files), { mtime: EARLIEST });
}

function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}
