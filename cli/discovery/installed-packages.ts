import { FoundPackage, PackageDependency } from './ecosystem';
import { INTERNAL_RULES } from './internal-files';
import { DiscoveryMemory } from './memory';
import { Mentions, noMentions, PackageReads, Use, useOfFile, USES } from './package-reads';
import { FileIndex } from './repository-files';
import { rootProgram } from './root-program';
import { Fields, fieldsOf } from './values';
import { NamedPackageUsers } from '../../src/core/catalogue';
import { LockfileContext, neededManifests, onlyDocument, readLockfile } from '../../src/core/lockfile/lockfiles';
import { ResolvedGraph, ResolvedNode } from '../../src/core/lockfile/resolved-graph';
import { isLockfile, LOCKFILES } from '../../src/core/lockfile/traceable';
import { languageOf } from '../../src/core/references/languages';
import { meaningful } from '../../src/core/references/source-text';
import { parseYaml } from '../yaml';

/** Who uses the packages that come from npm's registry, as far as files tell. */
export interface PackageUse {
  /** By folder of a component: packages that only its tests and checks use. */
  readonly testPackages: ReadonlyMap<string, readonly string[]>;
  /** Packages that the root's manifest names, with the folders of their users. */
  readonly shared: ReadonlyMap<string, Required<NamedPackageUsers>>;
}

/** Sections of a manifest whose packages are part of what is built, whatever else they are used for. */
const BUILD_SECTIONS = ['dependencies', 'optionalDependencies', 'peerDependencies'];

/**
 * What a lockfile installs, for telling who uses it.
 *
 * A package's use is known where the lockfile says which commands it brings, so that all its names can be looked for.
 */
export class InstalledPackages {
  /** The graph of the lockfile at the repository's root; undefined where there is none that can be read and tells. */
  public static read(index: FileIndex, memory: DiscoveryMemory): InstalledPackages | undefined {
    const path = LOCKFILES.find((candidate) => index.has(candidate));
    const text = path === undefined ? undefined : index.readOne(path);
    if (path === undefined || text === undefined || neededManifests(path, text) === 'all') {
      return undefined;
    }
    const graph = memory.graphOf([text, index.readOne('package.json'), index.readOne('.yarnrc.yml')].join('\0'), () => {
      try {
        return readLockfile(path, text, parseYaml, contextAtRoot(index));
      } catch {
        // Tracing will say so, by name, when the lockfile changes.
        return undefined;
      }
    });
    return graph && new InstalledPackages(graph);
  }

  private constructor(private readonly graph: ResolvedGraph) {}

  /** All names that files may call directly installed packages by. */
  public names(): Set<string> {
    const direct = [...this.graph.importers.values()].flatMap(({ dependencies }) => [...dependencies]);
    return new Set(direct.flatMap(([name, node]) => [name, ...node?.commands ?? []]));
  }

  /** Whether a package of the repository may get what is at a path by way of what it installs. */
  public mayReach(folder: string, path: string): boolean {
    const start = this.graph.importers.get(folder);
    if (start === undefined || !this.graph.importers.has(path)) {
      return true;
    }
    const nodes = new Set<ResolvedNode | undefined>([start]);
    // A Set's iterator also visits what is added on the way.
    for (const node of nodes) {
      if (node !== undefined && node !== start && node.importer !== undefined) {
        if (node.importer === path) {
          return true;
        }
        continue;
      }
      node?.dependencies.forEach((next) => nodes.add(next));
    }
    return false;
  }

  /**
   * A package with the repository's packages that its dependencies lead to and its manifest doesn't name: by an override, or through a package of
   * the registry that an override gives them to.
   */
  public withLinked(one: FoundPackage): FoundPackage {
    const known = new Set([one.folder, ...one.dependencies.map(({ folder }) => folder)]);
    const inDevelopment = fieldsOf(one.fields?.devDependencies);
    const runtime = new Set(BUILD_SECTIONS.flatMap((section) => Object.keys(fieldsOf(one.fields?.[section]))));
    const linked = new Map<string, PackageDependency['use']>();
    for (const [name, node] of one.ecosystems.includes('npm') ? this.graph.importers.get(one.folder)?.dependencies ?? [] : []) {
      const use = Object.hasOwn(inDevelopment, name) && !runtime.has(name) ? 'development' : 'build';
      for (const folder of importersReached(node)) {
        linked.set(folder, linked.get(folder) === 'build' ? 'build' : use);
      }
    }
    return { ...one, dependencies: [...one.dependencies, ...[...linked].filter(([folder]) => !known.has(folder)).map(([folder, use]) => ({ folder, use }))] };
  }

  /** Commands by another name than their packages', and the packages that bring them. */
  public commandsOf(packages: ReadonlySet<string>): Map<string, string[]> {
    const found = new Map<string, string[]>();
    for (const [name, node] of [...this.graph.importers.values()].flatMap(({ dependencies }) => [...dependencies])) {
      for (const command of packages.has(name) ? node?.commands ?? [] : []) {
        if (command !== name) {
          found.set(command, [...new Set([...found.get(command) ?? [], name])].sort());
        }
      }
    }
    return found;
  }

