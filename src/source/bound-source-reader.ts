import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import * as iam from 'aws-cdk-lib/aws-iam';
import { SourceReaderConfiguration } from '../contract/source';

/** What a reader comes to. */
export interface BoundSourceReader {
  readonly configuration: SourceReaderConfiguration;
  /** What it takes to read the branch, differences and folders. */
  readonly statements: readonly iam.PolicyStatement[];
  /** What it takes to read files as well. */
  readonly fileStatements: readonly iam.PolicyStatement[];
  readonly repository: codecommit.IRepository;
}
