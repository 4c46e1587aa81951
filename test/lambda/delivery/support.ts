import { Change, CreateChangeSetInput } from '@aws-sdk/client-cloudformation';
import { CodeBuildClient } from '@aws-sdk/client-codebuild';
import { CodePipelineClient, PutJobFailureResultCommand, PutJobSuccessResultCommand } from '@aws-sdk/client-codepipeline';
import { ECRClient } from '@aws-sdk/client-ecr';
import { SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { DeliveryFunction } from '../../../lambda/delivery/delivery-function';
import { zipTexts } from '../../../lambda/release/archive';
import { AttemptStore } from '../../../lambda/shared/attempt-store';
import { ImageCopier } from '../../../lambda/shared/image-copier';
import { createLogger } from '../../../lambda/shared/logger';
import { StageAttemptStore } from '../../../lambda/shared/stage-attempt-store';
import { Outcome, StackLifecycle } from '../../../local/engine/cloud-formation/lifecycle';
import { ChangeReport, DeliveryPlace } from '../../../src/contract/delivery';
import { PlacedStack } from '../../../src/core/delivery/place-stacks';
import { cloudFormationClient } from '../../support/cloud-formation-client';
import { DynamoDb } from '../../support/dynamodb';
import { FakeS3 } from '../../support/fake-s3';
import { ManualTiming } from '../../support/timing';

export const COMMIT = 'c'.repeat(40);

export const PROD: DeliveryPlace = {
  environment: 'prod',
  account: '222222222222',
  region: 'eu-west-1',
  stackNames: ['shop', 'shop-*'],
  refusedStackNames: ['shop-pipeline'],
  adopt: false,
  deployRoleArn: 'arn:aws:iam::222222222222:role/deploy',
  executionRoleArn: 'arn:aws:iam::222222222222:role/exec',
  allowDestructiveChanges: false,
  allowTypes: [],
  allowLogicalIds: [],
  gateOutputs: [],
  gatesDigest: 'gates',
  gatesReadCommit: false,
};

/** A stack of a release: its ID, its template, and what is not as usual. */
export type ReleasedStack = Pick<PlacedStack, 'id'> & { readonly template: string } & Partial<PlacedStack>;

/** A resource that the test's template changes; its name says how. */
export function modified(logicalId: string, replacement: 'True' | 'False' = 'False'): Change {
  return {
    Type: 'Resource',
    ResourceChange: {
      Action: 'Modify',
      LogicalResourceId: logicalId,
      PhysicalResourceId: `shop-${logicalId}`,
      ResourceType: 'AWS::DynamoDB::Table',
      Replacement: replacement,
      Scope: ['Properties'],
      Details: [{
        Target: { Attribute: 'Properties', Name: 'Content', RequiresRecreation: replacement === 'True' ? 'Always' : 'Never' },
        Evaluation: 'Static',
        ChangeSource: 'DirectModification',
      }],
      BeforeContext: '{"Properties":{"Content":"a"}}',
      AfterContext: '{"Properties":{"Content":"b"}}',
    },
  };
}

/** The delivery function, CloudFormation's states and a clock that the test moves. */
export async function setUp(db: DynamoDb, more: Partial<DeliveryPlace> = {}) {
  const { deploymentsTable } = await db.createTables();
  const timing = new ManualTiming();
  const calls: string[] = [];
  let ids = 0;
  /** Replaced by tests: what a change set would do, and what becomes of operations. */
  const world = {
    changes: (_input: CreateChangeSetInput): readonly Change[] => [modified('Table')],
    outcome: (_stackName: string): Outcome => ({ duration: 20_000 }),
    outputs: (name: string, live: CreateChangeSetInput): Record<string, string> => ({ Template: `${name} ${live.TemplateBody}` }),
    /** Builds of the release, by component. */
    components: {} as Record<string, object>,
    /** Where one worker ends: before a call is made, or after it, with its answer lost. */
    crash: undefined as undefined | { readonly call: string; readonly when: 'before' | 'after' },
  };
  const text = (input: CreateChangeSetInput | undefined) => input && JSON.stringify([input.TemplateBody, input.Parameters, input.Tags]);
  const stacks = new StackLifecycle({
    now: () => new Date(timing.milliseconds),
    newId: () => `id-${++ids}`,
    account: PROD.account,
    region: PROD.region,
    compare: (live, input) => (text(live) === text(input) ? { kind: 'empty' } : { kind: 'changes', changes: world.changes(input) }),
    outcome: (name) => world.outcome(name),
    outputs: (name, live) => world.outputs(name, live),
  });
  const client = cloudFormationClient(stacks, async (name, answer) => {
    const crash = world.crash?.call === name ? world.crash : undefined;
    if (crash !== undefined) {
      world.crash = undefined;
    }
    if (crash?.when === 'before') {
      throw new Error(name);
    }
    calls.push(name);
    const result = answer();
    if (crash?.when === 'after') {
      throw new Error(name);
    }
    return result;
  });
  const s3 = new FakeS3();
  /** What the release brings; each stack's name is `shop` or `shop-` and its ID. */
  const releaseStacks = (released: readonly ReleasedStack[], commitId = COMMIT) => {
    const files = released.map(({ id, template, ...given }): [PlacedStack, string] => [{
      id,
      stackName: id === 'shop' ? 'shop' : `shop-${id}`,
      templateFile: `templates/eu-west-1/${id}.yml`,
      templateObject: { bucket: 'artifacts', key: 'shop/components/template yml/3/packaged.yml' },
      parameters: {},
      tags: { team: 'shop' },
      capabilities: ['CAPABILITY_NAMED_IAM'],
      dependsOn: [],
      ...given,
    }, template]);
    s3.objects.set('pipeline/Release/1', {
      body: Buffer.from(zipTexts({
        'release.json': JSON.stringify({ commitId, components: world.components }),
        ...Object.fromEntries(files.map(([{ templateFile }, template]) => [templateFile, template])),
        'prod.stacks.json': JSON.stringify({ version: 1, stacks: files.map(([stack]) => stack) }),
      })),
      input: { Bucket: 'pipeline', Key: 'Release/1' },
    });
  };
  const release = (template: string, commitId = COMMIT, parameters: Record<string, string> = {}, given: Partial<PlacedStack> = {}) => (
    releaseStacks([{ id: 'shop', template, parameters, ...given }], commitId));
  release('Resources: {}\n');
  const codePipeline = new CodePipelineClient({ region: PROD.region });
  const answers = mockClient(codePipeline);
  const sts = new STSClient({ region: PROD.region });
  const assumed = mockClient(sts);
  assumed.on(AssumeRoleCommand).resolves({ Credentials: { AccessKeyId: 'k', SecretAccessKey: 's', SessionToken: 't', Expiration: new Date(0) } });
  const ssm = new SSMClient({ region: PROD.region });
  const parameters = mockClient(ssm);
  // The place's own bucket.
  const place = new FakeS3();
  const ecr = new ECRClient({ region: PROD.region });
  const codeBuild = new CodeBuildClient({ region: PROD.region });
  const delivery = new DeliveryFunction({
    solution: 'shop',
    pipeline: 'shop-pipeline',
    configuration: { places: { prod: { ...PROD, ...more } } },
    deploymentsTable,
    artifactBucket: 'artifacts',
    codeBuild,
    codePipeline,
    dynamoDb: db.client,
    s3: s3.client,
    s3As: () => s3.client,
    sts,
    ssmAs: () => ssm,
    cloudFormationAs: () => client,
    bucketsAs: () => place.client,
    ecrAs: () => ecr,
    images: new ImageCopier({ ecrIn: () => ecr, download: async () => new Uint8Array() }),
    timing,
    logger: createLogger(() => undefined, () => timing.now()),
  });
  const table = { client: db.client, tableName: deploymentsTable, solution: 'shop', timing };

  /** One invocation. */
  const invoke = async (action: string, execution: string, continuationToken?: string, jobId = `${action}-${execution}`) => {
    answers.reset();
    await delivery.handle({
      'CodePipeline.job': {
        id: jobId,
        data: {
          actionConfiguration: { configuration: { UserParameters: JSON.stringify({ action, place: 'prod', pipelineExecutionId: execution }) } },
          inputArtifacts: [{ location: { s3Location: { bucketName: 'pipeline', objectKey: 'Release/1' } } }],
          artifactCredentials: { accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c' },
          ...(continuationToken ? { continuationToken } : {}),
        },
      },
    });
    const success = answers.commandCalls(PutJobSuccessResultCommand)[0]?.args[0].input;
    return {
      variables: success?.outputVariables,
      token: success?.continuationToken,
      failure: answers.commandCalls(PutJobFailureResultCommand)[0]?.args[0].input.failureDetails?.message,
    };
  };
  /** A job to its end, over as many invocations as it takes. */
  let jobs = 0;
  const run = async (action: 'prepare' | 'deploy' | 'switch', execution = 'e1') => {
    const jobId = `job-${++jobs}`;
    for (let token: string | undefined, invocation = 0; invocation < 2_000; invocation++) {
      const result = await invoke(action, execution, token, jobId);
      if (result.token === undefined) {
        return result;
      }
      token = result.token;
      timing.pass(30_000);
    }
    throw new Error('The job does not end.');
  };
  return {
    world,
    stacks,
    calls,
    timing,
    assumed,
    parameters,
    release,
    releaseStacks,
    invoke,
    run,
    s3,
    placeBucket: place,
    codeBuild,
    attempts: new AttemptStore(table),
    stages: new StageAttemptStore(table),
    ledger: async (stackName = 'shop') => new AttemptStore(table).read({ environment: 'prod', place: 'prod', stackName }),
    report: (execution = 'e1') => s3.json(`artifacts/shop/change-sets/${execution}/prod.json`) as unknown as ChangeReport,
  };
}
