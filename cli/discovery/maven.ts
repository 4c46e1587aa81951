import { XMLParser } from 'fast-xml-parser';
import { DiscoveredPackage, Ecosystem, NOTHING_FOUND, PackageDependency } from './ecosystem';
import { INTERNAL_RULES } from './internal-files';
import { ParsedManifest, parseManifests } from './manifests';
import { FileIndex, resolvePath } from './repository-files';
import { fieldAt, Fields, fieldsOf, stringOf } from './values';
import { DiscoveryWarning } from '../../src/contract/discovery';

const ARRAYS = new Set(['module', 'dependency', 'plugin', 'profile', 'extension']);

/** Maven's modules. */
export const maven: Ecosystem = {
  name: 'maven',
  internal: INTERNAL_RULES.maven,
  discover(index) {
    const warnings: DiscoveryWarning[] = [];
    const modules = readModules(index, warnings);
    if (modules.length < 2) {
      return { ...NOTHING_FOUND, warnings };
    }
    const packages = modules.filter(({ folder }) => folder !== '.').map((module) => describe(module, modules));
    const shared = ['pom.xml', '.mvn/maven.config', '.mvn/extensions.xml', '.mvn/jvm.config', '.mvn/wrapper/maven-wrapper.properties'];
    return { packages, globalPaths: shared, foundFrom: ['**/pom.xml'], warnings };
  },
};

interface Module extends ParsedManifest {
  readonly artifact: string;
  readonly group: string | undefined;
}

/** The root's POM and what it, and they in turn, name as modules. */
function readModules(index: FileIndex, warnings: DiscoveryWarning[]): Module[] {
  const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false, isArray: (name) => ARRAYS.has(name) });
  const found = new Map<string, Module>();
  const missing = new Set<string>();
  const paths = index.has('pom.xml') ? ['pom.xml'] : [];
  for (const path of paths) {
    const [manifest] = parseManifests(index, [path], (text) => fieldAt(parser.parse(text, true), 'project'), warnings);
    const artifact = stringOf(manifest?.content.artifactId);
    if (manifest === undefined || found.has(path)) {
      continue;
    }
    if (artifact === undefined) {
      warnings.push({ kind: 'BrokenManifest', path, detail: "it has no 'artifactId'" });
      continue;
    }
    found.set(path, { ...manifest, artifact, group: stringOf(manifest.content.groupId) ?? stringOf(fieldAt(manifest.content, 'parent', 'groupId')) });
    for (const module of moduleNames(manifest.content)) {
      const target = resolvePath(manifest.folder, module) ?? '';
      const pom = target.endsWith('.xml') ? target : `${target}/pom.xml`;
      if (index.has(pom)) {
        paths.push(pom);
      } else if (!missing.has(pom)) {
        missing.add(pom);
        warnings.push({ kind: 'MissingMember', path, detail: `it names the module '${module}', but '${pom}' is not tracked` });
      }
    }
  }
  return [...found.values()];
}

function moduleNames(content: Fields): string[] {
  return [content, ...itemsOf(fieldAt(content, 'profiles', 'profile'))].flatMap((part) => itemsOf(fieldAt(part, 'modules', 'module'))).map(String);
}

function describe(module: Module, modules: readonly Module[]): DiscoveredPackage {
  const dependencies = usedArtifacts(module.content).flatMap(({ artifact, group, use }): PackageDependency[] => {
    const target = modules.find((other) => isMeant(other, artifact, group, module));
    return target === undefined || target.folder === '.' || target.folder === module.folder ? [] : [{ folder: target.folder, use }];
  });
  const testsAreRead = modules.some((other) => usedArtifacts(other.content)
    .some(({ artifact, group, tests }) => tests && isMeant(module, artifact, group, other)));
  return {
    name: module.artifact,
    folder: module.folder,
    manifest: module.path,
    dependencies,
    references: [module.artifact],
    published: testsAreRead ? ['src/test'] : [],
    manifestTexts: { build: '', test: '' },
  };
}

interface UsedArtifact {
  readonly artifact: string;
  readonly group: string | undefined;
  readonly use: 'build' | 'test';
  /** It is the other module's tests that are used. */
  readonly tests: boolean;
}

/** Artifacts that a POM uses: its parent, its dependencies and those it manages, its plugins and theirs. */
function usedArtifacts(content: Fields): UsedArtifact[] {
  const parts = [content, ...itemsOf(fieldAt(content, 'profiles', 'profile'))];
  const plugins = parts.flatMap((part) => [
    ...itemsOf(fieldAt(part, 'build', 'plugins', 'plugin')), ...itemsOf(fieldAt(part, 'build', 'pluginManagement', 'plugins', 'plugin')),
  ]);
  const dependencies = [...parts, ...plugins].flatMap((part) => [
    ...itemsOf(fieldAt(part, 'dependencies', 'dependency')), ...itemsOf(fieldAt(part, 'dependencyManagement', 'dependencies', 'dependency')).filter((managed) => fieldAt(managed, 'scope') === 'import'),
  ]);
  const extensions = parts.flatMap((part) => itemsOf(fieldAt(part, 'build', 'extensions', 'extension')));
  return [fieldsOf(content.parent), ...dependencies, ...plugins, ...extensions].flatMap((used) => {
    const artifact = stringOf(fieldAt(used, 'artifactId'));
    const tests = fieldAt(used, 'type') === 'test-jar' || fieldAt(used, 'classifier') === 'tests';
    return artifact === undefined ? []
      : [{ artifact, group: stringOf(fieldAt(used, 'groupId')), use: fieldAt(used, 'scope') === 'test' ? 'test' as const : 'build' as const, tests }];
  });
}

/** A group that holds a property may be any. */
function isMeant(module: Module, artifact: string, group: string | undefined, user: Module): boolean {
  const literal = group === '${project.groupId}' || group === '${groupId}' ? user.group : group;
  return module.artifact === artifact && (literal === undefined || literal.includes('${') || module.group === undefined || module.group.includes('${') || literal === module.group);
}

function itemsOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
