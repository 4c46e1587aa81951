import { App, NestedStack, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import { BuildStrategy, Component, FanOutOptions, ModularPipeline } from '../../../src';
import { FanOutBuilds } from '../../../src/build-strategy/fan-out/fan-out-builds';
import { partsFor } from '../../../src/build-strategy/fan-out/parts';
import { BoundComponent } from '../../../src/component/bound-component';
import { ACCOUNT, actionsOf, pipelineProps, REGION, resource, stagesOf, statementsOf } from '../../support/constructs';

const template = Component.template('template.yml', { path: 'template.yml' });
const custom = (name: string, more: object = {}) => Component.custom(name, { path: name, ...more });

interface Made {
  readonly stack: Stack;
  readonly pipeline: ModularPipeline;
  readonly main: Template;
  readonly parts: Template[];
}

function testStack(): Stack {
  return new Stack(new App(), 'Stack', { env: { account: ACCOUNT, region: REGION } });
}

function make(components: Component[], options?: FanOutOptions, stack = testStack(), use: (pipeline: ModularPipeline) => void = () => undefined): Made {
  const pipeline = new ModularPipeline(stack, 'Pipeline', pipelineProps(stack, {
    components: [...components, template], buildStrategy: BuildStrategy.fanOut(options),
  }));
  use(pipeline);
  const nested = stack.node.findAll().filter((child): child is NestedStack => NestedStack.isNestedStack(child));
  const main = Template.fromStack(stack);
  return { stack, pipeline, main, parts: nested.map((part) => Template.fromStack(part)) };
}

function roles(parts: Template[]): Record<string, any> {
  return Object.fromEntries(parts.flatMap((part) => Object.values(part.findResources('AWS::IAM::Role')))
    .map((role) => [role.Properties.Tags.find(({ Key }: any) => Key === 'modular-pipeline:component').Value, role]));
}

function projects(parts: Template[]): any[] {
  return parts.flatMap((part) => Object.values(part.findResources('AWS::CodeBuild::Project')));
}

function definitionOf(main: Template): any {
  const text = resource(main, 'AWS::StepFunctions::StateMachine').Properties.DefinitionString['Fn::Join'][1]
    .map((piece: unknown) => (typeof piece === 'string' ? piece : 'x')).join('');
  return JSON.parse(text);
}

describe('the pipeline', () => {
  const { main, pipeline } = make([custom('a'), custom('b', { dependsOn: ['a'] })]);

  test('has one action that builds', () => {
    const [build] = stagesOf(main).filter(({ name }) => name === 'Build');
    expect(build.actions).toHaveLength(1);
    expect(build.actions[0].ActionTypeId).toMatchObject({ Category: 'Invoke', Provider: 'Lambda' });
    expect(JSON.parse(build.actions[0].Configuration.UserParameters)).toEqual({
      commitId: '#{Source.CommitId}', planId: '#{Plan.planId}', pipelineExecutionId: '#{codepipeline.PipelineExecutionId}', source: '#{Plan.source}',
    });
  });

  test('comes after the state machine, which its creation may need', () => {
    expect(resource(main, 'AWS::CodePipeline::Pipeline').DependsOn).toEqual(expect.arrayContaining([expect.stringMatching(/FanOutStateMachine/)]));
  });

  test('stops the builds of executions that nobody waits for', () => {
    main.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        'source': ['aws.codepipeline'],
        'detail-type': ['CodePipeline Pipeline Execution State Change'],
        'detail': { pipeline: ['shop'], state: ['STOPPED', 'CANCELED', 'SUPERSEDED'] },
      },
      Targets: [Match.objectLike({ Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('BuildsFunction'), 'Arn'] } })],
    });
  });

  test('may start and stop this state machine alone', () => {
    const statements = statementsOf(resource(main, 'AWS::IAM::Role', 'PipelineBuildsFunctionRole'));
    const states = statements.filter(({ Action }) => [Action].flat().some((action: string) => action.startsWith('states:')));
    expect(states.map(({ Action }) => Action)).toEqual(['states:StartExecution', ['states:DescribeExecution', 'states:StopExecution']]);
    expect(JSON.stringify(states[0].Resource)).toMatch(/:stateMachine:shop-[0-9a-f]{8}"/);
    expect(JSON.stringify(states[1].Resource)).toMatch(/:execution:shop-[0-9a-f]{8}:\*"/);
  });

  test('knows each build by its role, and has no project for it alone', () => {
    expect(() => pipeline.componentBuild('a')).toThrow('"a" has no project of its own, because the pipeline\'s builds are fanned out: use buildOf("a"), which works under every strategy.');
    expect(pipeline.buildOf('a').role).toBe(pipeline.buildRole('a'));
    expect(pipeline.buildOf('a').project.projectName).toBeDefined();
    expect(() => pipeline.buildOf('x')).toThrow('"x" is no component of the pipeline.');
    expect(() => pipeline.componentBuild('x')).toThrow('"x" is no component of the pipeline.');
    expect(() => pipeline.buildRole('x')).toThrow('"x" is no component of the pipeline.');
  });
});

