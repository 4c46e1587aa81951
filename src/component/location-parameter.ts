import { ParameterBinding } from '../core/catalogue';
import { requireLiteral } from '../private/literal';

/** A parameter of the template, and which part of a build's location it receives. */
export abstract class LocationParameter {
  /** Receives the whole location: an image's URI by digest, or `s3://bucket/key`. */
  public static location(name: string): LocationParameter {
    return new BoundParameter(name, 'location');
  }

  /** Receives the name of the bucket that holds the artifact. */
  public static bucket(name: string): LocationParameter {
    return new BoundParameter(name, 'bucket');
  }

  /** Receives the object key of the artifact. */
  public static key(name: string): LocationParameter {
    return new BoundParameter(name, 'key');
  }

  /** Receives the location (`s3://bucket/key`) of one file of an artifact of several. */
  public static file(name: string, file: string): LocationParameter {
    return new BoundParameter(name, { file: requireLiteral(`LocationParameter.file ${JSON.stringify(name)}: file`, file) });
  }

  /**
   * How the catalogue writes it.
   * @internal
   */
  public abstract _binding(): ParameterBinding;
}

class BoundParameter extends LocationParameter {
  constructor(private readonly name: string, private readonly part: ParameterBinding['part']) {
    super();
    requireLiteral('The name of a LocationParameter', name);
  }

  /** @internal */
  public _binding(): ParameterBinding {
    return { name: this.name, part: this.part };
  }
}
