import { CodePipelineClient, PipelineNotFoundException } from '@aws-sdk/client-codepipeline';
import { S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Planning } from './head';
import { HeadFollower } from './head-follower';
import { headMetrics } from './head-metrics';
import { planExecution } from './plan-action';
import { Planner } from './planner';
import { Promoter } from './promoter';
import { SourceWatch } from './source-watch';
import { TagFollower } from './tag-follower';
import { taggedReleases } from './tagged-releases';
import { MalformedEventError, planParameters, sourceLocation, triggerOf } from './trigger';
import { LONGEST_DELAY_MS } from '../../src/contract/events';
import { DeployOnConfiguration } from '../../src/contract/objects';
import { Catalogue } from '../../src/core/catalogue';
import { prefixOfTags } from '../../src/core/tags/tag-pattern';
import { BuildStore } from '../shared/build-store';
import { EnvironmentStore } from '../shared/environment-store';
import { ExecutionStore } from '../shared/execution-store';
import { HeadStore } from '../shared/head-store';
import { JobResults } from '../shared/jobs';
import { errorFields, Logger } from '../shared/logger';
import { Pipeline } from '../shared/pipeline';
import { PlanStore } from '../shared/plan-store';
import { ReleaseStore } from '../shared/release-store';
import { BranchMissingError } from '../shared/source/errors';
import { SourceRepository } from '../shared/source/source-repository';
import { SourceStateStore } from '../shared/source-state-store';
import { TagStateStore } from '../shared/tag-state-store';
import { Timing } from '../shared/timing';

export interface DiffFunctionProps {
  readonly solution: string;
  readonly catalogue: Catalogue;
  readonly diffTable: string;
  readonly deploymentsTable: string;
  readonly artifactBucket: string;
  /** Opens the source for one event: what is read of it is kept as long as that. */
  readonly openSource: () => SourceRepository;
  readonly branch: string;
  readonly pipeline: string;
  /** Names of the environments, in the order of deployment: the release that is live in the first is the baseline. */
  readonly environments: readonly string[];
  /** What lets environments take a release that does not reach them by itself, by their names. */
  readonly deployOn?: { readonly [environment: string]: DeployOnConfiguration };
  readonly baselineBranch?: string;
  readonly planRetentionDays: number;
  readonly codePipeline: CodePipelineClient;
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly s3: S3Client;
  readonly timing: Timing;
  readonly logger: Logger;
}

/** Shares of an invocation's time after which no more differences, files and inputs are read: what is left suffices to write the plan. */
const DIFFERENCES_SHARE = 0.5;
const FILES_SHARE = 0.6;
const INPUTS_SHARE = 0.75;

/** Finds what changed and has it built: answers events, the schedule, calls by hand and the pipeline's Plan action. */
export class DiffFunction {
  public constructor(private readonly props: DiffFunctionProps) {}

  /**
   * Handles one event in at most this many milliseconds. An error is thrown, for Lambda to try again; a job's is answered.
   * @param invocation Lambda's ID of the request, which further attempts at it share
   */
  public async handle(event: unknown, remainingMs: number, invocation: string): Promise<void> {
    const { logger, catalogue, codePipeline, timing } = this.props;
    const planning: Planning = { invocation, endsAt: new Date(timing.now().getTime() + remainingMs) };
    try {
      const trigger = triggerOf(event);
      switch (trigger.kind) {
        case 'look':
          if (trigger.why === 'reconcile') {
            await this.measure();
          }
          await this.waitUntil(trigger.at);
          await this.look(trigger.why, remainingMs, planning);
          return;
        case 'ring':
          await new JobResults(codePipeline, logger).answer(trigger.job, async () => {
            await this.look('ring', remainingMs, planning);
            return {};
          });
          return;
        case 'force':
          assertKnown(trigger.components, catalogue);
          await this.follower(logger.with({ trigger: 'force' }), remainingMs, planning).follow({ forced: trigger.components });
          return;
        case 'resume':
          await this.follower(logger.with({ trigger: 'resume' }), remainingMs, planning).follow({ resumed: true });
          return;
        case 'plan':
          await new JobResults(codePipeline, logger).answer(trigger.job, async () => {
            const parameters = planParameters(trigger.job);
            const log = logger.with({ trigger: 'plan', revision: parameters.commitId, execution: parameters.pipelineExecutionId });
            const source = this.props.openSource();
            return {
              source: sourceLocation(trigger.job),
              ...await planExecution({
                source,
                planner: this.planner(log, remainingMs, source),
                promoter: this.promoter(log),
                executions: this.executions(),
                follower: this.follower(log, remainingMs, planning),
                pipeline: new Pipeline(codePipeline, this.props.pipeline),
                live: this.environments(),
                environments: this.props.environments,
                deployOn: this.props.deployOn ?? {},
                tagStates: new TagStateStore(this.diffTable()),
              }, parameters),
            };
          });
      }
    } catch (error) {
      logger.error('The event could not be handled', errorFields(error));
      throw error;
    }
  }

  private async look(why: string, remainingMs: number, planning: Planning): Promise<void> {
    const logger = this.props.logger.with({ trigger: why });
    await this.watch().look(async () => all([
      async () => this.whereThereIsABranch(logger, async () => this.follower(logger, remainingMs, planning).follow()),
      ...this.tagFollowers(logger).map((follower) => async () => this.whereThereIsABranch(logger, async () => follower.follow())),
    ]));
  }

