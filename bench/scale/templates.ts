import { runCase } from './run-case';
import type { SynthFigures } from './synth-case';
import { printTable } from './table';

/** Resources, templates, policies, and what synth takes, beside CDK Pipelines with as many CodeBuild steps. */
export function templates(sizes: readonly number[]): void {
  const rows = sizes.flatMap((size) => (['ours', 'peer'] as const).map((kind) => (
    { size, kind, figures: runCase<SynthFigures>('synth-case.ts', [kind, size]) })));
  const who = { ours: 'cdk-modular-pipeline', peer: 'aws-cdk-lib/pipelines' };
  printTable('What a pipeline is made of', [
    'components', 'by', 'resources', 'most in a stack (limit 500)', 'roles', 'projects', 'largest template, bytes (limit 1 MB)',
    'longest inline policy (limit 10,240)', 'longest managed policy (limit 6,144)',
  ], rows.map(({ size, kind, figures }) => [
    size, who[kind], figures.resources, figures.largestStack, figures.roles, figures.projects, figures.largestTemplate,
    figures.inlinePolicy, figures.managedPolicy,
  ]));
  printTable('Synth', ['components', 'by', 'processor seconds', 'peak memory, MB'], rows.map(({ size, kind, figures }) => [
    size, who[kind], (figures.milliseconds / 1000).toFixed(1), Math.round(figures.megabytes),
  ]));
}
