import { Token } from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';

/** What builds run in unless they say otherwise: `LinuxBuildImage.STANDARD_8_0`, by its ID, which is older than the constant in the CDK. */
export function standardImage(): codebuild.IBuildImage {
  return codebuild.LinuxBuildImage.fromCodeBuildImageId('aws/codebuild/standard:8.0');
}

/** The same for ARM: `LinuxArmBuildImage.AMAZON_LINUX_2023_STANDARD_4_0`. */
export function standardArmImage(): codebuild.IBuildImage {
  return codebuild.LinuxArmBuildImage.fromCodeBuildImageId('aws/codebuild/amazonlinux-aarch64-standard:4.0');
}

/** Images of AWS's that carry no Node.js 20 or later in any version: the agent can't run in them. As of their Dockerfiles of April 2026. */
const WITHOUT_NODE = [
  /^aws\/codebuild\/standard:[1-6]\.0/,
  /^aws\/codebuild\/amazonlinux2-/,
  /^aws\/codebuild\/amazonlinux-x86_64-standard:(?:4\.0|corretto)/,
  /^aws\/codebuild\/amazonlinux-aarch64-standard:2\.0/,
  /^aws\/codebuild\/amazonlinux-(?:x86_64|aarch64)-lambda-standard:(?!nodejs(?:2\d|[3-9]\d))/,
];

/** Images in which CodeBuild puts up the versions that a buildspec asks for. */
const WITH_RUNTIME_VERSIONS = /^aws\/codebuild\/(?:standard|amazonlinux2?-(?:x86_64|aarch64)-standard):\d/;

/** Where the build runs on AWS Lambda. */
export function isLambdaCompute({ type }: codebuild.IBuildImage): boolean {
  return /LAMBDA/.test(type);
}

export function isArm({ type }: codebuild.IBuildImage): boolean {
  return /^ARM/.test(type);
}

export function takesRuntimeVersions({ imageId }: codebuild.IBuildImage): boolean {
  return !Token.isUnresolved(imageId) && WITH_RUNTIME_VERSIONS.test(imageId);
}

/** What is asked of a build's machine. */
export interface BuildMachine {
  readonly buildImage: codebuild.IBuildImage;
  readonly privileged: boolean;
  readonly hasTimeout: boolean;
  readonly hasVpc: boolean;
  /** Versions that were asked for by the component, or by its buildspec. */
  readonly runtimeVersions: readonly string[];
}

/** @throws Error for what every build in the image would fail with */
export function checkBuildMachine(title: string, { buildImage, privileged, hasTimeout, hasVpc, runtimeVersions }: BuildMachine): void {
  const { imageId, type } = buildImage;
  if (/WINDOWS/.test(type)) {
    throw new Error(`${title}: buildImage ${imageId} is for Windows, and builds run in bash on Linux: choose an image for Linux.`);
  }
  if (!Token.isUnresolved(imageId) && WITHOUT_NODE.some((pattern) => pattern.test(imageId))) {
    throw new Error(`${title}: buildImage ${imageId} has no Node.js 20 or later, which every build needs. Choose LinuxBuildImage.STANDARD_8_0, `
      + 'LinuxArmBuildImage.AMAZON_LINUX_2023_STANDARD_4_0, LinuxLambdaBuildImage.AMAZON_LINUX_2023_NODE_24, or an image of your own.');
  }
  if (isLambdaCompute(buildImage)) {
    const refused = [
      ...(privileged ? ['Docker (privileged)'] : []), ...(hasTimeout ? ['timeout of its own (a build ends after 15 minutes)'] : []), ...(hasVpc ? ['VPC'] : []),
    ];
    if (refused.length > 0) {
      throw new Error(`${title}: buildImage ${imageId} runs on AWS Lambda, which has no ${refused.join(', and no ')}: choose an image that runs on EC2, or leave that out.`);
    }
  }
  if (runtimeVersions.length > 0 && !takesRuntimeVersions(buildImage)) {
    throw new Error(`${title}: runtimeVersions ${runtimeVersions.join(', ')}: CodeBuild puts them up in AWS's standard images alone, and not in ${imageId}: `
      + 'choose an image that has the versions.');
  }
}
