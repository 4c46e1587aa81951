import fc from 'fast-check';
import { Install, InstalledPackage, ownName, Resolutions } from './install';

/** Names of packages. */
export const NAMES = ['a', 'b', '@s/c', 'd', 'e'];
const VERSIONS = ['1.0.0', '2.0.0'];
const KEYS = NAMES.flatMap((name) => VERSIONS.map((version) => `${name}@${version}`));
/** Folders of importers; the root first. */
export const FOLDERS = ['.', 'packages/x', 'packages/y', 'packages/x/inner'];

/** Up to three names, each resolved to one of its versions. */
const resolutions = fc.dictionary(fc.constantFrom(...NAMES), fc.constantFrom(...VERSIONS), { maxKeys: 3 })
  .map((versions) => Object.fromEntries(Object.entries(versions).map(([name, version]) => [name, `${name}@${version}`])));

const sections = fc.dictionary(fc.constantFrom(...NAMES), fc.constantFrom('optionalDependencies' as const, 'peerDependencies' as const), { maxKeys: 2 });
const onePackage = fc.record({
  integrity: fc.constantFrom('sha512-A', 'sha512-B'),
  patch: fc.option(fc.constantFrom('p', 'q'), { nil: undefined, freq: 8 }),
  dependencies: resolutions,
  sections,
  overridden: fc.uniqueArray(fc.constantFrom(...NAMES), { maxLength: 1 }),
}).map((one): InstalledPackage => ({
  // A patched package is another one to a rule about what it requires.
  ...one, overridden: one.patch === undefined ? one.overridden.filter((name) => name in one.dependencies) : [],
}));

/** Every third importer or so links another; under a name of its own, which is not one of a registry's packages. */
function importers({ links }: PairOptions): fc.Arbitrary<Install['importers']> {
  const link = links ? fc.option(fc.constantFrom(...FOLDERS.slice(1)), { nil: undefined, freq: 2 }) : fc.constant(undefined);
  return fc.tuple(...FOLDERS.map((folder) => fc.tuple(resolutions, link).map(([direct, linked]): Resolutions => (
    linked === undefined || linked === folder ? direct : { ...direct, [ownName(linked)]: `link:${linked}` }
  )))).map((all) => Object.fromEntries(all.map((one, index) => [FOLDERS[index]!, one])));
}

interface PairOptions {
  /** Whether importers link each other. */
  readonly links: boolean;
  /** Whether packages are patched, and overrides made. */
  readonly changes: boolean;
}

/** Two installs that differ in few things, so that some importers are the same in both. */
export function pairOfInstalls(options: PairOptions): fc.Arbitrary<[Install, Install]> {
  const one = options.changes ? onePackage : onePackage.map(({ patch: _, overridden: __, ...rest }): InstalledPackage => rest);
  const install: fc.Arbitrary<Install> = fc.record({
    packages: fc.tuple(...KEYS.map(() => one)).map((packages) => Object.fromEntries(packages.map((each, index) => [KEYS[index]!, each]))),
    importers: importers(options),
  });
  const edit = fc.oneof(
    fc.tuple(fc.constantFrom(...KEYS), one).map(([key, changed]) => ({ packages: { [key]: changed }, importers: {} })),
    fc.tuple(fc.constantFrom(...FOLDERS), importers(options)).map(([folder, changed]) => ({ packages: {}, importers: { [folder]: changed[folder]! } })),
  );
  return fc.tuple(install, fc.array(edit, { maxLength: 2 })).map(([before, edits]): [Install, Install] => [before, {
    packages: Object.assign({}, before.packages, ...edits.map(({ packages }) => packages)) as Install['packages'],
    importers: Object.assign({}, before.importers, ...edits.map((each) => each.importers)) as Install['importers'],
  }]);
}