describe('projects', () => {
  test('are shared where settings are equal', () => {
    const { parts } = make([
      custom('a'), custom('b'), custom('c', { buildCommands: ['make'] }), custom('d', { buildCommands: ['make'] }),
      custom('e', { environmentVariables: { X: { value: '1' } } }), custom('f', { computeType: codebuild.ComputeType.LARGE }),
    ]);
    // a and b; c and d; e; f; the template.
    expect(projects(parts)).toHaveLength(5);
    expect(Object.keys(roles(parts)).sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'template.yml']);
  });

  test('get what they build from when they are started, and say nothing of a component', () => {
    const { parts } = make([custom('a')]);
    for (const { Properties: project } of projects(parts)) {
      expect(project.Source.Type).toBe('NO_SOURCE');
      expect(project.Artifacts).toEqual({ Type: 'NO_ARTIFACTS' });
      const variables = project.Environment.EnvironmentVariables.map(({ Name }: any) => Name);
      expect(variables).toEqual(['MODULAR_SOLUTION', 'MODULAR_DIFF_TABLE', 'MODULAR_DEPLOYMENTS_TABLE', 'MODULAR_ARTIFACT_BUCKET', 'MODULAR_AGENT', 'MODULAR_CATALOGUE']);
    }
  });

  test('name a role that has no rights', () => {
    const { main } = make([custom('a')]);
    const role = resource(main, 'AWS::IAM::Role', 'PipelineBuildsProjectsRole');
    expect(role.Properties.Policies).toBeUndefined();
    expect(role.Properties.ManagedPolicyArns).toBeUndefined();
    const attached = Object.values(main.findResources('AWS::IAM::Policy')).flatMap(({ Properties }) => Properties.Roles);
    expect(JSON.stringify(attached)).not.toContain('ProjectsRole');
  });

  test('keep their names while others come and go', () => {
    const nameOf = (made: Made) => projects(made.parts).map(({ Properties }) => Properties.Name).sort();
    const before = nameOf(make([custom('a')]));
    expect(nameOf(make([custom('a'), custom('b', { buildCommands: ['make'] })]))).toEqual(expect.arrayContaining(before));
    before.forEach((name) => expect(name).toMatch(/^shop-[0-9a-f]{8}-[0-9a-f]{8}$/));
  });
});

