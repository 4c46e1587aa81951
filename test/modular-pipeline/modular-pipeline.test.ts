import { CfnCapabilities, RemovalPolicy } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as actions from 'aws-cdk-lib/aws-codepipeline-actions';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Component, DeploymentsTable, DiffTable, ModularPipeline } from '../../src';
import { deliveryFile, environmentsFile, environment, OTHER_ACCOUNT, pipelineProps, REGION, resource, stagesOf, testPipeline, testStack } from '../support/constructs';

const PIPELINE = 'AWS::CodePipeline::Pipeline';
const template = Component.template('template.yml', { path: 'template.yml' });

/** A text with the names of what it refers to in angle brackets. */
function joined(value: any): string {
  return value['Fn::Join'][1].map((part: any) => (typeof part === 'string' ? part : `<${part.Ref}>`)).join('');
}

function custom(name: string, dependsOn: string[] = []): Component {
  return Component.custom(name, { path: name, dependsOn });
}

describe('the pipeline', () => {
  const { template: made } = testPipeline({
    components: [custom('app', ['lib']), custom('lib'), template],
    environments: [environment('test'), environment('prod', { env: { account: OTHER_ACCOUNT, region: REGION }, approval: true })],
  });
  const stages = stagesOf(made);
  const stage = (name: string) => stages.find((each) => each.name === name)!.actions;

  test('is a V2 pipeline that the next execution supersedes, named after the solution', () => {
    const { Name, PipelineType, ExecutionMode } = resource(made, PIPELINE).Properties;
    expect({ Name, PipelineType, ExecutionMode }).toEqual({ Name: 'shop', PipelineType: 'V2', ExecutionMode: 'SUPERSEDED' });
  });

  test('goes from source over plan, build and release to the environments in their order', () => {
    expect(stages.map(({ name }) => name)).toEqual(['Source', 'Plan', 'Build', 'Release', 'test', 'prod']);
  });

  test('does not poll, and starts through no trigger of its own', () => {
    const [source] = stage('Source');
    expect(source.Configuration).toEqual({ RepositoryName: 'shop', BranchName: 'main', PollForSourceChanges: 'false' });
    // The diff function pins the commit by this name.
    expect(source.Name).toBe('Source');
    expect(source.Namespace).toBe('Source');
    for (const { Properties } of Object.values<any>(made.findResources('AWS::Events::Rule'))) {
      expect(JSON.stringify(Properties.Targets)).not.toContain('codepipeline');
    }
  });

  test('plans its own commit before it builds', () => {
    const [plan] = stage('Plan');
    expect(plan.Configuration.FunctionName).toEqual({ Ref: expect.stringMatching(/^PipelineDiffFunction/) });
    expect(JSON.parse(joined(plan.Configuration.UserParameters))).toEqual({
      action: 'plan',
      commitId: '#{Source.CommitId}',
      pipelineExecutionId: '#{codepipeline.PipelineExecutionId}',
      promotion: '#{variables.Promotion}',
      solution: 'shop',
      deploymentsTable: expect.stringMatching(/^<PipelineDeploymentsTable/) as string,
      diffTable: expect.stringMatching(/^<PipelineDiffTable/) as string,
      artifactBucket: expect.stringMatching(/^<PipelineStorageArtifacts/) as string,
    });
    expect(plan.Namespace).toBe('Plan');
  });

  test('takes a promotion as a variable, none by default', () => {
    expect(resource(made, PIPELINE).Properties.Variables).toEqual([expect.objectContaining({ Name: 'Promotion', DefaultValue: 'none' })]);
  });

  test.each([
    ['Build', { Variable: '#{Plan.builds}', Operator: 'EQ', Value: 'true' }],
    ['test', { Variable: '#{Plan.environments}', Operator: 'CONTAINS', Value: ',test,' }],
    ['prod', { Variable: '#{Plan.environments}', Operator: 'CONTAINS', Value: ',prod,' }],
  ])('skips stage %s unless the execution is for it', (name, configuration) => {
    const { BeforeEntry } = resource(made, PIPELINE).Properties.Stages.find(({ Name }: any) => Name === name);
    expect(BeforeEntry.Conditions).toEqual([{
      Result: 'SKIP',
      Rules: [expect.objectContaining({ RuleTypeId: { Category: 'Rule', Owner: 'AWS', Provider: 'VariableCheck', Version: '1' }, Configuration: configuration })],
    }]);
  });

  test('skips no other stage', () => {
    const { Stages } = resource(made, PIPELINE).Properties;
    expect(Stages.filter(({ BeforeEntry }: any) => BeforeEntry === undefined).map(({ Name }: any) => Name)).toEqual(['Source', 'Plan', 'Release']);
  });

  test('builds every component after those that it depends on', () => {
    expect(stage('Build').map(({ Name, RunOrder }) => [Name, RunOrder])).toEqual([['lib', 1], ['template-yml', 1], ['app', 2]]);
  });

  test('builds by the plan of the execution', () => {
    for (const { Configuration } of stage('Build')) {
      const variables = Object.fromEntries(JSON.parse(Configuration.EnvironmentVariables).map(({ name, value }: any) => [name, value]));
      expect(variables).toEqual({
        MODULAR_COMMIT_ID: '#{Source.CommitId}', MODULAR_PLAN_ID: '#{Plan.planId}', MODULAR_PIPELINE_EXECUTION_ID: '#{codepipeline.PipelineExecutionId}',
      });
    }
  });

  test('assembles the release as an artifact', () => {
    const [release] = stage('Release');
    expect(JSON.parse(release.Configuration.UserParameters)).toEqual({
      commitId: '#{Source.CommitId}', pipelineExecutionId: '#{codepipeline.PipelineExecutionId}', planId: '#{Plan.planId}', sequence: '#{Plan.sequence}',
    });
    expect(release.OutputArtifacts).toEqual([{ Name: 'Release' }]);
  });

  test('deploys by the delivery function from the release\'s files, not by parameter overrides, and records afterwards', () => {
    expect(stage('test').map(({ Name, RunOrder }) => [Name, RunOrder])).toEqual([['Prepare', 1], ['Deploy', 2], ['Record', 3]]);
    const [prepare, deploy, record] = stage('test');
    expect([prepare, deploy].map(({ InputArtifacts }) => InputArtifacts)).toEqual([[{ Name: 'Release' }], [{ Name: 'Release' }]]);
    expect(JSON.parse(record.Configuration.UserParameters)).toEqual({
      environment: 'test', places: 'test', stage: 'test', pipelineExecutionId: '#{codepipeline.PipelineExecutionId}',
    });
  });

  test('asks for approval between change set and execution, where it is asked for', () => {
    expect(stage('prod').map(({ Name, ActionTypeId }) => [Name, ActionTypeId.Provider])).toEqual([
      ['Prepare', 'Lambda'], ['Review', 'Lambda'], ['Approve', 'Manual'], ['Waive', 'Lambda'], ['Deploy', 'Lambda'], ['Record', 'Lambda'],
    ]);
  });

  test('has one role for its actions', () => {
    for (const { name, actions: all } of stages) {
      expect({ name, roles: all.map(({ RoleArn }) => RoleArn) }).toEqual({ name, roles: all.map(() => undefined) });
    }
    const roles = Object.keys(made.findResources('AWS::IAM::Role'));
    // The pipeline, five functions, three builds.
    expect(roles).toHaveLength(9);
  });
});

