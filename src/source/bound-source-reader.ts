import * as iam from 'aws-cdk-lib/aws-iam';
import { CheckoutConfiguration, SourceReaderConfiguration } from '../contract/source';

/** What a reader comes to. */
export interface BoundSourceReader {
  readonly configuration: SourceReaderConfiguration;
  /** The variable by which the source action says what it took; `CommitId` where absent. What commit another one is, the Plan action says. */
  readonly revisionVariable?: string;
  /** What it takes to read the branch, differences and folders. */
  readonly statements: readonly iam.PolicyStatement[];
  /** What it takes to read files as well. */
  readonly fileStatements: readonly iam.PolicyStatement[];
  /** Reads tags as well: another configuration, and what that takes in addition. Absent where the source has none. */
  readonly tags?: TagReader;
  /** How builds clone the repository with their own roles; absent where they cannot. */
  readonly checkout?: Checkout;
}

/** How tags are read as well. */
export interface TagReader {
  readonly configuration: SourceReaderConfiguration;
  readonly statements: readonly iam.PolicyStatement[];
}

/** How builds clone a repository, and what that takes. */
export interface Checkout {
  readonly configuration: CheckoutConfiguration;
  readonly statements: readonly iam.PolicyStatement[];
}
