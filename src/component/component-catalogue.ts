import * as path from 'node:path';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as s3assets from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { BoundComponent } from './bound-component';
import { buildSettings } from './build-settings';
import { needsOfBuildspec } from './buildspec-needs';
import { changeDetectionOf } from './change-detection';
import { ChangeDetectionProps } from './change-detection-props';
import { Component } from './component';
import { ComponentBindOptions } from './component-config';
import { ComponentProps } from './component-props';
import { PushingCatalogue, sharedTagProblems } from './shared-repositories';
import { CATALOGUE_FILE } from '../contract/objects';
import { Catalogue, CatalogueComponent, ComponentDefinition } from '../core/catalogue';
import { ComponentGraph } from '../core/graph';
import { componentId } from '../core/names';
import { assertCatalogue, pathProblem } from '../core/validate';
import { assetHash } from '../private/asset-hash';
import { withFolder } from '../private/bundles';
import { digestOf } from '../private/digest';
import { requireLiteral, requireLiterals } from '../private/literal';

/** Properties of a `ComponentCatalogue`. */
export interface ComponentCatalogueProps extends ChangeDetectionProps {
  /** Name of the solution: keeps its components apart from other solutions' in tables and buckets. Letters, digits and `. _ -`, at most 64. */
  readonly solution: string;

  /** The components. At least one; their dependencies must be among them and must not form a cycle. */
  readonly components: Component[];

  /**
   * The accounts that the components are deployed to. They may pull the components' images.
   * @default - none
   */
  readonly accounts?: string[];

  /**
   * What becomes of the image repositories that components make when they leave the stack. With `DESTROY` they go with their images.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/**
 * All components of one pipeline. Written at synth as a file that the diff function, the builds and the command line read.
 *
 * `ModularPipeline` makes its own; a pipeline that is built by hand makes one for its `ComponentBuild`s.
 */
export class ComponentCatalogue extends Construct {
  /** Name of the solution. */
  public readonly solution: string;

  /** Names of the components, dependencies first, ties by name. */
  public readonly componentNames: string[];

  /** The bucket that holds the catalogue's file. */
  public readonly bucket: s3.IBucket;

  /** Key of the catalogue's file. */
  public readonly objectKey: string;

  /** @internal */
  public readonly _catalogue: Catalogue;

  /** @internal */
  public readonly _graph: ComponentGraph;

  private readonly bound = new Map<string, BoundComponent>();

  constructor(scope: Construct, id: string, props: ComponentCatalogueProps) {
    super(scope, id);
    this.solution = requireLiteral('solution', props.solution);
    const { components: given, settings } = changeDetectionOf(this, props);
    const sources = given.map(sourceOf);
    const catalogue = (components: readonly CatalogueComponent[]): Catalogue => ({
      version: 1,
      solution: this.solution,
      components,
      ...settings,
    });
    // Names first: the constructs of the components are named after them.
    assertCatalogue(catalogue(sources));

    const accounts = [...new Set(props.accounts ?? [])].sort();
    const components = given.map((component, index) => {
      const bound = this.bindComponent(component, { accounts, removalPolicy: props.removalPolicy });
      return { ...sources[index], build: this.definitionOf(bound, sources[index]) };
    });
    this._catalogue = catalogue(components);
    assertCatalogue(this._catalogue);
    this._graph = ComponentGraph.of(this._catalogue);
    this.componentNames = this._graph.tranches().flat();

    this.node.addValidation({ validate: () => sharedTagProblems(this.all(), this.others()) });

    const files = { [CATALOGUE_FILE]: this._json() };
    const asset = withFolder(this, files, (folder) => new s3assets.Asset(this, 'Asset', { path: path.join(folder, CATALOGUE_FILE), assetHash: assetHash(files) }));
    this.bucket = asset.bucket;
    this.objectKey = asset.s3ObjectKey;
  }

  /**
   * The file's content.
   * @internal
   */
  public _json(): string {
    return JSON.stringify(this._catalogue);
  }

  /**
   * A component by its name.
   * @internal
   */
  public _bound(name: string): BoundComponent {
    const bound = this.bound.get(name);
    if (!bound) {
      throw new Error(`${JSON.stringify(name)} is no component of the catalogue. It has ${this.componentNames.map((known) => JSON.stringify(known)).join(', ')}.`);
    }
    return bound;
  }

