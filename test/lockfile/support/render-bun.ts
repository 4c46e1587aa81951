import { inSection, Install, linkedFolder, ownName, ranges, Resolutions } from './install';

/** Packages that require each other in conflicting versions would nest without end. */
const MAX_WAY = 10;

/** `bun.lock`, with the trailing commas that bun writes; undefined where the install can't be laid out the simple way that it is here. */
export function bunLockfile(install: Install): string | undefined {
  const places = new Map<string, string>();
  const queue = Object.entries(install.importers).map(([folder, dependencies]): { way: string[]; dependencies: Resolutions } => (
    { way: folder === '.' ? [] : [ownName(folder)], dependencies }
  ));
  const requests: { way: string[]; name: string; key: string }[] = [];
  const lookUp = (way: readonly string[], name: string): string | undefined => {
    const found = way.map((_, index) => [...way.slice(0, way.length - index), name].join('/')).find((place) => places.has(place));
    return found ?? (places.has(name) ? name : undefined);
  };
  for (const { way, dependencies } of queue) {
    for (const [name, key] of Object.entries(dependencies)) {
      requests.push({ way, name, key });
      const found = lookUp(way, name);
      if (found === undefined || places.get(found) !== key) {
        const place = found === undefined ? [name] : [...way, name];
        if (places.has(place.join('/')) || place.length > MAX_WAY) {
          return undefined;
        }
        places.set(place.join('/'), key);
        if (linkedFolder(key) === undefined) {
          queue.push({ way: place, dependencies: install.packages[key]!.dependencies });
        }
      }
    }
  }
  if (requests.some(({ way, name, key }) => places.get(lookUp(way, name) ?? '') !== key)) {
    return undefined;
  }
  const patched = new Map([...places.values()].flatMap((key) => (install.packages[key]?.patch === undefined ? [] : [[key, `patches/${install.packages[key].patch}.patch`]])));
  const workspaces = Object.entries(install.importers).map(([folder, dependencies]) => [folder === '.' ? '' : folder, { name: ownName(folder), dependencies: ranges(dependencies, () => '*') }]);
  const packages = [...places].map(([place, key]) => {
    const one = install.packages[key];
    const linked = linkedFolder(key);
    const sections = one && Object.fromEntries((['dependencies', 'optionalDependencies', 'peerDependencies'] as const).map((section) => [section, ranges(inSection(one, section))]));
    return [place, one === undefined ? [`${ownName(linked!)}@workspace:${linked === '.' ? '' : linked}`] : [key, '', sections, one.integrity]];
  });
  const lockfile = {
    lockfileVersion: 1, workspaces: Object.fromEntries(workspaces), patchedDependencies: Object.fromEntries(patched), packages: Object.fromEntries(packages),
  };
  return JSON.stringify(lockfile, undefined, 2).replace(/([}\]])(?=\n\s*[}\]])/g, '$1,');
}
