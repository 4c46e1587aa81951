import { CfnCapabilities, Duration } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { BuildArtifact } from './build-artifact';
import { BuildProps } from './build-props';
import { LocationParameter } from './location-parameter';
import { StackOptions, StackOutput } from '../environment/stack-options';

/** What every kind of component has. */
export interface ComponentProps extends BuildProps {
  /** A folder or a file, relative to the repository's root; `.` is the root itself. Taken literally: not a glob. */
  readonly path: string;

  /**
   * Globs, relative to the repository's root, of further files that the component is made of.
   * @default - none
   */
  readonly include?: string[];

  /**
   * Globs, relative to the repository's root, of files that are not the component's although `path` or `include` selects them.
   * @default - none
   */
  readonly exclude?: string[];

  /**
   * Names of the components whose change affects this one and, through it, its own dependents. They are built first.
   * @default - none
   */
  readonly dependsOn?: string[];

  /**
   * Names of the components whose change re-tests this one and goes no further. They are built first.
   * @default - none
   */
  readonly testDependsOn?: string[];

  /**
   * Where lockfiles are traced: packages from the ecosystem's registry that only this component's tests and checks use, such as `mocha`.
   * A change of them tests this component again and goes no further.
   * @default - none: a change of any package that it requires affects its dependents too
   */
  readonly testPackages?: string[];

  /**
   * Globs, relative to the repository's root, of what dependents read of this component.
   * A change outside them affects the component, not its dependents.
   * @default - everything
   */
  readonly interfacePaths?: string[];

  /**
   * How old the component's build may get before it is built again although nothing changed: base images and packages get security fixes
   * without a commit. A whole number of hours, from 1 hour to 366 days. The pipeline's schedule looks for it. What comes out the same
   * rebuilds no dependents. After a promotion or a rollback nothing is rebuilt before the branch flows again; a rebuild that
   * fails is tried again after a day, or after this time where it is shorter. Not part of the component's definition.
   * @default - its build is kept until something changes
   */
  readonly rebuildEvery?: Duration;
}

/** Properties of `Component.image`. */
export interface ImageProps extends ComponentProps {
  /**
   * ECR repository that the image is pushed to, under the tag `<component>-<number>`. It must keep tags immutable. Several components may share one; each of
   * their builds may then push to it, under any tag. Policies that let the environments' accounts pull are added where the repository is not an imported one.
   * @default - a repository of the component's own, retained, with immutable tags and scan on push
   */
  readonly repository?: ecr.IRepository;

  /**
   * Dockerfile, relative to the build context.
   * @default 'Dockerfile'
   */
  readonly dockerfile?: string;

  /**
   * Build context, relative to the component's folder.
   * @default '.'
   */
  readonly context?: string;

  /**
   * Build arguments.
   * @default - none
   */
  readonly buildArgs?: { [name: string]: string };

  /**
   * Stage of the Dockerfile to build.
   * @default - the last
   */
  readonly target?: string;

  /**
   * Platform to build for, such as `linux/amd64` or `linux/arm64`. A build image for the other processor can't run what the Dockerfile runs.
   * @default 'linux/amd64'
   */
  readonly platform?: string;

  /**
   * Template parameter that receives the image's URI by digest.
   * @default - `<Name>ImageUri`, such as `TrainingLambdaFunctionImageUri`
   */
  readonly imageUriParameter?: string;
}

/** Properties of `Component.lambdaImage`. AWS Lambda takes the platforms `linux/amd64` and `linux/arm64`, and is let pull, too. */
export interface LambdaImageProps extends ImageProps {
}

/** Properties of `Component.flinkApplication`. */
export interface FlinkApplicationProps extends ComponentProps {
  /** The JAR that the commands leave, or the zip of a Python application, relative to the component's folder: `target/app.jar`. */
  readonly code: string;

  /**
   * Template parameter that receives the bucket's name, for `BucketARN: !Sub arn:${AWS::Partition}:s3:::${AppBucket}`.
   * @default - `<Name>Bucket`
   */
  readonly bucketParameter?: string;

  /**
   * Template parameter that receives the object's key, for `FileKey`.
   * @default - `<Name>Key`
   */
  readonly keyParameter?: string;

  /**
   * Further template parameters that receive the location of the artifact, or a part of it.
   * @default - none
   */
  readonly parameters?: LocationParameter[];
}

/** Properties of `Component.lambdaZip` and `Component.layer`. */
export interface LambdaZipProps extends ComponentProps {
  /**
   * Runtime of the function: packages are installed with the same version, such as Python 3.13 for `Runtime.PYTHON_3_13`.
   * @default - the build image's own versions, or `runtimeVersions`
   */
  readonly runtime?: lambda.Runtime;

  /**
   * Folder, relative to the component's, whose content becomes the zip.
   * @default '.'
   */
  readonly artifactPath?: string;

