import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { checkOut } from './check-out';
import { applyPermissions } from './permissions';
import { verifySource } from './verify-source';
import { VersionStore } from '../lambda/shared/source/zip/version-store';
import { ZIP_COMMIT } from '../src/contract/source';
import { Catalogue } from '../src/core/catalogue';

const run = promisify(execFile);

export interface BringSourceProps {
  readonly catalogue: Catalogue;
  readonly component: { readonly name: string };
  readonly commitId: string;
  readonly inputsDigest: string;
  /** For what is fetched. */
  readonly directory: string;
  /** The repository's root in the build. */
  readonly sourceDirectory: string;
  readonly s3: S3Client;
  /** Where listings of archives are, for a source that is one. */
  readonly artifactBucket: string;
  /** `s3://` location of the source artifact, where the build is no action of the pipeline. */
  readonly location?: string;
  /** A `CheckoutConfiguration` as JSON, where builds clone. */
  readonly checkout?: string;
}

/** Puts the commit's content where the build reads it: the source artifact as it is and found equal to the commit, or a clone. */
export async function bringSource(props: BringSourceProps): Promise<void> {
  const { checkout, location, component: { name: component }, commitId, sourceDirectory } = props;
  if (checkout !== undefined) {
    await checkOut(checkout, commitId, sourceDirectory);
    return;
  }
  if (location !== undefined) {
    await unpack(location, props);
  }
  if (commitId.startsWith(ZIP_COMMIT)) {
    await permit(props);
  }
  await verifySource({ ...props, component });
}

async function permit({ s3, artifactBucket, catalogue, commitId, sourceDirectory }: BringSourceProps): Promise<void> {
  const listing = await new VersionStore(s3, artifactBucket, catalogue.solution!).listing(commitId);
  if (listing === undefined) {
    throw new Error(`The listing of ${commitId} is not in the artifact bucket any more. Start the pipeline again.`);
  }
  applyPermissions(listing, sourceDirectory);
}

async function unpack(location: string, { s3, directory, sourceDirectory }: BringSourceProps): Promise<void> {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(location) ?? [];
  if (bucket === undefined || key === undefined) {
    throw new Error(`The source's location is ${JSON.stringify(location)}, which is no s3:// location: was the execution started before the pipeline was deployed? Start it again.`);
  }
  const archive = join(directory, 'source.zip');
  const { Body: body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  await pipeline(body as Readable, createWriteStream(archive));
  try {
    await run('unzip', ['-q', '-o', archive, '-d', sourceDirectory], { maxBuffer: 2 ** 26 });
  } catch (error) {
    const { code, stderr } = error as NodeJS.ErrnoException & { readonly stderr?: string };
    throw new Error((code as unknown) === 'ENOENT'
      ? 'The build image lacks unzip, by which builds of a fan-out unpack their source: use an image with it.'
      : `The source at ${location} cannot be unpacked: ${(stderr ?? '').trim()}`, { cause: error });
  }
}