describe('a component\'s role', () => {
  const { main, parts } = make([custom('@x/a'), custom('b', { dependsOn: ['@x/a'] }), custom('lonely')]);
  const all = roles(parts);
  const own = resource(main, 'AWS::IAM::ManagedPolicy', 'PipelineBuildsOwnAccess').Properties.PolicyDocument.Statement;

  test('is told by its tags', () => {
    expect(all['@x/a'].Properties.Tags).toEqual([
      { Key: 'modular-pipeline:component', Value: '@x/a' }, { Key: 'modular-pipeline:component-id', Value: 'x-a' },
    ]);
    expect(all['@x/a'].Properties.RoleName).toMatch(/^[0-9a-f]{8}-x-a$/);
    expect(all['@x/a'].Properties.Path).toMatch(/^\/modular-pipeline\/shop\/[0-9a-f]{8}\/$/);
    expect(all['@x/a'].Properties.ManagedPolicyArns).toHaveLength(2);
  });

  test('writes its own records and artifacts alone, by a policy that all share', () => {
    const writing = own.filter(({ Action }: any) => [Action].flat().some((action: string) => /Put|Update|Abort/.test(action)));
    expect(writing).toHaveLength(2);
    expect(writing[0].Condition).toEqual({
      'ForAllValues:StringLike': {
        'dynamodb:LeadingKeys': ['shop#${aws:PrincipalTag/modular-pipeline:component}', 'shop#${aws:PrincipalTag/modular-pipeline:component}#*'],
      },
    });
    expect(JSON.stringify(writing[1].Resource)).toContain('/shop/components/${aws:PrincipalTag/modular-pipeline:component-id}/*');
    for (const role of Object.values(all)) {
      expect(actionsOf(statementsOf(role)).filter((action) => /Put|Update|Delete|Abort/.test(action))).toEqual(['logs:PutLogEvents']);
    }
  });

  test('reads its dependencies alone', () => {
    const statements = statementsOf(all.b);
    expect(statements.find(({ Condition }) => Condition)!.Condition['ForAllValues:StringLike']['dynamodb:LeadingKeys']).toEqual(['shop#@x/a', 'shop#@x/a#*']);
    expect(JSON.stringify(statements.filter(({ Action }) => Action === 's3:GetObject'))).toContain('/shop/components/x-a/*');
    expect(actionsOf(statementsOf(all.lonely))).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents']);
  });

  test('takes grants', () => {
    const statement = new iam.PolicyStatement({ actions: ['ssm:GetParameter'], resources: ['*'] });
    const made = make([custom('a')], undefined, testStack(), (pipeline) => pipeline.buildRole('a').addToPrincipalPolicy(statement));
    expect(actionsOf(statementsOf(roles(made.parts).a))).toContain('ssm:GetParameter');
    expect(actionsOf(statementsOf(roles(made.parts)['template.yml']))).not.toContain('ssm:GetParameter');
  });

  test('has what its project\'s settings need, such as a network', () => {
    const stack = testStack();
    const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 1 });
    const made = make([custom('in', { vpc }), custom('also-in', { vpc }), custom('out')], undefined, stack);
    const found = roles(made.parts);
    for (const name of ['in', 'also-in']) {
      expect(actionsOf(statementsOf(found[name]))).toEqual(expect.arrayContaining(['ec2:CreateNetworkInterface', 'ec2:CreateNetworkInterfacePermission']));
    }
    expect(actionsOf(statementsOf(found.out)).filter((action) => action.startsWith('ec2:'))).toEqual([]);
    expect(projects(made.parts).filter(({ Properties }) => Properties.VpcConfig)).toHaveLength(1);
    made.parts.forEach((part) => part.resourceCountIs('AWS::IAM::Policy', 0));
  });

  test('in a network finds what CodeBuild checks when it makes the project, in the projects\' role itself', () => {
    const stack = testStack();
    const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 1 });
    const made = make([custom('in', { vpc, environmentVariables: { TOKEN: { type: codebuild.BuildEnvironmentVariableType.SECRETS_MANAGER, value: 'token' } } })], undefined, stack);
    const statements = statementsOf(resource(made.main, 'AWS::IAM::Role', 'PipelineBuildsProjectsRole'));
    expect(actionsOf(statements)).toEqual(expect.arrayContaining([
      'ec2:CreateNetworkInterface', 'ec2:CreateNetworkInterfacePermission', 'ec2:DeleteNetworkInterface', 'ec2:DescribeDhcpOptions', 'ec2:DescribeNetworkInterfaces',
      'ec2:DescribeSecurityGroups', 'ec2:DescribeSubnets', 'ec2:DescribeVpcs',
    ]));
    expect(actionsOf(statements).filter((action) => !action.startsWith('ec2:'))).toEqual([]);
    // No policy beside the role: a project that names it could come before.
    expect(Object.values(made.main.findResources('AWS::IAM::Policy')).filter(({ Properties }: any) => JSON.stringify(Properties.Roles).includes('ProjectsRole'))).toEqual([]);
  });

  test('without a network has no rights in the projects\' role', () => {
    const made = make([custom('out')]);
    expect(resource(made.main, 'AWS::IAM::Role', 'PipelineBuildsProjectsRole').Properties?.Policies).toBeUndefined();
  });

  test('pushes to its own repository', () => {
    const made = make([Component.lambdaImage('image', { path: 'image' }), custom('a')]);
    const found = roles(made.parts);
    expect(actionsOf(statementsOf(found.image))).toEqual(expect.arrayContaining(['ecr:PutImage', 'ecr:GetAuthorizationToken']));
    expect(actionsOf(statementsOf(found.a)).filter((action) => action.startsWith('ecr:'))).toEqual([]);
    expect(projects(made.parts).filter(({ Properties }) => Properties.Environment.PrivilegedMode)).toHaveLength(1);
  });
});

