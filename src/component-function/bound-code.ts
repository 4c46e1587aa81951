import * as lambda from 'aws-cdk-lib/aws-lambda';

/** Code, and what tells one build of it from another. */
export interface BoundCode {
  readonly config: lambda.CodeConfig;
  readonly build: string;
  /** Whether two builds of one content are the same code to Lambda, which publishes no version of a function that has not changed. */
  readonly sharesContent: boolean;
}
