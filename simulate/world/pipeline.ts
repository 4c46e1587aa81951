import { runOrders } from './catalogues';
import { ActionResult, CatalogueVersion, Execution, StartRequest } from './execution';
import type { EnvironmentSettings } from './settings';

export type Action =
  | { readonly kind: 'source' | 'plan' | 'release' | 'fan-out' }
  | { readonly kind: 'build'; readonly component: string }
  | { readonly kind: 'prepare' | 'deploy'; readonly environment: string; readonly place: string }
  | { readonly kind: 'approve' | 'test' | 'record'; readonly environment: string };

const BUILD_STAGE = 'build';
/** Stages of one action, which is called as they are. */
const SINGLE: readonly string[] = ['source', 'plan', 'release'];

interface PlacedAction {
  readonly name: string;
  readonly runOrder: number;
  readonly action: Action;
}

interface Stage {
  readonly name: string;
  readonly actions: readonly PlacedAction[];
}

/** What one stage of the pipeline is at. */
interface StageState {
  occupant?: Execution;
  waiting: Execution[];
  /** The last execution that entered. */
  last?: Execution;
}

export interface PipelineProps {
  readonly mode: 'SUPERSEDED' | 'QUEUED';
  readonly strategy: 'actions' | 'fan-out';
  readonly environments: readonly EnvironmentSettings[];
  readonly version: CatalogueVersion;
  readonly perform: (execution: Execution, action: Action) => Promise<ActionResult>;
  readonly log: (text: string) => void;
  readonly onStart: (execution: Execution) => void;
  readonly onEnd: (execution: Execution) => void;
}

/** CodePipeline: stages that hold one execution at a time, supersession between stages, stops, retries, updates of the definition, rollbacks. */
export class PipelineEngine {
  public readonly executions: Execution[] = [];
  private version: CatalogueVersion;
  private stages: readonly Stage[];
  private states: StageState[];
  private readonly tokens = new Map<string, Execution>();
  private forgotten = 0;

  public constructor(private readonly props: PipelineProps) {
    this.version = props.version;
    this.stages = this.define(props.version);
    this.states = this.stages.map(() => ({ waiting: [] }));
  }

  /** The executions that it knows, the oldest first: not those of before it was made again. */
  public get known(): Execution[] {
    return this.executions.slice(this.forgotten);
  }

  public find(id: string): Execution | undefined {
    return this.executions.find((execution) => execution.id === id);
  }

  public start(request: StartRequest): Execution {
    const known = request.token === undefined ? undefined : this.tokens.get(request.token);
    if (known !== undefined) {
      return known;
    }
    const order = this.executions.length + 1;
    const execution = new Execution(`execution-${order}`, order, this.version, request);
    this.executions.push(execution);
    if (request.token !== undefined) {
      this.tokens.set(request.token, execution);
    }
    this.props.log(`pipeline: ${execution.id} of ${request.commitId?.slice(0, 8) ?? 'the head'} started by a ${request.by}`);
    this.props.onStart(execution);
    if (request.rollback !== undefined) {
      execution.stage = this.stages.findIndex(({ name }) => name === request.rollback!.environment);
    }
    this.arrive(execution);
    return execution;
  }

  /** As CodePipeline describes its stages. */
  public stageStates(): object[] {
    const described = ({ id, status }: Execution) => ({ pipelineExecutionId: id, status });
    return this.states.map(({ last, waiting }, index) => ({
      stageName: this.stages[index]!.name,
      // Also when it has left the stage.
      ...(last === undefined ? {} : { latestExecution: { ...described(last), status: this.statusIn(last, index) } }),
      inboundExecutions: waiting.map(described),
    }));
  }

  private statusIn(execution: Execution, stage: number): string {
    return this.states[stage]!.occupant === execution ? execution.status : execution.stage > stage ? 'Succeeded' : execution.status;
  }

  public get active(): Execution[] {
    return this.executions.filter(({ isActive }) => isActive);
  }

  public stop(execution: Execution, abandon: boolean): void {
    if (!execution.isActive) {
      return;
    }
    const state = this.states[execution.stage]!;
    if (abandon || state.occupant !== execution) {
      this.end(execution, 'Stopped');
    } else {
      execution.status = 'Stopping';
    }
  }

  /** Where the stage that failed may be retried. */
  public canRetry(execution: Execution): boolean {
    const state = this.states[execution.stage];
    return execution.status === 'Failed' && execution.version === this.version && state?.last === execution && state.occupant === undefined;
  }

  /** @param all whether actions that succeeded run again as well */
  public retry(execution: Execution, all = false): void {
    if (all) {
      execution.done.clear();
    }
    execution.status = 'InProgress';
    execution.failure = undefined;
    this.occupy(execution);
  }

  /** The pipeline's definition is updated: what is under way is cancelled. */
  public update(version: CatalogueVersion): void {
    for (let [execution] = this.active; execution !== undefined; [execution] = this.active) {
      this.end(execution, 'Cancelled');
    }
    this.version = version;
    this.stages = this.define(version);
    this.states = this.stages.map(() => ({ waiting: [] }));
  }

