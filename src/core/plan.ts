import { Catalogue } from './catalogue';
import { BaselineState, PlanInput } from './comparison';
import { widenedComponents } from './facts';
import { ComponentGraph } from './graph';
import { PathEvidence, readChanges } from './path-evidence';
import { PathSample } from './path-sample';
import { Reason, ReasonKind } from './reasons';
import { isRebuildDue } from './rebuilds';
import { NOT_STALE, Staleness } from './staleness/staleness';

/** All diffs for one commit, with the baseline they were computed against. */
export interface Plan {
  readonly baseline: string | undefined;
  readonly head: string;
  /** In the catalogue's dependency order, ties by name. */
  readonly changed: readonly PlannedChange[];
  readonly unchanged: readonly string[];
  readonly unowned: { readonly count: number; readonly paths: readonly string[] };
  /** Changed paths that no component owns and that nothing reads. */
  readonly unread: { readonly count: number; readonly paths: readonly string[] };
}

export interface PlannedChange {
  readonly component: string;
  /** At least one; in the order of `Reason`'s kinds. */
  readonly reasons: readonly Reason[];
}

/** Files that no component owns changed, and the catalogue's policy for them is `error`. */
export class UnownedPathsError extends Error {
  public readonly name = 'UnownedPathsError';
}

/**
 * Decides which components changed, and why.
 *
 * A component is affected when one of its own paths, a global path, or, under the policy `all`, an unowned path changed; when it was
 * never deployed, or with another definition; when its build is older than it may get; when it is forced; when anything changed and the catalogue does
 * not hold for it; and when a component it depends on is affected. What affects a component affects its dependents too, transitively, with two
 * exceptions: changed paths outside its `interface`, and a `testDependsOn` of its own.
 * Members of a dependency cycle affect each other like any others. Without a baseline that can be read everything is affected, for that reason alone.
 *
 * @throws UnownedPathsError under the policy `error`
 * @throws CatalogueError where a dependency, a forced component or a traced one is not in the catalogue
 */
export function makePlan(input: PlanInput): Plan {
  const { catalogue, comparison, head } = input;
  const graph = ComponentGraph.of(catalogue);
  const forced = forcedComponents(graph, input.forced ?? []);
  const order = graph.order();

  if (comparison.kind !== 'diff' && comparison.kind !== 'trees') {
    const everything: Reason = comparison.kind === 'no-baseline' ? { kind: 'NoBaseline' }
      : comparison.kind === 'baseline-missing' ? { kind: 'BaselineMissing', commit: comparison.commit }
        : { kind: 'DiffUnreadable', detail: comparison.detail };
    const changed = order.map((component): PlannedChange =>
      ({ component, reasons: forced.has(component) ? [everything, { kind: 'Forced' }] : [everything] }));
    return { baseline: undefined, head, changed, unchanged: [], unowned: { count: 0, paths: [] }, unread: { count: 0, paths: [] } };
  }

  assertTraced(graph, input.globalTrace);
  const { baseline } = comparison;
  const { staleness = NOT_STALE } = input;
  const evidence = comparison.kind === 'trees' ? treeEvidence(comparison.changed) : readChanges({
    catalogue,
    changes: comparison.changes,
    baseline: baseline.catalogue,
    trace: input.globalTrace,
    unknown: staleness.unknown,
    withoutInterface: staleComponents(catalogue, staleness),
  });
  const unowned = { count: evidence.unowned.count, paths: evidence.unowned.paths() };
  if (unowned.count > 0 && catalogue.unownedPaths === 'error') {
    throw unownedPathsError(unowned);
  }
  const own = ownReasons(input, baseline, forced, evidence.reasons);
  addStale(catalogue, staleness, own, evidence.any);
  const changed = propagate(graph, order, own);
  const names = new Set(changed.map(({ component }) => component));
  const unread = { count: evidence.unread.count, paths: evidence.unread.paths() };
  return { baseline: baseline.commit, head, changed, unchanged: order.filter((name) => !names.has(name)), unowned, unread };
}

/** Object IDs tell no paths: neither whether dependents read what changed, nor which files no component owns. */
function treeEvidence(changed: ReadonlySet<string>): PathEvidence {
  return { reasons: new Map([...changed].map((name) => [name, [{ kind: 'TreesDiffer' }]])), unowned: new PathSample(), unread: new PathSample(), any: true };
}

