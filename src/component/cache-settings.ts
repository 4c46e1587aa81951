import * as codebuild from 'aws-cdk-lib/aws-codebuild';

/** A component's cache, with every default filled in. */
export interface CacheSettings {
  readonly type: 'S3' | 'LOCAL';
  readonly paths: readonly string[];
  readonly dockerLayers: boolean;
}

/** The project's cache. @param location `bucket/prefix` of the component's own objects */
export function projectCache({ type, paths, dockerLayers }: CacheSettings, location: string): codebuild.CfnProject.ProjectCacheProperty {
  return type === 'S3' ? { type, location } : {
    type, modes: [...(paths.length > 0 ? ['LOCAL_CUSTOM_CACHE'] : []), ...(dockerLayers ? ['LOCAL_DOCKER_LAYER_CACHE'] : [])],
  };
}

/** @throws where the build cannot have the cache */
export function checkCache(title: string, { type, dockerLayers }: CacheSettings, build: { onLambda: boolean; hasFleet: boolean; privileged: boolean }): void {
  if (build.onLambda) {
    throw new Error(`${title}: cache: Lambda compute has none. Leave it out, or build on another image.`);
  }
  if (type === 'LOCAL' && build.hasFleet) {
    throw new Error(`${title}: cache: builds of other projects use the machines of a fleet as well, and what they leave there. Use BuildCache.s3().`);
  }
  if (dockerLayers && !build.privileged) {
    throw new Error(`${title}: cache: dockerLayers without Docker: set privileged, or leave dockerLayers out.`);
  }
}
