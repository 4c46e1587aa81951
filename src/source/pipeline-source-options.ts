import * as iam from 'aws-cdk-lib/aws-iam';
import { GitReader } from './git-reader';
import { SourceCheckout } from './source-checkout';
import { SourceTrigger } from './source-trigger';

/** Options of `PipelineSource.codeCommit`. */
export interface CodeCommitSourceOptions {
  /** The branch whose merges are released. */
  readonly branch: string;

  /**
   * A role of the repository's account, for a repository of another account: the diff function and the source action assume it. It has to trust the
   * pipeline's account, and to allow
   * `codecommit:GetBranch`, `GetCommit`, `GetDifferences`, `GetFile`, `GetFolder`, `UploadArchive`, `GetUploadArchiveStatus` and `CancelUploadArchive`
   * on the repository, `s3:PutObject` on the pipeline's bucket, and the use of the bucket's key, which has to be a customer-managed one.
   * Events of another account do not reach the pipeline: the schedule finds its changes.
   *
   * @default - the repository is in the pipeline's account
   */
  readonly role?: iam.IRole;

  /**
   * How builds come by the repository's content.
   * @default SourceCheckout.zip()
   */
  readonly checkout?: SourceCheckout;
}

/** Options of the sources that are read through a connection. */
export interface ConnectionSourceOptions {
  /**
   * ARN of the connection of AWS CodeConnections, in the pipeline's Region. A new connection is pending until its handshake with the host was completed
   * in the console.
   */
  readonly connectionArn: string;

  /** The branch whose merges are released. */
  readonly branch: string;

  /**
   * How it is noticed that the branch moved.
   * @default SourceTrigger.schedule()
   */
  readonly trigger?: SourceTrigger;

  /**
   * How the diff function reads the repository. The source action takes the connection in any case.
   * @default - through the connection
   */
  readonly reader?: GitReader;

  /**
   * How builds come by the repository's content.
   * @default SourceCheckout.zip()
   */
  readonly checkout?: SourceCheckout;
}
