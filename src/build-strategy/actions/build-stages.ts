import { ComponentGraph } from '../../core/graph';

/** CodePipeline's limit. */
export const MAX_ACTIONS_PER_STAGE = 50;

/** One stage: components, each with its position. */
export interface BuildStage {
  readonly name: string;
  readonly actions: readonly { readonly component: string; readonly runOrder: number }[];
}

/**
 * The components over as many stages as they need, so that every one comes after those that it depends on:
 * in a later stage, or in the same one with a greater run order. Stages are filled to their limit.
 */
export function buildStages(graph: ComponentGraph, stageName: string): BuildStage[] {
  const ordered = graph.tranches().flatMap((tranche, level) => tranche.map((component) => ({ component, level })));
  const chunks: (typeof ordered)[] = [];
  for (let start = 0; start < ordered.length; start += MAX_ACTIONS_PER_STAGE) {
    chunks.push(ordered.slice(start, start + MAX_ACTIONS_PER_STAGE));
  }
  return chunks.map((chunk, index) => ({
    name: chunks.length === 1 ? stageName : `${stageName}${index + 1}`,
    actions: chunk.map(({ component, level }) => ({ component, runOrder: level - chunk[0].level + 1 })),
  }));
}
