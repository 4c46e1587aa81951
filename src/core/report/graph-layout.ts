import { Catalogue } from '../catalogue';
import { ComponentGraph } from '../graph';

/** A component's box in the picture, in pixels. */
export interface GraphNode {
  readonly component: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A dependency: from the component that is depended on to the one that depends on it. */
export interface GraphEdge {
  readonly from: GraphNode;
  readonly to: GraphNode;
  /** Whether only tests depend on it. */
  readonly test: boolean;
}

export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** How many components are left out. */
  readonly left: number;
}

/** More boxes cannot be distinguished on a page. */
const MAX_NODES = 80;

const HEIGHT = 28;
const ROW = 40;
const GAP = 56;
const MARGIN = 8;
const CHARACTER = 7.5;
const PADDING = 20;
const MAX_CHARACTERS = 40;

/**
 * Places the components in columns: each to the right of what it depends on. Of a large catalogue only the marked ones are placed, and what is next
 * to them.
 */
export function layOut(catalogue: Pick<Catalogue, 'components'>, marked: ReadonlySet<string>): GraphLayout {
  const graph = ComponentGraph.of(catalogue);
  const shown = chosen(graph, marked);
  const columns = columnsOf(graph, shown);
  const nodes = new Map<string, GraphNode>();
  let x = MARGIN;
  for (const column of columns) {
    const width = Math.max(...column.map((component) => Math.min(component.length, MAX_CHARACTERS))) * CHARACTER + PADDING;
    column.forEach((component, row) => nodes.set(component, { component, x, y: MARGIN + row * ROW, width, height: HEIGHT }));
    x += width + GAP;
  }
  const edges = [...nodes.values()].flatMap((to) => [
    ...graph.dependencies(to.component).map((name) => ({ name, test: false })),
    ...graph.testDependencies(to.component).map((name) => ({ name, test: true })),
  ].flatMap(({ name, test }): GraphEdge[] => {
    const from = nodes.get(name);
    return from === undefined ? [] : [{ from, to, test }];
  }));
  return {
    width: Math.max(0, x - GAP) + MARGIN,
    height: Math.max(0, ...columns.map(({ length }) => length)) * ROW + MARGIN,
    nodes: [...nodes.values()],
    edges,
    left: graph.names.length - nodes.size,
  };
}

/** A component's name as it fits into its box. */
export function shortName(component: string): string {
  return component.length <= MAX_CHARACTERS ? component : `${component.slice(0, MAX_CHARACTERS - 1)}…`;
}

function chosen(graph: ComponentGraph, marked: ReadonlySet<string>): ReadonlySet<string> {
  if (graph.names.length <= MAX_NODES) {
    return new Set(graph.names);
  }
  const present = graph.names.filter((name) => marked.has(name));
  const near = present.flatMap((name) => [...graph.dependencies(name), ...graph.dependents(name)]);
  return new Set([...present, ...near].slice(0, MAX_NODES));
}

/** Dependencies first. The members of a cycle stand one after the other. */
function columnsOf(graph: ComponentGraph, shown: ReadonlySet<string>): string[][] {
  const column = new Map<string, number>();
  const columns: string[][] = [];
  for (const component of graph.order().filter((name) => shown.has(name))) {
    const below = [...graph.dependencies(component), ...graph.testDependencies(component)].map((name) => column.get(name) ?? -1);
    const place = Math.max(-1, ...below) + 1;
    column.set(component, place);
    (columns[place] ??= []).push(component);
  }
  return columns;
}
