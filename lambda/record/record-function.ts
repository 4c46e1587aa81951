import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { writeReport } from './report-writer';
import { RecordJobParameters } from '../../src/contract/events';
import { releaseKey, ReportedEnvironment } from '../../src/contract/objects';
import { formatPromotion } from '../../src/core/promotion';
import { Release } from '../../src/core/release';
import { changedBuilds } from '../../src/core/release-assembly';
import { BuildStore } from '../shared/build-store';
import { mapConcurrently } from '../shared/concurrency';
import { EnvironmentStore, LiveRelease } from '../shared/environment-store';
import { ExecutionStore } from '../shared/execution-store';
import { Job, jobOf, jobParameters, JobResults } from '../shared/jobs';
import { errorFields, errorMessage, firstFew, Logger } from '../shared/logger';
import { Pipeline } from '../shared/pipeline';
import { PlanStore } from '../shared/plan-store';
import { ReleaseStore } from '../shared/release-store';
import { StageAttemptStore } from '../shared/stage-attempt-store';
import { Timing } from '../shared/timing';

export interface RecordFunctionProps {
  readonly solution: string;
  readonly diffTable: string;
  readonly deploymentsTable: string;
  readonly artifactBucket: string;
  /** Name of the pipeline. */
  readonly pipeline: string;
  /** Where the page of what is live where is to be written: the environments, in the order of deployment. */
  readonly reported?: readonly ReportedEnvironment[];
  readonly codePipeline: CodePipelineClient;
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly s3: S3Client;
  readonly timing: Timing;
  readonly logger: Logger;
}

/** What an execution brought live. */
interface Deployed {
  readonly release: Release;
  readonly key: string;
  readonly sequence: number;
}

const CONCURRENT_RECORDS = 16;

/** The last action of each environment: records that the execution's release is live there. */
export class RecordFunction {
  private readonly releases: ReleaseStore;
  private readonly environments: EnvironmentStore;
  private readonly builds: BuildStore;
  private readonly executions: ExecutionStore;
  private readonly stages: StageAttemptStore;
  private readonly plans: PlanStore;

  public constructor(private readonly props: RecordFunctionProps) {
    const { dynamoDb: client, deploymentsTable, diffTable, solution, timing, s3, artifactBucket } = props;
    const deployments = { client, tableName: deploymentsTable, solution, timing };
    this.releases = new ReleaseStore(s3, artifactBucket);
    this.environments = new EnvironmentStore(deployments);
    this.builds = new BuildStore(deployments);
    this.stages = new StageAttemptStore(deployments);
    const diffs = { client, tableName: diffTable, solution, timing };
    this.executions = new ExecutionStore(diffs);
    this.plans = new PlanStore(diffs);
  }

  public async handle(event: unknown): Promise<void> {
    const { logger, codePipeline } = this.props;
    const job = jobOf(event);
    try {
      if (job === undefined) {
        throw new Error('The record function answers jobs of CodePipeline only, and this event is none.');
      }
      await new JobResults(codePipeline, logger).answer(job, async () => {
        await this.record(job);
        return {};
      });
    } catch (error) {
      logger.error('The event could not be handled', errorFields(error));
      throw error;
    }
  }

  private async record(job: Job): Promise<void> {
    const parameters = jobParameters(job, ['environment', 'places', 'stage', 'pipelineExecutionId']);
    const { environment, places, pipelineExecutionId } = parameters;
    const deployed = await this.deployed(pipelineExecutionId, environment);
    const { release, key } = deployed;
    const previous = await this.environments.read(environment);
    const sequence = await this.sequenceIn(parameters, deployed.sequence, previous);
    const logger = this.props.logger.with({ commit: release.commitId, execution: pipelineExecutionId, environment, sequence });
    const live: LiveRelease = {
      Sequence: sequence,
      CommitId: release.commitId,
      Release: key,
      PipelineExecutionId: pipelineExecutionId,
      Promotion: promotionOf(environment, deployed),
      Timestamp: this.props.timing.now().toISOString(),
    };
    // The builds first: once the environment has moved, nothing tells any more which of them were new to it.
    const builds = changedBuilds(release, previous && await this.releases.get(previous.Release));
    await mapConcurrently(builds, CONCURRENT_RECORDS, async (build) => this.builds.recordDeployment(build, environment, {
      CommitId: live.CommitId,
      PipelineExecutionId: live.PipelineExecutionId,
      Timestamp: live.Timestamp,
    }));
    await this.environments.note(environment, live);
    if (!await this.environments.move(environment, live)) {
      throw new Error(`A later execution's release was recorded in '${environment}' while execution ${pipelineExecutionId} was. Retry the stage if the execution is still in it:`
        + ' what it deployed is not recorded.');
    }
    for (const place of places.split(',')) {
      await this.stages.record(environment, place, pipelineExecutionId);
    }
    logger.info('Recorded', { builds: firstFew(builds.map(({ component, buildNumber }) => ({ component, buildNumber }))) });
    await this.report(environment);
  }