describe('props', () => {
  test('executionMode and pipelineName', () => {
    const { template: made } = testPipeline({ executionMode: codepipeline.ExecutionMode.QUEUED, pipelineName: 'releases' });
    expect(resource(made, PIPELINE).Properties).toMatchObject({ ExecutionMode: 'QUEUED', Name: 'releases' });
    expect(resource(made, 'AWS::Lambda::Function', 'PipelineDiff').Properties.Environment.Variables.PIPELINE).toBe('releases');
  });

  test('capabilities', () => {
    expect(environmentsFile(testPipeline({ capabilities: [CfnCapabilities.ANONYMOUS_IAM] }))[0].stacks[0].capabilities).toEqual(['CAPABILITY_IAM']);
    expect(environmentsFile(testPipeline({ capabilities: [] }))[0].stacks[0].capabilities).toEqual([]);
  });

  test('qualifier', () => {
    const { deployRoleArn, executionRoleArn } = deliveryFile(testPipeline({ qualifier: 'team1' })).places.test;
    expect(deployRoleArn).toContain('role/cdk-team1-deploy-role-');
    expect(executionRoleArn).toContain('role/cdk-team1-cfn-exec-role-');
  });

  test('the solution is named after the construct by default, and the stacks after the solution', () => {
    const made = testPipeline({ solution: undefined, environments: [environment('test', { stackName: undefined })] });
    expect(made.pipeline.solution).toMatch(/^Stack-Pipeline-[0-9A-F]{8}$/);
    expect(deliveryFile(made).places.test.stackNames).toEqual([made.pipeline.solution]);
  });

  test('tables that are passed in are used, and none is made', () => {
    const stack = testStack();
    const diffTable = DiffTable.fromTableName(stack, 'Diffs', 'diffs');
    const deploymentsTable = DeploymentsTable.fromTableName(stack, 'Deployments', 'deployments');
    const pipeline = new ModularPipeline(stack, 'Pipeline', pipelineProps(stack, { diffTable, deploymentsTable }));
    const made = Template.fromStack(stack);
    made.resourceCountIs('AWS::DynamoDB::GlobalTable', 0);
    expect(pipeline.diffTable).toBe(diffTable);
    expect(pipeline.deploymentsTable).toBe(deploymentsTable);
    expect(resource(made, 'AWS::Lambda::Function', 'PipelineDiff').Properties.Environment.Variables).toMatchObject({
      DIFF_TABLE: 'diffs', DEPLOYMENTS_TABLE: 'deployments',
    });
  });

  test('one of each table is made otherwise', () => {
    testPipeline().template.resourceCountIs('AWS::DynamoDB::GlobalTable', 2);
  });

  test('removalPolicy reaches tables, buckets and key, and lets tables go', () => {
    const everything = (removalPolicy?: RemovalPolicy) => {
      const { template: made } = testPipeline({ removalPolicy, environments: [environment('test', { env: { account: OTHER_ACCOUNT, region: REGION } })] });
      return [...Object.values<any>(made.findResources('AWS::DynamoDB::GlobalTable')), ...Object.values<any>(made.findResources('AWS::S3::Bucket')),
        resource(made, 'AWS::KMS::Key')];
    };
    // Tables are protected from deletion: a rollback of their creation could not delete them.
    expect(everything().map(({ DeletionPolicy }) => DeletionPolicy)).toEqual([...Array(2).fill('Retain'), ...Array(3).fill('RetainExceptOnCreate')]);
    expect(everything().map(({ UpdateReplacePolicy }) => UpdateReplacePolicy)).toEqual(Array(5).fill('Retain'));
    const [table, ...others] = everything(RemovalPolicy.DESTROY);
    expect([table, ...others].map(({ DeletionPolicy }) => DeletionPolicy)).toEqual(Array(5).fill('Delete'));
    expect(table.Properties.Replicas[0].DeletionProtectionEnabled).toBe(false);
  });

  test('logRetention', () => {
    const retentions = (made: ReturnType<typeof testPipeline>) => Object.values<any>(made.template.findResources('AWS::Logs::LogGroup'))
      .map(({ Properties }) => Properties.RetentionInDays);
    expect(retentions(testPipeline())).toEqual([365, 365, 365, 365, 365]);
    expect(retentions(testPipeline({ logRetention: logs.RetentionDays.ONE_MONTH }))).toEqual([30, 30, 30, 30, 30]);
  });
});

