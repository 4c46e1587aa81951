import { ChangeSetRules } from './change-set-rules';
import { requireLiterals } from '../private/literal';

/** Options of `Gate.changeSetGuard`. */
export interface ChangeSetGuardOptions {
  /**
   * CloudFormation types, such as `AWS::SQS::Queue`, whose resources may be deleted and replaced.
   * @default - only types that are replaced by design, such as `AWS::Lambda::Version`
   */
  readonly allowTypes?: string[];

  /**
   * Logical IDs of resources that may be deleted and replaced; in a nested stack after those of the stacks that they are in, such as
   * `Database/Table`. To allow it for one release only, use the command `cdk-modular-pipeline allow`.
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
    if (!/^[A-Za-z0-9]+::[A-Za-z0-9:_@-]+$/.test(type)) {
      throw new Error(`Gate.changeSetGuard: allowTypes holds ${JSON.stringify(type)}: write a CloudFormation type, such as "AWS::SQS::Queue".`);
    }
  }
  for (const id of requireLiterals('Gate.changeSetGuard: allowLogicalIds', allowLogicalIds)) {
    if (!/^[A-Za-z0-9]+(\/[A-Za-z0-9]+)*$/.test(id)) {
      throw new Error(`Gate.changeSetGuard: allowLogicalIds holds ${JSON.stringify(id)}: write a logical ID, in nested stacks such as "Database/Table". `
        + 'To allow everything, set allowDestructiveChanges.');
    }
  }
  if (allowDestructiveChanges && allowTypes.length + allowLogicalIds.length > 0) {
    throw new Error('Gate.changeSetGuard: allowDestructiveChanges allows everything, so remove allowTypes and allowLogicalIds, or it.');
  }
  return { allowTypes, allowLogicalIds, allowDestructiveChanges };
}
