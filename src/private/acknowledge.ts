import { Validations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

/**
 * Records for validation plugins (such as cdk-nag) that a finding is known, and why it stands. Versions of the CDK before 2.251 have no way to
 * say so, and those before 2.269 refuse the IDs of findings that name an ARN: plugins report the findings there.
 */
export function acknowledge(construct: IConstruct, id: string, reason: string): void {
  const validations: typeof Validations | undefined = Validations;
  try {
    validations?.of(construct).acknowledge({ id, reason });
  } catch (error) {
    if ((error as Error).name !== 'InvalidValidationId') {
      throw error;
    }
  }
}