describe('every part is reachable', () => {
  const made = testPipeline({ components: [custom('app'), template] });
  const { pipeline, stack } = made;

  test('functions, tables, bucket, queue', () => {
    expect(stack.resolve(pipeline.diffFunction.functionName).Ref).toMatch(/^PipelineDiffFunction/);
    expect(stack.resolve(pipeline.releaseFunction.functionName).Ref).toMatch(/^PipelineReleaseFunction/);
    expect(stack.resolve(pipeline.recordFunction.functionName).Ref).toMatch(/^PipelineRecordFunction/);
    expect(stack.resolve(pipeline.deadLetterQueue.queueArn)['Fn::GetAtt'][0]).toMatch(/^PipelineTriggersDeadLetters/);
    expect(stack.resolve(pipeline.artifactBucket.bucketName).Ref).toMatch(/^PipelineStorageArtifacts/);
    expect(pipeline.catalogue.componentNames).toEqual(['app', 'template.yml']);
  });

  test('the builds, by the components\' names', () => {
    expect(stack.resolve(pipeline.componentBuild('app').project.projectName).Ref).toMatch(/^PipelineBuildsapp/);
    expect(() => pipeline.componentBuild('other')).toThrow('"other" is no component of the pipeline. It has "app", "template.yml".');
  });

  test('metrics', () => {
    expect(pipeline.metricDiffErrors()).toMatchObject({ namespace: 'AWS/Lambda', metricName: 'Errors' });
    expect(pipeline.metricDeadLetters()).toMatchObject({ metricName: 'ApproximateNumberOfMessagesVisible', statistic: 'Maximum' });
    expect(pipeline.metricFailedExecutions()).toMatchObject({ namespace: 'AWS/CodePipeline', metricName: 'FailedPipelineExecutions', statistic: 'Sum' });
  });
});

test('a stage of the user\'s own finds its grants', () => {
  const stack = testStack();
  const made = new ModularPipeline(stack, 'Pipeline', pipelineProps(stack));
  made.pipeline.addStage({
    stageName: 'After',
    actions: [new actions.S3DeployAction({
      actionName: 'Copy', bucket: s3.Bucket.fromBucketName(stack, 'Site', 'site'), input: codepipeline.Artifact.artifact('Release'),
    })],
  });
  const { Statement } = resource(Template.fromStack(stack), 'AWS::IAM::Policy').Properties.PolicyDocument;
  expect(JSON.stringify(Statement)).toContain(':s3:::site/*');
});

test('the logical IDs of what holds state stand: other ones would lose its content', () => {
  const { template: made } = testPipeline({
    components: [Component.lambdaImage('web', { path: 'web' }), template],
    environments: [environment('prod', { env: { account: OTHER_ACCOUNT, region: REGION } })],
  });
  const ids = ['AWS::DynamoDB::GlobalTable', 'AWS::S3::Bucket', 'AWS::KMS::Key', 'AWS::ECR::Repository'].flatMap((type) => Object.keys(made.findResources(type)));
  expect(ids).toEqual([
    'PipelineDiffTable589B892B',
    'PipelineDeploymentsTable8AD90F24',
    'PipelineStorageArtifactsA5933DCE',
    'PipelineStoragePipelineArtifacts4AE335AB',
    'PipelineStorageKeyB8E6AC85',
    'PipelineCataloguewebRepositoryD398BC64',
  ]);
});
