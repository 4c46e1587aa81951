import { CfnParameter, Fn, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { BoundCode } from './bound-code';
import { parameterName } from '../core/names';
import { requireLiteral } from '../private/literal';

/** Options of `ComponentCode.image`. */
export interface ComponentImageOptions {
  /**
   * Name of the template parameter that receives the image's URI.
   * @default - the component's own default: its name without punctuation, then `ImageUri`
   */
  readonly imageUriParameter?: string;
}

/** Options of `ComponentCode.zip`. */
export interface ComponentZipOptions {
  /**
   * Name of the template parameter that receives the bucket.
   * @default - the component's own default: its name without punctuation, then `Bucket`
   */
  readonly bucketParameter?: string;

  /**
   * Name of the template parameter that receives the object's key.
   * @default - the component's own default: its name without punctuation, then `Key`
   */
  readonly keyParameter?: string;
}

/**
 * The code of a Lambda function is a component's build. For the template that a pipeline deploys: declares the parameters by which the pipeline
 * says where the build is.
 */
export abstract class ComponentCode {
  /** The image of a `Component.lambdaImage`. */
  public static image(component: string, options: ComponentImageOptions = {}): ComponentCode {
    requireLiteral('ComponentCode.image: component', component);
    return new ImageOfComponent(component, options.imageUriParameter ?? parameterName(component, 'ImageUri'));
  }

  /** The zip of a `Component.lambdaZip`. */
  public static zip(component: string, options: ComponentZipOptions = {}): ComponentCode {
    requireLiteral('ComponentCode.zip: component', component);
    return new ZipOfComponent(
      component, options.bucketParameter ?? parameterName(component, 'Bucket'), options.keyParameter ?? parameterName(component, 'Key'),
    );
  }

  /**
   * Whether it is a container image, which brings runtime and handler with it.
   * @internal
   */
  public abstract readonly _isImage: boolean;

  /**
   * Declares the parameters in the stack of `scope`, unless they are there.
   * @internal
   */
  public abstract _bind(scope: Construct): BoundCode;
}

class ImageOfComponent extends ComponentCode {
  /** @internal */
  public readonly _isImage = true;

  constructor(private readonly component: string, private readonly uriParameter: string) {
    super();
  }

  /** @internal */
  public _bind(scope: Construct): BoundCode {
    const imageUri = parameter(scope, this.uriParameter, `Image of the component ${this.component}, by digest`);
    return { code: new ImageCode(imageUri), build: Fn.select(1, Fn.split('@', imageUri)), sharesContent: false };
  }
}

class ZipOfComponent extends ComponentCode {
  /** @internal */
  public readonly _isImage = false;

  constructor(private readonly component: string, private readonly bucketParameter: string, private readonly keyParameter: string) {
    super();
  }

  /** @internal */
  public _bind(scope: Construct): BoundCode {
    const bucketName = parameter(scope, this.bucketParameter, `Bucket that holds the component ${this.component}`);
    const objectKey = parameter(scope, this.keyParameter, `Key of the component ${this.component}`);
    // <solution>/components/<component>/<number>/<file>: the whole may be longer than a version's description.
    return { code: new ZipCode(bucketName, objectKey), build: Fn.select(3, Fn.split('/', objectKey)), sharesContent: true };
  }
}

class ImageCode extends lambda.Code {
  constructor(private readonly imageUri: string) {
    super();
  }

  public bind(): lambda.CodeConfig {
    return { image: { imageUri: this.imageUri } };
  }
}

class ZipCode extends lambda.Code {
  constructor(private readonly bucketName: string, private readonly objectKey: string) {
    super();
  }

  public bind(): lambda.CodeConfig {
    return { s3Location: { bucketName: this.bucketName, objectKey: this.objectKey } };
  }
}

/** A parameter of the template; several functions may share a component's. */
function parameter(scope: Construct, name: string, description: string): string {
  const stack = Stack.of(scope);
  const existing = stack.node.tryFindChild(name);
  if (existing instanceof CfnParameter) {
    return existing.valueAsString;
  }
  if (existing) {
    throw new Error(`Stack ${JSON.stringify(stack.node.path)} has a construct ${JSON.stringify(name)} that is no parameter, `
      + 'and a component\'s location is to be given by this name: rename the construct, or the parameter in the component and here.');
  }
  return new CfnParameter(stack, name, { type: 'String', description }).valueAsString;
}
