import { Install, installedPackages, linkedFolder, nameOf, otherVersion, ownName, ranges, Resolutions, versionOf } from './install';

type Manifest = { readonly [field: string]: unknown };

/** Links are by the name of what they lead to: Yarn finds its workspaces by theirs. */
function linksByName(resolutions: Resolutions): Resolutions {
  return Object.fromEntries(Object.entries(resolutions).map(([name, key]) => [linkedFolder(key) === undefined ? name : ownName(linkedFolder(key)!), key]));
}

/** `yarn.lock` of version 1, with the manifests that belong to it; undefined where the install has what that version can't do, or doesn't write down. */
export function yarnClassicLockfile(install: Install): { readonly text: string; readonly manifests: Map<string, Manifest> } | undefined {
  if (installedPackages(install).some(([, { patch, overridden = [] }]) => patch !== undefined || overridden.length > 0)) {
    return undefined;
  }
  const blocks = installedPackages(install).map(([key, { integrity, dependencies }]) => [
    `"${key}":`,
    `  version "${versionOf(key)}"`,
    `  integrity ${integrity}`,
    ...(Object.keys(dependencies).length > 0 ? ['  dependencies:', ...Object.entries(ranges(dependencies)).map(([name, range]) => `    "${name}" "${range}"`)] : []),
  ].join('\n'));
  const manifests = Object.entries(install.importers).map(([folder, dependencies]): [string, Manifest] => (
    [folder, { name: ownName(folder), dependencies: ranges(linksByName(dependencies), (_, key) => (linkedFolder(key) === undefined ? versionOf(key) : '*')) }]
  ));
  return { text: `# yarn lockfile v1\n\n\n${blocks.join('\n\n')}\n`, manifests: new Map(manifests) };
}

/** `yarn.lock` of later versions, as JSON, which is YAML, with the root's manifest, where overrides are and patches are applied. */
export function yarnBerryLockfile(install: Install): { readonly text: string; readonly manifest: Manifest } {
  const range = (_: string, key: string) => (linkedFolder(key) === undefined ? `npm:${versionOf(key)}` : 'workspace:^');
  const resolutions: { [pattern: string]: string } = {};
  const patches: { [pattern: string]: string } = {};
  const packages = installedPackages(install).flatMap(([key, { integrity, patch, dependencies, overridden = [] }]) => {
    const pattern = `${nameOf(key)}@npm:${versionOf(key)}`;
    const stated = ranges(dependencies, (name, to) => {
      if (!overridden.includes(name)) {
        return range(name, to);
      }
      const version = otherVersion(versionOf(to));
      // A resolution's own range is resolved as it is: patches are for what it says.
      resolutions[`${pattern}/${name}@npm:${version}`] = install.packages[to]!.patch === undefined ? versionOf(to) : patchOf(to);
      return `npm:${version}`;
    });
    const plain = { resolution: pattern, checksum: `10c0/${integrity}`, dependencies: stated };
    if (patch === undefined) {
      return [[pattern, plain]];
    }
    patches[pattern] = patchOf(key);
    const patched = `${nameOf(key)}@${patchOf(key)}`;
    return [[pattern, plain], [patched, { ...plain, resolution: `${patched}::version=${versionOf(key)}&hash=${patch}`, checksum: `10c0/${integrity}${patch}` }]];
  });
  const importers = Object.entries(install.importers).map(([folder, dependencies]) => {
    const pattern = `${ownName(folder)}@workspace:${folder}`;
    return [`${ownName(folder)}@workspace:^, ${pattern}`, { resolution: pattern, dependencies: ranges(linksByName(dependencies), range) }];
  });
  return {
    text: JSON.stringify({ __metadata: { version: 8, cacheKey: '10c0' }, ...Object.fromEntries([...packages, ...importers]) }),
    // The first that fits counts.
    manifest: { resolutions: { ...resolutions, ...patches } },
  };
}

function patchOf(key: string): string {
  return `patch:${nameOf(key)}@npm%3A${versionOf(key)}#~/.yarn/patches/${nameOf(key).replace('/', '-')}.patch`;
}
