import picomatch from 'picomatch';
import { BuildFile, BuildFiles, PROJECT_FILE } from './dotnet-projects';
import { readSolutions } from './dotnet-solutions';
import { DiscoveredPackage, Ecosystem, ManifestPath, NOTHING_FOUND, PackageDependency } from './ecosystem';
import { INTERNAL_RULES } from './internal-files';
import { isFixture } from './manifests';
import { baseName, FileIndex, folderOf, isVendored, resolvePath } from './repository-files';
import { DiscoveryWarning } from '../../src/contract/discovery';
import { joinPath } from '../../src/core/paths';

/** What MSBuild and NuGet look for in a project's folder and in those above it. */
const SHARED_FILES = [
  'Directory.Build.props', 'Directory.Build.targets', 'Directory.Build.rsp', 'Directory.Packages.props', 'Directory.Solution.props', 'Directory.Solution.targets',
  'global.json', 'nuget.config', 'NuGet.config', 'NuGet.Config', '.editorconfig', '.globalconfig', '.config/dotnet-tools.json',
];
const IMPORTED = /\.(?:props|targets|projitems)$/i;
const OUTPUT = /(?:^|\/)(?:bin|obj|node_modules)\//;

/** Projects of .NET, in solutions or not. */
export const dotnet: Ecosystem = {
  name: 'dotnet',
  internal: INTERNAL_RULES.dotnet,
  discover(index, isPackaged) {
    const warnings: DiscoveryWarning[] = [];
    const solutions = readSolutions(index);
    const files = new BuildFiles(index, warnings);
    const all = index.files.paths.filter((path) => PROJECT_FILE.test(path) && !OUTPUT.test(path));
    const isOthers = (folder: string) => isVendored(folder) || isTestData(folder) || isPackaged(folder);
    const projects = all.filter((path) => solutions.projects.has(path) || !isOthers(folderOf(path))).flatMap((path) => files.read(path) ?? []);
    if (!projects.some(({ folder }) => folder !== '.')) {
      return { ...NOTHING_FOUND, warnings };
    }
    const reader = new ProjectReader(index, files, all, projects, solutions.buildOrder);
    return {
      packages: projects.map((project) => reader.describe(project)),
      globalPaths: SHARED_FILES,
      foundFrom: ['**/*.{cs,fs,vb,sql,wix,es,dc,vcx,sh}proj', '**/*.{props,targets,projitems}', '**/*.{sln,slnx}'],
      warnings: [...warnings, ...reader.warnings],
    };
  },
};

/** Projects for tests are projects like others: in `tests/` as well. */
function isTestData(folder: string): boolean {
  return isFixture(folder.replace(/(^|\/)(tests?|spec|e2e)(?=\/|$)/gi, '$1'));
}

class ProjectReader {
  public readonly warnings: DiscoveryWarning[] = [];
  private readonly byFolder = new Map<string, BuildFile>();
  private readonly own = new Map<BuildFile, ReadonlySet<string>>();
  private readonly imported: readonly string[];

  public constructor(
    private readonly index: FileIndex, private readonly files: BuildFiles, private readonly all: readonly string[],
    private readonly projects: readonly BuildFile[], private readonly buildOrder: ReadonlyMap<string, readonly string[]>,
  ) {
    projects.forEach((project) => this.byFolder.set(project.folder, project));
    this.imported = index.files.paths.filter((path) => IMPORTED.test(path) && !OUTPUT.test(path));
  }

  public describe(project: BuildFile): DiscoveredPackage {
    const { path, folder } = project;
    const { targets, imports } = this.needs(project);
    const inside = this.insideOf(project);
    const folders = new Set([...targets.map(folderOf), ...inside.map((other) => other.folder)].filter((target) => target !== folder));
    const items = imports.filter((one) => one.endsWith('.projitems')).map(folderOf).filter((target) => target !== folder);
    const members = [...folders, ...items].filter((target) => this.byFolder.has(target));
    return {
      name: this.nameOf(path),
      folder,
      manifest: path,
      dependencies: members.map((target): PackageDependency => ({ folder: target, use: 'build' })),
      paths: [
        ...[...folders, ...items].filter((target) => !this.byFolder.has(target)),
        ...imports.filter((one) => folderOf(one) !== folder),
        ...this.foldersIn(project),
      ].map((one): ManifestPath => ({ path: one, use: 'build' })),
      references: [],
      published: [],
      manifestTexts: { build: '', test: '' },
      // Those that are imported are above, with what they name.
      sharedPaths: ancestorsOf(folder).flatMap((above) => SHARED_FILES.map((name) => `${above}/${name}`)).filter((one) => !imports.includes(one)),
      ...(folder === '.' && { takes: [path, 'Properties/**', 'wwwroot/**', 'packages.lock.json', 'appsettings*.json'] }),
    };
  }

