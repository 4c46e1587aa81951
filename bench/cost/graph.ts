import { Change } from './scenario';

/** A component and the one that it depends on. */
export interface Node {
  readonly name: string;
  readonly dependsOn?: string;
}

/** The component with the template, on which nothing depends. */
export const TEMPLATE = 'template';

/** Chains of `depth` components, and the template. */
export function graphOf(components: number, depth: number): Node[] {
  const chained = Array.from({ length: components - 1 }, (_, index): Node => ({
    name: nameOf(index), ...(index % depth === 0 ? {} : { dependsOn: nameOf(index - 1) }),
  }));
  return [...chained, { name: TEMPLATE }];
}

function nameOf(index: number): string {
  return `component-${index}`;
}

/** What a merge has to build. */
export interface Work {
  /** Components whose files change. */
  readonly touched: readonly string[];
  /** Components to build, tranche by tranche. */
  readonly tranches: readonly (readonly string[])[];
}

/** What a change touches, and what has to be built for it, in its order. */
export function workOf(graph: readonly Node[], changed: Change): Work {
  const touched = touchedBy(graph, changed);
  const affected = new Set(touched);
  // A component comes after the one that it depends on.
  for (const { name, dependsOn } of graph) {
    if (dependsOn !== undefined && affected.has(dependsOn)) {
      affected.add(name);
    }
  }
  const level = new Map<string, number>();
  const tranches: string[][] = [];
  for (const { name, dependsOn } of graph.filter((node) => affected.has(node.name))) {
    const own = dependsOn !== undefined && level.has(dependsOn) ? level.get(dependsOn)! + 1 : 0;
    level.set(name, own);
    (tranches[own] ??= []).push(name);
  }
  return { touched, tranches };
}

function touchedBy(graph: readonly Node[], changed: Change): string[] {
  if (changed === 'all') {
    return graph.map(({ name }) => name);
  }
  if (changed === 'dependents') {
    return [graph[0]!.name];
  }
  const used = new Set(graph.flatMap(({ dependsOn }) => dependsOn ?? []));
  // Those that nothing depends on first: of these, each is one build and no more.
  const ordered = [...graph.filter(({ name }) => !used.has(name)), ...graph.filter(({ name }) => used.has(name)).reverse()];
  return ordered.slice(0, changed).map(({ name }) => name);
}
