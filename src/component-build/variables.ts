import { Stack } from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import { CommonAccess, SharedResources } from './common-access';
import { BoundComponent } from '../component/bound-component';
import { BUILD_ENV } from '../contract/environment';

/** The variables by which a build finds its surroundings, without its component's name. */
export function buildVariables(
  { catalogue, diffTable, deploymentsTable, artifactBucket }: SharedResources, { config, settings }: BoundComponent, { agent, checkout }: CommonAccess,
): { [name: string]: codebuild.BuildEnvironmentVariable } {
  const variables: { [name: string]: string | undefined } = {
    [BUILD_ENV.solution]: catalogue.solution,
    [BUILD_ENV.diffTable]: diffTable.tableName,
    [BUILD_ENV.deploymentsTable]: deploymentsTable.tableName,
    [BUILD_ENV.artifactBucket]: artifactBucket.bucketName,
    [BUILD_ENV.agent]: agent.s3ObjectUrl,
    [BUILD_ENV.catalogue]: catalogue.bucket.s3UrlForObject(catalogue.objectKey),
    [BUILD_ENV.repositoryUri]: config.repository?.repositoryUri,
    [BUILD_ENV.buildspec]: settings.buildspecFile,
    ...(settings.buildspecFile === undefined ? {} : {
      [BUILD_ENV.variables]: Object.keys(settings.environmentVariables).join(' ') || undefined,
      [BUILD_ENV.projectNeeds]: Object.keys(settings.projectNeeds).length > 0 ? JSON.stringify(settings.projectNeeds) : undefined,
    }),
    [BUILD_ENV.checkout]: checkout && Stack.of(catalogue).toJsonString(checkout),
  };
  return Object.fromEntries(Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [[name, { value }]])));
}
