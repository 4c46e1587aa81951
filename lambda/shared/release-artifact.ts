import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { strFromU8, unzipSync } from 'fflate';
import { Job, JobCredentials } from './jobs';
import { RELEASE_FILES } from '../../src/contract/objects';
import { Release } from '../../src/core/release';
import { Undeclared } from '../../src/core/undeclared';

/** Files of the release artifact, by name. */
export interface ReleaseArtifact {
  readonly release: Release;
  /** Locations that do not reach the template. */
  readonly undeclared: Undeclared;
  /** A file's text. Fails where the artifact has none of that name. */
  file(name: string): string;
}

/** Reads the release artifact, the job's only input, with the job's own credentials. */
export async function readReleaseArtifact(job: Job, s3As: (credentials: JobCredentials) => S3Client): Promise<ReleaseArtifact> {
  const [input] = job.inputArtifacts;
  if (input === undefined || job.credentials === undefined) {
    throw new Error('The action needs the release as its input artifact, and the job has none.');
  }
  const { Body } = await s3As(job.credentials).send(new GetObjectCommand({ Bucket: input.bucket, Key: input.key }));
  const files = unzipSync(await Body!.transformToByteArray());
  const file = (name: string) => {
    const content = files[name];
    if (content === undefined) {
      throw new Error(`The release artifact has no file '${name}'; it has ${Object.keys(files).sort().join(', ')}.`);
    }
    return strFromU8(content);
  };
  const { undeclared = { parameters: [], left: [] }, ...release } = JSON.parse(file(RELEASE_FILES.release)) as Release & { readonly undeclared?: Undeclared };
  return { release, undeclared, file };
}
