import { inSection, Install, installedPackages, linkedFolder, nameOf, ranges, Resolutions, versionOf } from './install';

/** `pnpm-lock.yaml`, as JSON, which is YAML. */
export function pnpmLockfile(install: Install, version: '6.0' | '9.0'): string {
  const prefix = version === '6.0' ? '/' : '';
  const entries = installedPackages(install).map(([key, one]) => ({
    key: `${prefix}${nameOf(key)}@${resolved(install, key)}`,
    base: `${prefix}${key}`,
    resolution: { integrity: one.integrity },
    peerDependencies: ranges(inSection(one, 'peerDependencies'), () => '*'),
    dependencies: resolvedIn(install, { ...inSection(one, 'dependencies'), ...inSection(one, 'peerDependencies') }),
    optionalDependencies: resolvedIn(install, inSection(one, 'optionalDependencies')),
  }));
  const importers = Object.fromEntries(Object.entries(install.importers).map(([folder, dependencies]) =>
    [folder, { dependencies: Object.fromEntries(Object.entries(resolvedIn(install, dependencies, folder)).map(([name, value]) => [name, { specifier: '*', version: value }])) }]));
  return JSON.stringify(version === '6.0'
    ? { lockfileVersion: '6.0', importers, packages: Object.fromEntries(entries.map(({ key, base: _, ...entry }) => [key, entry])) }
    : {
      lockfileVersion: '9.0',
      importers,
      packages: Object.fromEntries(entries.map(({ base, resolution, peerDependencies }) => [base, { resolution, peerDependencies }])),
      snapshots: Object.fromEntries(entries.map(({ key, dependencies, optionalDependencies }) => [key, { dependencies, optionalDependencies }])),
    });
}

function resolvedIn(install: Install, resolutions: Resolutions, folder = '.'): { [name: string]: string } {
  return ranges(resolutions, (_, key) => {
    const linked = linkedFolder(key);
    return linked === undefined ? resolved(install, key) : `link:${'../'.repeat(folder === '.' ? 0 : folder.split('/').length)}${linked}`;
  });
}

/** A version with what tells its copies apart: its patch, and its peers. */
function resolved(install: Install, key: string): string {
  const one = install.packages[key]!;
  const peers = Object.values(inSection(one, 'peerDependencies')).filter((peer) => linkedFolder(peer) === undefined);
  return `${versionOf(key)}${one.patch === undefined ? '' : `(patch_hash=${one.patch})`}${peers.map((peer) => `(${peer})`).join('')}`;
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
