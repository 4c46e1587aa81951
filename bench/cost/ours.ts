import { Assumptions, buildDollars, PRICE_DATA } from './data';
import { Node, workOf } from './graph';
import { Row, rowOf } from './row';
import { Scenario } from './scenario';
import { PipelineTemplate, TemplateAction } from './template';
import { batches, runOf, seenAfter, seenByJob, TimedAction, waitingInvocations, waitingJob } from './timeline';
import { Calls, Traces } from './trace';
import { HEAD_METRICS } from '../../src/contract/metrics';
import { STAGES } from '../../src/contract/stages';

const { prices } = PRICE_DATA;

export interface OursProps {
  readonly by: Row['by'];
  readonly scenario: Scenario;
  readonly graph: readonly Node[];
  readonly template: PipelineTemplate;
  /** Of a smaller solution of the same shape. */
  readonly traces: Traces;
  readonly traced: readonly Node[];
  readonly assumed: Assumptions;
}

/** Builds of a state machine at the same time: the library's default. */
const MAX_CONCURRENCY = 40;

/** What a merge costs with this library. @throws where the local run did something else than the template says */
export function ours(props: OursProps): Row {
  const { by, scenario, graph, template, traces, assumed } = props;
  const { tranches } = workOf(graph, scenario.changed);
  const changed = tranches.flat().length;
  if (changed === 0) {
    const dollars = callDollars(traces.nothing.otherCalls) + invocationsDollars(1, assumed.functionSeconds, template.functionMegabytes, assumed);
    return rowOf(by, { dollars, seconds: assumed.functionSeconds, cloudFormationSeconds: 0, builds: 0, actions: 0 });
  }
  const started = requireSame(props);
  const timed = template.actions.map((action): TimedAction => ({ ...action, seconds: assumed.actionSeconds + workSeconds(action, props, tranches) }));
  const run = runOf(timed);
  const builds = started.everyComponent ? graph.length : changed;
  const built = buildSeconds(scenario, assumed);
  const dollars = run.dollars
    + changed * buildDollars(built, template.computeType)
    + (builds - changed) * buildDollars(built - scenario.commands * 60, template.computeType)
    + functionDollars(props, tranches)
    + otherDollars(props, builds, tranches.length);
  return rowOf(by, {
    dollars, seconds: run.seconds, cloudFormationSeconds: scenario.environments * scenario.cloudFormation * 60, builds, actions: template.actions.length,
  });
}

/** The local run is the evidence for what is started: the model holds only while both agree. */
function requireSame({ template, traces, traced }: OursProps): { readonly everyComponent: boolean } {
  const perComponent = template.actions.some(({ kind, stage }) => kind === 'Build/CodeBuild' && stage.startsWith('Build'));
  const others = (names: readonly string[]) => names.filter((name) => !perComponent || !name.startsWith('Build'));
  const expected = others(template.actions.map(({ stage, name }) => `${stage}/${name}`));
  const ran = others(traces.one.actions);
  if (JSON.stringify([...expected].sort()) !== JSON.stringify([...ran].sort())) {
    throw new Error(`The template has the actions ${expected.join(', ')}, and the local run ran ${ran.join(', ')}: the model does not hold.`);
  }
  for (const [changed, trace] of [[1, traces.one], ['dependents', traces.dependents]] as const) {
    const built = perComponent ? traced.map(({ name }) => name) : workOf(traced, changed).tranches.flat();
    if (JSON.stringify([...trace.builds].sort()) !== JSON.stringify(built.sort())) {
      throw new Error(`For the change ${changed}, the local run built ${trace.builds.join(', ')}, and the model expects ${built.join(', ')}: it does not hold.`);
    }
  }
  return { everyComponent: perComponent };
}

function buildSeconds({ commands, provisioningSeconds }: Scenario, { agentSeconds }: Assumptions): number {
  return provisioningSeconds + agentSeconds + commands * 60;
}

/** What an action takes beside what every action takes. */
function workSeconds(
  { kind, stage, name, configuration }: TemplateAction, { scenario, graph, assumed }: OursProps, tranches: readonly (readonly string[])[],
): number {
  const built = buildSeconds(scenario, assumed);
  if (kind === 'Build/CodeBuild' && stage.startsWith('Build')) {
    // An action's name is made of the component's.
    return tranches.flat().includes(name) || graph.length === 1 ? built : built - scenario.commands * 60;
  }
  if (startsBuilds({ kind, stage })) {
    return seenByJob(fanOutSeconds(tranches, built, assumed), assumed.buildWaitSeconds, assumed.continuationSeconds);
  }
  if (actionOf(configuration) === 'prepare') {
    return assumed.changeSetSeconds;
  }
  return actionOf(configuration) === 'deploy' ? seenAfter(scenario.cloudFormation * 60, assumed.waitSeconds, assumed.continuationSeconds) : 0;
}

/** The action that runs the state machine. */
function startsBuilds({ kind, stage }: Pick<TemplateAction, 'kind' | 'stage'>): boolean {
  return kind === 'Invoke/Lambda' && stage === STAGES.build;
}

