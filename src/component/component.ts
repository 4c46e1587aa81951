import { Construct } from 'constructs';
import { ComponentConfig, ComponentBindOptions } from './component-config';
import {
  CdkAppProps, ComponentProps, CustomComponentProps, FlinkApplicationProps, GlueJobProps, ImageProps, LambdaImageProps, LambdaZipProps, StateMachineProps,
  TemplateProps, TrackedFileProps,
} from './component-props';
import { bindCdkApp } from './kinds/cdk-app';
import { bindCustom } from './kinds/custom';
import { bindFlinkApplication } from './kinds/flink-application';
import { bindGlueJob } from './kinds/glue-job';
import { bindImage } from './kinds/image';
import { bindLambdaZip } from './kinds/lambda-zip';
import { bindStateMachine } from './kinds/state-machine';
import { bindSamApp, bindTemplate } from './kinds/template';
import { bindTrackedFile } from './kinds/tracked-file';

/**
 * A unit of the repository that is built, versioned and deployed by itself.
 *
 * A kind knows how the build becomes a location and how the location becomes template parameters.
 */
export abstract class Component {
  /** A Lambda function from a container image: built with Docker, pushed to ECR, deployed by digest. */
  public static lambdaImage(name: string, props: LambdaImageProps): Component {
    return new KindOfComponent(name, props, (scope, options) => bindImage(scope, name, props, options, 'lambda-image'));
  }

  /**
   * A container image for anything that takes one by its URI: ECS, Batch, SageMaker, App Runner. Built with Docker, pushed to ECR, deployed by digest. The
   * accounts of the environments may pull it; the roles that pull need `ecr:BatchGetImage` and `ecr:GetDownloadUrlForLayer` on the repository, and
   * `ecr:GetAuthorizationToken`.
   */
  public static image(name: string, props: ImageProps): Component {
    return new KindOfComponent(name, props, (scope, options) => bindImage(scope, name, props, options, 'image'));
  }

  /** A Lambda function from a zip in S3. */
  public static lambdaZip(name: string, props: LambdaZipProps): Component {
    return new KindOfComponent(name, props, () => bindLambdaZip(name, props, 'lambda-zip'));
  }

  /**
   * A layer of Lambda functions: a zip in S3, whose content is what functions find under `/opt` (`python/`, `nodejs/node_modules/`, `bin/`). The template
   * makes an `AWS::Lambda::LayerVersion` of it in every Region of the environment, and `AWS::Lambda::LayerVersionPermission`s for accounts or an organization.
   */
  public static layer(name: string, props: LambdaZipProps): Component {
    return new KindOfComponent(name, props, () => bindLambdaZip(name, props, 'layer'));
  }

  /**
   * An application of Managed Service for Apache Flink: its JAR, or the zip of a Python application, in S3. Every build has a key of its own, so that the
   * application is updated in place; it takes its job down and up again. The application's role needs `s3:GetObject` on the object and, with a customer-managed
   * key, `kms:Decrypt`.
   */
  public static flinkApplication(name: string, props: FlinkApplicationProps): Component {
    return new KindOfComponent(name, props, () => bindFlinkApplication(name, props));
  }

  /**
   * A Glue job: its script, and the modules that it imports, in S3. The job's role needs `s3:GetObject` on the location and, with a customer-managed key,
   * `kms:Decrypt`: the managed policy `AWSGlueServiceRole` has neither.
   */
  public static glueJob(name: string, props: GlueJobProps): Component {
    return new KindOfComponent(name, props, () => bindGlueJob(name, props));
  }

  /** The definition of a Step Functions state machine, in S3. */
  public static stateMachine(name: string, props: StateMachineProps): Component {
    return new KindOfComponent(name, props, () => bindStateMachine(name, props));
  }

  /**
   * A CloudFormation template that is deployed to every environment as a stack, packaged by `aws cloudformation package`. What it packages is named by
   * its content: a template whose files are the same is packaged to the same text.
   *
   * A pipeline may have several. Their stacks are delivered in an order: after those that `dependsOn` names, those whose outputs `outputParameters`
   * takes, those whose exports the template imports, and those whose SSM parameters it reads.
   */
  public static template(name: string, props: TemplateProps): Component {
    return new KindOfComponent(name, props, () => bindTemplate(props));
  }

  /**
   * A CDK application, whose stacks are deployed to every environment as it takes them. It is synthesized by the CDK that it pins: by default with
   * `npm ci` and `npx cdk synth`, which `buildCommands` replace. Its assets are built once, kept in the artifact bucket by the CDK's own hash, and
   * published in each environment from there.
   */
  public static cdkApp(name: string, props: CdkAppProps): Component {
    return new KindOfComponent(name, props, (scope, options) => bindCdkApp(scope, props, options));
  }

  /**
   * A SAM application: `sam build`, which `buildCommands` replace, then packaged as `Component.template` is. What SAM builds to the same content keeps its
   * place in S3, so that `AutoPublishAlias` publishes a version of the functions that changed, and of no others. The build's image needs the SAM CLI.
   */
  public static samApp(name: string, props: TemplateProps): Component {
    return new KindOfComponent(name, { ...props, buildCommands: undefined }, () => bindSamApp(props));
  }

  /** A tracked file, such as a buildspec: a version for every change of it. */
  public static buildspec(name: string, props: TrackedFileProps): Component {
    return new KindOfComponent(name, props, () => bindTrackedFile(props));
  }

  /** Own commands, and an own artifact or none. */
  public static custom(name: string, props: CustomComponentProps): Component {
    return new KindOfComponent(name, props, () => bindCustom(props));
  }

  /** Name of the component: letters, digits and `. _ - @ /`, at most 128. */
  public readonly name: string;

  /** What every kind of component has. */
  public readonly props: ComponentProps;

  protected constructor(name: string, props: ComponentProps) {
    this.name = name;
    this.props = props;
  }

  /**
   * Called once, by the catalogue that the component is part of. Makes the resources that the component needs under `scope`.
   */
  public abstract bind(scope: Construct, options: ComponentBindOptions): ComponentConfig;
}

class KindOfComponent extends Component {
  constructor(name: string, props: ComponentProps, private readonly kind: (scope: Construct, options: ComponentBindOptions) => ComponentConfig) {
    super(name, props);
  }

  public bind(scope: Construct, options: ComponentBindOptions): ComponentConfig {
    return this.kind(scope, options);
  }
}
