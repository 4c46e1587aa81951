import { Catalogue, CatalogueComponent, NamedPackageUsers } from './catalogue';
import { globShape } from './globs';
import { narrowerInterface } from './interface-globs';
import { Ownership } from './ownership';

/**
 * Components whom more may concern by one catalogue than by an earlier one, for reasons that their definitions don't hold: what changed up to the
 * baseline was judged without these. Where the rules say no more than before, nothing is.
 *
 * @param gone - of what nothing read before: what is not there any more
 */
export function widenedComponents(before: Catalogue, after: Catalogue, gone: ReadonlySet<string> = new Set()): ReadonlySet<string> {
  if (concernsAllByMore(before, after, gone)) {
    return new Set(after.components.map(({ name }) => name));
  }
  const earlier = new Map(before.components.map((component) => [component.name, component]));
  const widened = new Set<string>();
  for (const component of after.components) {
    const old = earlier.get(component.name);
    if (old !== undefined && isWider(old, component)) {
      widened.add(component.name);
    }
  }
  packageUsersByMore(before, after).forEach((name) => widened.add(name));
  return widened;
}

function concernsAllByMore(before: Catalogue, after: Catalogue, gone: ReadonlySet<string>): boolean {
  const known = new Set(before.globalPaths);
  return (after.globalPaths ?? []).some((glob) => !known.has(glob))
    || (before.traceLockfiles === true && after.traceLockfiles !== true && (after.globalPaths ?? []).length > 0)
    || (after.unownedPaths === 'all' && before.unownedPaths !== 'all')
    || (after.unownedPaths === 'all' && readByNow(before, after, gone));
}

/** Whether something that nothing read may be read now, by no one in particular. */
function readByNow(before: Catalogue, after: Catalogue, gone: ReadonlySet<string>): boolean {
  const ownership = new Ownership(after);
  const still = new Set([...after.unread ?? [], ...after.excludedPaths ?? []]);
  return [...before.unread ?? [], ...before.excludedPaths ?? []].filter((glob) => !still.has(glob) && !gone.has(glob)).some((glob) => {
    const { base, kind } = globShape(glob);
    // What a component reads by now is part of its definition.
    return kind === 'pattern' || ownership.standing(kind === 'subtree' ? `${base}/*` : base) === 'unowned';
  });
}

function isWider(before: CatalogueComponent, after: CatalogueComponent): boolean {
  const tests = new Set(after.testPackages);
  return isWiderInterface(before.interface, after.interface) || (before.testPackages ?? []).some((name) => !tests.has(name));
}

function isWiderInterface(before: readonly string[] | undefined, after: readonly string[] | undefined): boolean {
  if (before === undefined) {
    return false;
  }
  return after === undefined || !(sameGlobs(before, after) || narrowerInterface(after, before));
}

function sameGlobs(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((glob, index) => glob === other[index]);
}

/** Components that use a package of the root's manifest by now, or for what is built where it was for tests. */
function packageUsersByMore(before: Catalogue, after: Catalogue): Set<string> {
  const found = new Set<string>();
  const all = after.components.map(({ name }) => name);
  for (const [name, users] of Object.entries(before.sharedPackages ?? {})) {
    const isNamed = after.sharedPackages !== undefined && Object.hasOwn(after.sharedPackages, name);
    const now: NamedPackageUsers = isNamed ? after.sharedPackages![name]! : { build: all };
    const built = new Set(users.build);
    const used = new Set([...users.build ?? [], ...users.test ?? []]);
    now.build?.filter((user) => !built.has(user)).forEach((user) => found.add(user));
    now.test?.filter((user) => !used.has(user)).forEach((user) => found.add(user));
  }
  return found;
}
