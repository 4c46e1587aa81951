import { DiscoveredPackage, Ecosystem, NOTHING_FOUND, opaquePackage, PackageDependency } from './ecosystem';
import { INTERNAL_RULES } from './internal-files';
import { findReactors, itemsOf, Pom, PomReader, Reactor } from './maven-poms';
import { fieldAt, Fields, fieldsOf, stringOf } from './values';
import { DiscoveryWarning } from '../../src/contract/discovery';

const SHARED_FILES = ['pom.xml', '.mvn/maven.config', '.mvn/extensions.xml', '.mvn/jvm.config', '.mvn/wrapper/maven-wrapper.properties'];

/** Maven's modules, wherever their aggregators are. */
export const maven: Ecosystem = {
  name: 'maven',
  internal: INTERNAL_RULES.maven,
  discover(index) {
    const warnings: DiscoveryWarning[] = [];
    const reader = new PomReader(index, warnings);
    const reactors = findReactors(index, reader, warnings).filter(({ modules, submodules }) => modules.length + submodules.length > 1);
    if (reactors.length === 0) {
      return { ...NOTHING_FOUND, warnings };
    }
    const packages = reactors.flatMap((reactor) => packagesOf(reactor, reader));
    return { packages, globalPaths: reactors.some(({ root }) => root.folder === '.') ? SHARED_FILES : [], foundFrom: ['**/pom.xml'], warnings };
  },
};

/** Modules, without the repository's root: its POM concerns all. */
function packagesOf(reactor: Reactor, reader: PomReader): DiscoveredPackage[] {
  const modules = reactor.modules.filter(({ folder }) => folder !== '.');
  const inherited = new Map(modules.map((module) => [module, inheritedBy(module, modules, reader)]));
  const { folder } = reactor.root;
  const shared = folder === '.' ? [] : SHARED_FILES.slice(1).map((name) => `${folder}/${name}`);
  // Several POMs may be in one folder.
  const unique = [...new Map([...modules].reverse().map((module) => [module.folder, module])).values()].reverse();
  return [
    ...unique.map((module) => ({ ...describe(module, modules, inherited.get(module)!, reader), ...(shared.length > 0 && { sharedPaths: shared }) })),
    ...reactor.submodules.map(opaquePackage),
  ];
}

/** What a module has of POMs that are no components: the root's, and parents that no list of modules names. */
interface Inherited {
  readonly dependencies: readonly PackageDependency[];
  readonly paths: readonly string[];
}

function inheritedBy(module: Pom, modules: readonly Pom[], reader: PomReader): Inherited {
  const outside = reader.ancestorsOf(module).filter((pom) => !modules.includes(pom));
  // What a POM is made with does not inherit from it: Maven refuses cycles.
  const dependencies = outside.flatMap((pom) => dependenciesOf(pom, modules, reader)).filter(({ folder }) => !reaches(folder, module.folder, modules, reader));
  return { dependencies, paths: outside.map(({ path }) => path) };
}

function reaches(from: string, to: string, modules: readonly Pom[], reader: PomReader): boolean {
  const seen = new Set([from]);
  // A Set's iterator also visits what is added on the way.
  for (const folder of seen) {
    const module = modules.find((candidate) => candidate.folder === folder);
    (module === undefined ? [] : dependenciesOf(module, modules, reader)).forEach((dependency) => seen.add(dependency.folder));
  }
  return seen.has(to);
}

function describe(module: Pom, modules: readonly Pom[], inherited: Inherited, reader: PomReader): DiscoveredPackage {
  const testsAreRead = modules.some((other) => usedArtifacts(other.content)
    .some(({ artifact, group, tests }) => tests && isMeant(module, reader.valueOf(other, artifact), group, other)));
  return {
    name: module.artifact,
    folder: module.folder,
    manifest: module.path,
    dependencies: [...dependenciesOf(module, modules, reader), ...inherited.dependencies],
    paths: inherited.paths.filter((path) => path !== 'pom.xml').map((path) => ({ path, use: 'build' })),
    references: [module.artifact],
    published: testsAreRead ? ['src/test'] : [],
    manifestTexts: { build: JSON.stringify(withoutArtifacts(module.content)), test: '' },
  };
}

