import { DiscoveredPackage, Ecosystem, ManifestPath, NOTHING_FOUND, PackageDependency } from './ecosystem';
import { BUILD_SCRIPTS, findBuilds, GradleBuild, GradleProject, isIn, withoutComments, withoutIncludes } from './gradle-builds';
import { mentionsIn, ProjectMention } from './gradle-mentions';
import { INTERNAL_RULES } from './internal-files';
import { baseName, FileIndex, folderOf } from './repository-files';
import { joinPath } from '../../src/core/paths';

/** What Gradle reads next to a build's settings, there or not. */
const SHARED_FILES = [
  'settings.gradle', 'settings.gradle.kts', ...BUILD_SCRIPTS, 'gradle.properties', 'gradle.lockfile', 'buildscript-gradle.lockfile', 'settings-gradle.lockfile',
];
const SCRIPT = /\.gradle(?:\.kts)?$/;
/** Of plugins, which may add dependencies wherever they are applied. */
const PLUGIN_SOURCE = /\.(?:gradle|kts|kt|java|groovy|scala)$/;
const MAKES_PLUGINS = /\b(?:gradlePlugin|kotlin-dsl|java-gradle-plugin|groovy-gradle-plugin)\b/;
/** What tests are made of is given to other projects. */
const GIVES_TESTS = /\btestFixtures\b|java-test-fixtures|\btest["')\]]*\.(?:get\(\)\.)?(?:output|allSource)\b|\btestArtifacts?\b|\btestJar\b|\bproject\s*\([^)\n]*(?:\bconfiguration\s*[:=]|["']\s*,)/;

/** Gradle builds of several projects, and builds that include each other. */
export const gradle: Ecosystem = {
  name: 'gradle',
  internal: INTERNAL_RULES.gradle,
  discover(index, isPackaged) {
    const builds = findBuilds(index, isPackaged);
    const readers = builds.map((build) => new BuildReader(index, build, builds));
    const packages = readers.flatMap((reader) => reader.packages(readers));
    if (!packages.some(({ folder }) => folder !== '.')) {
      return NOTHING_FOUND;
    }
    const plugins = readers.filter(({ isPlugin }) => isPlugin).map(({ build }) => build.folder);
    return {
      packages,
      globalPaths: builds.some(({ folder, settings }) => folder === '.' && settings !== undefined) ? SHARED_FILES : [],
      foundFrom: ['**/*.gradle', '**/*.gradle.kts', '**/*.versions.toml', '**/buildSrc/**', ...plugins.filter((folder) => folder !== '.').map((folder) => `${folder}/**/*.{kt,java,groovy,scala}`)],
      warnings: [],
    };
  },
};

interface Need {
  readonly target: GradleProject;
  readonly use: 'build' | 'test';
}

/** What the projects of a build have in common. */
interface Around {
  readonly shared: readonly Need[];
  readonly givesTests: boolean;
  /** Of other builds. */
  readonly others: readonly GradleProject[];
}

class BuildReader {
  /** Its code may give projects dependencies. */
  public readonly isPlugin: boolean;
  public readonly members: readonly GradleProject[];
  private readonly scripts: ReadonlyMap<string, string>;
  private readonly inner: readonly string[];
  private readonly mentions = new Map<GradleProject, readonly ProjectMention[]>();
  private readonly byFolder = new Map<string, GradleProject>();
  private readonly needs = new Map<GradleProject, readonly Need[]>();
  private readonly reached = new Map<GradleProject, Set<GradleProject>>();

  public constructor(private readonly index: FileIndex, public readonly build: GradleBuild, builds: readonly GradleBuild[]) {
    const [root, ...others] = build.projects as [GradleProject, ...GradleProject[]];
    build.projects.forEach((project) => this.byFolder.set(project.folder, project));
    this.inner = builds.map(({ folder }) => folder).filter((folder) => folder !== build.folder && isIn(folder, build.folder));
    // Without sources of its own the root holds the others together.
    const isMember = (others.length === 0 && build.included.length === 0) || this.index.isFolder(joinPath(root.folder, 'src'));
    // Of projects that are there for those in them, nothing is to be built.
    const filled = new Set(index.under(build.folder).flatMap((path) => this.holderOf(path) ?? []));
    const outside = others.filter(({ folder }) => !isIn(folder, build.folder));
    this.members = [...isMember ? [root] : [], ...others.filter((project) => filled.has(project) || outside.includes(project))];
    const scripts = index.files.read(index.under(build.folder).filter((path) => SCRIPT.test(path) && this.isOwn(path)));
    this.scripts = new Map([...scripts].map(([path, text]) => [path, path === build.settings ? withoutIncludes(text) : text]));
    this.isPlugin = [...this.scripts.values()].some((text) => MAKES_PLUGINS.test(text));
    for (const [path, text] of this.scripts) {
      const project = this.projectOf(path);
      if (project !== undefined) {
        this.mentions.set(project, [...this.mentions.get(project) ?? [], ...mentionsIn(withoutComments(text), project, build.projects)]);
      }
    }
  }

  public packages(all: readonly BuildReader[]): DiscoveredPackage[] {
    const included = this.includedBuilds(all);
    const shared = needsOf(this.sharedMentions(included));
    const givesTests = [...this.scripts.values(), ...included.flatMap((other) => [...other.scripts.values()])].some((text) => GIVES_TESTS.test(text));
    const others = [...included.flatMap(({ members }) => members), ...this.siblings(all)];
    return this.members.map((project) => this.describe(project, {
      shared, givesTests, others: others.filter(({ folder }) => !this.members.some((member) => member.folder === folder)),
    }));
  }

  private describe(project: GradleProject, { shared, givesTests, others }: Around): DiscoveredPackage {
    const { folder } = project;
    // Of the projects of the build buildSrc can't be made.
    const own = isBuildSrc(project) ? [] : this.ownNeeds(project);
    // What a project is made with does not take it from what they share: Gradle refuses circles.
    const inherited = isBuildSrc(project) ? [] : [...shared, ...needsOf(this.fromAbove(project))]
      .filter(({ target, use }) => use === 'test' || !this.reaches(target, project));
    const buildSrc = this.build.projects.filter((other) => isBuildSrc(other) && project !== other).map((target) => ({ target, use: 'build' as const }));
    const needed = [...own, ...inherited, ...buildSrc, ...others.map((target) => ({ target, use: 'build' as const }))].filter(({ target }) => target.folder !== folder);
    const folders = new Set([...this.members, ...others].map((member) => member.folder));
    const shares = joinPath(this.build.folder, 'gradle');
    return {
      name: this.nameOf(project, [...this.members, ...others]),
      folder,
      manifest: project.script ?? this.build.settings ?? folder,
      dependencies: needed.filter(({ target }) => folders.has(target.folder)).map(({ target, use }): PackageDependency => ({ folder: target.folder, use: givesTests ? 'build' : use })),
      paths: this.index.isFolder(shares) ? [{ path: shares, use: 'build' } satisfies ManifestPath] : [],
      references: [],
      published: givesTests ? ['src'] : [],
      manifestTexts: { build: '', test: '' },
      sharedPaths: [...this.sharedFiles(), ...this.scriptsAbove(project)].filter((path) => folderOf(path) !== folder),
      ...(folder === '.' && { takes: ['src/**', ...BUILD_SCRIPTS] }),
    };
  }

  private nameOf({ path, folder }: GradleProject, all: readonly GradleProject[]): string {
    const given = path === ':' && this.build.settings !== undefined ? /\brootProject\.name\s*=\s*["']([^"'$\n]+)["']/.exec(this.index.readOne(this.build.settings) ?? '')?.[1] : undefined;
    const name = given ?? baseName(folder);
    return folder !== '.' && all.some((other) => other.folder !== folder && baseName(other.folder) === name) ? folder : name;
  }

  private sharedFiles(): string[] {
    const { folder } = this.build;
    return folder === '.' ? [] : SHARED_FILES.map((name) => `${folder}/${name}`);
  }

  /** Scripts of the projects above one in the build's tree, which may configure it. */
  private scriptsAbove({ path }: GradleProject): string[] {
    const above = this.build.projects.filter((other) => other.path !== ':' && path.startsWith(`${other.path}:`));
    return above.flatMap(({ folder }) => [...BUILD_SCRIPTS, `${baseName(folder)}.gradle`, `${baseName(folder)}.gradle.kts`].map((name) => joinPath(folder, name)));
  }

  private ownNeeds(project: GradleProject): readonly Need[] {
    let needs = this.needs.get(project);
    if (needs === undefined) {
      const all = [...this.mentions].flatMap(([from, mentions]) => mentions.filter(({ of }) => of === project || (from === project && (of === 'own' || of === 'below'))));
      needs = needsOf(all);
      this.needs.set(project, needs);
    }
    return needs;
  }

  private fromAbove(project: GradleProject): ProjectMention[] {
    return [...this.mentions].flatMap(([from, mentions]) => (
      from !== project && (from.path === ':' || project.path.startsWith(`${from.path}:`)) ? mentions.filter(({ of }) => of === 'below' || (from.path === ':' && of === 'own' && this.rootIsUsed())) : []));
  }

  /** Tasks of the root's run before others'. */
  private rootIsUsed(): boolean {
    const { members, scripts } = this;
    return !members.some(({ path }) => path === ':') && [...scripts].some(([path, text]) => folderOf(path) !== this.build.folder && /\brootProject\s*\.\s*tasks?\b|dependsOn[^\n]*["']:[\w-]+["']/.test(text));
  }

  private reaches(from: GradleProject, to: GradleProject): boolean {
    let seen = this.reached.get(from);
    if (seen === undefined) {
      this.reached.set(from, seen = new Set([from]));
      // A Set's iterator also visits what is added on the way.
      for (const project of seen) {
        this.ownNeeds(project).filter(({ use }) => use === 'build').forEach(({ target }) => seen!.add(target));
      }
    }
    return seen.has(to);
  }

  /** What scripts that are no project's, and the code of plugins, say: it may be any project's. */
  private sharedMentions(included: readonly BuildReader[]): ProjectMention[] {
    const [root] = this.build.projects as [GradleProject];
    const loose = [...this.scripts].filter(([path]) => this.projectOf(path) === undefined).map(([, text]) => text);
    const folders = [joinPath(this.build.folder, 'buildSrc'), ...included.filter(({ isPlugin }) => isPlugin).map(({ build }) => build.folder)].filter((folder) => folder !== '.');
    const plugins = this.index.files.read(folders.flatMap((folder) => this.index.under(folder)).filter((path) => PLUGIN_SOURCE.test(path)));
    return [...loose, ...plugins.values()].flatMap((text) => mentionsIn(withoutComments(text), root, this.build.projects));
  }

  /** Builds that it includes, and that these do. */
  private includedBuilds(all: readonly BuildReader[]): BuildReader[] {
    const found = new Set<BuildReader>([this]);
    // A Set's iterator also visits what is added on the way.
    for (const reader of found) {
      const { included, folder } = reader.build;
      all.filter(({ build }) => build.folder === joinPath(folder, 'buildSrc') || (included === 'all' ? isIn(build.folder, folder) : included.includes(build.folder))).forEach((other) => found.add(other));
    }
    found.delete(this);
    return [...found];
  }

  /** Projects of builds that another includes along with this one, if anything of this one's names them: Gradle puts them in the place of what is published. */
  private siblings(all: readonly BuildReader[]): GradleProject[] {
    const { folder } = this.build;
    const composites = all.filter(({ build: { included } }) => included === 'all' || included.includes(folder));
    const others = composites.flatMap(({ build }) => all.filter((other) => other !== this && (build.included === 'all' || build.included.includes(other.build.folder))));
    if (others.length === 0) {
      return [];
    }
    const catalogs = this.index.under(folder).filter((path) => path.endsWith('.toml') && this.isOwn(path));
    const text = [...this.scripts.values(), ...this.index.files.read(catalogs).values()].join('\n');
    const words = new Set(text.match(/[\w.-]+/g));
    return others.flatMap(({ members }) => members).filter((project) => words.has(baseName(project.folder)) || words.has(project.path.slice(project.path.lastIndexOf(':') + 1)));
  }

  /** The innermost project that a path is in. */
  private holderOf(path: string): GradleProject | undefined {
    for (let folder = folderOf(path); ; folder = folderOf(folder)) {
      const project = this.byFolder.get(folder);
      if (project !== undefined || folder === '.') {
        return project;
      }
    }
  }

  private isOwn(path: string): boolean {
    return this.inner.length === 0 || !this.inner.some((folder) => isIn(path, folder));
  }

  /** The innermost project whose folder a script is in; none for those that others apply, and those at the root that are no build script. */
  private projectOf(path: string): GradleProject | undefined {
    const [root] = this.build.projects as [GradleProject];
    const project = this.holderOf(path);
    if (path === project?.script) {
      return project;
    }
    return (project === root && this.build.projects.length > 1) || this.isApplied(path, project) ? undefined : project;
  }

  private isApplied(path: string, project: GradleProject | undefined): boolean {
    return [...this.scripts].some(([other, text]) => this.holderOf(other) !== project && text.includes(baseName(path)));
  }
}

/** Each project once; one that is built with needs no test. */
function needsOf(mentions: readonly ProjectMention[]): Need[] {
  const uses = new Map<GradleProject, Need['use']>();
  for (const { targets, use } of mentions) {
    targets.filter((target) => use === 'build' || !uses.has(target)).forEach((target) => uses.set(target, use));
  }
  return [...uses].map(([target, use]) => ({ target, use }));
}

/** Gradle compiles it before all else, for the scripts of all. */
function isBuildSrc({ folder }: GradleProject): boolean {
  return baseName(folder) === 'buildSrc';
}