  /**
   * Template parameter that receives the bucket's name.
   * @default - `<Name>Bucket`
   */
  readonly bucketParameter?: string;

  /**
   * Template parameter that receives the object's key.
   * @default - `<Name>Key`
   */
  readonly keyParameter?: string;

  /**
   * Further template parameters that receive the location of the artifact, or a part of it: for properties that take bucket and key, and for the policy
   * of a role that reads the artifact, such as `!Sub arn:${AWS::Partition}:s3:::${ScriptsBucket}/${ScriptsKey}*`.
   * @default - none
   */
  readonly parameters?: LocationParameter[];
}

/** Properties of `Component.glueJob`. */
export interface GlueJobProps extends ComponentProps {
  /**
   * The job's script, relative to the component's folder.
   * @default - 'main.py', or the file itself where `path` is one
   */
  readonly script?: string;

  /**
   * Folder, relative to the component's, of Python modules that the job imports. It is zipped, for `--extra-py-files` of Spark jobs (`glueetl`,
   * `gluestreaming`): Python shell jobs take `.egg` and `.whl` files there, and no zip.
   * @default - none
   */
  readonly modules?: string;

  /**
   * Template parameter that receives the script's location (`s3://...`).
   * @default - `<Name>ScriptLocation`
   */
  readonly scriptParameter?: string;

  /**
   * Template parameter that receives the location of the zipped modules (`s3://...`).
   * @default - `<Name>ModulesLocation`
   */
  readonly modulesParameter?: string;

  /**
   * Further template parameters that receive the location of the artifact, or a part of it: for properties that take bucket and key, and for the policy
   * of a role that reads the artifact, such as `!Sub arn:${AWS::Partition}:s3:::${ScriptsBucket}/${ScriptsKey}*`.
   * @default - none
   */
  readonly parameters?: LocationParameter[];
}

/** Properties of `Component.stateMachine`. */
export interface StateMachineProps extends ComponentProps {
  /**
   * The definition, in Amazon States Language, relative to the component's folder.
   * @default - 'definition.asl.json', or the file itself where `path` is one
   */
  readonly definition?: string;

  /**
   * Template parameter that receives the bucket's name.
   * @default - `<Name>DefinitionBucket`
   */
  readonly bucketParameter?: string;

  /**
   * Template parameter that receives the object's key.
   * @default - `<Name>DefinitionKey`
   */
  readonly keyParameter?: string;

  /**
   * Further template parameters that receive the location of the artifact, or a part of it: for properties that take bucket and key, and for the policy
   * of a role that reads the artifact, such as `!Sub arn:${AWS::Partition}:s3:::${ScriptsBucket}/${ScriptsKey}*`.
   * @default - none
   */
  readonly parameters?: LocationParameter[];
}

/** Properties of `Component.template`. */
export interface TemplateProps extends ComponentProps, StackOptions {
  /**
   * The template, relative to the component's folder.
   * @default - 'template.yml', or the file itself where `path` is one
   */
  readonly template?: string;

  /**
   * Template parameters that receive outputs of other stacks of the same environment, by the parameter's name:
   * `{ VpcId: { component: 'network', output: 'VpcId' } }`. Those stacks are delivered first.
   * @default - none
   */
  readonly outputParameters?: { [parameter: string]: StackOutput };

  /**
   * Capabilities that CloudFormation is given for this template.
   * @default - the pipeline's `capabilities`
   */
  readonly capabilities?: CfnCapabilities[];
}

/** Properties of `Component.cdkApp`. */
export interface CdkAppProps extends ComponentProps {
  /**
   * Folder with the cloud assembly that the commands leave, relative to the component's folder.
   * @default 'cdk.out'
   */
  readonly assembly?: string;

  /**
   * Whether the application has container images among its assets. They are built with Docker and kept in an ECR repository that is made for the
   * component.
   * @default false
   */
  readonly images?: boolean;
}

/** Properties of `Component.buildspec`. */
export interface TrackedFileProps extends ComponentProps {
  /**
   * Template parameters that receive the file's location.
   * @default - none
   */
  readonly parameters?: LocationParameter[];
}

/** Properties of `Component.custom`. */
export interface CustomComponentProps extends ComponentProps {
  /**
   * What the build leaves behind.
   * @default BuildArtifact.none()
   */
  readonly artifact?: BuildArtifact;

  /**
   * Template parameters that receive the location of the artifact.
   * @default - none
   */
  readonly parameters?: LocationParameter[];

  /**
   * ECR repository that the build pushes an image to (`$REPOSITORY_URI`, `$IMAGE_URI`). Needed for `BuildArtifact.image()`. Several components may share one.
   * @default - none
   */
  readonly repository?: ecr.IRepository;
}