  private nameOf(path: string): string {
    const name = plainName(path);
    return folderOf(path) !== '.' && this.projects.some((other) => other.folder !== folderOf(path) && plainName(other.path) === name) ? folderOf(path) : name;
  }

  /** Projects that a project refers to, by itself or by what it imports, and the files that it imports, or that MSBuild imports into it. */
  private needs(project: BuildFile): { targets: string[]; imports: string[] } {
    const own = this.ownTargets(project);
    const inherited = this.inheritedPaths(project);
    // What a project is made with does not take it from what they share: a circle is none that MSBuild builds.
    const shared = inherited.flatMap((file) => this.files.read(file) ?? []).flatMap((file) => this.targetsOf(file, project))
      .filter((target) => !this.reaches(target, project));
    const before = this.buildOrder.get(project.path) ?? [];
    const imports = new Set([...this.importsOf(project, project), ...inherited]);
    return { targets: [...new Set([...own, ...shared, ...before])], imports: [...imports].filter((path) => path !== project.path) };
  }

  private ownTargets(project: BuildFile): ReadonlySet<string> {
    let targets = this.own.get(project);
    if (targets === undefined) {
      const files = [project, ...[...this.importsOf(project, project)].flatMap((path) => this.files.read(path) ?? [])];
      targets = new Set(files.flatMap((file) => this.targetsOf(file, project)).filter((target) => target !== project.path));
      this.own.set(project, targets);
    }
    return targets;
  }

  /** What MSBuild imports by itself from the folders above, with what that imports. */
  private inheritedPaths(project: BuildFile): string[] {
    const folders = [project.folder, ...ancestorsOf(project.folder), ...project.folder === '.' ? [] : ['.']];
    const found = folders.flatMap((folder) => ['Directory.Build.props', 'Directory.Build.targets', 'Directory.Packages.props'].map((name) => joinPath(folder, name)));
    return [...new Set(found.flatMap((path) => {
      const file = this.files.read(path);
      return file === undefined ? [] : [path, ...this.importsOf(file, project)];
    }))];
  }

  /** Paths of what a file imports, and of what these import. */
  private importsOf(from: BuildFile, project: BuildFile): Set<string> {
    const found = new Set<string>();
    const waiting = [from];
    for (const file of waiting) {
      for (const text of file.imports) {
        for (const path of this.meant(text, file, project, this.imported)) {
          const imported = found.has(path) ? undefined : this.files.read(path);
          found.add(path);
          waiting.push(...imported === undefined ? [] : [imported]);
        }
      }
    }
    return found;
  }

  private targetsOf(file: BuildFile, project: BuildFile): string[] {
    return file.references.flatMap((text) => this.meant(text, file, project, this.all)).filter((path) => path !== project.path);
  }

  private reaches(from: string, to: BuildFile): boolean {
    const seen = new Set([from]);
    // A Set's iterator also visits what is added on the way.
    for (const path of seen) {
      const project = this.projects.find((one) => one.path === path);
      (project === undefined ? [] : [...this.ownTargets(project)]).forEach((target) => seen.add(target));
    }
    return seen.has(to.path);
  }

