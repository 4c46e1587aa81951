import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { IConstruct } from 'constructs';
import { METRICS_NAMESPACE, SOLUTION_DIMENSION } from '../contract/metrics';

/** CloudWatch's longest period of an alarm's metric. */
const LONGEST_PERIOD_SECONDS = 86_400;

export interface HeadMetric {
  /** One of `HEAD_METRICS`. */
  readonly name: string;
  readonly solution: string;
  readonly reconcileInterval: Duration;
}

/** What is known of the branch's head. Written whenever the schedule lets the diff function look: in two intervals, there is always a value. */
export function headMetric(scope: IConstruct, { name, solution, reconcileInterval }: HeadMetric, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: METRICS_NAMESPACE,
    metricName: name,
    dimensionsMap: { [SOLUTION_DIMENSION]: solution },
    statistic: cloudwatch.Stats.MAXIMUM,
    period: Duration.seconds(Math.min(2 * reconcileInterval.toSeconds(), LONGEST_PERIOD_SECONDS)),
    ...props,
  }).attachTo(scope);
}

export function failedExecutionsMetric(scope: IConstruct, pipelineName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: 'AWS/CodePipeline',
    metricName: 'FailedPipelineExecutions',
    dimensionsMap: { PipelineName: pipelineName },
    statistic: cloudwatch.Stats.SUM,
    ...props,
  }).attachTo(scope);
}
