import { Duration } from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { BuildCache } from './build-cache';

/** Results of tests, or of code coverage, that CodeBuild shows. */
export interface BuildReport {
  /** Name of the report: its report group is called `<project>-<name>`. */
  readonly name: string;

  /** Files with the results, relative to `baseDirectory`; `**` stands for any folders. */
  readonly files: string[];

  /**
   * `CUCUMBERJSON`, `JUNITXML`, `NUNITXML`, `NUNIT3XML`, `TESTNGXML` or `VISUALSTUDIOTRX`;
   * of code coverage `CLOVERXML`, `COBERTURAXML`, `JACOCOXML` or `SIMPLECOV`.
   * @default 'JUNITXML'
   */
  readonly format?: string;

  /**
   * Folder of the results, relative to the component's.
   * @default - the component's folder
   */
  readonly baseDirectory?: string;
}

/** How a component's build is run. */
export interface BuildProps {
  /**
   * Shell commands (bash) that test the component. They start in the component's folder and run before the build commands;
   * the first that fails ends the build.
   * @default - none
   */
  readonly testCommands?: string[];

  /**
   * Shell commands (bash) that build the component. They start in the component's folder; the first that fails ends the build.
   * They find `COMPONENT`, `BUILD_NUMBER`, `COMMIT_ID`, `DEPENDENCIES_FILE` and more in their environment.
   * @default - the kind's own commands
   */
  readonly buildCommands?: string[];

  /**
   * A buildspec of the repository (its path there) to run instead of test and build commands. Its phases run from the repository's
   * root, with the same environment as commands. It must leave the artifact where the kind expects it.
   * @default - no buildspec: commands
   */
  readonly buildspecFile?: string;

  /**
   * Image that the build runs in: Linux with bash, the AWS CLI, and Node.js 20 or later somewhere under `/usr/local/n/versions` or on the PATH.
   * AWS's images `standard:7.0` and later, `amazonlinux-x86_64-standard:5.0` and later, `amazonlinux-aarch64-standard:3.0` and later, and those of
   * Lambda compute with Node.js 20 or later have it; synth refuses AWS's others.
   * @default - codebuild.LinuxBuildImage.STANDARD_8_0; for images of platform `linux/arm64`, LinuxArmBuildImage.AMAZON_LINUX_2023_STANDARD_4_0
   */
  readonly buildImage?: codebuild.IBuildImage;

  /**
   * Versions of the languages that the build uses, by runtime: `{ python: '3.13', nodejs: '22' }`. CodeBuild puts them up in AWS's standard images
   * alone. Without them a build uses the image's own versions, which AWS changes. Part of the component's definition: other versions build it again.
   * @default - as `runtime` says, where the component has one; otherwise the image's own
   */
  readonly runtimeVersions?: { [runtime: string]: string };

  /**
   * Results of the component's tests and their coverage, for CodeBuild's pages: at most five. A component with reports has a CodeBuild project of its own.
   * @default - none
   */
  readonly reports?: BuildReport[];

  /**
   * What builds keep for the next ones. A component with a cache has a CodeBuild project of its own. Not part of the component's definition.
   * @default - none: each build begins with nothing
   */
  readonly cache?: BuildCache;

  /**
   * Size of the build machine.
   * @default - codebuild.ComputeType.SMALL; on Lambda compute, LAMBDA_2GB
   */
  readonly computeType?: codebuild.ComputeType;

  /**
   * Reserved capacity to build on.
   * @default - none: on demand
   */
  readonly fleet?: codebuild.IFleet;

  /**
   * Run the build with Docker (privileged mode).
   * @default - as the kind needs: images are built with Docker
   */
  readonly privileged?: boolean;

  /**
   * Environment variables of the build. Names that begin with `MODULAR_`, `CODEBUILD_` or `AWS_` are taken,
   * and so are those that commands find set (`COMPONENT`, `BUILD_NUMBER`, ...).
   * @default - none
   */
  readonly environmentVariables?: { [name: string]: codebuild.BuildEnvironmentVariable };

  /**
   * How long the build may take: 5 minutes to 36 hours. Not on Lambda compute, which ends builds after 15 minutes.
   * @default Duration.hours(1)
   */
  readonly timeout?: Duration;

  /**
   * VPC that the build runs in. It must be able to reach S3, DynamoDB, CloudWatch Logs and, for images, ECR.
   * @default - none: the build reaches the internet and no VPC
   */
  readonly vpc?: ec2.IVpc;

  /**
   * Subnets of `vpc`.
   * @default - all private subnets
   */
  readonly subnets?: ec2.SubnetSelection;

  /**
   * Security groups for the build in `vpc`.
   * @default - one that lets all traffic out
   */
  readonly securityGroups?: ec2.ISecurityGroup[];
}
