/** A model of what a package manager installed: the oracle that lockfile graphs are compared with, and its rendering as each lockfile. */
export interface Install {
  /** By `name@version`: content digest and, by name, the `name@version` that each dependency resolves to. */
  readonly packages: { readonly [key: string]: InstalledPackage };
  /** By folder: by name, the `name@version` that it resolves to. */
  readonly importers: { readonly [folder: string]: Resolutions };
}

export type Resolutions = { readonly [name: string]: string };

export interface InstalledPackage {
  readonly integrity: string;
  readonly dependencies: Resolutions;
}

/** Everything that can be required from an importer, as text: equal where two installs give it the same. */
export function closureOf(install: Install, folder: string): string {
  const direct = install.importers[folder] ?? {};
  const reached = new Set(Object.values(direct));
  for (const key of reached) {
    Object.values(install.packages[key]!.dependencies).forEach((dependency) => reached.add(dependency));
  }
  const records = [...reached].sort().map((key) => [key, install.packages[key]!.integrity, sorted(install.packages[key]!.dependencies)]);
  return JSON.stringify([sorted(direct), records]);
}

export function nameOf(key: string): string {
  return key.slice(0, key.lastIndexOf('@'));
}

export function versionOf(key: string): string {
  return key.slice(key.lastIndexOf('@') + 1);
}

function sorted(resolutions: Resolutions): [string, string][] {
  return Object.entries(resolutions).sort(([a], [b]) => (a < b ? -1 : 1));
}

function ranges(resolutions: Resolutions): { [name: string]: string } {
  return Object.fromEntries(Object.entries(resolutions).map(([name, key]) => [name, versionOf(key)]));
}

/** Packages that require each other in conflicting versions would nest without end. */
const MAX_PATH = 200;

/** `package-lock.json`, version 3; undefined where its tree of folders can't hold the install the simple way that it is laid out here. */
export function npmLockfile(install: Install): string | undefined {
  const folders = new Map<string, string>();
  const lookUp = (name: string, from: string): string | undefined => {
    for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
      const path = `${at}${at && '/'}node_modules/${name}`;
      if (folders.has(path)) {
        return path;
      }
      if (at === '') {
        return undefined;
      }
    }
  };
  const queue = Object.entries(install.importers).map(([folder, dependencies]) => ({ at: folder === '.' ? '' : folder, dependencies }));
  const requests: { at: string; name: string; key: string }[] = [];
  for (const { at, dependencies } of queue) {
    for (const [name, key] of Object.entries(dependencies)) {
      requests.push({ at, name, key });
      const found = lookUp(name, at);
      if (found === undefined || folders.get(found) !== key) {
        const place = found === undefined ? `node_modules/${name}` : `${at}${at && '/'}node_modules/${name}`;
        if (folders.has(place) || place.length > MAX_PATH) {
          return undefined;
        }
        folders.set(place, key);
        queue.push({ at: place, dependencies: install.packages[key]!.dependencies });
      }
    }
  }
  if (requests.some(({ at, name, key }) => folders.get(lookUp(name, at) ?? '') !== key)) {
    return undefined;
  }
  const packages: { [path: string]: object } = {};
  for (const [folder, dependencies] of Object.entries(install.importers)) {
    packages[folder === '.' ? '' : folder] = { name: folder, dependencies: ranges(dependencies) };
  }
  for (const [path, key] of folders) {
    packages[path] = { version: versionOf(key), integrity: install.packages[key]!.integrity, dependencies: ranges(install.packages[key]!.dependencies) };
  }
  return JSON.stringify({ name: 'root', lockfileVersion: 3, packages }, undefined, 2);
}

