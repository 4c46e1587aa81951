import * as logs from 'aws-cdk-lib/aws-logs';
import { actionNameSuffix } from './bound-gates';
import { RenderedBuilds } from '../build-strategy/context';
import { NotifiedStage } from '../contract/notifications';
import { componentId } from '../core/names';
import { Target } from '../environment/target';

/** What constructs that watch a pipeline know of it in addition to its public properties. */
export interface WatchedPipeline {
  /** Literal, as files name it. */
  readonly pipelineName: string;
  readonly environments: readonly string[];
  /** The stages of the environments. */
  readonly stages: { readonly [stage: string]: NotifiedStage };
  /** Components by the names of their builds' actions, where each has one. */
  readonly components: { readonly [action: string]: string };
  readonly projectArns: readonly string[];
  readonly buildLogs: logs.ILogGroup;
  readonly logRetention: logs.RetentionDays;
}

export interface WatchedPipelineProps {
  readonly pipelineName: string;
  readonly targets: readonly Target[];
  readonly builds: RenderedBuilds;
  readonly logRetention: logs.RetentionDays;
}

export function watchedPipeline({ pipelineName, targets, builds, logRetention }: WatchedPipelineProps): WatchedPipeline {
  const stages = targets.flatMap(({ name: environment, waves }) => waves.map(({ name, places }): [string, NotifiedStage] => {
    const isAlone = waves.length === 1 && places.length === 1;
    return [name, { environment, places: Object.fromEntries(places.map((place) => [actionNameSuffix(place, isAlone), place.name])) }];
  }));
  return {
    pipelineName,
    environments: targets.map(({ name }) => name),
    stages: Object.fromEntries(stages),
    components: Object.fromEntries([...builds.componentBuilds.keys()].map((component) => [componentId(component), component])),
    projectArns: builds.projectArns,
    buildLogs: builds.logGroup,
    logRetention,
  };
}