  private async report(environment: string): Promise<void> {
    const { reported, pipeline, codePipeline } = this.props;
    if (reported === undefined) {
      return;
    }
    try {
      await writeReport({
        ...this.props,
        pipelineName: pipeline,
        names: reported.map(({ name }) => name),
        apart: reported.filter(({ apart }) => apart === true).map(({ name }) => name),
        environments: this.environments,
        releases: this.releases,
        builds: this.builds,
        plans: this.plans,
        pipeline: new Pipeline(codePipeline, pipeline),
      });
    } catch (error) {
      throw new Error(`The release is recorded as live in '${environment}', but the page could not be: retry the stage. ${errorMessage(error)}`, { cause: error });
    }
  }

  /**
   * The number under which the release went live. What is recorded may have a greater one: a rollback enters an environment's stage past executions that
   * were numbered before it and deploy after it. An execution that is in the stage now has deployed last, whatever its number, and gets one again.
   */
  private async sequenceIn(
    { environment, stage, pipelineExecutionId: executionId }: Pick<RecordJobParameters, 'environment' | 'stage' | 'pipelineExecutionId'>,
    sequence: number,
    previous: LiveRelease | undefined,
  ): Promise<number> {
    if (previous?.PipelineExecutionId === executionId) {
      return previous.Sequence;
    }
    if (previous === undefined || previous.Sequence < sequence) {
      return sequence;
    }
    const { codePipeline, pipeline } = this.props;
    if (!await new Pipeline(codePipeline, pipeline).isInStage(executionId, stage)) {
      throw new Error(`Execution ${executionId}, number ${sequence}, is not in stage '${stage}' any more, and a later one is recorded as live in '${environment}':`
        + ` ${previous.PipelineExecutionId}, number ${previous.Sequence}. Nothing was recorded.`);
    }
    return this.executions.sequence(`${executionId}#${environment}#${previous.Sequence}`, 'planned', previous.Sequence);
  }

  private async deployed(executionId: string, environment: string): Promise<Deployed> {
    const { solution } = this.props;
    const key = releaseKey(solution, executionId);
    const release = await this.releases.get(key);
    return release === undefined ? this.rolledBackTo(executionId, environment) : { release, key, sequence: release.sequence };
  }

  /** A rollback runs an environment's stage alone, with an earlier execution's release. It happens now, so it gets a number of its own. */
  private async rolledBackTo(executionId: string, environment: string): Promise<Deployed> {
    const { pipeline, codePipeline, solution } = this.props;
    const target = await new Pipeline(codePipeline, pipeline).rollbackTarget(executionId);
    const key = target === undefined ? undefined : releaseKey(solution, target);
    const release = key === undefined ? undefined : await this.releases.get(key);
    if (key === undefined || release === undefined) {
      throw new Error(`Execution ${executionId} has no release in the artifact bucket, so what it deployed cannot be recorded. Start the pipeline again.`);
    }
    const recorded = await this.environments.lastSequence([environment]);
    return { release, key, sequence: await this.executions.sequence(executionId, 'promotion', recorded) };
  }
}

/** The promotion that an execution was. A rollback by AWS is one as well, of the release that it went back to. */
function promotionOf(environment: string, { release, sequence }: Deployed): string | undefined {
  if (release.sequence !== sequence) {
    return formatPromotion({ environment, release: release.sequence });
  }
  return release.promotion && formatPromotion(release.promotion);
}