/** The rest of a POM: configuration of plugins, resources, properties. */
function withoutArtifacts(content: Fields): Fields {
  return Object.fromEntries(Object.entries(content).filter(([key]) => !['parent', 'modules', 'dependencies', 'dependencyManagement', 'scm', 'url', 'licenses'].includes(key)));
}

const known = new WeakMap<Pom, { readonly modules: readonly Pom[]; readonly found: readonly PackageDependency[] }>();

function dependenciesOf(pom: Pom, modules: readonly Pom[], reader: PomReader): readonly PackageDependency[] {
  const before = known.get(pom);
  if (before?.modules === modules) {
    return before.found;
  }
  const found = usedArtifacts(pom.content).flatMap(({ artifact, group, use }): PackageDependency[] => {
    const target = modules.find((other) => isMeant(other, reader.valueOf(pom, artifact), group, pom));
    return target === undefined || target.folder === pom.folder ? [] : [{ folder: target.folder, use }];
  });
  known.set(pom, { modules, found });
  return found;
}

interface UsedArtifact {
  readonly artifact: string;
  readonly group: string | undefined;
  readonly use: 'build' | 'test';
  /** It is the other module's tests that are used. */
  readonly tests: boolean;
}

/** Artifacts that a POM uses: its parent, its dependencies and the BOMs that it imports, its plugins and theirs, reports. */
function usedArtifacts(content: Fields): UsedArtifact[] {
  const parts = [content, ...itemsOf(fieldAt(content, 'profiles', 'profile'))];
  const plugins = parts.flatMap((part) => [
    ...itemsOf(fieldAt(part, 'build', 'plugins', 'plugin')), ...itemsOf(fieldAt(part, 'build', 'pluginManagement', 'plugins', 'plugin')),
  ]);
  const dependencies = [...parts, ...plugins].flatMap((part) => [
    ...itemsOf(fieldAt(part, 'dependencies', 'dependency')), ...itemsOf(fieldAt(part, 'dependencyManagement', 'dependencies', 'dependency')).filter((managed) => fieldAt(managed, 'scope') === 'import'),
  ]);
  const extensions = parts.flatMap((part) => itemsOf(fieldAt(part, 'build', 'extensions', 'extension')));
  return [fieldsOf(content.parent), ...dependencies, ...plugins, ...processors(plugins), ...extensions].flatMap((used) => {
    const artifact = stringOf(fieldAt(used, 'artifactId'));
    const tests = fieldAt(used, 'type') === 'test-jar' || fieldAt(used, 'classifier') === 'tests';
    return artifact === undefined ? []
      : [{ artifact, group: stringOf(fieldAt(used, 'groupId')), use: fieldAt(used, 'scope') === 'test' ? 'test' as const : 'build' as const, tests }];
  });
}

/** Artifacts in the configuration of plugins, such as annotation processors. */
function processors(plugins: readonly unknown[]): unknown[] {
  const artifactsIn = (value: unknown): unknown[] => (Array.isArray(value) ? value.flatMap(artifactsIn) : typeof value !== 'object' || value === null ? []
    : [...stringOf(fieldAt(value, 'artifactId')) === undefined ? [] : [value], ...Object.values(value).flatMap(artifactsIn)]);
  return plugins.flatMap((plugin) => [...artifactsIn(fieldAt(plugin, 'configuration')), ...artifactsIn(fieldAt(plugin, 'executions'))]);
}

/** A group that holds a property may be any. */
function isMeant(module: Pom, artifact: string, group: string | undefined, user: Pom): boolean {
  const literal = group === '${project.groupId}' || group === '${groupId}' ? user.group : group;
  return module.artifact === artifact && (literal === undefined || literal.includes('${') || module.group === undefined || module.group.includes('${') || literal === module.group);
}
