import { Assumptions, buildDollars } from './data';
import { Node, workOf } from './graph';
import { logDollars } from './ours';
import { BY, Row, rowOf } from './row';
import { Scenario } from './scenario';
import { PipelineTemplate, TemplateAction } from './template';
import { batches, runOf, TimedAction } from './timeline';

export interface PeerProps {
  readonly scenario: Scenario;
  readonly graph: readonly Node[];
  readonly assumed: Assumptions;
}

const SMALL = 'BUILD_GENERAL1_SMALL';

/** CDK Pipelines, as its template says: every step runs at every merge, whatever changed. */
export function cdkPipelinesRow({ scenario, assumed }: PeerProps, template: PipelineTemplate): Row {
  const { commands, provisioningSeconds, environments, cloudFormation } = scenario;
  const own = (action: TemplateAction): number | undefined => commandsOf(action, assumed, commands * 60);
  const builds = template.actions.flatMap((action) => own(action) ?? []).map((seconds) => provisioningSeconds + seconds);
  const timed = template.actions.map((action): TimedAction => {
    const seconds = own(action);
    return { ...action, seconds: assumed.actionSeconds + (seconds === undefined ? deploySeconds(action, scenario, assumed) : provisioningSeconds + seconds) };
  });
  const run = runOf(timed);
  return rowOf(BY.cdkPipelines, {
    dollars: run.dollars + builds.reduce((sum, seconds) => sum + buildDollars(seconds, template.computeType) + logDollars(assumed.buildLogBytes), 0),
    seconds: run.seconds,
    cloudFormationSeconds: environments * cloudFormation * 60,
    builds: builds.length,
    actions: template.actions.length,
  });
}

/** What the commands of an action's build take; nothing where it is no build. */
function commandsOf({ kind, stage, name }: TemplateAction, assumed: Assumptions, commands: number): number | undefined {
  if (kind !== 'Build/CodeBuild') {
    return undefined;
  }
  switch (stage) {
    case 'Build':
      return assumed.synthSeconds;
    case 'UpdatePipeline':
      return assumed.selfMutateSeconds;
    case 'Assets':
      return assumed.assetSeconds;
    default:
      return name === '' ? 0 : commands;
  }
}

function deploySeconds({ kind, configuration }: TemplateAction, { cloudFormation }: Scenario, { changeSetSeconds }: Assumptions): number {
  if (kind !== 'Deploy/CloudFormation') {
    return 0;
  }
  return configuration.includes('CHANGE_SET_REPLACE') ? changeSetSeconds : cloudFormation * 60;
}

/** One pipeline with one build that builds everything, one after the other, and an action that deploys each environment. */
export function singleBuildspec({ scenario, graph, assumed }: PeerProps): Row {
  const seconds = scenario.provisioningSeconds + graph.length * scenario.commands * 60;
  return simple(BY.single, { scenario, graph, assumed }, [seconds], 1);
}

/**
 * A pipeline for each component, started by path filters that name the component's folder and those of all that it depends on: those of what a merge
 * affects run, all at the same time, in no order. Each deploys a stack of its own.
 */
export function pipelinePerComponent({ scenario, graph, assumed }: PeerProps): Row {
  const affected = workOf(graph, scenario.changed).tranches.flat().length;
  const seconds = batches(1, 1, scenario.provisioningSeconds + scenario.commands * 60);
  const waiting = batches(affected, assumed.concurrentBuilds, seconds) - seconds;
  return simple(BY.each, { scenario, graph, assumed }, affected === 0 ? [] : [seconds], affected, Math.max(0, waiting));
}

/** Source, one build, and an action for each environment, so many times. */
function simple(by: Row['by'], { scenario, assumed }: PeerProps, [build]: readonly number[], pipelines: number, waiting = 0): Row {
  if (build === undefined) {
    return rowOf(by, { dollars: 0, seconds: 0, cloudFormationSeconds: 0, builds: 0, actions: 0 });
  }
  const { environments, cloudFormation } = scenario;
  const actions: TimedAction[] = [
    { stage: 'Source', runOrder: 1, seconds: assumed.actionSeconds },
    { stage: 'Build', runOrder: 1, seconds: assumed.actionSeconds + build },
    ...Array.from({ length: environments }, (_, index) => ({ stage: `Deploy${index}`, runOrder: 1, seconds: assumed.actionSeconds + cloudFormation * 60 })),
  ];
  const run = runOf(actions);
  return rowOf(by, {
    dollars: pipelines * (run.dollars + buildDollars(build, SMALL) + logDollars(assumed.buildLogBytes)),
    seconds: run.seconds + waiting,
    cloudFormationSeconds: environments * cloudFormation * 60,
    builds: pipelines,
    actions: pipelines * actions.length,
  });
}
