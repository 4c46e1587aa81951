import { CodeBuildClient } from '@aws-sdk/client-codebuild';
import { CatalogueVersion } from './execution';
import { FunctionName } from './functions';
import { HostedSource } from './hosted-source';
import { ARTIFACT_BUCKET, BRANCH, DEPLOYMENTS_TABLE, DIFF_TABLE, PIPELINE, PIPELINE_BUCKET, REPOSITORY, SOLUTION } from './names';
import { Handler, Programs } from './programs';
import { Settings } from './settings';
import { ImageCopier } from '../../lambda/shared/image-copier';
import { createLogger } from '../../lambda/shared/logger';
import { CodeCommitRepository } from '../../lambda/shared/source/codecommit/code-commit-repository';
import type { DeliveryPlace } from '../../src/contract/delivery';
import { Sandbox } from '../engine/sandbox';

export interface FunctionProgramProps {
  readonly programs: Programs;
  readonly settings: Settings;
  readonly seed: number;
  readonly isTroubled: () => boolean;
}

/** A function as it is deployed with a version of the catalogue: the real program, with the clients of a sandbox. */
export function functionProgram(name: FunctionName, sandbox: Sandbox, { catalogue }: CatalogueVersion, props: FunctionProgramProps): Handler {
  const { programs, settings, seed, isTroubled } = props;
  const { codePipeline, codeCommit, dynamoDb, s3, timing } = sandbox;
  const common = {
    solution: SOLUTION,
    diffTable: DIFF_TABLE,
    deploymentsTable: DEPLOYMENTS_TABLE,
    artifactBucket: ARTIFACT_BUCKET,
    pipeline: PIPELINE,
    catalogue,
    codePipeline,
    dynamoDb,
    s3,
    timing,
    logger: createLogger(() => undefined, timing.now),
  };
  const { environments, baselineBranch, host } = settings;
  switch (name) {
    case 'diff': return programs.diff({
      ...common,
      openSource: () => {
        const repository = new CodeCommitRepository(codeCommit, REPOSITORY);
        return host === undefined ? repository : new HostedSource({ seed, host, repository, sandbox, isTroubled });
      },
      baselineBranch,
      branch: BRANCH,
      environments: environments.map((environment) => environment.name),
      planRetentionDays: 30,
    });
    case 'release': return programs.release({
      ...common,
      environments: environments.flatMap(({ name: environment, places }) => places.map((place) => ({
        name: place,
        environment,
        parameters: {},
        stacks: [{ id: 'template', component: 'template', stackName: place, parameters: {}, tags: {}, capabilities: [], dependsOn: [] }],
      }))),
      region: 'eu-west-1',
      ecrIn: () => sandbox.ecr,
      refusesUndeclared: false,
      s3As: () => s3,
      s3In: () => s3,
      images: new ImageCopier({ ecrIn: () => sandbox.ecr, download: async () => new Uint8Array() }),
    });
    case 'builds': return programs.builds({
      ...common,
      targets: Object.fromEntries(catalogue.components.map((component) => [component.name, { project: 'builds', role: component.name }])),
      roleArnPrefix: 'arn:aws:iam::111111111111:role/',
      maxConcurrency: 40,
      pipelineBucket: PIPELINE_BUCKET,
      stateMachine: 'arn:aws:states:eu-west-1:111111111111:stateMachine:builds',
      stepFunctions: sandbox.stepFunctions,
    });
    case 'delivery': return programs.delivery({
      ...common,
      configuration: {
        places: Object.fromEntries(environments.flatMap(({ name: environment, places }) => (
          places.map((place) => [place, deliveryPlace(environment, place)])))),
      },
      s3As: () => s3,
      sts: sandbox.sts,
      // The deploy roles are no bootstrap's: its version is not asked for.
      ssmAs: () => { throw new Error('Systems Manager is not simulated.'); },
      // All environments are delivered by CloudFormation alone.
      codeBuild: new CodeBuildClient({ region: 'eu-west-1' }),
      cloudFormationAs: () => sandbox.cloudFormation,
      bucketsAs: () => s3,
      ecrAs: () => sandbox.ecr,
      images: new ImageCopier({ ecrIn: () => sandbox.ecr, download: async () => new Uint8Array() }),
    });
    case 'record': return programs.record(common);
  }
}

function deliveryPlace(environment: string, place: string): DeliveryPlace {
  return {
    environment,
    account: '111111111111',
    region: 'eu-west-1',
    stackNames: [place],
    refusedStackNames: [],
    adopt: true,
    deployRoleArn: 'arn:aws:iam::111111111111:role/deploy',
    executionRoleArn: 'arn:aws:iam::111111111111:role/execution',
    allowDestructiveChanges: false,
    allowTypes: [],
    allowLogicalIds: [],
    gateOutputs: [],
    gatesDigest: 'gates',
    gatesReadCommit: false,
  };
}
