/** A model of what a package manager installed: the oracle that lockfile graphs are compared with. `render-*.ts` write it as each lockfile. */
export interface Install {
  /** By `name@version`. */
  readonly packages: { readonly [key: string]: InstalledPackage };
  /** By folder: by name, the `name@version` that it resolves to; `link:FOLDER` where that is another importer. */
  readonly importers: { readonly [folder: string]: Resolutions };
}

export type Resolutions = { readonly [name: string]: string };

export interface InstalledPackage {
  readonly integrity: string;
  /** What a patch makes of its content. */
  readonly patch?: string;
  /** By name, the `name@version` that each dependency resolves to. */
  readonly dependencies: Resolutions;
  /** Sections of the manifest that name them; `dependencies` where nothing is said. */
  readonly sections?: { readonly [name: string]: 'optionalDependencies' | 'peerDependencies' };
  /** Dependencies that lead elsewhere than the package's own manifest says: the root's overrides make them. */
  readonly overridden?: readonly string[];
}

/** Everything that can be required from an importer, as text: equal where two installs give it the same. */
export function closureOf(install: Install, folder: string): string {
  const direct = install.importers[folder] ?? {};
  const reached = new Set(Object.values(direct));
  for (const key of reached) {
    Object.values(dependenciesOf(install, key)).forEach((dependency) => reached.add(dependency));
  }
  const records = [...reached].sort().map((key) => [key, install.packages[key]?.integrity, install.packages[key]?.patch, sorted(dependenciesOf(install, key))]);
  return JSON.stringify([sorted(direct), records]);
}

/** What a package manager writes down: packages that something requires. */
export function installedPackages(install: Install): [key: string, one: InstalledPackage][] {
  const reached = new Set(Object.values(install.importers).flatMap((direct) => Object.values(direct)));
  for (const key of reached) {
    Object.values(dependenciesOf(install, key)).forEach((dependency) => reached.add(dependency));
  }
  return Object.entries(install.packages).filter(([key]) => reached.has(key));
}

function dependenciesOf(install: Install, key: string): Resolutions {
  const folder = linkedFolder(key);
  return folder === undefined ? install.packages[key]!.dependencies : install.importers[folder] ?? {};
}

export function linkedFolder(key: string): string | undefined {
  return key.startsWith('link:') ? key.slice('link:'.length) : undefined;
}

export function nameOf(key: string): string {
  return key.slice(0, key.lastIndexOf('@'));
}

export function versionOf(key: string): string {
  return key.slice(key.lastIndexOf('@') + 1);
}

/** The other of the two versions there are. */
export function otherVersion(version: string): string {
  return version === '1.0.0' ? '2.0.0' : '1.0.0';
}

/** Name of an importer's own package. */
export function ownName(folder: string): string {
  return `own-${folder.replaceAll('/', '-')}`;
}

function sorted(resolutions: Resolutions): [string, string][] {
  return Object.entries(resolutions).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Resolutions of some of the manifest's sections, as ranges. */
export function ranges(resolutions: Resolutions, range: (name: string, key: string) => string = (_, key) => versionOf(key)): { [name: string]: string } {
  return Object.fromEntries(Object.entries(resolutions).map(([name, key]) => [name, range(name, key)]));
}

export function inSection({ dependencies, sections }: InstalledPackage, section: 'dependencies' | 'optionalDependencies' | 'peerDependencies'): Resolutions {
  return Object.fromEntries(Object.entries(dependencies).filter(([name]) => (sections?.[name] ?? 'dependencies') === section));
}