/** `pnpm-lock.yaml`, as JSON, which is YAML. */
export function pnpmLockfile(install: Install, version: '6.0' | '9.0'): string {
  const prefix = version === '6.0' ? '/' : '';
  const entries = Object.entries(install.packages).map(([key, { integrity, dependencies }]) => ({ key: `${prefix}${key}`, integrity, dependencies: ranges(dependencies) }));
  const importers = Object.fromEntries(Object.entries(install.importers).map(([folder, dependencies]) =>
    [folder, { dependencies: Object.fromEntries(Object.entries(ranges(dependencies)).map(([name, value]) => [name, { specifier: '*', version: value }])) }]));
  return JSON.stringify(version === '6.0'
    ? { lockfileVersion: '6.0', importers, packages: Object.fromEntries(entries.map(({ key, integrity, dependencies }) => [key, { resolution: { integrity }, dependencies }])) }
    : {
      lockfileVersion: '9.0',
      importers,
      packages: Object.fromEntries(entries.map(({ key, integrity }) => [key, { resolution: { integrity } }])),
      snapshots: Object.fromEntries(entries.map(({ key, dependencies }) => [key, { dependencies }])),
    });
}

/** What pnpm 11 and later write before the lockfile, as they write it. */
export function pnpmLockfileWithEnvironment(lockfile: string, { pnpm = '12.4.2', hooks }: { readonly pnpm?: string; readonly hooks?: string } = {}): string {
  return `---
lockfileVersion: '9.0'

importers:

  .:
    configDependencies:${hooks === undefined ? ' {}' : `\n      hooks:\n        specifier: ${hooks}\n        version: ${hooks}`}
    packageManagerDependencies:
      pnpm:
        specifier: ${pnpm}
        version: ${pnpm}

packages:

  '@pnpm/exe.linux-x64@${pnpm}':
    resolution: {integrity: exe-${pnpm}}
    cpu: [x64]

  pnpm@${pnpm}:
    resolution: {integrity: pnpm-${pnpm}}
    hasBin: true
${hooks === undefined ? '' : `\n  hooks@${hooks}:\n    resolution: {integrity: hooks-${hooks}}\n`}
snapshots:

  '@pnpm/exe.linux-x64@${pnpm}':
    optional: true

  pnpm@${pnpm}:
    optionalDependencies:
      '@pnpm/exe.linux-x64': ${pnpm}
${hooks === undefined ? '' : `\n  hooks@${hooks}: {}\n`}
---
${lockfile}
`;
}

/** `yarn.lock` of version 1, with the manifests that belong to it. */
export function yarnClassicLockfile(install: Install): { readonly text: string; readonly manifests: Map<string, { readonly [field: string]: unknown }> } {
  const blocks = Object.entries(install.packages).map(([key, { integrity, dependencies }]) => [
    `"${key}":`,
    `  version "${versionOf(key)}"`,
    `  integrity ${integrity}`,
    ...(Object.keys(dependencies).length > 0 ? ['  dependencies:', ...Object.entries(ranges(dependencies)).map(([name, range]) => `    "${name}" "${range}"`)] : []),
  ].join('\n'));
  const manifests = Object.entries(install.importers).map(([folder, dependencies]): [string, object] => [folder, { name: `own-${folder}`, dependencies: ranges(dependencies) }]);
  return { text: `# yarn lockfile v1\n\n\n${blocks.join('\n\n')}\n`, manifests: new Map(manifests as [string, { [field: string]: unknown }][]) };
}

/** `yarn.lock` of later versions, as JSON, which is YAML. */
export function yarnBerryLockfile(install: Install): string {
  const npmRanges = (resolutions: Resolutions) => Object.fromEntries(Object.entries(ranges(resolutions)).map(([name, range]) => [name, `npm:${range}`]));
  return JSON.stringify({
    __metadata: { version: 8, cacheKey: '10c0' },
    ...Object.fromEntries(Object.entries(install.packages).map(([key, { integrity, dependencies }]) => [
      `${nameOf(key)}@npm:${versionOf(key)}`,
      { resolution: `${nameOf(key)}@npm:${versionOf(key)}`, checksum: `10c0/${integrity}`, dependencies: npmRanges(dependencies) },
    ])),
    ...Object.fromEntries(Object.entries(install.importers).map(([folder, dependencies]) => [
      `own-${folder}@workspace:${folder}`, { resolution: `own-${folder}@workspace:${folder}`, dependencies: npmRanges(dependencies) },
    ])),
  });
}
