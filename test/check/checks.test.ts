import { RemovalPolicy } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Check, CheckOptions, ModularPipeline } from '../../src';
import { actionsOf, environment, pipelineProps, resource, stagesOf, statementsOf, testPipeline, testStack } from '../support/constructs';

const lint: CheckOptions = { commands: ['npx eslint .'], reports: [{ name: 'lint', files: ['*.xml'], baseDirectory: 'reports' }, { name: 'coverage', files: ['clover.xml'], format: 'CLOVERXML' }] };

describe('checks', () => {
  const { template } = testPipeline({ checks: [Check.commands('Lint', lint), Check.commands('Scan', { commands: ['trivy fs .'], privileged: true })] });
  const stages = resource(template, 'AWS::CodePipeline::Pipeline').Properties.Stages as any[];

  test('run at once, before anything is built', () => {
    expect(stagesOf(template).map(({ name }) => name)).toEqual(['Source', 'Plan', 'Checks', 'Build', 'Release', 'test']);
    const [lintAction, scan] = stages[2].Actions;
    expect([lintAction.RunOrder, scan.RunOrder]).toEqual([1, 1]);
    expect(lintAction).toMatchObject({ Name: 'Lint', InputArtifacts: [{ Name: 'Source' }] });
    expect(JSON.parse(lintAction.Configuration.EnvironmentVariables)).toEqual([{ name: 'COMMIT_ID', type: 'PLAINTEXT', value: '#{Source.CommitId}' }]);
  });

  test('are skipped where nothing is built, by the Build stage\'s own condition', () => {
    const condition = ({ BeforeEntry: { Conditions: [{ Result, Rules: [{ Configuration }] }] } }: any) => [Result, Configuration];
    expect(condition(stages[2])).toEqual(condition(stages[3]));
    expect(condition(stages[2])).toEqual(['SKIP', { Variable: '#{Plan.builds}', Operator: 'EQ', Value: 'true' }]);
  });

  test('have a role each that does what CodeBuild calls, and report groups by their kind', () => {
    const role = statementsOf(resource(template, 'AWS::IAM::Role', 'PipelineChecksLint'));
    expect(actionsOf(role)).toEqual([
      'codebuild:BatchPutCodeCoverages', 'codebuild:BatchPutTestCases', 'codebuild:CreateReport', 'codebuild:UpdateReport', 'logs:CreateLogStream', 'logs:PutLogEvents',
      's3:GetObject', 's3:GetObjectVersion',
    ]);
    expect(actionsOf(statementsOf(resource(template, 'AWS::IAM::Role', 'PipelineChecksScan')))).not.toContain('codebuild:CreateReport');
    expect(resource(template, 'AWS::CodeBuild::ReportGroup', 'PipelineChecksLintReportcoverage').Properties.Type).toBe('CODE_COVERAGE');
    const { BuildSpec: buildspec } = resource(template, 'AWS::CodeBuild::Project', 'PipelineChecksLint').Properties.Source;
    expect(JSON.stringify(buildspec)).toContain('base-directory');
  });

  test('may have Docker', () => {
    const privileged = (prefix: string) => resource(template, 'AWS::CodeBuild::Project', prefix).Properties.Environment.PrivilegedMode;
    expect([privileged('PipelineChecksLint'), privileged('PipelineChecksScan')]).toEqual([false, true]);
  });

  test('make no stage where there are none', () => {
    expect(stagesOf(testPipeline({ checks: [] }).template).map(({ name }) => name)).not.toContain('Checks');
  });

  test('go with the pipeline that is to be destroyed, with their reports', () => {
    const { template: made } = testPipeline({ checks: [Check.commands('Lint', lint)], removalPolicy: RemovalPolicy.DESTROY });
    const group = resource(made, 'AWS::CodeBuild::ReportGroup', 'PipelineChecksLintReportlint');
    expect([group.DeletionPolicy, group.Properties.DeleteReports]).toEqual(['Delete', true]);
  });

  test.each<[string, () => Check[], string]>([
    ['two of a name', () => [Check.commands('A', lint), Check.commands('A', lint)], 'checks: two are called "A"'],
    ['what is no name of an action', () => [Check.commands('a b', lint)], 'checks: the name "a b"'],
    ['no command', () => [Check.commands('A', { commands: [] })], 'Check "A": commands is empty'],
    ['a variable that is there', () => [Check.commands('A', { ...lint, environmentVariables: { COMMIT_ID: { value: '1' } } })], 'Check "A": environmentVariables has COMMIT_ID'],
    ['two reports of a name', () => [Check.commands('A', { ...lint, reports: [{ name: 'r', files: ['a'] }, { name: 'r', files: ['b'] }] })], 'reports: two are called "r"'],
    ['more than a stage holds', () => Array.from({ length: 51 }, (_, index) => Check.commands(`A${index}`, lint)), 'they take 51 actions'],
  ])('refuse %s', (_, checks, message) => expect(() => testPipeline({ checks: checks() })).toThrow(message));

  test('leave no environment their stage\'s name', () => {
    expect(() => testPipeline({ environments: [environment('checks')] })).toThrow('checks');
  });
});

describe('conditions for stages of one\'s own', () => {
  test('skip where nothing is built, and where an environment is not deployed to', () => {
    const stack = testStack();
    const pipeline = new ModularPipeline(stack, 'Pipeline', pipelineProps(stack, { environments: [environment('test'), environment('prod')] }));
    expect(() => pipeline.skipUnlessDeployingTo('staging', 'Warm')).toThrow('"staging" is no environment of the pipeline. It has "test", "prod".');
    const stages = resource(Template.fromStack(stack), 'AWS::CodePipeline::Pipeline').Properties.Stages as any[];
    const rule = (conditions: any) => ({ result: conditions.conditions[0].result, configuration: conditions.conditions[0].rules[0]._props.configuration });
    const own = (name: string) => {
      const [{ Result: result, Rules: [{ Configuration: configuration }] }] = stages.find(({ Name }) => Name === name).BeforeEntry.Conditions;
      return { result, configuration };
    };
    expect(rule(pipeline.skipUnlessBuilding('Scan'))).toEqual(own('Build'));
    expect(rule(pipeline.skipUnlessDeployingTo('prod', 'Warm'))).toEqual(own('prod'));
  });
});
