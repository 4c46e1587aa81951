import { Validations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/** Tells validation plugins (such as cdk-nag) that a finding is known, and why it stands. */
export function acknowledge(construct: IConstruct, id: string, reason: string): void {
  Validations.of(construct).acknowledge({ id, reason });
}