  private all(): BoundComponent[] {
    return [...this.bound.values()];
  }

  /** The app's other catalogues. */
  private others(): PushingCatalogue[] {
    const others = this.node.root.node.findAll().filter((construct) => construct !== this);
    return others.flatMap((construct) => (construct instanceof ComponentCatalogue ? [{ solution: construct.solution, components: construct.all() }] : []));
  }

  private bindComponent(component: Component, options: ComponentBindOptions): BoundComponent {
    const id = componentId(component.name);
    const config = component.bind(new Construct(this, id), options);
    if (config.artifact._definition().type === 'image' && !config.repository) {
      throw new Error(`Component ${JSON.stringify(component.name)}: its artifact is an image and it has no repository: give it the ECR repository to push to.`);
    }
    const bound = { component, id, config, settings: buildSettings(component, config, (file) => needsOfBuildspec(this, component.name, file)) };
    this.bound.set(component.name, bound);
    return bound;
  }

  private definitionOf({ config, settings }: BoundComponent, source: CatalogueComponent): ComponentDefinition {
    const artifact = config.artifact._definition();
    // All that a build reads in addition to files. What it may take (timeout, VPC, capacity, a cache) makes no other artifact.
    const { buildImage, timeout: _timeout, fleet: _fleet, reports: _reports, cache: _cache, projectNeeds, ...commands } = settings;
    const definition = {
      ...commands,
      buildImage: buildImage.imageId,
      // Reports are of a build, and not in what it leaves.
      projectNeeds: { ...projectNeeds, reports: undefined },
      kind: config.kind,
      artifact,
      repository: config.repository?.repositoryUri,
      // What decides how far a change goes makes no other artifact either.
      source: { ...source, interface: undefined, testPackages: undefined, rebuildEveryHours: undefined },
    };
    return {
      digest: digestOf(Stack.of(this).resolve(definition)),
      kind: config.kind,
      artifact,
      parameters: config.parameters.map((parameter) => parameter._binding()),
    };
  }
}

/** A buildspec elsewhere in the repository is part of what the component is made of. */
function includeOf(title: string, { path: root, include, buildspecFile }: ComponentProps): { readonly include?: readonly string[] } {
  const globs = [...requireLiterals(`${title}: include`, include ?? [])];
  if (buildspecFile !== undefined) {
    const problem = pathProblem(requireLiteral(`${title}: buildspecFile`, buildspecFile));
    if (problem) {
      throw new Error(`${title}: buildspecFile ${JSON.stringify(buildspecFile)}: ${problem}.`);
    }
    if (root !== '.' && !buildspecFile.startsWith(`${root}/`)) {
      globs.push(buildspecFile.replace(/[*?[\]{}()!]/g, '\\$&'));
    }
  }
  return globs.length > 0 ? { include: globs } : {};
}

const MAX_REBUILD_HOURS = 366 * 24;

function rebuilds(title: string, every: Duration | undefined): Pick<CatalogueComponent, 'rebuildEveryHours'> {
  if (every === undefined) {
    return {};
  }
  const minutes = every.isUnresolved() ? NaN : every.toMinutes({ integral: false });
  if (!(minutes % 60 === 0 && minutes >= 60 && minutes <= MAX_REBUILD_HOURS * 60)) {
    throw new Error(`${title}: rebuildEvery is ${every.isUnresolved() ? 'a token' : every.toHumanString()}, and has to be a whole number of hours, from 1 hour to 366 days, such as Duration.days(7).`);
  }
  return { rebuildEveryHours: minutes / 60 };
}

function sourceOf({ name, props }: Component): CatalogueComponent {
  const title = `Component ${JSON.stringify(name)}`;
  const list = (field: 'exclude' | 'dependsOn' | 'testDependsOn' | 'testPackages' | 'interfacePaths', as: string = field) => (
    props[field] ? { [as]: [...requireLiterals(`${title}: ${field}`, props[field])] } : {}
  );
  return {
    name: requireLiteral('The name of a component', name),
    path: requireLiteral(`${title}: path`, props.path),
    ...includeOf(title, props),
    ...list('exclude'),
    ...list('dependsOn'),
    ...list('testDependsOn'),
    ...list('testPackages'),
    ...list('interfacePaths', 'interface'),
    ...rebuilds(title, props.rebuildEvery),
  };
}
