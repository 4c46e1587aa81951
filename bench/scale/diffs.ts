import type { DiffFigures } from './diff-case';
import { runCase } from './run-case';
import { printTable } from './table';

/** The diff function by size: AWS calls, processor time and memory, within a heap of 512 MB. The floor is the call for each page. */
export function diffs(sizes: readonly (readonly [files: number, components: number])[]): void {
  const rows = sizes.map(([files, components]) => {
    const { calls, milliseconds, megabytes } = runCase<DiffFigures>('diff-case.ts', [files, components], ['--max-old-space-size=512']);
    const others = Object.entries(calls)
      .filter(([name]) => !['GetDifferences', 'GetFolder', 'Put'].includes(name))
      .reduce((sum, [, count]) => sum + count, 0);
    return [
      files, components, Math.ceil(files / 100), calls.GetDifferences ?? 0, calls.GetFolder ?? 0, calls.Put ?? 0, others,
      (milliseconds / 1000).toFixed(2), Math.round(megabytes),
    ];
  });
  printTable('The diff function, every component changed', [
    'changed files', 'components', 'pages of 100 (floor)', 'GetDifferences', 'GetFolder', 'PutItem', 'other calls', 'processor seconds', 'peak memory, MB',
  ], rows);
}