  public useBy(packages: readonly FoundPackage[], reads: ReadonlyMap<string, PackageReads>, index: FileIndex, memory: DiscoveryMemory): PackageUse {
    const root = this.graph.importers.get('.')?.dependencies ?? new Map<string, ResolvedNode | undefined>();
    const everywhere = mentionsOutside(index, packages, memory);
    const members = packages.filter(({ ecosystems, folder }) => ecosystems.includes('npm') && this.graph.importers.has(folder));
    const testPackages = new Map<string, readonly string[]>();
    const judged = [...root].filter(([name, node]) => isJudged(name, node));
    const users = new Map(judged.map(([name]): [string, { build: string[]; test: string[] }] => [name, { build: [], test: [] }]));
    const usesOf = new Map<FoundPackage, Map<string, Use | undefined>>();
    for (const member of members) {
      const { mentions } = reads.get(member.folder)!;
      const own = this.graph.importers.get(member.folder)!.dependencies;
      const always = new Set(BUILD_SECTIONS.flatMap((section) => Object.keys(fieldsOf(member.fields?.[section]))));
      const uses = new Map<string, Use | undefined>();
      for (const [name, node] of [...root, ...own]) {
        uses.set(name, always.has(name) ? 'build' : useOf(name, node, mentions, everywhere));
      }
      peersOf(member, packages, reads).filter((name) => uses.has(name)).forEach((name) => uses.set(name, 'build'));
      inferUnmentioned(uses, own);
      usesOf.set(member, uses);
    }
    inferUnmentionedOfAll([...usesOf.values()], root);
    for (const [member, uses] of usesOf) {
      const own = this.graph.importers.get(member.folder)!.dependencies;
      addPeers(uses, (name) => own.get(name) ?? root.get(name));
      testPackages.set(member.folder, [...own.keys()].filter((name) => own.get(name)?.importer === undefined && isTests(uses.get(name))).sort());
      for (const [name, { build, test }] of users) {
        const use = uses.get(name);
        // How something is written is no one's build and no one's test.
        if (use === 'build' || use === 'test') {
          (use === 'build' ? build : test).push(member.folder);
        }
      }
    }
    return { testPackages, shared: users };
  }
}

function isTests(use: Use | undefined): boolean {
  return use === 'test' || use === 'style';
}

/** Whether the files can tell a shared package's users: not where its commands are unknown, nor for types, which compilers take in unasked. */
function isJudged(name: string, node: ResolvedNode | undefined): boolean {
  return node?.commands !== undefined && !name.startsWith('@types/');
}

/** What runs tests, counts what they cover, or stands in for what they need. Nothing can be built with these unless something names them. */
const TEST_TOOLS = [
  'ava', 'c8', 'chai', 'cypress', 'jasmine', 'jest', 'karma', 'mocha', 'msw', 'nock', 'nyc', 'playwright', 'sinon', 'size-limit', 'supertest', 'tap', 'vitest',
];

/** Hooks of Git, and what writes messages, change logs and lists of contributors: whatever calls them, nothing is built with these. */
const STYLE_TOOLS = /^(@changesets\/.+|@commitlint\/.+|all-contributors-cli|commitizen|husky|lint-staged|simple-git-hooks)$/;

/**
 * The use of packages that the root's manifest names and nothing mentions, neither a component nor a file that belongs to none: someone put them there
 * for something, so all are built with them, unless they are made for tests, or there for a tool that nothing is built with.
 */
function inferUnmentionedOfAll(all: readonly Map<string, Use | undefined>[], root: ReadonlyMap<string, ResolvedNode | undefined>): void {
  const useOfAll = (name: string) => USES.find((use) => all.some((uses) => uses.get(name) === use));
  const unmentioned = [...root.keys()].filter((name) => useOfAll(name) === undefined);
  const tools = [...root].flatMap(([name, node]) => {
    const use = STYLE_TOOLS.test(name) ? 'style' : useOfAll(name) ?? (TEST_TOOLS.includes(name) ? 'test' : undefined);
    return use === undefined || use === 'build' ? [] : [{ name, use, brought: [...node?.dependencies.keys() ?? [], ...node?.peers ?? []] }];
  });
  for (const name of unmentioned) {
    const tool = tools.find((one) => one.name === name) ?? tools.find((one) => one.brought.includes(name) || name.startsWith(`${one.name}-`) || name.startsWith(`@${one.name}/`));
    all.forEach((uses) => uses.set(name, tool?.use ?? 'build'));
  }
}

/**
 * The use of packages that a component's own manifest names and nothing mentions. They may be there for something that is mentioned:
 * type declarations (`@types/mocha`), plugins that a tool finds by their names (`karma-coverage`, `@size-limit/file`), what a package
 * leaves to others to bring. They are the tests' alone if that is, or if tests are what they are made for; otherwise they count as built with,
 * for only evidence makes a package the tests' alone.
 */
