import * as lambda from 'aws-cdk-lib/aws-lambda';

/** Code, and what tells one build of it from another. */
export interface BoundCode {
  readonly code: lambda.Code;
  readonly build: string;
}
