import { Construct } from 'constructs';
import { BuildProps } from './build-props';
import { Component } from './component';
import { ComponentBindOptions, ComponentConfig } from './component-config';
import { ComponentProps } from './component-props';
import type { DiscoveryOptions } from '../contract/discovery';
import { Catalogue, CatalogueComponent, NamedPackageUsers } from '../core/catalogue';
import { escapeGlob } from '../core/globs';

/** What discovery and the components given by hand make together. */
export interface DiscoveredComponents {
  /** Those given, in their order, then those found. */
  readonly components: readonly Component[];
  readonly globalPaths: readonly string[];
  readonly traceLockfiles: boolean;
  readonly sharedPackages: { readonly [name: string]: NamedPackageUsers };
  /** Where all of this was found, and what nothing reads. */
  readonly found: FoundSettings;
}

/** What only a catalogue that was found has. */
export type FoundSettings = Pick<Catalogue, 'unownedPaths' | 'unread' | 'excludedPaths' | 'foundAt' | 'foundOn' | 'dirtyPaths' | 'foundFrom' | 'references' | 'commands'>;

export interface MergeOptions {
  readonly given: readonly Component[];
  /** How packages are built that are not given. */
  readonly build: BuildProps;
  /** Names or folders of packages that become no components. */
  readonly exclude: readonly string[];
}

/**
 * Discovers, and gives each component by hand the place of the package in whose folder it is, or that has its name.
 * @throws where a component depends on a package that is excluded
 */
export function mergeDiscovered(discover: (options: DiscoveryOptions) => Catalogue, { given, build, exclude }: MergeOptions): DiscoveredComponents {
  const inFolder = new Map<string, Component[]>();
  given.forEach((component) => inFolder.set(component.props.path, [...inFolder.get(component.props.path) ?? [], component]));
  const { components: packages, globalPaths = [], traceLockfiles = false, sharedPackages = {}, ...facts } = discover({
    paths: given.map(({ props }) => props.path),
    commandsOf: (folder) => commandsOf(inFolder.get(folder)?.map(({ props }) => props) ?? [build]),
  });
  const byFolder = new Map(packages.map((one) => [one.path, one]));
  const taken = new Set(given.map(({ name }) => name));
  const left = packages.filter(({ name, path }) => !inFolder.has(path) && !taken.has(name));
  const excluded = new Set(left.filter(({ name, path }) => exclude.includes(name) || exclude.includes(path)).map(({ name }) => name));
  const names = new Map(packages.map(({ name, path }) => [name, inFolder.get(path)?.map((component) => component.name) ?? [name]]));
  const renamed = (list: readonly string[]) => [...new Set(list.flatMap((name) => names.get(name)!))].sort();

  const components = [
    ...given.map((component) => {
      const found = byFolder.get(component.props.path);
      return found === undefined ? component : new CompletedComponent(component, sourceOf(found, traceLockfiles && isKnown(component), renamed));
    }),
    ...left.filter(({ name }) => !excluded.has(name)).map((found) => Component.custom(found.name, { ...build, ...sourceOf(found, traceLockfiles, renamed) })),
  ];
  refuseExcluded(components, excluded);
  // What is in no package, or does what no file or command tells, may use any.
  const others = given.filter((component) => !byFolder.has(component.props.path) || !isKnown(component)).map(({ name }) => name);
  const users = (list: readonly string[] = []) => renamed(list).filter((name) => !excluded.has(name));
  return {
    components,
    globalPaths,
    traceLockfiles,
    found: foundSettings(facts, { packages, exclude, namesOf: users }),
    sharedPackages: Object.fromEntries(Object.entries(sharedPackages).map(([name, { build: built, test }]) => [name, {
      build: [...new Set([...users(built), ...others])].sort(),
      test: users(test).filter((user) => !others.includes(user)),
    }])),
  };
}

interface Merged {
  readonly packages: readonly CatalogueComponent[];
  readonly exclude: readonly string[];
  /** Components that take these packages' place. */
  readonly namesOf: (packages: readonly string[]) => string[];
}

function foundSettings(
  { unownedPaths, unread, foundAt, foundOn, dirtyPaths, foundFrom, references = {}, commands }: Omit<Catalogue, 'components'>, { packages, exclude, namesOf }: Merged,
): FoundSettings {
  const folders = exclude.flatMap((entry) => packages.find(({ name }) => name === entry)?.path ?? entry).filter((folder) => folder !== '.');
  return defined({
    unownedPaths,
    unread,
    excludedPaths: folders.length === 0 ? undefined : [...new Set(folders.map((folder) => `${escapeGlob(folder)}/**`))].sort(),
    foundAt,
    foundOn,
    dirtyPaths,
    foundFrom,
    references: Object.fromEntries(Object.entries(references).map(([name, targets]) => [name, namesOf(targets)])),
    commands,
  });
}

/** The buildspec of a component may be anywhere, and is not looked into. */
function isKnown({ props }: Component): boolean {
  return props.buildspecFile === undefined;
}

function commandsOf(builds: readonly BuildProps[]): { build: string; test: string } {
  const text = (field: 'buildCommands' | 'testCommands') => builds.flatMap((build) => build[field] ?? []).join('\n');
  return { build: text('buildCommands'), test: text('testCommands') };
}

type Source = Pick<ComponentProps, 'path' | 'include' | 'exclude' | 'dependsOn' | 'testDependsOn' | 'interfacePaths' | 'testPackages'>;

function sourceOf(found: CatalogueComponent, withTestPackages: boolean, renamed: (names: readonly string[]) => string[]): Source {
  return defined({
    path: found.path,
    include: found.include && [...found.include],
    exclude: found.exclude && [...found.exclude],
    dependsOn: found.dependsOn && renamed(found.dependsOn),
    testDependsOn: found.testDependsOn && renamed(found.testDependsOn),
    interfacePaths: found.interface && [...found.interface],
    testPackages: withTestPackages && found.testPackages ? [...found.testPackages] : undefined,
  });
}

function refuseExcluded(components: readonly Component[], excluded: ReadonlySet<string>): void {
  for (const { name, props } of components) {
    const missing = [...props.dependsOn ?? [], ...props.testDependsOn ?? []].find((dependency) => excluded.has(dependency));
    if (missing !== undefined) {
      throw new Error(`ComponentDiscovery.workTree: exclude ${JSON.stringify(missing)}: component ${JSON.stringify(name)} depends on it: keep it, or exclude both.`);
    }
  }
}

/** A component as given, with what it leaves out. */
class CompletedComponent extends Component {
  constructor(private readonly given: Component, source: Source) {
    super(given.name, { ...source, ...defined(given.props) });
  }

  public bind(scope: Construct, options: ComponentBindOptions): ComponentConfig {
    return this.given.bind(scope, options);
  }
}

function defined<T extends object>(values: T): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}