describe('the state machine', () => {
  const { main } = make([custom('a')], { maxConcurrency: 500 });
  const definition = definitionOf(main);

  test('asks, builds, and asks again', () => {
    expect(definition.StartAt).toBe('Find builds');
    expect(definition.States['What to do'].Choices.map(({ StringEquals, Next }: any) => [StringEquals, Next])).toEqual([
      ['inline', 'Build'], ['distributed', 'Build many'], ['done', 'All built'],
    ]);
    expect(definition.States['Next tranche'].Next).toBe('Find builds');
    expect(definition.States['Some not built']).toMatchObject({ Type: 'Fail', CausePath: '$.found.answer.cause' });
  });

  test('runs as many builds at a time as it may: 40 in an inline Map', () => {
    expect(definition.States.Build.MaxConcurrency).toBe(40);
    expect(definition.States['Build many'].MaxConcurrency).toBe(500);
    expect(definitionOf(make([custom('a')], { maxConcurrency: 3 }).main).States.Build.MaxConcurrency).toBe(3);
  });

  test('hands nothing on from builds', () => {
    for (const state of ['Build', 'Build many']) {
      expect(definition.States[state].ResultPath).toBeNull();
      const last = Object.values<any>(definition.States[state].ItemProcessor.States).filter(({ End }) => End);
      expect(last).toHaveLength(3);
      expect(last.map(({ OutputPath }) => OutputPath)).toEqual([null, null, null]);
    }
  });

  test('starts a build at the commit, as the component\'s role, with the plan', () => {
    const run = definition.States.Build.ItemProcessor.States['Run build'];
    expect(run.Resource).toMatch(/:states:::codebuild:startBuild\.sync$/);
    expect(run.Parameters).toMatchObject({ 'ProjectName.$': '$.project', 'ServiceRoleOverride.$': '$.role' });
    expect(run.Parameters.EnvironmentVariablesOverride.map(({ Name }: any) => Name)).toEqual([
      'MODULAR_COMPONENT', 'MODULAR_COMMIT_ID', 'MODULAR_PLAN_ID', 'MODULAR_PIPELINE_EXECUTION_ID', 'MODULAR_SOURCE',
    ]);
    expect(run.Retry[0]).toMatchObject({ MaxAttempts: 50, JitterStrategy: 'FULL', MaxDelaySeconds: 300 });
    expect(run.Retry[0].ErrorEquals).toContain('CodeBuild.AccountLimitExceededException');
    // A failed build is an answer, not a failed start.
    expect(run.Retry[0].ErrorEquals).not.toContain('States.TaskFailed');
    expect(run.Catch).toHaveLength(1);
  });

  test('may start the projects, hand over the roles, and nothing wider', () => {
    const statements = statementsOf(resource(main, 'AWS::IAM::Role', 'PipelineBuildsFanOutRole'));
    const pass = statements.find(({ Action }) => Action === 'iam:PassRole');
    expect(JSON.stringify(pass.Resource)).toMatch(/:role\/modular-pipeline\/shop\/[0-9a-f]{8}\/\*/);
    expect(pass.Condition).toEqual({ StringEquals: { 'iam:PassedToService': 'codebuild.amazonaws.com' } });
    const start = statements.find(({ Action }) => [Action].flat().includes('codebuild:StartBuild'));
    expect(JSON.stringify(start.Resource)).toMatch(/:project\/shop-[0-9a-f]{8}-\*/);
    const wide = statements.filter(({ Resource }) => Resource === '*').flatMap(({ Action }) => Action);
    expect(wide.every((action: string) => /^(logs|xray):/.test(action))).toBe(true);
  });

  test('comes after the roles and projects that it names', () => {
    const { DependsOn } = resource(main, 'AWS::StepFunctions::StateMachine');
    expect(DependsOn.filter((id: string) => id.includes('NestedStack'))).toHaveLength(1);
  });
});

describe('options', () => {
  test.each([
    [{ maxConcurrency: 0 }, 'BuildStrategy.fanOut: maxConcurrency is 0: it takes a whole number from 1 to 10000.'],
    [{ maxConcurrency: 1.5 }, 'maxConcurrency is 1.5'],
    [{ maxConcurrency: 10_001 }, 'maxConcurrency is 10001'],
    [{ nestedStacks: 201 }, 'BuildStrategy.fanOut: nestedStacks is 201: it takes a whole number from 1 to 200.'],
  ])('%j are refused', (options, message) => expect(() => BuildStrategy.fanOut(options)).toThrow(message));

  test('nested stacks share the components out by name', () => {
    const components = Array.from({ length: 40 }, (_, index) => custom(`c${index}`));
    const { parts } = make(components, { nestedStacks: 3 });
    expect(parts).toHaveLength(3);
    const sizes = parts.map((part) => Object.keys(part.findResources('AWS::IAM::Role')).length);
    expect(sizes.reduce((sum, size) => sum + size)).toBe(41);
    expect(Math.min(...sizes)).toBeGreaterThan(5);
  });

  test('roles in other numbers of nested stacks have other names', () => {
    const nameOf = (nestedStacks: number) => roles(make([custom('a')], { nestedStacks }).parts).a.Properties.RoleName;
    expect(nameOf(1)).not.toBe(nameOf(2));
  });
});