function fanOutSeconds(tranches: readonly (readonly string[])[], built: number, { concurrentBuilds, transitionSeconds }: Assumptions): number {
  const atOnce = Math.min(MAX_CONCURRENCY, concurrentBuilds);
  return tranches.reduce((sum, { length }) => sum + transitionSeconds + batches(length, atOnce, built), transitionSeconds);
}

function actionOf(configuration: string): string | undefined {
  return /\\"action\\":\\"(\w+)\\"/.exec(configuration)?.[1];
}

/** Invocations by the pipeline, the waiting ones included, and those by events and the state machine. */
function functionDollars({ template, traces, scenario, assumed }: OursProps, tranches: readonly (readonly string[])[]): number {
  const ofActions = template.actions.filter(({ kind }) => kind === 'Invoke/Lambda').reduce((sum, action) => {
    const { configuration, memoryMegabytes = template.functionMegabytes } = action;
    const { waitSeconds, buildWaitSeconds, continuationSeconds } = assumed;
    const waiting = actionOf(configuration) === 'deploy' ? waitingInvocations(scenario.cloudFormation * 60, waitSeconds, continuationSeconds)
      : startsBuilds(action) ? waitingJob(fanOutSeconds(tranches, buildSeconds(scenario, assumed), assumed), buildWaitSeconds, continuationSeconds)
        : { count: 1, seconds: 0 };
    const prepares = actionOf(configuration) === 'prepare' ? assumed.changeSetSeconds : 0;
    return sum + invocationsDollars(waiting.count, assumed.functionSeconds + (waiting.seconds + prepares) / waiting.count, memoryMegabytes, assumed);
  }, 0);
  const others = (traces.dependents.otherCalls['lambda:InvokeFunction'] ?? 0);
  return ofActions + invocationsDollars(others, assumed.functionSeconds, template.functionMegabytes, assumed);
}

function invocationsDollars(count: number, seconds: number, megabytes: number, { functionLogBytes }: Assumptions): number {
  return count * (prices.lambdaRequest.dollars + seconds * megabytes / 1024 * prices.lambdaGigabyteSecond.dollars + logDollars(functionLogBytes));
}

/** Tables, buckets, keys, state transitions and logs. */
function otherDollars({ template, traces, graph, traced, assumed }: OursProps, builds: number, tranches: number): number {
  const perBuild = callDollars(traces.dependents.buildCalls) / traces.dependents.builds.length;
  // Some calls grow with the components, most do not: all are taken to, which is too much.
  const scale = Math.max(1, graph.length / traced.length);
  const stateMachine = template.actions.some(startsBuilds);
  // Find builds, What to do, Build and Next tranche for each tranche, a state for each build, and the three that end it.
  const transitions = stateMachine ? 4 * tranches + builds + 3 : 0;
  return builds * (perBuild + logDollars(assumed.buildLogBytes))
    + scale * callDollars(traces.dependents.otherCalls)
    + transitions * prices.stateTransition.dollars;
}

export function logDollars(bytes: number): number {
  return bytes / 1024 ** 3 * prices.logGigabyte.dollars;
}

/** Requests by what they are billed as. A transaction's and a query's are one unit for each item here: these are small. */
export function callDollars(calls: Calls): number {
  return Object.entries(calls).reduce((sum, [action, count]) => sum + count * priceOf(action), 0);
}

function priceOf(action: string): number {
  const [service, call = ''] = action.split(':');
  switch (service) {
    case 'dynamodb':
      return /^(Get|BatchGet|Query|Scan)/.test(call) ? prices.dynamoDbRead.dollars : prices.dynamoDbWrite.dollars;
    case 's3':
      return call.startsWith('Get') ? prices.s3Read.dollars : prices.s3Write.dollars;
    case 'kms':
      return prices.kmsRequest.dollars;
    default:
      return 0;
  }
}

/** A month in which nothing is merged. */
export interface IdleMonth {
  readonly looks: number;
  readonly lookDollars: number;
  readonly metricDollars: number;
  readonly keyDollars: number;
  readonly alarmDollars: number;
}

const MINUTES_OF_MONTH = 30 * 24 * 60;

/** Those of every look, and the one of every plan. */
const METRICS = Object.keys(HEAD_METRICS).length + 1;

export function idleMonth({ template, traces, assumed }: Pick<OursProps, 'template' | 'traces' | 'assumed'>): IdleMonth {
  const looks = template.scheduleMinutes === undefined ? 0 : MINUTES_OF_MONTH / template.scheduleMinutes;
  const look = callDollars(traces.look.otherCalls) + invocationsDollars(1, assumed.functionSeconds, template.functionMegabytes, assumed);
  return {
    looks,
    lookDollars: looks * look,
    metricDollars: METRICS * prices.metricMonth.dollars,
    keyDollars: template.keys * prices.kmsKeyMonth.dollars,
    alarmDollars: template.alarms * prices.alarmMonth.dollars,
  };
}

