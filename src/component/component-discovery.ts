import { Annotations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { BuildProps } from './build-props';
import { Component } from './component';
import { DiscoveredComponents, mergeDiscovered } from './discovered-components';
import type { Discovery, DiscoveryOptions, DiscoveryProgram, DiscoveryWarning } from '../contract/discovery';
import { Catalogue } from '../core/catalogue';
import { bundleFile } from '../private/bundles';

/** Options of `ComponentDiscovery.workTree`. */
export interface WorkTreeDiscoveryOptions {
  /**
   * Any directory of the work tree.
   * @default - the current directory
   */
  readonly directory?: string;

  /**
   * How the packages are built that are not among `components`. Paths in commands are relative to each package's folder.
   * @default - nothing is run: a change of such a package builds its dependents
   */
  readonly builds?: BuildProps;

  /**
   * Packages, by name or folder, that become no components, such as the app that defines the pipeline. No component may depend on them.
   * @default - none
   */
  readonly exclude?: string[];
}

/**
 * Finds components in the manifests of a repository, at synth: npm packages and workspaces, uv workspaces, Python projects and folders, Go workspaces,
 * Cargo workspaces, Maven modules, projects of Gradle and .NET, apps of the CDK, templates of SAM and CloudFormation.
 * It is what `cdk-modular-pipeline discover` prints.
 *
 * A component of `components` with a package's folder as its `path` takes the package's place. What it leaves out of `include`, `exclude`,
 * `dependsOn`, `testDependsOn`, `interfacePaths` and `testPackages` is as the manifests and files say; what it gives stands.
 * Every other package becomes a component that leaves no artifact.
 *
 * @example
 * import { Component, ComponentDiscovery, DeploymentEnvironment, ModularPipeline, PipelineSource } from 'cdk-modular-pipeline';
 *
 * declare const source: PipelineSource;
 * declare const test: DeploymentEnvironment;
 *
 * new ModularPipeline(this, 'Pipeline', {
 *   source,
 *   environments: [test],
 *   discovery: ComponentDiscovery.workTree({ exclude: ['infrastructure'] }),
 *   components: [
 *     Component.lambdaZip('api', { path: 'services/api', buildCommands: ['npm ci', 'npm run build'], artifactPath: 'dist' }),
 *     Component.template('template.yml', { path: 'template.yml' }),
 *   ],
 * });
 */
export abstract class ComponentDiscovery {
  /**
   * Looks into a Git work tree as it is at synth: into the files that Git tracks, and new ones that it doesn't ignore. Needs Git.
   * @throws at synth where the directory is in no work tree, a manifest is broken, or nothing is found
   */
  public static workTree(options: WorkTreeDiscoveryOptions = {}): ComponentDiscovery {
    return new WorkTreeDiscovery(options);
  }

  /** @internal */
  public abstract _discover(scope: IConstruct, given: readonly Component[]): DiscoveredComponents;
}

class WorkTreeDiscovery extends ComponentDiscovery {
  constructor(private readonly options: WorkTreeDiscoveryOptions) {
    super();
  }

  /** @internal */
  public _discover(scope: IConstruct, given: readonly Component[]): DiscoveredComponents {
    const { directory = '.', builds = {}, exclude = [] } = this.options;
    return mergeDiscovered((options) => {
      const { catalogue, warnings } = lookInto(directory, options);
      this.report(scope, warnings);
      this.requireSome(catalogue);
      return catalogue;
    }, { given, build: builds, exclude });
  }

  private requireSome({ components }: Catalogue): void {
    if (components.length === 0) {
      const { directory = '.' } = this.options;
      throw new Error(`ComponentDiscovery.workTree: no component was found in ${JSON.stringify(directory)}. Looked for package.json, pnpm-workspace.yaml, `
        + 'pyproject.toml, requirements.txt, go.work, Cargo.toml, pom.xml, settings.gradle, '
        + 'project files of .NET, cdk.json and templates: name a directory of the repository, or leave discovery out.');
    }
  }

  private report(scope: IConstruct, warnings: readonly DiscoveryWarning[]): void {
    const { exclude = [] } = this.options;
    const concerning = warnings.filter(({ path }) => !exclude.includes(path.slice(0, Math.max(0, path.lastIndexOf('/')))));
    const broken = concerning.filter(({ kind }) => kind === 'BrokenManifest');
    if (broken.length > 0) {
      throw new Error(`ComponentDiscovery.workTree: ${broken.map(({ path, detail }) => `${path} can't be read: ${detail}`).join('; ')}. `
        + 'Mend it, or exclude its folder.');
    }
    concerning.forEach(({ kind, path, detail }) => Annotations.of(scope).addWarningV2(`cdk-modular-pipeline:${kind}`, `${path}: ${detail}.`));
  }
}

/** By the program that the command line has too. Its parsers are none of the constructs' own dependencies. */
function lookInto(directory: string, options: DiscoveryOptions): Discovery {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- it is bundled, and loaded where somebody asks for it
  const program = require(bundleFile('cli/parts/analysis')) as DiscoveryProgram;
  try {
    return program.discoverWorkTree(directory, options);
  } catch (error) {
    throw new Error(`ComponentDiscovery.workTree: ${(error as Error).message}. Synthesize in a clone of the repository, and name a directory of it.`);
  }
}