function inferUnmentioned(uses: Map<string, Use | undefined>, own: ReadonlyMap<string, ResolvedNode | undefined>): void {
  TEST_TOOLS.filter((name) => own.has(name) && uses.get(name) === undefined).forEach((name) => uses.set(name, 'test'));
  const tools = [...uses].filter(([, use]) => isTests(use)).map(([name]) => name);
  const brought = new Set(tools.flatMap((name) => [...own.get(name)?.dependencies.keys() ?? [], ...own.get(name)?.peers ?? []]));
  for (const name of own.keys()) {
    if (uses.get(name) === undefined) {
      const described = name.replace(/^@types\//, '').replace('__', '/');
      const isTools = name === described ? brought.has(name) || tools.some((tool) => name.startsWith(`${tool}-`) || name.startsWith(`@${tool}/`)) : tools.includes(described);
      uses.set(name, isTools ? 'test' : 'build');
    }
  }
}

function useOf(name: string, node: ResolvedNode | undefined, own: Mentions, everywhere: Mentions): Use | undefined {
  if (node?.commands === undefined) {
    return 'build';
  }
  const names = [name, ...node.commands];
  const isIn = (mentions: ReadonlySet<string>) => names.some((candidate) => mentions.has(candidate));
  return USES.find((use) => isIn(own[use]) || isIn(everywhere[use]));
}

/** What the repository's packages that one is built with leave to their dependents to bring. */
function peersOf(member: FoundPackage, packages: readonly FoundPackage[], reads: ReadonlyMap<string, PackageReads>): string[] {
  const folders = new Set(reads.get(member.folder)!.build);
  // A Set's iterator also visits what is added on the way.
  for (const folder of folders) {
    reads.get(folder)?.build.forEach((next) => folders.add(next));
  }
  return packages.filter(({ folder }) => folders.has(folder)).flatMap(({ fields }) => Object.keys(fieldsOf(fields?.peerDependencies)));
}

/**
 * What is built with a package is built with what that package leaves to its dependents to bring. What a package of the repository needs of
 * others it finds from its own folder: that is its own affair.
 */
function addPeers(uses: Map<string, Use | undefined>, find: (name: string) => ResolvedNode | undefined): void {
  const nodes = new Set([...uses].filter(([, use]) => use === 'build').map(([name]) => find(name)));
  // A Set's iterator also visits what is added on the way.
  for (const node of nodes) {
    if (node?.importer !== undefined) {
      continue;
    }
    for (const dependency of node?.dependencies.values() ?? []) {
      nodes.add(dependency);
    }
    for (const peer of node?.peers ?? []) {
      if (uses.has(peer) && uses.get(peer) !== 'build') {
        uses.set(peer, 'build');
        nodes.add(find(peer));
      }
    }
  }
}

/**
 * What files mention that belong to no component, or are the root's own: tools look for configuration there from every folder below, and the root's scripts
 * build and test components.
 */
function mentionsOutside(index: FileIndex, packages: readonly FoundPackage[], memory: DiscoveryMemory): Mentions {
  const mentions = noMentions();
  const folders = packages.map(({ folder }) => folder).filter((folder) => folder !== '.');
  const paths = index.files.paths.filter((path) => isProgram(path) && !folders.some((folder) => path.startsWith(`${folder}/`)));
  for (const [path, text] of index.files.read(paths)) {
    memory.scanner.scan(meaningful(path, text), languageOf(path)).named.forEach((name) => mentions[useOfFile(INTERNAL_RULES.npm, path)].add(name));
  }
  for (const { use, references } of rootProgram(index, memory.scanner)) {
    for (const name of references.named) {
      // Hooks of Git are put in place by scripts that package managers run (`prepare`).
      mentions[use === 'build' && STYLE_TOOLS.test(name) ? 'style' : use].add(name);
    }
  }
  return mentions;
}

/** Whether what is written there may run something: what a host of repositories reads may not. */
function isProgram(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return !/^\.(github|vscode|idea|changeset)\//.test(path) && name !== 'package.json' && !isLockfile(name)
    && (/(^\.[\w.-]*rc|config)(\.[a-z]+)*$|^tsconfig.*\.json$|^Dockerfile|^[Mm]akefile$|^[Jj]ustfile$/.test(name) || /\.([cm]?[jt]sx?|json[c5]?|ya?ml|toml|sh|bash|mk)$/.test(name));
}

function contextAtRoot(index: FileIndex): LockfileContext {
  const [manifest, settings] = [index.readOne('package.json'), index.readOne('.yarnrc.yml')];
  return {
    manifests: new Map(manifest === undefined ? [] : [['.', JSON.parse(manifest.replace(/^\uFEFF/, '')) as Fields]]),
    yarnSettings: settings === undefined ? undefined : onlyDocument(parseYaml(settings)),
  };
}

/** Importers that a dependency leads to, up to the first on each way. */
function importersReached(start: ResolvedNode | undefined): string[] {
  const reached = new Set([start]);
  // A Set's iterator also visits what is added on the way.
  for (const node of reached) {
    if (node?.importer === undefined) {
      node?.dependencies.forEach((next) => reached.add(next));
    }
  }
  return [...reached].flatMap((node) => node?.importer ?? []);
}
