import { Duration } from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';

/** Where the commands of a deployer run, and as whom. */
export interface DeliveryMachine {
  /**
   * ARN of the role that the commands act as: in the account of the environment, for what they change there. It has to trust the deployer's role in the
   * pipeline's account. Every command gets a session of its own, which lasts an hour.
   * @default - the deployer's own role. An environment in another account needs one
   */
  readonly roleArn?: string;

  /**
   * The deployer's own role, in the pipeline's account. It is granted what the project needs of CodeBuild, S3 and STS, and takes grants of yours.
   * @default - a role of its own
   */
  readonly role?: iam.IRole;

  /**
   * Commands of bash that run first, in both steps, such as the installation of a tool.
   * @default - none
   */
  readonly installCommands?: string[];

  /**
   * Variables of the commands' environment. Secrets and parameters are named by `BuildEnvironmentVariableType`, and granted.
   * @default - `ENVIRONMENT`, `COMPONENT`, `BUILD_NUMBER` and `COMMIT_ID` alone
   */
  readonly environmentVariables?: { [name: string]: codebuild.BuildEnvironmentVariable };

  /**
   * Image that the commands run in. It needs bash and the AWS CLI.
   * @default codebuild.LinuxBuildImage.STANDARD_8_0
   */
  readonly buildImage?: codebuild.IBuildImage;

  /**
   * Size of the machine.
   * @default codebuild.ComputeType.SMALL
   */
  readonly computeType?: codebuild.ComputeType;

  /**
   * How long a step may take: five minutes to 36 hours.
   * @default Duration.hours(1)
   */
  readonly timeout?: Duration;

  /**
   * Network that the commands run in, in the pipeline's account. What is in the environment's own network has to be reached from there, such as by
   * peering or a transit gateway.
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
}
