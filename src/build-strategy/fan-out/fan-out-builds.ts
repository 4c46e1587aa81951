import { Annotations, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { createBuildsFunction } from './builds-function';
import { BuildsPart } from './builds-part';
import { FanOutNames } from './names';
import { createOwnAccess } from './own-access';
import { divide, partsFor } from './parts';
import { buildspecOf, projectSettings, ProjectsRole, SharedProject } from './project';
import { FanOutSettings } from './settings';
import { FanOutStateMachine } from './state-machine';
import { BoundComponent } from '../../component/bound-component';
import { CommonAccess } from '../../component-build/common-access';
import { ComponentBuild } from '../../component-build/component-build';
import { BuildTargets, FanOutInput } from '../../contract/fan-out';
import { digestOf } from '../../private/digest';
import { functionAction } from '../../private/function-action';
import { BuildReference } from '../build-reference';
import { BuildContext, RenderedBuilds } from '../context';

/** Roles that an account holds: by default, and at most. */
const ROLES_QUOTA = 1_000;
const MAX_ROLES = 5_000;

/** One action for all components: it runs a state machine, which starts the builds of the changed ones. */
export class FanOutBuilds implements RenderedBuilds {
  public readonly stages: readonly codepipeline.StageOptions[];
  public readonly builds: ReadonlyMap<string, BuildReference>;
  public readonly componentBuilds: ReadonlyMap<string, ComponentBuild> = new Map();
  public readonly projectArns: readonly string[];
  public readonly logGroup: logs.ILogGroup;

  constructor(context: BuildContext, settings: FanOutSettings) {
    const { scope, catalogue, logRetention } = context;
    const components = catalogue.componentNames.map((name) => catalogue._bound(name));
    checkRoles(context, components.length);
    const { projects, projectOf } = shareProjects(Stack.of(scope), components);
    const dependencies = ({ component }: BoundComponent) => catalogue._graph.buildDependencies(component.name).length;
    const count = settings.nestedStacks ?? partsFor(components, projects, dependencies);
    const names = new FanOutNames(scope, catalogue.solution, count);
    const logGroup = new logs.LogGroup(scope, 'Logs', { retention: logRetention, removalPolicy: RemovalPolicy.DESTROY });
    this.logGroup = logGroup;
    this.projectArns = [Stack.of(scope).formatArn({ service: 'codebuild', resource: 'project', resourceName: `${names.projectPrefix}*` })];
    CommonAccess.of(context).readSource(context.pipelineBucket);
    const props = {
      ...context,
      names,
      logGroup,
      ownAccess: createOwnAccess(scope, context),
      projectsRole: new ProjectsRole(scope, 'ProjectsRole', {
        assumedBy: new iam.ServicePrincipal('codebuild.amazonaws.com'),
        description: `Of projects, not of builds: those of ${catalogue.solution} run as their components' own roles`,
      }),
    };
    const divided = divide(components, projects, count).map((part, index) => ({ part, stack: new BuildsPart(scope, `Builds${index + 1}`, props) }));
    const made = new Map(divided.flatMap(({ part, stack }) => (
      part.projects.map((project) => [project.settings, stack.addProject(project)] as const)
    )));
    const settingsOf = ({ component }: BoundComponent): string => projectOf.get(component.name)!;
    this.builds = new Map(divided.flatMap(({ part, stack }) => part.components.map((bound) => {
      const { project, statements } = made.get(settingsOf(bound))!;
      return [bound.component.name, { role: stack.addRole(bound, statements), project, logGroup }] as const;
    })));
    const targets: BuildTargets = Object.fromEntries(components.map((bound) => [
      bound.component.name, { project: names.project(settingsOf(bound)), role: names.role(bound.component.name) },
    ]));
    const { maxConcurrency } = settings;
    const buildsFunction = createBuildsFunction(scope, 'Function', { ...context, names, targets, maxConcurrency });
    const stateMachine = new FanOutStateMachine(scope, 'FanOut', {
      ...context, solution: catalogue.solution, names, logGroup, maxConcurrency, buildsFunction: buildsFunction.function,
    });
    // It knows projects and roles by name alone, which tells CloudFormation nothing.
    stateMachine.stateMachine.node.addDependency(...divided.map(({ stack }) => stack));
    const input: FanOutInput = {
      commitId: context.commitId, planId: context.planId, pipelineExecutionId: codepipeline.GlobalVariables.executionId, source: context.sourceLocation,
    };
    this.stages = [{
      stageName: context.stageName,
      actions: [functionAction({
        actionName: context.stageName, function: buildsFunction.function, parameters: { ...input }, dependencies: [stateMachine.stateMachine],
      })],
    }];
  }
}

function shareProjects(stack: Stack, components: readonly BoundComponent[]): { projects: SharedProject[]; projectOf: ReadonlyMap<string, string> } {
  const projects = new Map<string, SharedProject>();
  const projectOf = new Map<string, string>();
  for (const bound of components) {
    const settings = digestOf(projectSettings(bound, (value) => stack.resolve(value)));
    projectOf.set(bound.component.name, settings);
    if (!projects.has(settings)) {
      projects.set(settings, { settings, example: bound, buildspec: buildspecOf(bound) });
    }
  }
  return { projects: [...projects.values()], projectOf };
}

function checkRoles({ scope }: BuildContext, components: number): void {
  if (components > MAX_ROLES) {
    throw new Error(`${components} components have a role each, and an account holds at most ${MAX_ROLES}: `
      + 'spread the components over pipelines in several accounts.');
  }
  if (components > ROLES_QUOTA * 0.9) {
    Annotations.of(scope).addWarningV2('cdk-modular-pipeline:roles-quota', `${components} components have a role each, and an account holds ${ROLES_QUOTA} `
      + `unless its quota "Roles per account" is raised, to ${MAX_ROLES} at most: see that it is.`);
  }
}
