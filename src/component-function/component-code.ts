import { Aspects, Fn, Stack } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { BoundCode } from './bound-code';
import { locationParameterOf } from './location-parameter-of';
import { VersionsOfBuilds } from './versions-of-builds';
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
 * The code of a Lambda function or of a layer is a component's build. For the application or template that a pipeline deploys: declares the parameters
 * by which the pipeline says where the build is.
 *
 * Any construct that takes a `lambda.Code` takes it and keeps its logical ID, so that a function that exists can move to a component:
 * `code: ComponentCode.zip('orders')` in place of `Code.fromAsset(...)`. Versions of the function follow the builds: each build is published as a
 * version. The description of a function whose code is a zip then ends in the build's number, as Lambda publishes no version of a function that has not
 * changed.
 */
export abstract class ComponentCode extends lambda.Code {
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

  private readonly bound = new Map<Stack, BoundCode>();

  /**
   * Declares the parameters in the stack of `scope`, unless they are there.
   * @internal
   */
  public _bind(scope: Construct): BoundCode {
    const stack = Stack.of(scope);
    const bound = this.bound.get(stack) ?? this._declare(scope);
    this.bound.set(stack, bound);
    return bound;
  }

  /** @internal */
  protected abstract _declare(scope: Construct): BoundCode;

  public bind(scope: Construct): lambda.CodeConfig {
    const bound = this._bind(scope);
    Aspects.of(scope).add(new VersionsOfBuilds(bound));
    return bound.config;
  }
}

class ImageOfComponent extends ComponentCode {
  /** @internal */
  public readonly _isImage = true;

  constructor(private readonly component: string, private readonly uriParameter: string) {
    super();
  }

  /** @internal */
  protected _declare(scope: Construct): BoundCode {
    const imageUri = locationParameterOf(scope, this.uriParameter, `Image of the component ${this.component}, by digest`);
    return { config: { image: { imageUri } }, build: Fn.select(1, Fn.split('@', imageUri)), sharesContent: false };
  }
}

class ZipOfComponent extends ComponentCode {
  /** @internal */
  public readonly _isImage = false;

  constructor(private readonly component: string, private readonly bucketParameter: string, private readonly keyParameter: string) {
    super();
  }

  /** @internal */
  protected _declare(scope: Construct): BoundCode {
    const bucketName = locationParameterOf(scope, this.bucketParameter, `Bucket that holds the component ${this.component}`);
    const objectKey = locationParameterOf(scope, this.keyParameter, `Key of the component ${this.component}`);
    // <solution>/components/<component>/<number>/<file>: the whole may be longer than a version's description.
    return { config: { s3Location: { bucketName, objectKey } }, build: Fn.select(3, Fn.split('/', objectKey)), sharesContent: true };
  }
}
