import { Fn, Stack, Token } from 'aws-cdk-lib';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { ComponentImageOptions } from './component-code';
import { locationParameterOf } from './location-parameter-of';
import { parameterName } from '../core/names';
import { requireLiteral } from '../private/literal';

/** Options of `ComponentArtifact.definitionBody`. */
export interface ComponentDefinitionBodyOptions {
  /**
   * Name of the template parameter that receives the bucket.
   * @default - the component's own default: its name without punctuation, then `DefinitionBucket`
   */
  readonly bucketParameter?: string;

  /**
   * Name of the template parameter that receives the object's key.
   * @default - the component's own default: its name without punctuation, then `DefinitionKey`
   */
  readonly keyParameter?: string;
}

/** Options of `ComponentArtifact.glueScript` and `ComponentArtifact.glueModules`. */
export interface ComponentFileOptions {
  /**
   * Name of the template parameter that receives the location.
   * @default - the component's own default: its name without punctuation, then `ScriptLocation` or `ModulesLocation`
   */
  readonly parameter?: string;
}

/**
 * Builds of components for constructs other than Lambda functions, in the application or template that a pipeline deploys. Constructs that exist keep
 * their logical IDs. For functions and layers see `ComponentCode`.
 */
export abstract class ComponentArtifact {
  /** The image of a component, for a container of ECS: `image: ComponentArtifact.containerImage('web')`. The task's execution role may pull it. */
  public static containerImage(component: string, options: ComponentImageOptions = {}): ecs.ContainerImage {
    requireLiteral('ComponentArtifact.containerImage: component', component);
    return new ImageOfComponent(component, options.imageUriParameter ?? parameterName(component, 'ImageUri'));
  }

  /** The definition of a `Component.stateMachine`: `definitionBody: ComponentArtifact.definitionBody('work')`. */
  public static definitionBody(component: string, options: ComponentDefinitionBodyOptions = {}): sfn.DefinitionBody {
    requireLiteral('ComponentArtifact.definitionBody: component', component);
    return new DefinitionOfComponent(
      component, options.bucketParameter ?? parameterName(component, 'DefinitionBucket'), options.keyParameter ?? parameterName(component, 'DefinitionKey'),
    );
  }

  /** Location (`s3://...`) of the script of a `Component.glueJob`. */
  public static glueScript(scope: Construct, component: string, options: ComponentFileOptions = {}): string {
    requireLiteral('ComponentArtifact.glueScript: component', component);
    return locationParameterOf(scope, options.parameter ?? parameterName(component, 'ScriptLocation'), `Script of the component ${component}`);
  }

  /** Location (`s3://...`) of the zipped modules of a `Component.glueJob`, for `--extra-py-files`. */
  public static glueModules(scope: Construct, component: string, options: ComponentFileOptions = {}): string {
    requireLiteral('ComponentArtifact.glueModules: component', component);
    return locationParameterOf(scope, options.parameter ?? parameterName(component, 'ModulesLocation'), `Modules of the component ${component}`);
  }
}

class ImageOfComponent extends ecs.ContainerImage {
  constructor(private readonly component: string, private readonly uriParameter: string) {
    super();
  }

  public bind(scope: Construct, containerDefinition: ecs.ContainerDefinition): ecs.ContainerImageConfig {
    const imageName = locationParameterOf(scope, this.uriParameter, `Image of the component ${this.component}, by digest`);
    const { taskDefinition } = containerDefinition;
    taskDefinition.addToExecutionRolePolicy(new iam.PolicyStatement({ actions: ['ecr:GetAuthorizationToken'], resources: ['*'] }));
    taskDefinition.addToExecutionRolePolicy(new iam.PolicyStatement({
      actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
      resources: [repositoryArn(scope, imageName)],
    }));
    return { imageName };
  }
}

/** Of `<account>.dkr.ecr.<Region>.<domain>/<name>@<digest>`. */
function repositoryArn(scope: Construct, imageUri: string): string {
  const repository = Fn.select(0, Fn.split('@', imageUri));
  const host = Fn.split('.', repository);
  // A name may have slashes of its own: it is all that follows the host's domain.
  const { region } = Stack.of(scope);
  const isChinese = !Token.isUnresolved(region) && region.startsWith('cn-');
  const name = Fn.select(1, Fn.split(isChinese ? '.amazonaws.com.cn/' : '.amazonaws.com/', repository));
  return Stack.of(scope).formatArn({ service: 'ecr', account: Fn.select(0, host), region: Fn.select(3, host), resource: 'repository', resourceName: name });
}

class DefinitionOfComponent extends sfn.DefinitionBody {
  constructor(private readonly component: string, private readonly bucketParameter: string, private readonly keyParameter: string) {
    super();
  }

  public bind(scope: Construct): sfn.DefinitionConfig {
    const bucket = locationParameterOf(scope, this.bucketParameter, `Bucket that holds the component ${this.component}`);
    const key = locationParameterOf(scope, this.keyParameter, `Key of the component ${this.component}`);
    return { definitionS3Location: { bucket, key } };
  }
}
