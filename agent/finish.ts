import { resolve } from 'node:path';
import { ECRClient } from '@aws-sdk/client-ecr';
import { AssetStore } from './assembly/asset-store';
import { packageAssembly } from './assembly/package-assembly';
import { requireRepositoryUri } from './commands-environment';
import { BuildableComponent } from './component';
import { pushedDigest } from './images';
import { ObjectStore } from './object-store';
import { builtReference, PackagedArtifact, packageArtifact } from './packaging';
import { BuildStore } from '../lambda/shared/build-store';
import { OutcomeStore } from '../lambda/shared/outcome-store';
import { assetPrefix, buildPrefix } from '../src/contract/objects';
import { ArtifactDefinition } from '../src/core/catalogue';
import { sha256 } from '../src/core/digest';
import { buildTag, componentId } from '../src/core/names';
import { Build } from '../src/core/release';

export interface FinishProps {
  readonly solution: string;
  readonly component: BuildableComponent;
  readonly componentDirectory: string;
  readonly sourceDirectory: string;
  readonly commitId: string;
  readonly planId: string;
  readonly pipelineExecutionId: string;
  readonly buildNumber: number;
  readonly fingerprint: string;
  readonly artifactBucket: string;
  readonly repositoryUri?: string;
  readonly objects: ObjectStore;
  /** Environment of Docker, where the assembly of an application has images. */
  readonly environment?: NodeJS.ProcessEnv;
  readonly log?: (line: string) => void;
  readonly ecr: ECRClient;
  readonly builds: BuildStore;
  readonly outcomes: OutcomeStore;
  readonly now: Date;
}

/** Stores the artifact, records the build, and only then decides the outcome: a build that is found is whole. */
export async function finish(props: FinishProps): Promise<Build> {
  const { component, commitId, planId, buildNumber, builds, outcomes } = props;
  const build: Build = {
    component: component.name,
    buildNumber,
    ...await storeArtifact(props),
    fingerprint: props.fingerprint,
    definition: component.build.digest,
    commitId,
    pipelineExecutionId: props.pipelineExecutionId,
    timestamp: props.now.toISOString(),
  };
  await builds.put(build);
  await outcomes.decide({ component: component.name, outcome: 'Built', build: buildNumber }, { planId, commitId });
  return build;
}

async function storeArtifact(props: FinishProps): Promise<Pick<Build, 'location' | 'artifactDigest'>> {
  const { solution, component, buildNumber, artifactBucket, objects } = props;
  const { artifact } = component.build;
  switch (artifact.type) {
    case 'none':
      return { location: '' };
    case 'image': {
      const repositoryUri = requireRepositoryUri(component, props.repositoryUri);
      const digest = await pushedDigest(props.ecr, repositoryUri, buildTag(component.name, buildNumber), component.build.kind);
      return { location: `${repositoryUri}@${digest}`, artifactDigest: digest };
    }
    case 'reference': {
      const location = await builtReference(artifact.path, { component: component.name, directory: props.componentDirectory, root: props.sourceDirectory });
      return { location, artifactDigest: sha256(location) };
    }
    default: {
      const { files, digest, locationSuffix } = await packaged(props, artifact);
      const prefix = buildPrefix(solution, componentId(component.name), buildNumber);
      for (const { name, content } of files) {
        await objects.putNew(`${prefix}${name}`, content);
      }
      return { location: `s3://${artifactBucket}/${prefix}${locationSuffix}`, artifactDigest: digest };
    }
  }
}

async function packaged(props: FinishProps, artifact: Exclude<ArtifactDefinition, { type: 'image' } | { type: 'reference' } | { type: 'none' }>): Promise<PackagedArtifact> {
  const { component, componentDirectory: directory, sourceDirectory: root } = props;
  if (artifact.type === 'assembly') {
    return packageAssembly({
      component: component.name,
      assets: new AssetStore(props.objects),
      ecr: props.ecr,
      ...(props.repositoryUri === undefined ? {} : { repositoryUri: props.repositoryUri }),
      environment: props.environment ?? {},
      log: props.log ?? (() => undefined),
      directory: resolve(directory, artifact.path),
      root,
      assetPrefix: assetPrefix(props.solution, componentId(component.name)),
    });
  }
  return packageArtifact(artifact, { component: component.name, directory, root, kind: component.build.kind });
}
