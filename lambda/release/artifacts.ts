import { DescribeImagesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { HeadObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { isReference } from '../../src/core/reference';
import { Build, Release } from '../../src/core/release';
import { mapConcurrently } from '../shared/concurrency';
import { isNamed } from '../shared/errors';

export interface ArtifactsProps {
  readonly s3: S3Client;
  /** Makes a client of a Region. */
  readonly ecrIn: (region: string) => ECRClient;
}

const CONCURRENT_CHECKS = 16;
const LISTED = 20;

/**
 * Fails where an artifact of the release is gone: CloudFormation would find out in the middle of a deployment. Builds are reused for ever, and people delete
 * old objects and images.
 *
 * @throws with the components, and what to do
 */
export async function assertArtifactsExist({ components, commitId, promotion }: Release, props: ArtifactsProps): Promise<void> {
  const builds = Object.values(components).filter(({ location }) => location !== '');
  const found = await mapConcurrently(builds, CONCURRENT_CHECKS, async (build) => exists(build, props));
  const gone = builds.filter((_build, index) => !found[index]).sort((a, b) => (a.component < b.component ? -1 : 1));
  if (gone.length > 0) {
    const names = gone.map(({ component }) => component);
    throw new Error(`${promotion === undefined ? `The release of commit ${commitId}` : 'What is promoted'} holds builds whose artifacts are gone:\n`
      + gone.slice(0, LISTED).map(({ component, buildNumber, location }) => `- build ${buildNumber} of '${component}': ${location}\n`).join('')
      + `${gone.length > LISTED ? `- and ${gone.length - LISTED} more\n` : ''}Nothing was deployed. ${promotion === undefined
        ? `Force these components: invoke the diff function with ${JSON.stringify({ action: 'force', components: names.slice(0, LISTED) })}.`
        : 'Promote another release, or bring its content back by a commit: it is built anew.'}`);
  }
}

async function exists({ location, component }: Build, { s3, ecrIn }: ArtifactsProps): Promise<boolean> {
  if (isReference(location)) {
    // Of what kind it is, the template knows alone.
    return true;
  }
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.*)$/s.exec(location) ?? [];
  if (bucket !== undefined) {
    return key!.endsWith('/') ? hasObjects(s3, bucket, key!) : hasObject(s3, bucket, key!);
  }
  const [, registryId, region, repositoryName, imageDigest] = /^([0-9]{12})\.dkr\.ecr\.([a-z0-9-]+)\.[^/]+\/([^@]+)@(sha256:[0-9a-f]{64})$/.exec(location) ?? [];
  if (registryId === undefined) {
    throw new Error(`The location of component '${component}' is '${location}', which is neither in S3 nor an image in ECR.`);
  }
  return hasImage(ecrIn(region!), { registryId, repositoryName: repositoryName!, imageIds: [{ imageDigest }] });
}

async function hasObject(s3: S3Client, bucket: string, key: string): Promise<boolean> {
  try {
    await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
    return true;
  } catch (error) {
    if (isNamed(error, 'NotFound', 'NoSuchKey')) {
      return false;
    }
    throw error;
  }
}

async function hasObjects(s3: S3Client, bucket: string, prefix: string): Promise<boolean> {
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, MaxKeys: 1 }));
  return Contents.length > 0;
}

async function hasImage(ecr: ECRClient, image: ConstructorParameters<typeof DescribeImagesCommand>[0]): Promise<boolean> {
  try {
    await ecr.send(new DescribeImagesCommand(image));
    return true;
  } catch (error) {
    if (isNamed(error, 'ImageNotFoundException', 'RepositoryNotFoundException')) {
      return false;
    }
    // Another account's repository may let images be pulled and not be looked at: anyone who pulls it finds out.
    if (isNamed(error, 'AccessDeniedException')) {
      return true;
    }
    throw error;
  }
}
