import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';

/** Where the builds of a component run, under every strategy. */
export interface BuildReference {
  /** Its builds' role, the component's own: grant it what its commands need in addition to the component itself. */
  readonly role: iam.IRole;

  /** The project that runs its builds. Under `BuildStrategy.fanOut()`, other components with equal settings share it. */
  readonly project: codebuild.IProject;

  /** The group of its builds' logs, which all components share. */
  readonly logGroup: logs.ILogGroup;
}
