import { NestedStack } from 'aws-cdk-lib';

/** A nested stack, in production alone. */
export class MonitoringStack extends NestedStack {
  constructor(scope, id, { functions }) {
    super(scope, id);
    functions.forEach((target) => target.metricErrors().createAlarm(this, `${target.node.id}Errors`, { threshold: 1, evaluationPeriods: 1 }));
  }
}
