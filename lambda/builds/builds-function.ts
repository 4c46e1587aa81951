import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { BuildJob } from './build-job';
import { BuildRuns } from './build-runs';
import { buildsEvent, endedExecution } from './event';
import { failedComponents, buildFailureCause, LISTED_COMPONENTS } from './failure-cause';
import { FailureNotes } from './failure-notes';
import { failureReason, isWorthAnotherStart } from './failure-reason';
import { runsInline } from './map-mode';
import { PlanProgress, PlanProgressProps } from './plan-progress';
import { BuildStart, BuildTargets, FailureAnswer, FailureEvent, TrancheAnswer, TrancheEvent, trancheKey } from '../../src/contract/fan-out';
import { BuildOrder, Unbuilt } from '../../src/core/build-order';
import { ComponentGraph } from '../../src/core/graph';
import { componentId } from '../../src/core/names';
import { mapConcurrently } from '../shared/concurrency';
import { jobOf } from '../shared/jobs';
import { errorFields, Logger } from '../shared/logger';
import { Pipeline } from '../shared/pipeline';

export interface BuildsFunctionProps extends PlanProgressProps {
  /** Name of the pipeline. */
  readonly pipeline: string;
  /** ARN. */
  readonly stateMachine: string;
  readonly targets: BuildTargets;
  readonly roleArnPrefix: string;
  readonly maxConcurrency: number;
  /** Where large tranches are put down for the state machine. */
  readonly pipelineBucket: string;
  readonly codePipeline: CodePipelineClient;
  readonly stepFunctions: SFNClient;
  readonly s3: S3Client;
  readonly logger: Logger;
}

const CONCURRENT_READS = 8;

/** A build that fails before its commands run is started this often at most. */
const MAX_STARTS = 3;
const SECONDS_BEFORE_NEXT_START = 30;

/**
 * The pipeline's Build action, and what its state machine asks which builds to start next. Only changed components are ever named.
 *
 * It remembers nothing: the tranches follow from the plan, and whether a component is built is what its outcome in the DeploymentsTable says.
 * So an invocation can be repeated, and a state machine that is started again for the same execution builds what is missing and no more.
 */
export class BuildsFunction {
  private readonly graph: ComponentGraph;
  private readonly progress: PlanProgress;
  private readonly job: BuildJob;

  public constructor(private readonly props: BuildsFunctionProps) {
    const { codePipeline, stepFunctions, stateMachine, timing } = props;
    this.graph = ComponentGraph.of(props.catalogue);
    this.progress = new PlanProgress(props);
    this.job = new BuildJob({
      ...props, progress: this.progress, pipeline: new Pipeline(codePipeline, props.pipeline), runs: new BuildRuns(stepFunctions, stateMachine, timing),
    });
  }

  /** The state machine is told what to start next, or whether to start a build again that failed. Jobs of the pipeline are answered to the pipeline. */
  public async handle(event: unknown): Promise<TrancheAnswer | FailureAnswer | undefined> {
    try {
      const job = jobOf(event);
      const ended = endedExecution(event);
      if (job !== undefined || ended !== undefined) {
        await (job === undefined ? this.job.ended(ended!) : this.job.handle(job));
        return undefined;
      }
      const read = buildsEvent(event);
      return 'failure' in read ? await this.note(read) : await this.answer(read);
    } catch (error) {
      this.props.logger.error('The event could not be handled', errorFields(error));
      throw error;
    }
  }

  private async answer(event: TrancheEvent): Promise<TrancheAnswer> {
    const changed = await this.progress.changed(event);
    const order = new BuildOrder(this.graph, new Set(changed));
    const built = await this.progress.built(changed, event.pipelineExecutionId);
    const unbuilt = order.unbuilt(built);
    const ready = new Set(unbuilt.filter(({ waitsFor }) => waitsFor.length === 0).map(({ component }) => component));
    const tranches = order.tranches();
    // One that was started in an earlier tranche and has no outcome has failed: it is not started again.
    for (let index = event.tranche; index < tranches.length; index++) {
      const components = tranches[index]!.filter((name) => ready.has(name));
      if (components.length > 0) {
        this.log(event, 'Builds to start', { tranche: index, builds: components.length, of: tranches[index]!.length });
        return this.start(components, changed.length, index, event);
      }
    }
    this.log(event, 'No more builds to start', { changed: changed.length, built: built.size });
    return unbuilt.length === 0 ? { step: 'done' } : { step: 'failed', cause: await this.cause(unbuilt, changed.length, event) };
  }

  private async cause(unbuilt: readonly Unbuilt[], changed: number, { pipelineExecutionId }: TrancheEvent): Promise<string> {
    const notes = this.notes(pipelineExecutionId);
    const listed = failedComponents(unbuilt).slice(0, LISTED_COMPONENTS);
    const reasons = await mapConcurrently(listed, CONCURRENT_READS, async (component) => [component, await notes.read(component)] as const);
    return buildFailureCause(unbuilt, changed, new Map(reasons.flatMap(([component, reason]) => (reason === undefined ? [] : [[component, reason]]))));
  }

  private async note({ failure: { component, pipelineExecutionId, error, cause, starts = MAX_STARTS } }: FailureEvent): Promise<FailureAnswer> {
    const reason = failureReason(error, cause);
    const again = starts < MAX_STARTS && isWorthAnotherStart(cause);
    this.props.logger.warn('A build failed', { execution: pipelineExecutionId, component, reason, starts, again });
    await this.notes(pipelineExecutionId).write(component, reason);
    return again ? { step: 'again', seconds: starts * SECONDS_BEFORE_NEXT_START, starts: starts + 1 } : { step: 'failed' };
  }

  private notes(executionId: string): FailureNotes {
    return new FailureNotes(this.props.s3, this.props.pipelineBucket, this.props.solution, executionId);
  }

  private async start(components: readonly string[], changed: number, tranche: number, event: TrancheEvent): Promise<TrancheAnswer> {
    const { s3, solution, maxConcurrency, pipelineBucket: bucket } = this.props;
    const builds = components.map((component) => this.build(component, event));
    const next = tranche + 1;
    if (runsInline({ changed, tranche: components.length, maxConcurrency })) {
      return { step: 'inline', builds, next };
    }
    const key = trancheKey(solution, event.pipelineExecutionId, tranche);
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: JSON.stringify(builds), ContentType: 'application/json' }));
    return { step: 'distributed', bucket, key, next };
  }

  private build(component: string, { commitId, planId, pipelineExecutionId, source }: TrancheEvent): BuildStart {
    const target = Object.hasOwn(this.props.targets, component) ? this.props.targets[component] : undefined;
    if (target === undefined) {
      throw new Error(`Component '${component}' has no project to be built in. Catalogue and projects are of different deployments of the pipeline: deploy it again.`);
    }
    const role = `${this.props.roleArnPrefix}${target.role}`;
    return { component, id: componentId(component), project: target.project, role, commitId, planId, pipelineExecutionId, source, starts: 1 };
  }

  private log({ commitId: commit, pipelineExecutionId: execution }: TrancheEvent, message: string, fields: Readonly<Record<string, number>>): void {
    this.props.logger.info(message, { commit, execution, ...fields });
  }
}
