import * as fs from 'node:fs';
import * as path from 'node:path';
import { Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as actions from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as sns from 'aws-cdk-lib/aws-sns';
import { ModularPipeline, ModularPipelineAlarms, ModularPipelineAlarmsProps, ModularPipelineDashboard, ModularPipelineProps } from '../../src';
import { pipelineProps, testStack } from '../support/constructs';

function watched(props: Partial<ModularPipelineProps> = {}): { stack: Stack; pipeline: ModularPipeline } {
  const stack = testStack();
  return { stack, pipeline: new ModularPipeline(stack, 'Pipeline', pipelineProps(stack, props)) };
}

function alarms(props: Partial<ModularPipelineAlarmsProps> = {}): Template {
  const { stack, pipeline } = watched();
  new ModularPipelineAlarms(stack, 'Alarms', { pipeline, ...props });
  return Template.fromStack(stack);
}

const all = (template: Template): any[] => Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties);
const alarmOf = (template: Template, metric: string) => all(template).find(({ MetricName }) => MetricName === metric);

describe('ModularPipelineAlarms', () => {
  test('watches what needs a person', () => {
    const found = all(alarms()).map(({ Namespace, MetricName, Threshold, Period, Statistic }) => ({ Namespace, MetricName, Threshold, Period, Statistic }));
    expect(found).toEqual([
      { Namespace: 'AWS/Lambda', MetricName: 'Errors', Threshold: 3, Period: 900, Statistic: 'Sum' },
      { Namespace: 'AWS/SQS', MetricName: 'ApproximateNumberOfMessagesVisible', Threshold: 1, Period: 300, Statistic: 'Maximum' },
      { Namespace: 'ModularPipeline', MetricName: 'UnstartedSeconds', Threshold: 3600, Period: 1800, Statistic: 'Maximum' },
      { Namespace: 'ModularPipeline', MetricName: 'UnreleasedSeconds', Threshold: 86_400, Period: 1800, Statistic: 'Maximum' },
      { Namespace: 'ModularPipeline', MetricName: 'UnreadableSeconds', Threshold: 900, Period: 1800, Statistic: 'Maximum' },
      { Namespace: 'ModularPipeline', MetricName: 'PlannedBlind', Threshold: 2, Period: 1800, Statistic: 'Maximum' },
      { Namespace: 'AWS/CodePipeline', MetricName: 'FailedPipelineExecutions', Threshold: 1, Period: 300, Statistic: 'Sum' },
    ]);
  });

  test('goes off at the threshold, and not for lack of data', () => {
    for (const alarm of all(alarms())) {
      expect(alarm).toMatchObject({ ComparisonOperator: 'GreaterThanOrEqualToThreshold', TreatMissingData: 'notBreaching', EvaluationPeriods: 1 });
    }
  });

  test('names the pipeline, and a section of the runbook that there is', () => {
    const headings = fs.readFileSync(path.join(__dirname, '../../docs/operations.md'), 'utf8').matchAll(/^## (.+)$/gm);
    const anchors = [...headings].map(([, heading]) => heading.toLowerCase().replace(/[^\w\s-]/g, '').replace(/ /g, '-'));
    const links = all(alarms()).map(({ AlarmDescription }) => /^shop: .+ Runbook: (https:\S+\/docs\/operations\.md)#(\S+)$/.exec(AlarmDescription)!);
    expect(links).toHaveLength(7);
    expect(new Set(links.map(([, , anchor]) => anchor)).size).toBe(7);
    links.forEach(([, , anchor]) => expect(anchors).toContain(anchor));
  });

  test('leads to a runbook of one\'s own', () => {
    expect(alarmOf(alarms({ runbookUrl: 'https://wiki/pipeline' }), 'Errors').AlarmDescription).toMatch(/Runbook: https:\/\/wiki\/pipeline#the-diff-function-fails$/);
  });

  test('waits as long as it is told', () => {
    const template = alarms({ unstartedAfter: Duration.minutes(20), unreleasedAfter: Duration.hours(2) });
    expect(alarmOf(template, 'UnstartedSeconds')).toMatchObject({ Threshold: 1200, AlarmDescription: expect.stringContaining('for 20 minutes') });
    expect(alarmOf(template, 'UnreleasedSeconds')).toMatchObject({ Threshold: 7200, AlarmDescription: expect.stringContaining('for 2 hours') });
    expect(() => alarms({ unstartedAfter: Duration.seconds(90) })).toThrow('unstartedAfter is 1 minute 30 seconds: it takes whole minutes, at least 1.');
  });

  test('does nothing but what it is given to do', () => {
    expect(all(alarms()).map(({ AlarmActions }) => AlarmActions)).toEqual(Array(7).fill(undefined));
    const { stack, pipeline } = watched();
    const topic = new sns.Topic(stack, 'Topic');
    new ModularPipelineAlarms(stack, 'Alarms', { pipeline, actions: [new actions.SnsAction(topic)] });
    expect(all(Template.fromStack(stack)).map(({ AlarmActions }) => AlarmActions)).toEqual(Array(7).fill([stack.resolve(topic.topicArn)]));
  });

  test('looks at two intervals of the schedule, in which there is always a value, and at a day at most', () => {
    const periodAt = (reconcileInterval: Duration) => watched({ reconcileInterval }).pipeline.metricUnreleased().period.toSeconds();
    expect([periodAt(Duration.minutes(30)), periodAt(Duration.hours(20))]).toEqual([3600, 86_400]);
  });
});

describe('ModularPipelineDashboard', () => {
  function body(withAlarms: boolean): string {
    const { stack, pipeline } = watched();
    new ModularPipelineDashboard(stack, 'Dashboard', {
      pipeline, dashboardName: 'shop', ...(withAlarms ? { alarms: new ModularPipelineAlarms(stack, 'Alarms', { pipeline }) } : {}),
    });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::CloudWatch::Dashboard', { DashboardName: 'shop', DashboardBody: Match.anyValue() });
    return JSON.stringify(Object.values(template.findResources('AWS::CloudWatch::Dashboard'))[0].Properties.DashboardBody);
  }

  test('shows what waits, what failed, functions and tables', () => {
    const text = body(false);
    for (const metric of [
      'UnstartedSeconds', 'UnreleasedSeconds', 'FailedPipelineExecutions', 'Errors', 'ApproximateNumberOfMessagesVisible', 'Duration', 'ReadThrottleEvents', 'WriteThrottleEvents',
    ]) {
      expect(text).toContain(`\\"${metric}\\"`);
    }
  });

  test('shows the states of alarms where there are some', () => {
    expect(body(true)).toContain('\\"type\\":\\"alarm\\"');
    expect(body(false)).not.toContain('\\"type\\":\\"alarm\\"');
  });
});