  /** Hints of one moment share a look: it comes after the last of them. */
  private async waitUntil(at: Date | undefined): Promise<void> {
    const { timing } = this.props;
    const wait = Math.min((at?.getTime() ?? 0) - timing.now().getTime(), LONGEST_DELAY_MS);
    if (wait > 0) {
      await timing.sleep(wait);
    }
  }

  /** Before anything was ever started, a branch or a pipeline that is not there is one that is still to come: the schedule looks again. */
  private async whereThereIsABranch(logger: Logger, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const isMissing = error instanceof BranchMissingError || error instanceof PipelineNotFoundException;
      if (!isMissing || (await new HeadStore(this.diffTable()).read())?.PipelineExecutionId !== undefined) {
        throw error;
      }
      logger.info('Nothing to do yet', errorFields(error));
    }
  }

  /** Says how long the head has been waiting, before anything is done about it. */
  private async measure(): Promise<void> {
    const { solution, environments, timing, logger } = this.props;
    const head = await new HeadStore(this.diffTable()).read();
    if (head !== undefined) {
      logger.info('Waiting', headMetrics(solution, head, {
        live: await this.environments().read(environments[0]!), source: await this.watch().state(),
      }, timing.now()));
    }
  }

  private watch(): SourceWatch {
    return new SourceWatch(new SourceStateStore(this.diffTable()), this.props.timing, this.props.logger);
  }

  private follower(logger: Logger, remainingMs: number, planning: Planning): HeadFollower {
    const { solution, branch, environments, deployOn = {}, pipeline, codePipeline, timing, openSource } = this.props;
    const source = openSource();
    return new HeadFollower({
      solution,
      branch,
      environmentNames: environments.filter((name) => !Object.hasOwn(deployOn, name)),
      apart: environments.filter((name) => Object.hasOwn(deployOn, name)),
      planning,
      timing,
      logger,
      source,
      heads: new HeadStore(this.diffTable()),
      executions: this.executions(),
      environments: this.environments(),
      planner: this.planner(logger, remainingMs, source),
      pipeline: new Pipeline(codePipeline, pipeline),
    });
  }

  private tagFollowers(logger: Logger): TagFollower[] {
    const { solution, environments, deployOn = {}, pipeline, codePipeline, timing, openSource, artifactBucket, s3 } = this.props;
    return environments.flatMap((environment, index) => {
      const configuration = Object.hasOwn(deployOn, environment) ? deployOn[environment]! : undefined;
      if (configuration?.kind !== 'tag') {
        return [];
      }
      const { pattern } = configuration;
      return [new TagFollower({
        solution,
        environment,
        pattern,
        states: new TagStateStore(this.diffTable()),
        // Opened again for each look: what is read of a source is kept.
        tags: async () => openSource().tags!(prefixOfTags(pattern)),
        releases: async (commitIds) => taggedReleases(commitIds, {
          environment: environments[index - 1]!,
          environments: this.environments(),
          releases: new ReleaseStore(s3, artifactBucket),
          plans: new PlanStore(this.diffTable()),
        }),
        pipeline: new Pipeline(codePipeline, pipeline),
        timing,
        logger,
      })];
    });
  }

  private planner(logger: Logger, remainingMs: number, source: SourceRepository): Planner {
    const { solution, catalogue, environments, baselineBranch, timing } = this.props;
    const { planRetentionDays, artifactBucket, s3 } = this.props;
    const start = timing.now().getTime();
    const before = (share: number) => () => timing.now().getTime() < start + remainingMs * share;
    return new Planner({
      solution,
      catalogue,
      baselineEnvironment: environments[0]!,
      retentionDays: planRetentionDays,
      plans: new PlanStore(this.diffTable()),
      environments: this.environments(),
      releases: new ReleaseStore(s3, artifactBucket),
      source,
      comparison: { baselineBranch, inTime: before(DIFFERENCES_SHARE) },
      filesInTime: before(FILES_SHARE),
      inputsInTime: before(INPUTS_SHARE),
      now: () => timing.now(),
      logger,
    });
  }

  private promoter(logger: Logger): Promoter {
    const { solution, environments, codePipeline, pipeline, artifactBucket, s3, timing } = this.props;
    return new Promoter({
      solution,
      environments,
      live: this.environments(),
      builds: new BuildStore(this.deploymentsTable()),
      releases: new ReleaseStore(s3, artifactBucket),
      executions: this.executions(),
      pipeline: new Pipeline(codePipeline, pipeline),
      now: () => timing.now(),
      logger,
    });
  }

  private executions(): ExecutionStore {
    return new ExecutionStore(this.diffTable());
  }

  private environments(): EnvironmentStore {
    return new EnvironmentStore(this.deploymentsTable());
  }

  private deploymentsTable() {
    const { dynamoDb: client, deploymentsTable: tableName, solution, timing } = this.props;
    return { client, tableName, solution, timing };
  }

  private diffTable() {
    const { dynamoDb: client, diffTable: tableName, solution, timing } = this.props;
    return { client, tableName, solution, timing };
  }
}

/** Does each, whatever becomes of the others; the first failure is thrown. */
async function all(works: readonly (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const work of works) {
    try {
      await work();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) {
    throw failures[0];
  }
}

function assertKnown(components: readonly string[], catalogue: Catalogue): void {
  const names = new Set(catalogue.components.map(({ name }) => name));
  const unknown = components.filter((name) => name !== '*' && !names.has(name));
  if (unknown.length > 0) {
    throw new MalformedEventError(`The catalogue has no component ${unknown.map((name) => `'${name}'`).join(', ')}, so it cannot be forced.`
      + ` It has ${[...names].sort().map((name) => `'${name}'`).join(', ')}.`);
  }
}
