import { Duration } from 'aws-cdk-lib';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import { Construct } from 'constructs';
import { ModularPipelineProps, PipelineSource, PipelineSourceBindOptions, PipelineSourceConfig, SourceReader } from '../../src';
import { resource, testPipeline } from '../support/constructs';

/** What a user writes for a host that has no factory. */
class OwnSource extends PipelineSource {
  constructor(private readonly more: Partial<PipelineSourceConfig> = {}) {
    super();
  }

  public bind(scope: Construct, { output, actionName }: PipelineSourceBindOptions): PipelineSourceConfig {
    const action: codepipeline.IAction = {
      actionProperties: {
        actionName,
        owner: 'Custom',
        category: codepipeline.ActionCategory.SOURCE,
        provider: 'OurForge',
        version: '7',
        artifactBounds: { minInputs: 0, maxInputs: 0, minOutputs: 1, maxOutputs: 1 },
        outputs: [output],
        variablesNamespace: actionName,
      },
      bind: () => ({ configuration: { Project: 'shop' } }),
      onStateChange: () => {
        throw new Error('not used');
      },
    };
    return { action, branch: 'trunk', reader: SourceReader.codeCommit(codecommit.Repository.fromRepositoryName(scope, 'Mirror', 'mirror')), ...this.more };
  }
}

function synthesize(source: PipelineSource, more: Partial<ModularPipelineProps> = {}) {
  return testPipeline({ source, ...more }).template;
}

test('a subclass of one\'s own brings its action, its reader and its branch, and is found by the schedule alone', () => {
  const template = synthesize(new OwnSource());
  const [{ Actions: [action] }] = resource(template, 'AWS::CodePipeline::Pipeline').Properties.Stages;
  expect(action).toMatchObject({ ActionTypeId: { Owner: 'Custom', Provider: 'OurForge', Version: '7' }, Configuration: { Project: 'shop' }, Namespace: 'Source' });
  expect(resource(template, 'AWS::Lambda::Function', 'PipelineDiffFunction').Properties.Environment.Variables).toMatchObject({
    SOURCE: '{"kind":"codecommit","repository":"mirror"}', BRANCH: 'trunk',
  });
  expect(() => resource(template, 'AWS::Events::Rule', 'PipelineTriggersBranchMoved')).toThrow();
  expect(resource(template, 'AWS::Events::Rule', 'PipelineTriggersReconcile').Properties.ScheduleExpression).toBe('rate(15 minutes)');
});

test('its events only make the function look', () => {
  const template = synthesize(new OwnSource({ eventPattern: { source: ['our.forge'] } }));
  const { EventPattern, Targets } = resource(template, 'AWS::Events::Rule', 'PipelineTriggersBranchMoved').Properties;
  expect(EventPattern).toEqual({ source: ['our.forge'] });
  expect(JSON.parse(Targets[0].Input)).toEqual({ action: 'look' });
});

test('it says how often the schedule looks, unless the pipeline does; less than a minute is refused', () => {
  const rate = (template: unknown) => resource(template as never, 'AWS::Events::Rule', 'PipelineTriggersReconcile').Properties.ScheduleExpression;
  const often = new OwnSource({ reconcileInterval: Duration.minutes(2) });
  expect(rate(synthesize(often))).toBe('rate(2 minutes)');
  expect(rate(synthesize(often, { reconcileInterval: Duration.minutes(5) }))).toBe('rate(5 minutes)');
  expect(() => synthesize(new OwnSource({ reconcileInterval: Duration.seconds(30) }))).toThrow('reconcileInterval is 30 seconds: it takes whole minutes, at least 1.');
});
