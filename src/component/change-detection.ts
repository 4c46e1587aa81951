import { IConstruct } from 'constructs';
import { ChangeDetectionProps, PackageUsers as UsersProps, UnownedPaths } from './change-detection-props';
import { Component } from './component';
import { Catalogue, NamedPackageUsers } from '../core/catalogue';
import { compileGlob, globProblem } from '../core/globs';
import { LOCKFILES, TOML_LOCKFILES } from '../core/lockfile/traceable';
import { refuseUnknownKeys } from '../private/known-keys';
import { requireLiterals } from '../private/literal';
import { sortedByName } from '../private/maps';

/** The components, and what else the catalogue says. */
export interface ChangeDetection {
  readonly components: readonly Component[];
  readonly settings: Omit<Catalogue, 'version' | 'solution' | 'components'>;
}

/**
 * What the properties and, where it is asked for, discovery say.
 * @throws where lockfiles are to be traced and there is none to trace, or the other way round
 */
export function changeDetectionOf(scope: IConstruct, props: ChangeDetectionProps & { readonly components: Component[] }): ChangeDetection {
  const discovered = props.discovery?._discover(scope, props.components);
  const globalPaths = [...new Set([...discovered?.globalPaths ?? [], ...requireLiterals('globalPaths', props.globalPaths ?? [])])];
  const traceLockfiles = props.traceLockfiles ?? discovered?.traceLockfiles ?? false;
  const [untraced] = traceLockfiles ? [] : Object.keys(props.sharedPackages ?? {});
  if (untraced !== undefined) {
    throw new Error(`sharedPackages ${JSON.stringify(untraced)} says who uses the package, and lockfiles are not traced: set traceLockfiles to true, or remove it.`);
  }
  return {
    components: discovered?.components ?? props.components,
    settings: {
      ...(globalPaths.length > 0 ? { globalPaths } : {}),
      ...discovered?.found,
      unownedPaths: props.unownedPaths ?? discovered?.found.unownedPaths ?? UnownedPaths.IGNORE,
      ...(traceLockfiles ? tracing(globalPaths, { ...discovered?.sharedPackages, ...usersOf(props) }) : {}),
    },
  };
}

function tracing(globalPaths: readonly string[], sharedPackages: { readonly [name: string]: NamedPackageUsers }): Partial<ChangeDetection['settings']> {
  if (!globalPaths.some(mayBeLockfile)) {
    throw new Error(`traceLockfiles is true, and none of globalPaths (${globalPaths.map((glob) => JSON.stringify(glob)).join(', ') || 'it is empty'}) is a lockfile: `
      + `add the repository's, such as "package-lock.json" (known are ${[...LOCKFILES, ...TOML_LOCKFILES].join(', ')}), or leave traceLockfiles out.`);
  }
  return { traceLockfiles: true, ...(Object.keys(sharedPackages).length > 0 ? { sharedPackages } : {}) };
}

const PACKAGE_USERS_KEYS: Record<keyof UsersProps, true> = { builds: true, tests: true };

function usersOf({ sharedPackages = {} }: ChangeDetectionProps): { [name: string]: NamedPackageUsers } {
  return Object.fromEntries(Object.entries(sortedByName(sharedPackages)).map(([name, users]) => {
    refuseUnknownKeys(`sharedPackages ${JSON.stringify(name)}`, 'PackageUsers', users, PACKAGE_USERS_KEYS);
    const list = (field: 'builds' | 'tests') => requireLiterals(`sharedPackages ${JSON.stringify(name)}: ${field}`, users[field] ?? []);
    return [name, { ...(users.builds ? { build: list('builds') } : {}), ...(users.tests ? { test: list('tests') } : {}) }];
  }));
}

/** Whether a glob may match a lockfile, by its last part. */
function mayBeLockfile(glob: string): boolean {
  const last = glob.slice(glob.lastIndexOf('/') + 1);
  return [...LOCKFILES, ...TOML_LOCKFILES].some((name) => glob.includes(name) || (globProblem(last) === undefined && compileGlob(last)(name)));
}
