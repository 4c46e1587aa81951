import { CfnCapabilities, RemovalPolicy } from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { BuildArtifact } from './build-artifact';
import { LocationParameter } from './location-parameter';
import { StackOptions, StackOutput } from '../environment/stack-options';

/** What a component is bound with. */
export interface ComponentBindOptions {
  /** The accounts that the component is deployed to. They may pull its images. */
  readonly accounts: string[];

  /**
   * What becomes of the repositories that the component makes when they leave the stack. What is destroyed goes with its content.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** How a component's template is deployed as a stack of every environment. */
export interface TemplateStack extends StackOptions {
  /**
   * Template parameters that receive outputs of other stacks, by the parameter's name.
   * @default - none
   */
  readonly outputParameters?: { [parameter: string]: StackOutput };

  /**
   * Capabilities that CloudFormation is given.
   * @default - the pipeline's
   */
  readonly capabilities?: CfnCapabilities[];
}

/** What a kind says about one component. */
export interface ComponentConfig {
  /** The kind's name. */
  readonly kind: string;

  /** What the build leaves behind. */
  readonly artifact: BuildArtifact;

  /** The template parameters that receive the location of a build. */
  readonly parameters: LocationParameter[];

  /**
   * Commands that build the component where its own properties give none.
   * @default - none: nothing to do before the artifact is stored
   */
  readonly buildCommands?: string[];

  /**
   * Whether the build needs Docker (privileged mode).
   * @default false
   */
  readonly privileged?: boolean;

  /**
   * Image that the build runs in where the component's own properties give none.
   * @default codebuild.LinuxBuildImage.STANDARD_8_0
   */
  readonly buildImage?: codebuild.IBuildImage;

  /**
   * Versions of languages where the component's own properties give none, and the image takes them.
   * @default - the image's own
   */
  readonly runtimeVersions?: { [runtime: string]: string };

  /**
   * ECR repository that the build pushes to.
   * @default - none
   */
  readonly repository?: ecr.IRepository;

  /**
   * How the template is deployed as a stack, where the build is one that environments deploy.
   * @default - the component is not a template, or its template has no settings of its own
   */
  readonly stack?: TemplateStack;
}

