import { ArtifactDefinition, ArtifactFile } from '../core/catalogue';
import { requireLiteral } from '../private/literal';

/** One file of an artifact of several. */
export interface BuildArtifactFile {
  /** File or folder, relative to the component's folder. */
  readonly path: string;

  /** Its name under the artifact's prefix. */
  readonly name: string;

  /**
   * Zip the folder at `path` into `name`.
   * @default false - `path` is a file, stored as it is
   */
  readonly zip?: boolean;
}

/**
 * What a component's build leaves behind. Paths are relative to the component's folder (of a component whose `path` is a file:
 * the folder that holds it).
 */
export abstract class BuildArtifact {
  /** The content of a folder (`.` is the component's folder itself), as one zip in the artifact bucket. */
  public static zip(path: string): BuildArtifact {
    return new DefinedArtifact({ type: 'zip', path: requireLiteral('BuildArtifact.zip: path', path) });
  }

  /** One file, stored as it is in the artifact bucket. */
  public static file(path: string): BuildArtifact {
    return new DefinedArtifact({ type: 'file', path: requireLiteral('BuildArtifact.file: path', path) });
  }

  /** Several files under one prefix of the artifact bucket. */
  public static files(...files: BuildArtifactFile[]): BuildArtifact {
    return new DefinedArtifact({
      type: 'files',
      files: files.map(({ path, name, zip }): ArtifactFile => ({
        path: requireLiteral('BuildArtifact.files: path', path),
        name: requireLiteral('BuildArtifact.files: name', name),
        ...(zip ? { zip } : {}),
      })),
    });
  }

  /** The container image that the build pushes to `$IMAGE_URI`. For kinds with an ECR repository. */
  public static image(): BuildArtifact {
    return new DefinedArtifact({ type: 'image' });
  }

  /**
   * The cloud assembly that `cdk synth` leaves in a folder: its templates, and its assets, each of which is stored once under the CDK's hash.
   * For `Component.cdkApp`.
   */
  public static cloudAssembly(path: string): BuildArtifact {
    return new DefinedArtifact({ type: 'assembly', path: requireLiteral('BuildArtifact.cloudAssembly: path', path) });
  }

  /**
   * What the build's commands made elsewhere, and wrote down in a file: an AMI's ID, the ARN of a SageMaker model package, another registry's image. The
   * file holds one line of text, or a JSON object with one for each Region (`{"eu-west-1":"ami-1","us-east-1":"ami-2"}`). `LocationParameter.location` gives
   * a template what holds in its Region. Nothing is fetched or copied, and what it refers to has to stay as long as a release may go back to it.
   * @param file relative to the component's folder
   */
  public static reference(file: string): BuildArtifact {
    return new DefinedArtifact({ type: 'reference', path: requireLiteral('BuildArtifact.reference: file', file) });
  }

  /** Nothing: the component is built and tested for its dependents' sake. */
  public static none(): BuildArtifact {
    return new DefinedArtifact({ type: 'none' });
  }

  /**
   * How the catalogue writes it.
   * @internal
   */
  public abstract _definition(): ArtifactDefinition;
}

class DefinedArtifact extends BuildArtifact {
  constructor(private readonly definition: ArtifactDefinition) {
    super();
  }

  /** @internal */
  public _definition(): ArtifactDefinition {
    return this.definition;
  }
}
