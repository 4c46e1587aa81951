import { Install, inSection, linkedFolder, ownName, ranges, Resolutions, versionOf } from './install';

/** Packages that require each other in conflicting versions would nest without end. */
const MAX_PATH = 200;

/** `package-lock.json`, version 3; undefined where its tree of folders can't hold the install the simple way that it is laid out here. */
export function npmLockfile(install: Install): string | undefined {
  const folders = layOut(install);
  if (folders === undefined || Object.values(install.packages).some(({ patch }) => patch !== undefined)) {
    return undefined;
  }
  const packages: { [path: string]: object } = {};
  for (const [folder, dependencies] of Object.entries(install.importers)) {
    packages[folder === '.' ? '' : folder] = { name: ownName(folder), dependencies: ranges(dependencies, () => '*') };
  }
  for (const [path, key] of folders) {
    const linked = linkedFolder(key);
    const one = install.packages[key];
    packages[path] = one === undefined ? { resolved: linked === '.' ? '' : linked, link: true } : {
      version: versionOf(key),
      integrity: one.integrity,
      dependencies: ranges(inSection(one, 'dependencies')),
      optionalDependencies: ranges(inSection(one, 'optionalDependencies')),
      peerDependencies: ranges(inSection(one, 'peerDependencies')),
    };
  }
  return JSON.stringify({ name: 'root', lockfileVersion: 3, packages }, undefined, 2);
}

/** What lies in which folder. */
function layOut(install: Install): Map<string, string> | undefined {
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
  const queue = Object.entries(install.importers).map(([folder, dependencies]): { at: string; dependencies: Resolutions } => ({ at: folder === '.' ? '' : folder, dependencies }));
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
        if (linkedFolder(key) === undefined) {
          queue.push({ at: place, dependencies: install.packages[key]!.dependencies });
        }
      }
    }
  }
  return requests.some(({ at, name, key }) => folders.get(lookUp(name, at) ?? '') !== key) ? undefined : folders;
}
