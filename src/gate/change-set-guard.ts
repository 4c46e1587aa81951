import { ChangeSetRules } from './change-set-rules';
import { RESOURCE_NAME } from '../core/delivery/place-report';
import { requireLiterals } from '../private/literal';

/** Options of `Gate.changeSetGuard`. */
export interface ChangeSetGuardOptions {
  /**
   * CloudFormation types, such as `AWS::SQS::Queue`, and those that other deployers report, such as `aws_sqs_queue`, whose resources may be deleted
   * and replaced.
   * @default - only types that are replaced by design, such as `AWS::Lambda::Version`
   */
  readonly allowTypes?: string[];

  /**
   * Logical IDs of resources that may be deleted and replaced; in a nested stack after those of the stacks that they are in, such as
   * `Database/Table`. What another deployer reports is named after its component's ID, such as `infra@aws_sqs_queue.jobs`. To
   * allow it for one release only, use the command `cdk-modular-pipeline allow`.
   * @default - none
   */
  readonly allowLogicalIds?: string[];

  /**
   * Lets everything be deleted and replaced: turns the guard off.
   * @default false
   */
  readonly allowDestructiveChanges?: boolean;
}

/** What the options say to the guard. */
export function guardRules({ allowTypes = [], allowLogicalIds = [], allowDestructiveChanges }: ChangeSetGuardOptions): ChangeSetRules {
  for (const type of requireLiterals('Gate.changeSetGuard: allowTypes', allowTypes)) {
    if (!/^([A-Za-z0-9]+::[A-Za-z0-9:_@-]+|[a-z][a-z0-9]*_[a-z0-9_]+)$/.test(type)) {
      throw new Error(`Gate.changeSetGuard: allowTypes holds ${JSON.stringify(type)}: write a CloudFormation type, such as "AWS::SQS::Queue", or one of Terraform, such as "aws_sqs_queue".`);
    }
  }
  for (const id of requireLiterals('Gate.changeSetGuard: allowLogicalIds', allowLogicalIds)) {
    if (!RESOURCE_NAME.test(id)) {
      throw new Error(`Gate.changeSetGuard: allowLogicalIds holds ${JSON.stringify(id)}: write a logical ID, in nested stacks such as "Database/Table", or what another deployer reports, such as "infra@aws_sqs_queue.jobs". `
        + 'To allow everything, set allowDestructiveChanges.');
    }
  }
  if (allowDestructiveChanges && allowTypes.length + allowLogicalIds.length > 0) {
    throw new Error('Gate.changeSetGuard: allowDestructiveChanges allows everything, so remove allowTypes and allowLogicalIds, or it.');
  }
  return { allowTypes, allowLogicalIds, allowDestructiveChanges };
}
