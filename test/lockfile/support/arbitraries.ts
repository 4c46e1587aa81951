import fc from 'fast-check';
import { Install } from './install';

/** Names of packages. */
export const NAMES = ['a', 'b', '@s/c', 'd', 'e'];
const VERSIONS = ['1.0.0', '2.0.0'];
const KEYS = NAMES.flatMap((name) => VERSIONS.map((version) => `${name}@${version}`));
/** Folders of importers; the root first. */
export const FOLDERS = ['.', 'packages/x', 'packages/y', 'packages/x/inner'];

/** Up to three names, each resolved to one of its versions. */
const resolutions = fc.dictionary(fc.constantFrom(...NAMES), fc.constantFrom(...VERSIONS), { maxKeys: 3 })
  .map((versions) => Object.fromEntries(Object.entries(versions).map(([name, version]) => [name, `${name}@${version}`])));

const install: fc.Arbitrary<Install> = fc.record({
  packages: fc.tuple(...KEYS.map(() => fc.record({ integrity: fc.constantFrom('sha512-A', 'sha512-B'), dependencies: resolutions })))
    .map((packages) => Object.fromEntries(packages.map((one, index) => [KEYS[index]!, one]))),
  importers: fc.tuple(...FOLDERS.map(() => resolutions)).map((all) => Object.fromEntries(all.map((one, index) => [FOLDERS[index]!, one]))),
});

/** Two installs that differ in few things, so that some importers are the same in both. */
export const pairOfInstalls = fc.tuple(install, fc.array(fc.tuple(fc.constantFrom(...KEYS, ...FOLDERS), resolutions, fc.constantFrom('sha512-A', 'sha512-B')), { maxLength: 2 }))
  .map(([before, edits]): [Install, Install] => {
    const after = structuredClone(before) as { packages: Record<string, object>; importers: Record<string, object> };
    for (const [target, dependencies, integrity] of edits) {
      if (FOLDERS.includes(target)) {
        after.importers[target] = dependencies;
      } else {
        after.packages[target] = { integrity, dependencies };
      }
    }
    return [before, after as Install];
  });
