import { Catalogue } from './catalogue';
import { compileGlobs } from './globs';
import { ComponentGraph } from './graph';
import { affectsDependents, Plan } from './plan';
import { Reason } from './reasons';

/** One step of a chain of causes. */
export interface ChainLink {
  readonly component: string;
  /** Why it changed: for the first link a reason of its own, then `Dependency` or `TestDependency` via the link before. */
  readonly reason: Reason;
}

/** Why a component is in a plan, or why it is not. */
export type Explanation =
  /** A shortest chain from a changed path, or a state, to the component, which is the last link. */
  | { readonly component: string; readonly affected: true; readonly chain: readonly ChainLink[] }
  | {
    readonly component: string;
    readonly affected: false;
    readonly stopped: readonly StoppedAt[];
    /** Changed paths that no component owns, and those of them that nothing reads; absent where there are none. */
    readonly unowned?: Plan['unowned'];
    readonly unread?: Plan['unread'];
  };

/** A dependency that changed without affecting the component. */
export interface StoppedAt {
  readonly via: string;
  /** `interface`: nothing changed that its dependents read. `test`: it is only re-tested, for the sake of what its tests depend on. */
  readonly because: 'interface' | 'test';
}

/**
 * Explains one component's place in a plan.
 * @throws CatalogueError where the catalogue has no such component
 */
export function explainVerdict(plan: Plan, catalogue: Catalogue, component: string): Explanation {
  const graph = ComponentGraph.of(catalogue);
  graph.assertHas(component);
  const reasons = new Map(plan.changed.map((change) => [change.component, change.reasons]));
  if (!reasons.has(component)) {
    const stopped = [...graph.dependencies(component), ...graph.testDependencies(component)]
      .filter((via) => reasons.has(via))
      .map((via): StoppedAt => ({ via, because: reasons.get(via)!.some(({ kind }) => kind === 'Direct') ? 'interface' : 'test' }));
    const { unowned, unread } = plan;
    return { component, affected: false, stopped, ...(unowned.count > 0 && { unowned }), ...(unread.count > 0 && { unread }) };
  }
  return { component, affected: true, chain: shortestChain(component, reasons, catalogue) };
}

/** Breadth first from the component back over what affected it. */
function shortestChain(component: string, reasons: ReadonlyMap<string, readonly Reason[]>, catalogue: Catalogue): ChainLink[] {
  const next = new Map<string, { readonly component: string; readonly reason: Reason }>();
  const queue = [component];
  for (const at of queue) {
    // What lies outside of an interface explains the component itself, but not its dependents; the same goes for test dependencies.
    const relevant = (reasons.get(at) ?? []).filter((reason) => at === component || affectsDependents(reason));
    const own = relevant.find((reason) => reason.kind !== 'Dependency' && reason.kind !== 'TestDependency');
    if (own) {
      const chain: ChainLink[] = [{ component: at, reason: at === component ? own : ofInterface(own, at, catalogue) }];
      for (let link = next.get(at); link; link = next.get(link.component)) {
        chain.push(link);
      }
      return chain;
    }
    for (const reason of relevant) {
      if ((reason.kind === 'Dependency' || reason.kind === 'TestDependency') && reason.via !== component && !next.has(reason.via)) {
        next.set(reason.via, { component: at, reason });
        queue.push(reason.via);
      }
    }
  }
  throw new Error(`The plan gives no cause for ${JSON.stringify(component)}: it was not made by makePlan.`);
}

/** A reason as dependents see it: of the paths listed, those of the interface alone. */
function ofInterface(reason: Reason, component: string, catalogue: Catalogue): Reason {
  const globs = catalogue.components.find(({ name }) => name === component)?.interface;
  if (reason.kind !== 'Direct' || !globs) {
    return reason;
  }
  return { ...reason, paths: reason.paths.filter(compileGlobs(globs)) };
}

/** An explanation in words, one line a link. */
export function formatExplanation(explanation: Explanation): string {
  const { component } = explanation;
  if (explanation.affected) {
    return explanation.chain.map((link, index) => `${'  '.repeat(index)}${link.component}: ${formatReason(link.reason)}`).join('\n');
  }
  const lines = explanation.stopped.map(({ via, because }) => because === 'interface'
    ? `  ${via} changed, but nothing that its dependents read`
    : `  ${via} is only re-tested, because of what its tests depend on`);
  const { unowned, unread } = explanation;
  lines.push(...unowned ? [`  no component owns ${quotePaths(unowned)}, which affects nothing: unownedPaths is not "all"`] : []);
  lines.push(...unread ? [`  nothing reads ${quotePaths(unread)}`] : []);
  return [`${component} is not affected: ${explanation.stopped.length === 0 ? 'nothing it is made of or depends on changed.' : 'the changes stop before it.'}`,
    ...lines].join('\n');
}

/** A reason in words. */
export function formatReason(reason: Reason): string {
  switch (reason.kind) {
    case 'Direct':
      return `${formatPaths(reason)} changed${reason.internal ? ' (outside its interface)' : ''}`;
    case 'Dependency':
      return `depends on ${reason.via}`;
    case 'TestDependency':
      return `its tests depend on ${reason.via}`;
    case 'TreesDiffer':
      return 'what it is made of changed; there are too many changes to name its own';
    case 'GlobalPath':
      return `${formatPaths(reason)} changed, ${formatGlobal(reason)}`;
    case 'UnownedPath':
      return `${formatPaths(reason)} changed, which no component owns`;
    case 'CatalogueStale':
      return reason.detail === undefined
        ? `something changed, and what it depends on is not known: ${formatPaths(reason)} changed since the catalogue was found`
        : `something changed, and what it depends on is not known: ${reason.detail}`;
    case 'NeverDeployed':
      return 'it was never deployed';
    case 'DefinitionChanged':
      return 'its definition changed';
    case 'Pinned':
      return 'its build in the baseline was chosen by hand';
    case 'RebuildDue':
      return `its build of ${reason.builtAt ?? 'an unknown time'} is older than ${formatHours(reason.everyHours)}`;
    case 'NoBaseline':
      return 'nothing was ever released';
    case 'BaselineMissing':
      return `the baseline's commit ${reason.commit} is not in the repository any more`;
    case 'DiffUnreadable':
      return `what changed could not be read (${reason.detail})`;
    case 'Forced':
      return 'somebody asked for it';
  }
}

function formatHours(hours: number): string {
  const [count, unit] = hours % 24 === 0 ? [hours / 24, 'day'] : [hours, 'hour'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

function formatGlobal({ packages, untraced }: Extract<Reason, { kind: 'GlobalPath' }>): string {
  if (untraced !== undefined) {
    return `a global path (not traced: ${quotePath(untraced)})`;
  }
  return packages === undefined ? 'a global path' : `by which other packages are required: ${packages.map(quotePath).join(', ')}`;
}

/** Paths in quotes, and how many more there are. */
export function quotePaths({ paths, count }: { readonly paths: readonly string[]; readonly count: number }): string {
  return `${paths.map(quotePath).join(', ')}${count > paths.length ? ` and ${count - paths.length} more` : ''}`;
}

function formatPaths({ paths, count }: { readonly paths: readonly string[]; readonly count: number }): string {
  const first = quotePath(paths[0]);
  return count > 1 ? `${first} and ${count - 1} more` : first;
}

/** A path in quotes, with everything escaped by which a name could write to a terminal: controls and marks of direction. */
export function quotePath(path: string): string {
  return JSON.stringify(path).replace(/[\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, (character) =>
    `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