  /** The pipeline is deleted and created: it knows no execution of before, and starts one by itself. */
  public recreate(): void {
    this.update(this.version);
    this.forgotten = this.executions.length;
    this.tokens.clear();
    this.start({ by: 'creation' });
  }

  private define({ catalogue }: CatalogueVersion): Stage[] {
    const builds = this.props.strategy === 'fan-out' ? [{ name: 'builds', runOrder: 1, action: { kind: 'fan-out' as const } }]
      : [...runOrders(catalogue)].map(([component, runOrder]): PlacedAction => (
        { name: `build ${component}`, runOrder, action: { kind: 'build', component } }
      ));
    const single = (kind: 'source' | 'plan' | 'release'): Stage => ({ name: kind, actions: [{ name: kind, runOrder: 1, action: { kind } }] });
    return [
      single('source'), single('plan'), { name: BUILD_STAGE, actions: builds }, single('release'),
      ...this.props.environments.map(({ name: environment, approval, tests, places }): Stage => {
        const inEach = (kind: 'prepare' | 'deploy', runOrder: number) => places.map((place): PlacedAction => (
          { name: places.length === 1 ? kind : `${kind} ${place}`, runOrder, action: { kind, environment, place } }
        ));
        const once = (kind: 'approve' | 'test' | 'record', runOrder: number): PlacedAction => ({ name: kind, runOrder, action: { kind, environment } });
        return {
          name: environment,
          actions: [...inEach('prepare', 1), ...(approval ? [once('approve', 2)] : []), ...inEach('deploy', 3), ...(tests ? [once('test', 4)] : []), once('record', 5)],
        };
      }),
    ];
  }

  private arrive(execution: Execution): void {
    const state = this.states[execution.stage];
    const isRolledBack = execution.request.rollback !== undefined && execution.done.size > 0;
    if (state === undefined || isRolledBack) {
      this.end(execution, 'Succeeded');
      return;
    }
    execution.done.clear();
    if (state.occupant === undefined) {
      this.occupy(execution);
    } else if (this.props.mode === 'QUEUED') {
      state.waiting.push(execution);
    } else {
      const [newer, ...older] = [...state.waiting, execution].sort((a, b) => b.order - a.order);
      state.waiting = [newer!];
      older.forEach((superseded) => this.end(superseded, 'Superseded'));
    }
  }

  private occupy(execution: Execution): void {
    const state = this.states[execution.stage]!;
    state.occupant = execution;
    state.last = execution;
    void this.runStage(execution);
  }

  private async runStage(execution: Execution): Promise<void> {
    const { name, actions } = this.stages[execution.stage]!;
    const { generation } = execution;
    if (isSkipped(name, execution)) {
      this.next(execution);
      return;
    }
    for (const runOrder of [...new Set(actions.map((action) => action.runOrder))].sort((a, b) => a - b)) {
      const group = actions.filter((action) => action.runOrder === runOrder && !execution.done.has(action.name));
      const results = await Promise.all(group.map(async (placed) => {
        const result = await this.props.perform(execution, placed.action);
        if (execution.generation === generation) {
          this.props.log(`pipeline: ${execution.id} ${name}/${placed.name} ${result.ok ? 'succeeded' : `failed: ${result.why}`}`);
          if (result.ok) {
            execution.done.add(placed.name);
            execution.variables = { ...execution.variables, ...result.variables };
          }
        }
        return result;
      }));
      if (execution.generation !== generation) {
        return;
      }
      const failed = results.filter((result) => !result.ok);
      if (failed.length > 0) {
        execution.failure = { why: failed.map(({ why }) => why).join('; '), injected: failed.every(({ injected }) => injected) };
        this.end(execution, 'Failed');
        return;
      }
      if (execution.status === 'Stopping') {
        this.end(execution, 'Stopped');
        return;
      }
    }
    this.next(execution);
  }

  private next(execution: Execution): void {
    this.leave(execution);
    execution.stage++;
    this.arrive(execution);
  }

  private end(execution: Execution, status: Execution['status']): void {
    execution.status = status;
    execution.generation++;
    this.props.log(`pipeline: ${execution.id} ${status}`);
    this.states.forEach((state) => {
      state.waiting = state.waiting.filter((other) => other !== execution);
    });
    this.leave(execution);
    this.props.onEnd(execution);
  }

  /** Frees the stage that the execution is in for the one that waits. */
  private leave(execution: Execution): void {
    const state = this.states[execution.stage];
    if (state?.occupant === execution) {
      state.occupant = undefined;
      const next = state.waiting.shift();
      if (next !== undefined) {
        this.occupy(next);
      }
    }
  }
}

/** Stages have conditions: an execution that promotes builds nothing, and deploys to one environment alone. */
function isSkipped(stage: string, { variables: { builds, environments } }: Execution): boolean {
  return stage === BUILD_STAGE ? builds === 'false' : environments !== undefined && !SINGLE.includes(stage) && !environments.includes(`,${stage},`);
}
