import { Duration } from 'aws-cdk-lib';

/** What the guard of an environment allows in a change set, and what it asks of its deployment. */
export interface ChangeSetRules {
  /**
   * CloudFormation types, such as `AWS::SQS::Queue`, whose resources may be deleted and replaced.
   * @default - only types that are replaced by design, such as `AWS::Lambda::Version`
   */
  readonly allowTypes?: string[];

  /**
   * Logical IDs of resources that may be deleted and replaced; in a nested stack after those of the stacks that they are in, such as
   * `Database/Table`.
   * @default - none
   */
  readonly allowLogicalIds?: string[];

  /**
   * Lets everything be deleted and replaced: turns the guard off.
   * @default false
   */
  readonly allowDestructiveChanges?: boolean;

  /**
   * ARNs of alarms that roll a deployment back, at most five together with `rollbackCompositeAlarmArns`.
   * @default - none
   */
  readonly rollbackAlarmArns?: string[];

  /**
   * ARNs of composite alarms that roll a deployment back.
   * @default - none
   */
  readonly rollbackCompositeAlarmArns?: string[];

  /**
   * How long the alarms are watched after the deployment: whole minutes, at most 180.
   * @default - as long as the deployment itself takes
   */
  readonly bakeTime?: Duration;
}
