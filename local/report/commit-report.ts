import { BUILD_ENV } from '../../src/contract/environment';
import { Reason } from '../../src/core/reasons';
import { ActionDefinition, StageDefinition } from '../engine/pipeline/definition';
import { Execution } from '../engine/pipeline/execution';
import { LocalSystem } from '../system';
import { Records } from './records';
import { Solution } from './solution';

export interface PlanReport {
  readonly baseline: string | null;
  /** In the catalogue's order. */
  readonly changed: readonly { readonly component: string; readonly reasons: readonly Reason[] }[];
  readonly unchanged: readonly string[];
}

export interface BuildReport {
  readonly component: string;
  readonly action: 'built' | 'reused' | 'failed';
  readonly buildNumber: number | null;
  readonly location: string | null;
  /** Of the component's build, in milliseconds. */
  readonly milliseconds: number | null;
}

export interface EnvironmentReport {
  readonly name: string;
  /** What the execution did there. `Skipped`: it went past. `NotReached`: it ended before, or none was started. */
  readonly status: 'Succeeded' | 'Failed' | 'Skipped' | 'NotReached';
  /** What its stack was last deployed with. */
  readonly parameters: Readonly<Record<string, string>>;
}

export interface ExecutionReport {
  readonly id: string;
  readonly status: string;
  /** Why it has this status, where that is no action's failure. */
  readonly summary: string | null;
  readonly failures: readonly { readonly stage: string; readonly action: string; readonly message: string }[];
}

/** What became of one move of the branch. */
export interface CommitReport {
  readonly commit: string;
  readonly started: boolean;
  /** Why no execution was started; `null` where one was. */
  readonly why: string | null;
  readonly execution: ExecutionReport | null;
  readonly plan: PlanReport | null;
  readonly builds: readonly BuildReport[];
  readonly environments: readonly EnvironmentReport[];
  /** Build numbers by component; `null` where no release was assembled. */
  readonly release: Readonly<Record<string, number>> | null;
  /** Locations by component; `null` where no release was assembled. */
  readonly locations: Readonly<Record<string, string>> | null;
}

/** Gathers what became of a move of the branch to `commit`. `executions`: those started since. */
export async function reportCommit(system: LocalSystem, solution: Solution, commit: string, executions: readonly Execution[]): Promise<CommitReport> {
  const records = new Records(system, solution);
  const execution = executions.at(-1);
  const plan = await planReport(records, solution, commit);
  const release = execution && records.release(execution.id);
  return {
    commit,
    started: execution !== undefined,
    why: execution === undefined ? await whyNotStarted(system, records, commit) : null,
    execution: execution ? executionReport(execution) : null,
    plan,
    builds: execution && plan ? await buildReports(system, records, plan, execution) : [],
    environments: solution.pipeline.definition.stages.flatMap((stage) => environmentReport(system, solution, stage, execution)),
    release: release ? mapValues(release.components, ({ buildNumber }) => buildNumber) : null,
    locations: release ? mapValues(release.components, ({ location }) => location) : null,
  };
}

function mapValues<T, R>(record: Readonly<Record<string, T>>, map: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]));
}

async function planReport(records: Records, { catalogue }: Solution, commit: string): Promise<PlanReport | null> {
  const plan = await records.plan(commit);
  if (plan === undefined) {
    return null;
  }
  const prefix = plan.marker.Component;
  const reasons = new Map(plan.diffs.map(({ Component, Reasons }) => [Component.slice(prefix.length), Reasons]));
  const names = catalogue.components.map(({ name }) => name);
  return {
    baseline: plan.marker.BaselineCommitId ?? null,
    changed: names.flatMap((component) => reasons.has(component) ? [{ component, reasons: reasons.get(component)! }] : []),
    unchanged: names.filter((name) => !reasons.has(name)),
  };
}

async function whyNotStarted(system: LocalSystem, records: Records, commit: string): Promise<string> {
  const lost = [...system.queues.messages()].find(([, messages]) => messages.length > 0);
  if (lost) {
    return `the event was given up and is in the queue ${lost[0]}`;
  }
  const head = await records.head();
  if (head?.HeadCommitId !== commit) {
    return 'no event of this branch reached the diff function';
  }
  return head.Status === 'NothingChanged' ? 'no component changed' : `the commit is the branch's head already (${head.Status})`;
}

async function buildReports(system: LocalSystem, records: Records, plan: PlanReport, execution: Execution): Promise<BuildReport[]> {
  const builds = new Map(system.builds(execution.id).map((build) => [build.environment[BUILD_ENV.component], build]));
  const reports = await Promise.all(plan.changed.map(async ({ component }): Promise<BuildReport | undefined> => {
    const run = builds.get(component);
    const milliseconds = run?.milliseconds ?? null;
    const outcome = await records.outcome(component, execution.id);
    if (outcome === undefined) {
      return run && { component, action: 'failed', buildNumber: null, location: null, milliseconds };
    }
    const build = await records.build(component, outcome.Build);
    return { component, action: outcome.Outcome === 'Built' ? 'built' : 'reused', buildNumber: outcome.Build, location: build?.Location ?? null, milliseconds };
  }));
  return reports.filter((report) => report !== undefined);
}

/** The environment that a stage deploys to, if it does: its record action names it. */
function environmentReport(system: LocalSystem, { delivery }: Solution, stage: StageDefinition, execution: Execution | undefined): EnvironmentReport[] {
  const actions = stage.groups.flat();
  const parameters = actions.map(jobParametersOf);
  const name = parameters.map(({ environment }) => environment).find((found) => found !== undefined);
  const deployed = parameters.find(({ action }) => action === 'deploy')?.place;
  if (name === undefined || deployed === undefined) {
    return [];
  }
  const place = delivery.places[deployed];
  const stack = system.stacks.find((one) => one.account === place.account && one.region === place.region && place.stackNames.includes(one.name));
  const runs = execution?.latestRuns(stage.name) ?? [];
  const done = runs.length === actions.length && runs.every(({ status }) => status === 'Succeeded');
  const entered = done ? 'Succeeded' : 'Failed';
  const passed = execution?.skippedStages.has(stage.name) ? 'Skipped' : 'NotReached';
  return [{ name, status: runs.length === 0 ? passed : entered, parameters: stack?.parameters ?? {} }];
}

function jobParametersOf({ kind, configuration }: ActionDefinition): { readonly environment?: string; readonly action?: string; readonly place?: string } {
  return kind !== 'Invoke/Lambda' || configuration.UserParameters === undefined ? {} : JSON.parse(configuration.UserParameters) as object;
}

function executionReport(execution: Execution): ExecutionReport {
  const failures = execution.latestRuns().filter(({ status }) => status !== 'Succeeded');
  return {
    id: execution.id,
    status: execution.status,
    summary: execution.statusSummary ?? null,
    failures: failures.map(({ stage, action, message = '' }) => ({ stage, action, message })),
  };
}
