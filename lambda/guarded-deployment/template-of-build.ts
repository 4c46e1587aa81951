import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DeploymentConfiguration } from '../../src/contract/guarded-deployment';
import { Release } from '../../src/core/release';
import { buildOf } from '../../src/core/release-assembly';
import { partitionOf, s3Host } from '../shared/partition';

export interface BuiltTemplateProps {
  readonly configuration: DeploymentConfiguration;
  readonly s3: S3Client;
  /** Where the release is, and the builds. */
  readonly region: string;
}

/** S3's address of the template that a component's build in a release is. @param uri `s3://` location of the release */
export async function templateOfBuild(component: string, uri: string | undefined, { configuration, s3, region }: BuiltTemplateProps): Promise<string> {
  const { bucket, key } = located(uri) ?? {};
  if (bucket === undefined || key === undefined) {
    throw new Error(`The input's release has to be the s3:// location of a release, but is '${uri}'.`);
  }
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  const release = JSON.parse(await Body!.transformToString()) as Release;
  const build = buildOf(release, component);
  if (build === undefined) {
    throw new Error(`Release ${uri} has no component '${component}'; it has ${Object.keys(release.components).sort().join(', ')}.`);
  }
  const file = located(build.location);
  if (file === undefined || file.key.endsWith('/')) {
    throw new Error(`Build ${build.buildNumber} of component '${component}' is no file in S3, but '${build.location}': give the component BuildArtifact.file('template.yml').`);
  }
  return `https://${s3Host(file.bucket, region, partitionOf(configuration.deployRoleArn))}/${file.key.split('/').map(encodeURIComponent).join('/')}`;
}

function located(uri: string | undefined): { readonly bucket: string; readonly key: string } | undefined {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(uri ?? '') ?? [];
  return bucket === undefined || key === undefined ? undefined : { bucket, key };
}
