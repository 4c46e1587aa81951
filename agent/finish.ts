import { ECRClient } from '@aws-sdk/client-ecr';
import { requireRepositoryUri } from './commands-environment';
import { BuildableComponent } from './component';
import { pushedDigest } from './images';
import { ObjectStore } from './object-store';
import { packageArtifact } from './packaging';
import { BuildStore } from '../lambda/shared/build-store';
import { OutcomeStore } from '../lambda/shared/outcome-store';
import { buildPrefix } from '../src/contract/objects';
import { componentId } from '../src/core/names';
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
      const digest = await pushedDigest(props.ecr, repositoryUri, buildNumber, component.build.kind);
      return { location: `${repositoryUri}@${digest}`, artifactDigest: digest };
    }
    default: {
      const { files, digest, locationSuffix } = await packageArtifact(artifact, {
        component: component.name,
        directory: props.componentDirectory,
        root: props.sourceDirectory,
        kind: component.build.kind,
      });
      const prefix = buildPrefix(solution, componentId(component.name), buildNumber);
      for (const { name, content } of files) {
        await objects.putNew(`${prefix}${name}`, content);
      }
      return { location: `s3://${artifactBucket}/${prefix}${locationSuffix}`, artifactDigest: digest };
    }
  }
}
