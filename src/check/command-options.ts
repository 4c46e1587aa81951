import { Duration } from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';

/** Commands that CodeBuild runs on the repository's content, and where. */
export interface CommandOptions {
  /**
   * Commands of bash, run in the repository's root at the commit. The first that fails ends the run.
   */
  readonly commands: string[];

  /**
   * Further variables of the commands' environment. `COMMIT_ID` is there already.
   * @default - none
   */
  readonly environmentVariables?: { [name: string]: codebuild.BuildEnvironmentVariable };

  /**
   * Image that the commands run in.
   * @default codebuild.LinuxBuildImage.STANDARD_8_0
   */
  readonly buildImage?: codebuild.IBuildImage;

  /**
   * Size of the machine.
   * @default codebuild.ComputeType.SMALL
   */
  readonly computeType?: codebuild.ComputeType;

  /**
   * How long the commands may take: five minutes to 36 hours.
   * @default Duration.hours(1)
   */
  readonly timeout?: Duration;

  /**
   * Network that the commands run in.
   * @default - none of yours: they reach what the internet reaches
   */
  readonly vpc?: ec2.IVpc;

  /**
   * Subnets of the network.
   * @default - its private subnets
   */
  readonly subnets?: ec2.SubnetSelection;

  /**
   * Security groups of the commands.
   * @default - a group of their own, if there is a network
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * Role of the commands. It is granted what they need of CodeBuild itself, and takes grants of yours.
   * @default - a role of their own
   */
  readonly role?: iam.IRole;
}
