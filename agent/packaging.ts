import { createHash } from 'node:crypto';
import { createReadStream, promises as fs } from 'node:fs';
import { basename, relative, resolve, sep } from 'node:path';
import { Entry, isExecutable, readFolder } from './folder';
import { zipEntries } from './zip';
import { ArtifactDefinition, ArtifactFile } from '../src/core/catalogue';
import { componentId } from '../src/core/names';
import { referenceLocation } from '../src/core/reference';

/** Artifacts that are stored in S3. */
export type StoredArtifact = Exclude<ArtifactDefinition, { type: 'image' } | { type: 'assembly' } | { type: 'reference' } | { type: 'none' }>;

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
  readonly content: FileContent;
}

/** Bytes, or a file that may be larger than memory. */
export type FileContent =
  | { readonly bytes: Uint8Array }
  | FileOfSize;

export interface FileOfSize {
  readonly file: string;
  readonly size: number;
}

export interface PackagingProps {
  readonly component: string;
  /** The component's folder. */
  readonly directory: string;
  /** The repository's root: nothing outside is packaged. */
  readonly root: string;
  /** The component's kind: what reads the artifact has limits of its own. */
  readonly kind?: string;
}

/** What AWS Lambda unpacks at most, code and layers together. */
const LAMBDA_BYTES = 250 * 2 ** 20;
const LAMBDA_ZIPS: readonly (string | undefined)[] = ['lambda-zip', 'layer'];

/** What one object of S3 holds at most. */
const OBJECT_BYTES = 5 * 2 ** 40;

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

/** A file that says what was built elsewhere is no larger. */
const REFERENCE_BYTES = 256 * 1024;

/** The location that a file of the component gives. */
export async function builtReference(path: string, props: PackagingProps): Promise<string> {
  const title = `Component '${props.component}' refers to what its file '${path}' says`;
  const file = await locate(path, false, props);
  const { size } = await fs.stat(file);
  if (size > REFERENCE_BYTES) {
    throw new Error(`${title}, which has ${size} bytes: write an ID, an ARN or an address into it, or one for each Region.`);
  }
  try {
    return referenceLocation(await fs.readFile(file, 'utf8'));
  } catch (error) {
    throw new Error(`${title}: ${(error as Error).message}`);
  }
}

async function packageFiles(files: readonly ArtifactFile[], props: PackagingProps): Promise<Omit<PackagedArtifact, 'locationSuffix'>> {
  const packaged: PackagedFile[] = [];
  const content: [string, unknown][] = [];
  for (const { path, name, zip } of [...files].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const source = await locate(path, zip === true, props);
    if (zip) {
      const wanted = artifactTitle(path, true, props);
      const entries = await readFolder(source, wanted);
      checkLambda(entries, wanted, props);
      packaged.push({ name, content: { bytes: zipEntries(entries) } });
      content.push([name, entries.map((entry) => [entry.name, entry.mode, sha256(entry.body)])]);
    } else {
      const { size } = await fs.stat(source);
      if (size > OBJECT_BYTES) {
        throw new Error(`${artifactTitle(path, false, props)}, which has ${size} bytes, and S3 stores 5 TiB at most as one object.`);
      }
      packaged.push({ name, content: { file: source, size } });
      content.push([name, [await isExecutable(source) ? 'executable' : 'file', await sha256Of(source)]]);
    }
  }
  return { files: packaged, digest: sha256(JSON.stringify(content)) };
}

function artifactTitle(path: string, isZip: boolean, { component }: PackagingProps): string {
  return `Component '${component}' leaves ${isZip ? 'a zip of the folder' : 'the file'} '${path}'`;
}

function checkLambda(entries: readonly Entry[], artifact: string, { kind }: PackagingProps): void {
  const bytes = entries.reduce((sum, { body }) => sum + body.length, 0);
  if (LAMBDA_ZIPS.includes(kind) && bytes > LAMBDA_BYTES) {
    throw new Error(`${artifact}, which has ${bytes} bytes unpacked, and AWS Lambda takes ${LAMBDA_BYTES} (250 MiB) at most. Leave out what is not needed, or use Component.lambdaImage.`);
  }
}

async function locate(path: string, wantsFolder: boolean, props: PackagingProps): Promise<string> {
  const { directory, root } = props;
  const wanted = artifactTitle(path, wantsFolder, props);
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

function sha256(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) {
    hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}
