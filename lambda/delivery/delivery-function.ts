import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { ECRClient } from '@aws-sdk/client-ecr';
import { GetObjectCommand, NoSuchKey, S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { AssetPublisher } from './assets/asset-publisher';
import { contentOf, stacksOf, templateUrl } from './content';
import { progressOf } from './continuation';
import { deployStack } from './deploy';
import { Judge } from './judge';
import { Patience } from './patience';
import { prepareStack } from './prepare';
import { sessionStatements } from './session';
import { assertStillLive } from './single-build';
import { StackDelivery } from './stack-delivery';
import { nestedStackIds, parsedTemplate } from './template';
import { ChangeReport, DeliveryConfiguration, DeliveryJobParameters, DeliveryPlace, PrepareVariables } from '../../src/contract/delivery';
import { changeSetKey } from '../../src/contract/objects';
import { approvedDigest, contentDigest } from '../../src/core/delivery/content';
import { lateValues } from '../../src/core/delivery/late-values';
import { whyAsk } from '../../src/core/delivery/skipping';
import { PlacedStack } from '../../src/core/delivery/place-stacks';
import { Release } from '../../src/core/release';
import { AllowanceStore } from '../shared/allowance-store';
import { assumeRole, RoleCredentials } from '../shared/assumed-role';
import { AttemptStore, OvertakenError } from '../shared/attempt-store';
import { EnvironmentStore } from '../shared/environment-store';
import { ImageCopier } from '../shared/image-copier';
import { Continuation, Job, JobCredentials, jobOf, jobParameters, JobResults } from '../shared/jobs';
import { errorFields, Logger } from '../shared/logger';
import { readReleaseArtifact } from '../shared/release-artifact';
import { StageAttemptStore } from '../shared/stage-attempt-store';
import { Timing } from '../shared/timing';

export interface DeliveryFunctionProps {
  readonly solution: string;
  /** Name of the pipeline. */
  readonly pipeline: string;
  readonly configuration: DeliveryConfiguration;
  readonly deploymentsTable: string;
  readonly artifactBucket: string;
  readonly codePipeline: CodePipelineClient;
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly s3: S3Client;
  readonly s3As: (credentials: JobCredentials) => S3Client;
  readonly sts: STSClient;
  readonly cloudFormationAs: (credentials: RoleCredentials, region: string) => CloudFormationClient;
  readonly bucketsAs: (credentials: RoleCredentials, region: string) => S3Client;
  readonly ecrAs: (credentials: RoleCredentials, region: string) => ECRClient;
  readonly images: ImageCopier;
  readonly timing: Timing;
  readonly logger: Logger;
}

/** How long one invocation waits for CloudFormation before it asks CodePipeline to be invoked again. */
const WAIT_MS = 60_000;

/** How often one invocation begins again because another worker of the same job was faster. */
const MAX_OVERTAKEN = 5;

type Result = Readonly<Record<string, string>> | Continuation;

/** The Prepare and Deploy actions of every place. */
export class DeliveryFunction {
  private readonly allowances: AllowanceStore;
  private readonly attempts: AttemptStore;
  private readonly environments: EnvironmentStore;
  private readonly stages: StageAttemptStore;

  public constructor(private readonly props: DeliveryFunctionProps) {
    const { dynamoDb: client, deploymentsTable: tableName, solution, timing } = props;
    const table = { client, tableName, solution, timing };
    this.allowances = new AllowanceStore(table);
    this.attempts = new AttemptStore(table);
    this.environments = new EnvironmentStore(table);
    this.stages = new StageAttemptStore(table);
  }

  public async handle(event: unknown): Promise<void> {
    const { logger, codePipeline } = this.props;
    const job = jobOf(event);
    try {
      if (job === undefined) {
        throw new Error('The delivery function answers jobs of CodePipeline only, and this event is of another kind.');
      }
      await new JobResults(codePipeline, logger).answer(job, async () => this.work(job));
    } catch (error) {
      logger.error('The event could not be handled', errorFields(error));
      throw error;
    }
  }

  private async work(job: Job): Promise<Result> {
    for (let overtaken = 0; ; overtaken++) {
      try {
        return await this.deliver(job);
      } catch (error) {
        // Lambda may run a job twice: the slower worker goes on from what the faster one wrote.
        if (!(error instanceof OvertakenError) || overtaken === MAX_OVERTAKEN) {
          throw error;
        }
      }
    }
  }

  private async deliver(job: Job): Promise<Result> {
    const { timing } = this.props;
    const { action, place: name, pipelineExecutionId: executionId } = jobParameters(job, ['action', 'place', 'pipelineExecutionId']) as DeliveryJobParameters;
    const place = this.place(name);
    const { delivery, judge, release } = await this.case(job, name, place, action, executionId);
    const options = { patience: new Patience(timing, WAIT_MS), now: timing.now() };
    if (action === 'deploy') {
      return deployStack(delivery, judge, await this.report(executionId, name), progressOf(job), options);
    }
    await this.requireStillLive(release, place.environment);
    const prepared = await prepareStack(delivery, judge, progressOf(job), {
      ...options, mayAdopt: async () => place.adopt || await this.environments.read(place.environment) !== undefined,
    });
    if (prepared instanceof Continuation) {
      return prepared;
    }
    await this.stages.start(place.environment, name, { executionId, ...this.stageDigests(place, delivery) });
    const variables: PrepareVariables = {
      changes: `${prepared.changes.length}`,
      destructive: `${prepared.destructive.length}`,
      broadening: `${prepared.broadenings.length}`,
    };
    return { ...variables };
  }

  private async requireStillLive(release: Release, environment: string): Promise<void> {
    await assertStillLive(release, environment, this.environments);
  }

  private place(name: string): DeliveryPlace {
    const { places } = this.props.configuration;
    const place = Object.hasOwn(places, name) ? places[name] : undefined;
    if (place === undefined) {
      throw new Error(`The pipeline delivers to no place '${name}'; it knows ${Object.keys(places).sort().join(', ')}. Deploy the pipeline again.`);
    }
    return place;
  }

  private async case(job: Job, name: string, place: DeliveryPlace, action: DeliveryJobParameters['action'], executionId: string) {
    const { artifactBucket, sts, cloudFormationAs, s3As, s3, solution, pipeline, timing, logger: all } = this.props;
    if (action !== 'prepare' && action !== 'deploy') {
      throw new Error(`The action is '${String(action)}': it has to be prepare or deploy.`);
    }
    const artifact = await readReleaseArtifact(job, s3As);
    const { commitId } = artifact.release;
    const stacks = stacksOf(name, place, artifact);
    if (stacks.length > 1) {
      // Until several are delivered.
      throw new Error(`The release brings ${stacks.length} stacks to ${name}: ${stacks.map(({ id }) => id).join(', ')}. One can be delivered.`);
    }
    const stack = stacks[0]!;
    const { stackName } = stack;
    const content = contentOf(stack, stack.parameters as Readonly<Record<string, string>>, place, artifact);
    const template = parsedTemplate(content.template);
    const nested = nestedStackIds(template);
    const statements = sessionStatements(place, stackName, action, nested, place.artifactBucket ?? artifactBucket);
    const client = cloudFormationAs(await assumeRole(sts, place.deployRoleArn, `modular-pipeline-${action}`, statements), place.region);
    const logger = all.with({ commit: commitId, execution: executionId, place: name, action });
    const digest = contentDigest(content);
    const delivery = new StackDelivery({
      publish: async () => this.publish(stack, place, logger),
      client,
      attempts: this.attempts,
      timing,
      logger,
      delivery: {
        address: { environment: place.environment, place: name, stackName },
        executionId,
        commitId,
        content,
        digest,
        late: lateValues(template, content.template),
        showsNested: !place.allowDestructiveChanges,
        templateUrl: templateUrl(stack.templateObject, place),
      },
    });
    const judge = new Judge({
      place,
      stackName,
      pipeline,
      commitId,
      digest,
      approvedDigest: approvedDigest(content),
      client,
      allowances: this.allowances,
      s3,
      bucket: artifactBucket,
      key: changeSetKey(solution, executionId, name),
      ask: async () => whyAsk(await this.stages.read(place.environment, name), this.stageDigests(place, delivery)),
      logger,
    });
    return { delivery, judge, release: artifact.release };
  }

  private async publish({ id, assets = { files: [], images: [] } }: PlacedStack, place: DeliveryPlace, logger: Logger): Promise<boolean> {
    if (assets.files.length === 0 && assets.images.length === 0) {
      return true;
    }
    if (place.assets === undefined) {
      throw new Error(`Stack '${id}' has assets, and the pipeline publishes none in ${place.environment}. Deploy the pipeline again.`);
    }
    return new AssetPublisher({ ...this.props, place: place.assets, logger }).publish(assets);
  }

  private stageDigests({ gatesDigest, gatesReadCommit }: DeliveryPlace, { delivery: { digest, commitId } }: StackDelivery) {
    return { contentDigest: digest, gatesDigest, testsDigest: gatesReadCommit ? commitId : '' };
  }

  private async report(executionId: string, place: string): Promise<ChangeReport> {
    const { s3, artifactBucket, solution } = this.props;
    try {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: artifactBucket, Key: changeSetKey(solution, executionId, place) }));
      return JSON.parse(await Body!.transformToString()) as ChangeReport;
    } catch (error) {
      if (error instanceof NoSuchKey) {
        throw new Error(`Nothing was prepared for ${place} by execution ${executionId}. Retry the stage with all of its actions.`);
      }
      throw error;
    }
  }
}