describe('limits', () => {
  const bound = (repository?: ecr.IRepository) => ({ config: { repository } }) as BoundComponent;
  const none = () => 0;

  test.each([[1, 1], [330, 1], [331, 4], [1_000, 4], [5_000, 16]])('%d components take %d nested stacks', (count, parts) => {
    expect(partsFor(Array.from({ length: count }, () => bound()), [], none)).toBe(parts);
  });

  test('what the nested stack gets from the pipeline\'s own counts, and so does what roles list', () => {
    const images = Array.from({ length: 100 }, () => bound({} as ecr.IRepository));
    expect(partsFor(images, [], none)).toBe(4);
    expect(partsFor(Array.from({ length: 100 }, () => bound()), [], () => 50)).toBe(16);
  });

  test('more components than an account holds roles are refused', () => {
    const context = { scope: new Stack(), catalogue: { componentNames: Array.from({ length: 5_001 }, () => 'x'), _bound: () => bound() } };
    expect(() => new FanOutBuilds(context as never, { maxConcurrency: 1 }))
      .toThrow('5001 components have a role each, and an account holds at most 5000: spread the components over pipelines in several accounts.');
  });
});

describe('by default', () => {
  const pipelineOf = (count: number, context: Readonly<Record<string, unknown>> = {}) => {
    const stack = testStack();
    Object.entries(context).forEach(([key, value]) => stack.node.setContext(key, value));
    const components = Array.from({ length: count }, (_, index) => custom(`c${index}`));
    new ModularPipeline(stack, 'Pipeline', pipelineProps(stack, { components: [...components, template], buildStrategy: undefined }));
    return stack;
  };

  test('a pipeline of any size has one action for all builds', () => {
    const stack = pipelineOf(2);
    expect(stagesOf(Template.fromStack(stack)).filter(({ name }) => name.startsWith('Build')).map(({ actions }) => actions.map(({ Name }) => Name))).toEqual([['Build']]);
    Annotations.fromStack(stack).hasNoWarning('*', Match.anyValue());
  });

  test.each([true, 'true'])('by a flag (%p), a small pipeline keeps an action for each component, and is warned', (flag) => {
    const stack = pipelineOf(60, { '@cdk-modular-pipeline/v1Builds': flag });
    const main = Template.fromStack(stack);
    main.resourceCountIs('AWS::StepFunctions::StateMachine', 0);
    expect(stagesOf(main).filter(({ name }) => name.startsWith('Build')).map(({ actions }) => actions.length)).toEqual([50, 11]);
    Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('docs/migration.md says how to move to BuildStrategy.fanOut'));
  });

  test('a flag that is neither true nor false is refused', () => {
    expect(() => pipelineOf(1, { '@cdk-modular-pipeline/v1Builds': 'yes' })).toThrow('The context @cdk-modular-pipeline/v1Builds is "yes": it takes true or false.');
  });

  test.each([80, 120])('templates stay below 1 MB: %d components', (count) => {
    const stack = pipelineOf(count, { '@cdk-modular-pipeline/v1Builds': true });
    const all = [stack, ...stack.node.findAll().filter((child): child is NestedStack => NestedStack.isNestedStack(child))];
    for (const each of all) {
      expect(JSON.stringify(Template.fromStack(each).toJSON(), undefined, 1).length).toBeLessThan(1_000_000);
    }
  });

  test('actions that were asked for and make a template beyond 1 MB are warned of', () => {
    const stack = testStack();
    const components = Array.from({ length: 120 }, (_, index) => custom(`c${index}`));
    new ModularPipeline(stack, 'Pipeline', pipelineProps(stack, { components: [...components, template], buildStrategy: BuildStrategy.actions() }));
    Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('With an action for each of 121 components the template has about [0-9]+ bytes'));
  });

  test('one that does not fit is fanned out, whatever the flag says', () => {
    Template.fromStack(pipelineOf(250, { '@cdk-modular-pipeline/v1Builds': true })).resourceCountIs('AWS::StepFunctions::StateMachine', 1);
  });

  test('the strategy is no part of a component\'s definition: moving between strategies builds nothing', () => {
    const catalogueOf = (buildStrategy: BuildStrategy) => {
      const stack = testStack();
      const components = [custom('a'), custom('b', { dependsOn: ['a'] })];
      return new ModularPipeline(stack, 'Pipeline', pipelineProps(stack, { components: [...components, template], buildStrategy })).catalogue._json();
    };
    expect(catalogueOf(BuildStrategy.fanOut({ maxConcurrency: 3, nestedStacks: 2 }))).toBe(catalogueOf(BuildStrategy.actions()));
  });
});