/** Reasons that a component has by itself, from which its dependents' follow. */
function ownReasons(
  { catalogue, now }: PlanInput, baseline: BaselineState, forced: ReadonlySet<string>, byPath: ReadonlyMap<string, readonly Reason[]>,
): Map<string, Reason[]> {
  const own = new Map<string, Reason[]>();
  const widened = baseline.catalogue === undefined ? undefined : widenedComponents(baseline.catalogue, catalogue, baseline.goneUnread);
  for (const component of catalogue.components) {
    const { name, build, rebuildEveryHours } = component;
    const found = byPath.get(name);
    const reasons: Reason[] = found ? [...found] : [];
    const deployed = baseline.components?.get(name);
    if (baseline.components && !deployed) {
      reasons.push({ kind: 'NeverDeployed' });
    } else if ((deployed && build && deployed.definition !== build.digest) || widened?.has(name)) {
      reasons.push({ kind: 'DefinitionChanged' });
    }
    if (deployed?.pinned) {
      reasons.push({ kind: 'Pinned' });
    }
    if (deployed && now && isRebuildDue(component, deployed.builtAt, now)) {
      reasons.push({ kind: 'RebuildDue', ...(deployed.builtAt === undefined ? {} : { builtAt: deployed.builtAt }), everyHours: rebuildEveryHours! });
    }
    if (forced.has(name)) {
      reasons.push({ kind: 'Forced' });
    }
    if (reasons.length > 0) {
      own.set(name, reasons);
    }
  }
  return own;
}

function staleComponents({ components }: Catalogue, { everything, components: stale }: Staleness): ReadonlySet<string> | undefined {
  return everything !== undefined ? new Set(components.map(({ name }) => name)) : stale.size > 0 ? new Set(stale.keys()) : undefined;
}

/** A component of which the catalogue doesn't hold may read whatever there is: it is affected by all that changed, and by all that any other is affected by. */
function addStale({ components }: Catalogue, { everything, components: stale }: Staleness, own: Map<string, Reason[]>, changed: boolean): void {
  const others = new Set(own.keys());
  for (const { name } of components) {
    const cause = everything ?? stale.get(name);
    if (cause !== undefined && (changed || others.size > (others.has(name) ? 1 : 0))) {
      own.set(name, [...own.get(name) ?? [], { kind: 'CatalogueStale', ...cause }]);
    }
  }
}

/** Adds to the components' own reasons those that follow from what they depend on. */
function propagate(graph: ComponentGraph, order: readonly string[], own: ReadonlyMap<string, Reason[]>): PlannedChange[] {
  const reasons = new Map(own);
  const add = (component: string, reason: Reason): void => {
    const found = reasons.get(component);
    if (found) {
      found.push(reason);
    } else {
      reasons.set(component, [reason]);
    }
  };
  // The components whose change their dependents see; a Set's iterator also visits what is added on the way.
  const seen = new Set([...own].filter(([, found]) => found.some(affectsDependents)).map(([name]) => name));
  for (const name of seen) {
    graph.dependents(name).forEach((dependent) => seen.add(dependent));
  }
  for (const via of [...seen].sort()) {
    graph.dependents(via).forEach((dependent) => add(dependent, { kind: 'Dependency', via }));
    graph.testDependents(via).forEach((dependent) => add(dependent, { kind: 'TestDependency', via }));
  }
  return order.filter((component) => reasons.has(component)).map((component) => ({
    component, reasons: reasons.get(component)!.sort((a, b) => RANK[a.kind] - RANK[b.kind]),
  }));
}

/** Whether a component's dependents are affected too by what this reason says. */
export function affectsDependents(reason: Reason): boolean {
  return reason.kind === 'Direct' ? !reason.internal : reason.kind !== 'TestDependency';
}

/** The order in which a component's reasons are listed. */
const RANK: Readonly<Record<ReasonKind, number>> = {
  Direct: 0,
  TreesDiffer: 1,
  Dependency: 2,
  TestDependency: 3,
  GlobalPath: 4,
  UnownedPath: 5,
  CatalogueStale: 6,
  NeverDeployed: 7,
  DefinitionChanged: 8,
  Pinned: 9,
  RebuildDue: 10,
  NoBaseline: 11,
  BaselineMissing: 12,
  DiffUnreadable: 13,
  Forced: 14,
};

function forcedComponents(graph: ComponentGraph, forced: readonly string[]): ReadonlySet<string> {
  if (forced.includes('*')) {
    return new Set(graph.names);
  }
  assertKnown(graph, forced, 'cannot be forced');
  return new Set(forced);
}

function assertTraced(graph: ComponentGraph, trace: PlanInput['globalTrace']): void {
  for (const [path, affected] of trace ?? []) {
    if (affected !== 'all') {
      assertKnown(graph, affected, `cannot be affected by ${JSON.stringify(path)}`);
    }
  }
}

function assertKnown(graph: ComponentGraph, names: Iterable<string>, consequence: string): void {
  for (const name of names) {
    graph.assertHas(name, consequence);
  }
}

function unownedPathsError({ count, paths }: Plan['unowned']): UnownedPathsError {
  const listed = paths.map((path) => `  ${JSON.stringify(path)}`).join('\n');
  const more = count > paths.length ? `\n  and ${count - paths.length} more` : '';
  return new UnownedPathsError(`${count} changed ${count === 1 ? 'path belongs' : 'paths belong'} to no component:\n${listed}${more}\n`
    + 'Add them to a component\'s "path" or "include" or to "globalPaths", or set "unownedPaths" to "ignore" or "all".');
}
