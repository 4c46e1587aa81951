import { wasLost } from './head';
import { EnvironmentStore, LiveRelease } from '../shared/environment-store';
import { ExecutionStore } from '../shared/execution-store';
import { Head } from '../shared/head-store';
import { Pipeline } from '../shared/pipeline';

export interface OutstandingProps {
  readonly environments: EnvironmentStore;
  /** Names of the environments that every release reaches, in the order of deployment: the release of the first is the baseline. */
  readonly environmentNames: readonly string[];
  /** Names of the others. */
  readonly apart: readonly string[];
  readonly executions: ExecutionStore;
  readonly pipeline: Pipeline;
}

/** Whether an execution with this status has not ended. */
export function isUnderWay(status: string | undefined): boolean {
  return status === 'InProgress' || status === 'Stopping';
}

/** What was started and has not arrived everywhere: why a head may need an execution although it does not differ from the baseline. */
export class Outstanding {
  public constructor(private readonly props: OutstandingProps) {}

  /** What is live in the first environment. */
  public async baseline(): Promise<LiveRelease | undefined> {
    return this.props.environments.read(this.props.environmentNames[0]!);
  }

  /**
   * Whether an environment may hold, or come to hold, something else than the baseline. In the first one an execution came after it and failed half-way, or
   * is still under way; to a later one nothing brings it. A head without changes needs an execution then, as a revert of what broke the environment does.
   */
  public async isUnsettled(head: Head, baseline: LiveRelease | undefined): Promise<boolean> {
    const { executions, pipeline } = this.props;
    if (await this.isBehind(baseline)) {
      return true;
    }
    const lastStarted = head.PipelineExecutionId;
    const status = lastStarted === undefined ? undefined : await pipeline.status(lastStarted);
    // One that was lost may have reached the first environment, and no other.
    if (wasLost(status) || (status === 'InProgress' && await executions.find(lastStarted!) === undefined)) {
      return true;
    }
    const isForgotten = lastStarted !== undefined && status === undefined;
    return (isForgotten && await this.isCutOff()) || this.isStranded(baseline);
  }

  /**
   * Whether the head has to be started once more: its execution was cancelled or superseded, or the pipeline does not know it any more, as it was made
   * again, and what the execution was to bring is not live everywhere, or may not be any more.
   */
  public async isLost(head: Head, status: string | undefined): Promise<boolean> {
    const { environments, environmentNames, apart } = this.props;
    // Where there are environments apart, it may have been superseded on its way past them, when all was live that it was to bring.
    if (status !== undefined && (!wasLost(status) || apart.length === 0)) {
      return wasLost(status);
    }
    const isLive = await environments.isLiveEverywhere(environmentNames, head.PipelineExecutionId!)
      && !await this.isBehind(await this.baseline()) && (status !== undefined || !await this.isCutOff());
    return !isLive && (status !== undefined || !await environments.isAnyPromoted(environmentNames));
  }

  /** Whether nothing was ever live in an environment, although an execution went through all of them: it was added since. */
  public async isEnvironmentNew(): Promise<boolean> {
    return (await this.unchosen(await this.baseline())).includes(undefined);
  }

  /** Whether an execution came after what is recorded as live in the first environment, and may have reached it. */
  private async isBehind(baseline: LiveRelease | undefined): Promise<boolean> {
    const last = await this.props.executions.last();
    const recorded = baseline?.Sequence ?? 0;
    // A counter that is behind what is recorded was lost, or is a copy from before: no one knows what was started since.
    return last.planned > recorded || last.taken < recorded;
  }

  /**
   * Whether an execution of any kind came after what is recorded as live in the environments. Asked where the pipeline was made again and knows none of
   * them: also a promotion that was being delivered then, of which nothing is recorded.
   */
  private async isCutOff(): Promise<boolean> {
    const { environments, environmentNames, executions } = this.props;
    const recorded = (await environments.readEach(environmentNames)).map((live) => live?.Sequence ?? 0);
    return (await executions.last()).taken > Math.max(...recorded);
  }

  /**
   * Whether a later environment lacks the baseline, and nothing brings it: the execution that brought it to the first environment ended before it got further,
   * the pipeline does not know it any more, or the environment was added afterwards. Never where something was chosen by hand: a baseline that was promoted, or
   * what was promoted after it.
   */
  private async isStranded(baseline: LiveRelease | undefined): Promise<boolean> {
    const later = await this.unchosen(baseline);
    if (later.every((live) => live?.Release === baseline?.Release)) {
      return false;
    }
    const status = await this.props.pipeline.status(baseline!.PipelineExecutionId);
    // One that succeeded went wherever it was to go: an environment in which nothing was ever live was added since.
    return status === 'Succeeded' ? later.includes(undefined) : !isUnderWay(status);
  }

  /** What is live in the later environments; none of them where something was chosen by hand. */
  private async unchosen(baseline: LiveRelease | undefined): Promise<readonly (LiveRelease | undefined)[]> {
    if (baseline === undefined || baseline.Promotion !== undefined) {
      return [];
    }
    const { environments, environmentNames } = this.props;
    const later = await environments.readEach(environmentNames.slice(1));
    return later.some((live) => live?.Promotion !== undefined && live.Sequence > baseline.Sequence) ? [] : later;
  }
}
