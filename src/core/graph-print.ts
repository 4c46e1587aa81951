import { ComponentGraph } from './graph';

/** How components are marked where a graph is printed. */
export interface GraphPrintOptions {
  /**
   * Components to mark as affected.
   * @default - none is marked
   */
  readonly affected?: ReadonlySet<string>;
}

/** The graph in Graphviz's language; an arrow points at what is depended on, a dashed one at what only tests need. */
export function toDot(graph: ComponentGraph, options: GraphPrintOptions = {}): string {
  const lines = ['digraph components {', '  rankdir=LR;', '  node [shape=box];'];
  for (const name of graph.names) {
    lines.push(`  ${dotId(name)}${options.affected?.has(name) ? ' [style=filled, fillcolor=orange]' : ''};`);
  }
  for (const name of graph.names) {
    graph.dependencies(name).forEach((target) => lines.push(`  ${dotId(name)} -> ${dotId(target)};`));
    graph.testDependencies(name).forEach((target) => lines.push(`  ${dotId(name)} -> ${dotId(target)} [style=dashed];`));
  }
  return [...lines, '}', ''].join('\n');
}

/** The graph in Mermaid's language; arrows as in `toDot`. */
export function toMermaid(graph: ComponentGraph, options: GraphPrintOptions = {}): string {
  const ids = new Map(graph.names.map((name, index) => [name, `c${index}`]));
  const lines = ['graph LR'];
  for (const name of graph.names) {
    lines.push(`  ${ids.get(name)}["${mermaidText(name)}"]${options.affected?.has(name) ? ':::affected' : ''}`);
  }
  for (const name of graph.names) {
    graph.dependencies(name).forEach((target) => lines.push(`  ${ids.get(name)} --> ${ids.get(target)}`));
    graph.testDependencies(name).forEach((target) => lines.push(`  ${ids.get(name)} -.-> ${ids.get(target)}`));
  }
  if (options.affected) {
    lines.push('  classDef affected fill:#f90,stroke:#333');
  }
  return [...lines, ''].join('\n');
}

function dotId(name: string): string {
  return `"${name.replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n')}"`;
}

/** Mermaid reads `#code;` inside quoted text. */
function mermaidText(text: string): string {
  return text.replace(/[^A-Za-z0-9 ._@/-]/gu, (character) => `#${character.codePointAt(0)};`);
}
