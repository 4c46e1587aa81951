import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CodeBuildClient } from '@aws-sdk/client-codebuild';
import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { ECRClient } from '@aws-sdk/client-ecr';
import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { AssetPublisher } from './assets/asset-publisher';
import { continued, progressOf } from './continuation';
import { DeployOptions } from './deploy';
import { PlaceDeliveries } from './deployer/place-deliveries';
import { WorkBuilds } from './deployer/work-builds';
import { PartlyDeliveredError } from './partly-delivered';
import { changesAny, PlaceDelivery, placeReport } from './place-delivery';
import { assertStillLive } from './single-build';
import { ChangeReport, DeliveryConfiguration, DeliveryJobParameters, DeliveryPlace, PrepareVariables, STACK_IDS_VARIABLE, SWITCH_VARIABLE } from '../../src/contract/delivery';
import { ASK, ReviewNote, switchOf } from '../../src/contract/gates';
import { DeliveredBuildRecord } from '../../src/contract/ledger';
import { changeSetKey, outputsKey, reviewNoteKey } from '../../src/contract/objects';
import { outputVariables, PlaceOutputs } from '../../src/core/delivery/place-report';
import { PlacedStack } from '../../src/core/delivery/place-stacks';
import { leftBehind, whyAsk } from '../../src/core/delivery/skipping';
import { sha256 } from '../../src/core/digest';
import { Release } from '../../src/core/release';
import { AllowanceStore } from '../shared/allowance-store';
import { RoleCredentials } from '../shared/assumed-role';
import { AttemptStore, OvertakenError } from '../shared/attempt-store';
import { EnvironmentStore } from '../shared/environment-store';
import { ImageCopier } from '../shared/image-copier';
import { Continuation, Job, JobCredentials, jobOf, jobParameters, JobResults } from '../shared/jobs';
import { errorFields, errorMessage, Logger } from '../shared/logger';
import { Patience } from '../shared/patience';
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
  readonly codeBuild: CodeBuildClient;
  readonly codePipeline: CodePipelineClient;
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly s3: S3Client;
  readonly s3As: (credentials: JobCredentials) => S3Client;
  readonly sts: STSClient;
  readonly ssmAs: (credentials: RoleCredentials, region: string) => SSMClient;
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
  private readonly deliveryAttempts: AttemptStore<DeliveredBuildRecord>;
  private readonly environments: EnvironmentStore;
  private readonly stages: StageAttemptStore;

  public constructor(private readonly props: DeliveryFunctionProps) {
    const { dynamoDb: client, deploymentsTable: tableName, solution, timing } = props;
    const table = { client, tableName, solution, timing };
    this.allowances = new AllowanceStore(table);
    this.attempts = new AttemptStore(table);
    this.deliveryAttempts = new AttemptStore<DeliveredBuildRecord>(table);
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
    if (action !== 'prepare' && action !== 'deploy' && action !== 'switch') {
      throw new Error(`The action is '${String(action)}': it has to be prepare, deploy or switch.`);
    }
    const place = this.place(name);
    const artifact = await readReleaseArtifact(job, this.props.s3As);
    const now = timing.now();
    const options = { patience: new Patience(timing, WAIT_MS), now, progress: progressOf(job, now) };
    const others = new PlaceDeliveries({
      ...this.props,
      name,
      place,
      release: artifact.release,
      executionId,
      run: options.progress.run,
      allowances: this.allowances,
      attempts: this.deliveryAttempts,
      builds: new WorkBuilds(this.props.codeBuild),
    });
    if (action === 'switch') {
      return await others.switch(await this.report(executionId, name), options) ? {} : continued(options.progress);
    }
    const delivery = new PlaceDelivery({
      ...this.props,
      name,
      place,
      artifact,
      action,
      executionId,
      run: options.progress.run,
      allowances: this.allowances,
      attempts: this.attempts,
      others,
      publish: async (stack, logger) => this.publishAssets(stack, place, logger),
    });
    if (action === 'deploy') {
      const outputs = await this.deploy({ stacks: delivery, others }, await this.report(executionId, name), options, { executionId, name, place });
      return outputs === undefined ? continued(options.progress) : {
        ...await this.publish(outputs, executionId, name, place), [STACK_IDS_VARIABLE]: delivery.stackIds.join(','), ...await this.switchVariable(others, executionId, name),
      };
    }
    await this.requireStillLive(artifact.release, place.environment);
    const last = await this.stages.read(place.environment, name);
    const prepared = await delivery.prepare({
      ...options, mayAdopt: async () => place.adopt || await this.environments.read(place.environment) !== undefined,
    });
    const deliveries = prepared && await others.prepare(prepared.outputs, !changesAny(prepared.reports), options);
    if (deliveries === undefined) {
      return continued(options.progress);
    }
    const { reports: stacks, after } = prepared!;
    const contentDigest = sha256(JSON.stringify([...delivery.releasedDigests, ...others.releasedDigests].sort()));
    const digests = { contentDigest, gatesDigest: place.gatesDigest, testsDigest: place.gatesReadCommit ? artifact.release.commitId : '' };
    const names = [...stacks.map(({ stackName }) => stackName), ...others.names];
    const report = placeReport({
      commitId: artifact.release.commitId, stacks, after, deliveries, leftBehind: leftBehind(last, names), ask: whyAsk(last, digests), partly: last?.partly,
    });
    await this.putJson(changeSetKey(this.props.solution, executionId, name), report);
    // One stack, or one other delivery, cannot be delivered in part: what was noted of several ends here.
    const partly = names.length > 1 ? last?.partly : undefined;
    await this.stages.start(place.environment, name, { executionId, ...digests, stacks: names, leftBehind: report.leftBehind, partly });
    const variables: PrepareVariables = {
      changes: `${report.changes.length}`,
      destructive: `${report.destructive.length}`,
      broadening: `${report.broadenings.length}`,
    };
    return { ...variables };
  }

  /** Delivers, and notes where that failed between deliveries: the next page, and `status`, say so until a delivery succeeds. */
  private async deploy(
    { stacks, others }: { readonly stacks: PlaceDelivery; readonly others: PlaceDeliveries }, report: ChangeReport, options: DeployOptions,
    { executionId, name, place: { environment } }: { readonly executionId: string; readonly name: string; readonly place: DeliveryPlace },
  ): Promise<PlaceOutputs | undefined> {
    try {
      const outputs = await others.deploy('before', report, new Map(), options) ? await stacks.deploy(report, options) : undefined;
      if (outputs === undefined || !await others.deploy('after', report, outputs, options)) {
        return undefined;
      }
      if (report.stacks.length + others.names.length > 1) {
        await this.stages.notePartly(environment, name, executionId, undefined);
      }
      return outputs;
    } catch (error) {
      if (error instanceof PartlyDeliveredError) {
        await this.notePartly(error, environment, name, executionId);
      }
      throw error;
    }
  }

  /** What the approval between Deploy and Switch is answered with, where the place has one; it is noted for notifications. */
  private async switchVariable(others: PlaceDeliveries, executionId: string, name: string): Promise<Readonly<Record<string, string>>> {
    if (!others.switches) {
      return {};
    }
    const waiting = await others.waiting();
    const waiver = waiting.length === 0 ? 'nothing waits to be switched to' : ASK;
    const note: ReviewNote = { waiver, text: `${waiting.join(', ')}: deployed to ${name}, and waits to be switched to.`, page: '' };
    await this.putJson(reviewNoteKey(this.props.solution, executionId, switchOf(name)), note);
    return { [SWITCH_VARIABLE]: waiver };
  }

  /** @throws Error that says what failed, and that it is not noted */
  private async notePartly({ message, partly }: PartlyDeliveredError, environment: string, place: string, executionId: string): Promise<void> {
    try {
      await this.stages.notePartly(environment, place, executionId, partly);
    } catch (error) {
      throw new Error(`${message}\nThe DeploymentsTable does not say so: ${errorMessage(error)}`);
    }
  }

  /** Writes all outputs down for tests, and makes variables of those that may be seen. */
  private async publish(outputs: PlaceOutputs, executionId: string, name: string, place: DeliveryPlace): Promise<Readonly<Record<string, string>>> {
    await this.putJson(outputsKey(this.props.solution, executionId, name), Object.fromEntries(outputs));
    const variables = outputVariables(outputs);
    const { published } = place;
    return published === undefined ? variables
      : Object.fromEntries(Object.entries(variables).filter(([variable]) => published.some((output) => variable === output || variable.endsWith(`@${output}`))));
  }

  private async putJson(key: string, content: object): Promise<void> {
    await this.props.s3.send(new PutObjectCommand({
      Bucket: this.props.artifactBucket, Key: key, Body: JSON.stringify(content, undefined, 2), ContentType: 'application/json',
    }));
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

  private async publishAssets({ id, assets = { files: [], images: [] } }: PlacedStack, place: DeliveryPlace, logger: Logger): Promise<boolean> {
    if (assets.files.length === 0 && assets.images.length === 0) {
      return true;
    }
    if (place.assets === undefined) {
      throw new Error(`Stack '${id}' has assets, and the pipeline publishes none in ${place.environment}. Deploy the pipeline again.`);
    }
    return new AssetPublisher({ ...this.props, place: place.assets, logger }).publish(assets);
  }

  private async report(executionId: string, place: string): Promise<ChangeReport> {
    const { s3, artifactBucket, solution } = this.props;
    try {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: artifactBucket, Key: changeSetKey(solution, executionId, place) }));
      const report = JSON.parse(await Body!.transformToString()) as ChangeReport;
      if (report.version !== 3) {
        throw new Error(`What was prepared for ${place} by execution ${executionId} is of another version of the pipeline. Retry the stage with all of its actions.`);
      }
      return report;
    } catch (error) {
      if (error instanceof NoSuchKey) {
        throw new Error(`Nothing was prepared for ${place} by execution ${executionId}. Retry the stage with all of its actions.`);
      }
      throw error;
    }
  }
}
