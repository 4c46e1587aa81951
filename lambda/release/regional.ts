import { CopyObjectCommand, GetObjectCommand, paginateListObjectsV2, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { buildPrefix, packagedPrefix, RegionalArtifacts } from '../../src/contract/objects';
import { componentId } from '../../src/core/names';
import { Build, Release } from '../../src/core/release';
import { mapConcurrently } from '../shared/concurrency';
import { ImageCopier } from '../shared/image-copier';

/** Where artifacts are, and where their copies go. */
export interface Copying {
  readonly solution: string;
  /** Names of the components that are templates. */
  readonly templates: ReadonlySet<string>;
  readonly source: { readonly s3: S3Client; readonly region: string; readonly bucket: string };
  readonly destination: { readonly s3: S3Client } & RegionalArtifacts;
  readonly images: ImageCopier;
}

const CONCURRENT_BUILDS = 8;

/** Copies the artifacts of a release to another Region, as far as they are not there: what was built once is deployed everywhere. */
export async function copyArtifacts(release: Release, copying: Copying): Promise<void> {
  const stored = Object.values(release.components).filter(({ location }) => location.startsWith(`s3://${copying.source.bucket}/`));
  await mapConcurrently(stored, CONCURRENT_BUILDS, async (build) => copyBuild(build, copying));
  for (const { component, location, buildNumber } of Object.values(release.components)) {
    const destination = copying.destination.images[component];
    if (destination !== undefined && location.includes('@')) {
      await copying.images.copy({ location, destination, tag: String(buildNumber) });
    }
  }
}

async function copyBuild({ component, buildNumber }: Build, copying: Copying): Promise<void> {
  const { solution, templates, source, destination } = copying;
  const isTemplate = templates.has(component);
  const prefix = buildPrefix(solution, componentId(component), buildNumber);
  const below = [prefix, ...(isTemplate ? [packagedPrefix(solution, componentId(component))] : [])];
  const present = new Set((await Promise.all(below.map(async (one) => keysBelow(destination.s3, destination.bucket, one)))).flat());
  for (const key of await keysBelow(source.s3, source.bucket, prefix)) {
    if (present.has(key)) {
      continue;
    }
    if (isTemplate) {
      await copyTemplateFile(key, packagedPrefix(solution, componentId(component)), present, copying);
    } else {
      await destination.s3.send(new CopyObjectCommand({
        CopySource: `${source.bucket}/${key.split('/').map(encodeURIComponent).join('/')}`, Bucket: destination.bucket, Key: key,
      }));
    }
  }
}

/**
 * Next to the packaged template, or among what its builds share, lie what it refers to: code, which is copied as it is, and nested templates, which refer
 * to more. A file comes after all that it refers to, so one that is there is complete.
 */
async function copyTemplateFile(key: string, packaged: string, present: Set<string>, copying: Copying): Promise<void> {
  const { source, destination } = copying;
  if (present.has(key)) {
    return;
  }
  const { Body } = await source.s3.send(new GetObjectCommand({ Bucket: source.bucket, Key: key }));
  const bytes = Buffer.from(await Body!.transformToByteArray());
  // A text that names the bucket; any other file stays what it is, byte for byte.
  const text = bytes.toString('utf8');
  const isText = Buffer.from(text, 'utf8').equals(bytes);
  for (const shared of isText ? packagedKeys(text, packaged) : []) {
    await copyTemplateFile(shared, packaged, present, copying);
  }
  await destination.s3.send(new PutObjectCommand({ Bucket: destination.bucket, Key: key, Body: isText ? regionalText(text, copying) : bytes }));
  present.add(key);
}

/** The keys in a template of what its builds share. */
function packagedKeys(text: string, prefix: string): string[] {
  return [...text.matchAll(/[0-9a-f]{64}(?:\.[A-Za-z0-9]+)?/g)]
    .filter(({ index }) => text.slice(Math.max(0, index - prefix.length), index) === prefix)
    .map(([name]) => `${prefix}${name}`);
}

async function keysBelow(s3: S3Client, bucket: string, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix })) {
    keys.push(...Contents.map(({ Key }) => Key!));
  }
  return keys;
}

/** The release with the locations of its copies. */
export function regionalRelease(release: Release, copying: Copying): Release {
  const components = Object.entries(release.components).map(([name, build]): [string, Build] => (
    [name, { ...build, location: regionalLocation(build, copying) }]
  ));
  return { ...release, components: Object.fromEntries(components) };
}

/** Where the copy of a build is. */
export function regionalLocation({ component, location }: Build, { source, destination }: Copying): string {
  const from = `s3://${source.bucket}/`;
  if (location.startsWith(from)) {
    return `s3://${destination.bucket}/${location.slice(from.length)}`;
  }
  const repository = destination.images[component];
  return repository !== undefined && location.includes('@') ? `${repository}@${location.split('@')[1]}` : location;
}

/** A template's text with the copies in place of what it names in the artifact bucket. */
export function regionalText(text: string, { source, destination }: Copying): string {
  return text
    .replaceAll(`s3.${source.region}.amazonaws.com/${source.bucket}/`, `s3.${destination.region}.amazonaws.com/${destination.bucket}/`)
    .replaceAll(`${source.bucket}.s3.${source.region}.amazonaws.com/`, `${destination.bucket}.s3.${destination.region}.amazonaws.com/`)
    .replace(new RegExp(`(?<![a-z0-9.-])${source.bucket.replaceAll('.', '\\.')}(?![a-z0-9.-])`, 'g'), destination.bucket);
}
