import { RemovalPolicy } from 'aws-cdk-lib';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as logs from 'aws-cdk-lib/aws-logs';
import { buildStages } from './build-stages';
import { ComponentBuild } from '../../component-build/component-build';
import { BuildReference } from '../build-reference';
import { BuildContext, RenderedBuilds } from '../context';

/** A project and an action for each component. */
export class ActionBuilds implements RenderedBuilds {
  public readonly stages: readonly codepipeline.StageOptions[];
  public readonly builds: ReadonlyMap<string, BuildReference>;
  public readonly componentBuilds: ReadonlyMap<string, ComponentBuild>;
  public readonly projectArns: readonly string[];
  public readonly logGroup: logs.ILogGroup;

  constructor(context: BuildContext) {
    const { scope, catalogue, logRetention } = context;
    const logGroup = new logs.LogGroup(scope, 'Logs', { retention: logRetention, removalPolicy: RemovalPolicy.DESTROY });
    const builds = new Map(catalogue.componentNames.map((component) => [
      component, new ComponentBuild(scope, catalogue._bound(component).id, { ...context, component, logGroup }),
    ]));
    this.componentBuilds = builds;
    this.builds = new Map([...builds].map(([component, { role, project }]) => [component, { role, project, logGroup }]));
    this.projectArns = [...builds.values()].map(({ project }) => project.projectArn);
    this.logGroup = logGroup;
    this.stages = buildStages(catalogue._graph, context.stageName).map(({ name, actions }) => ({
      stageName: name,
      actions: actions.map(({ component, runOrder }) => builds.get(component)!.action({
        input: context.sourceOutput, commitId: context.commitId, planId: context.planId, runOrder,
      })),
    }));
  }
}
