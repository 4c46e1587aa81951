import { Catalogue, CatalogueComponent } from './catalogue';

const HOUR_MS = 3_600_000;

/** Longest time between two tries, so that what cannot be built is not tried at every look. */
const MAX_PAUSE_HOURS = 24;

/**
 * Whether a component is to be built again because of the age of its build alone. A build whose time is not known counts as too old.
 * @param builtAt when the build was made, as the build says
 */
export function isRebuildDue({ rebuildEveryHours }: CatalogueComponent, builtAt: string | undefined, now: Date): boolean {
  return rebuildEveryHours !== undefined && !(now.getTime() - Date.parse(builtAt ?? '') < rebuildEveryHours * HOUR_MS);
}

/**
 * Whether it is worth looking for builds that are too old: some component says how old its build may get, and the last plan, which would have had it
 * built, is long enough ago.
 * @param plannedAt when the branch's head was last taken up
 */
export function mayRebuild({ components }: Pick<Catalogue, 'components'>, plannedAt: string, now: Date): boolean {
  const hours = components.flatMap(({ rebuildEveryHours }) => rebuildEveryHours ?? []);
  return hours.length > 0 && !(now.getTime() - Date.parse(plannedAt) < Math.min(MAX_PAUSE_HOURS, ...hours) * HOUR_MS);
}

/** Names of the components whose build in a release is too old, in the catalogue's order. One that the release does not hold is planned for that reason. */
export function dueRebuilds({ components }: Pick<Catalogue, 'components'>, builtAt: ReadonlyMap<string, string | undefined>, now: Date): string[] {
  return components.filter((component) => builtAt.has(component.name) && isRebuildDue(component, builtAt.get(component.name), now)).map(({ name }) => name);
}