  /** Those of the paths that a text may mean: seen from the project, or from the file where it stands. */
  private meant(given: string, file: BuildFile, project: BuildFile, paths: readonly string[]): readonly string[] {
    const text = expand(given, file, project).replace(/\\/g, '/');
    // Lists of items are named where they are made.
    if (/^[@%]\(/.test(text)) {
      return [];
    }
    const unknown = text.lastIndexOf('$(');
    if (unknown >= 0) {
      const rest = /^[^)]*\)+(?:\/|(?=\.\.))?(?:\.{1,2}\/)*(.*)$/.exec(text.slice(unknown))?.[1] ?? '';
      // A name of which a part is computed may be any.
      return rest === '' || /^\.?\w*proj$/.test(rest.replace(/^\./, '')) ? paths.filter((path) => PROJECT_FILE.test(path))
        : paths.filter((path) => `/${path}`.toLowerCase().endsWith(`/${rest.toLowerCase()}`));
    }
    const bases = text.startsWith('/') ? ['.'] : [project.folder, file.folder];
    const wanted = new Set(bases.flatMap((base) => resolvePath(base, text.replace(/^\/+/, '')) ?? []));
    if (/[*?]/.test(text)) {
      const matches = picomatch([...wanted], { nocase: true, dot: true });
      return paths.filter((path) => matches(path));
    }
    const exact = paths.filter((path) => wanted.has(path));
    // Written where names in another case are the same.
    const lower = new Set([...wanted].map((path) => path.toLowerCase()));
    return exact.length > 0 ? exact : paths.filter((path) => lower.has(path.toLowerCase()));
  }

  /** Projects in folders below: their sources are compiled as the project's own, unless the project leaves them out. */
  private insideOf(project: BuildFile): BuildFile[] {
    const { path, folder } = project;
    const text = (this.index.readOne(path) ?? '').replace(/<!--[\s\S]*?-->/g, '');
    if (/<EnableDefault(?:Compile)?Items>\s*false/i.test(text)) {
      return [];
    }
    const removed = [...text.matchAll(LEFT_OUT)].flatMap(([, attribute, property]) => (attribute ?? property!).split(';'))
      .map((glob) => expand(glob.trim(), project, project).replace(/\\/g, '/'));
    const globs = removed.flatMap((glob) => (glob.includes('$(') ? [] : resolvePath(glob.startsWith('/') ? '.' : folder, glob.replace(/^\/+/, '')) ?? []));
    const isLeftOut = picomatch(globs, { nocase: true, dot: true });
    return this.projects.filter((other) => isBelow(other.folder, folder) && !isLeftOut(joinPath(other.folder, 'x.cs')));
  }

  /** Folders of the project that its properties name, such as a web client's. */
  private foldersIn({ folder, properties }: BuildFile): string[] {
    return [...properties.values()].flatMap((value) => {
      const path = value.includes('$(') || value === '' ? undefined : resolvePath(folder, value.replace(/\\/g, '/'));
      return path !== undefined && path !== '.' && path !== folder && this.index.isFolder(path) ? [path] : [];
    });
  }
}

/** Globs of sources that a project does not compile although they are in its folder. */
const LEFT_OUT = /<Compile\s+Remove\s*=\s*"([^"]*)"|<DefaultItemExcludes(?:InProjectFolder)?\b[^>]*>([^<]*)</gi;
const WELL_KNOWN = /\$\((MSBuildThisFileDirectory|MSBuildProjectDirectory|ProjectDir|MSBuildThisFile|MSBuildProjectName)\)/gi;
const DEEPEST = 5;

/** With the properties in it that are known; what starts with a `/` starts at the repository's root. */
function expand(text: string, file: BuildFile, project: BuildFile): string {
  let expanded = text;
  for (let depth = 0; depth < DEEPEST && expanded.includes('$('); depth += 1) {
    expanded = expanded.replace(WELL_KNOWN, (whole, name: string) => {
      switch (name.toLowerCase()) {
        case 'msbuildthisfiledirectory': return `/${file.folder}/`;
        case 'msbuildprojectdirectory': return `/${project.folder}`;
        case 'projectdir': return `/${project.folder}/`;
        case 'msbuildprojectname': return plainName(project.path);
        default: return whole;
      }
    }).replace(/\$\((\w+)\)/g, (whole, name: string) => file.properties.get(name) ?? project.properties.get(name) ?? whole);
  }
  return expanded;
}

function plainName(path: string): string {
  return baseName(path).replace(PROJECT_FILE, '');
}

/** Folders above one, without the repository's root. */
function ancestorsOf(folder: string): string[] {
  const found: string[] = [];
  for (let at = folderOf(folder); at !== '.'; at = folderOf(at)) {
    found.push(at);
  }
  return folder === '.' ? [] : found;
}

function isBelow(folder: string, above: string): boolean {
  return folder !== above && (above === '.' || folder.startsWith(`${above}/`));
}

