import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { matchingTable } from './matching.mjs';
import { measureProcesses, table } from './measure.mjs';
import { realRepository, syntheticRepository } from './repositories.mjs';
import { tools } from './tools.mjs';

const HELP = `Usage: npm run affected -- [--repository FOLDER]... [--components N]... [--runs N]

Measures change detection beside its peers, and prints tables: whole processes on synthetic repositories and on
clones of the real ones given, and matching of paths inside one process. Ratios are within the same run.
`;

const { values } = parseArgs({
  options: {
    repository: { type: 'string', multiple: true, default: [] },
    components: { type: 'string', multiple: true, default: ['10', '100', '500', '1000'] },
    runs: { type: 'string', default: '5' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  process.stdout.write(HELP);
  process.exit(0);
}

const bench = join(dirname(fileURLToPath(import.meta.url)), '..');
const cli = join(bench, '..', 'assets', 'cli', 'cdk-modular-pipeline', 'index.js');
const nodeModules = join(bench, 'node_modules');
if (!existsSync(cli) || !existsSync(nodeModules)) {
  process.stderr.write(`Run ${existsSync(cli) ? 'npm install in bench/' : 'npx projen bundle'} first.\n`);
  process.exit(2);
}

const makers = [
  ...values.components.map((count) => () => syntheticRepository(Number(count), nodeModules)),
  ...values.repository.map((path) => () => realRepository(resolve(path), nodeModules)),
];
for (const make of makers) {
  const repository = make();
  try {
    process.stdout.write(`${processTable(repository)}\n\n`);
  } finally {
    repository.remove();
  }
}
process.stdout.write(`### Matching, in one process\n\n${matchingTable()}\n`);

function processTable(repository) {
  const catalogue = join(repository.folder, '.git', 'catalogue.json');
  writeFileSync(catalogue, execFileSync(process.execPath, [cli, 'discover'], { cwd: repository.folder, maxBuffer: 1 << 30 }));
  const compared = tools(repository, { cli, catalogue, nodeModules });
  const measured = measureProcesses(compared, Number(values.runs)).map((result, index) => ({ tool: compared[index], ...result }));
  const ours = measured.find(({ tool }) => tool.name.startsWith('cdk-modular-pipeline')).milliseconds;
  const rows = measured.map(({ tool, milliseconds, mebibytes, output, failed }) => (failed !== undefined
    ? [tool.name, `failed: ${failed.slice(0, 120)}`, '', '', '']
    : [tool.name, `${milliseconds.toFixed(0)} ms`, `${(milliseconds / ours).toFixed(2)} ×`, mebibytes === undefined ? '–' : `${mebibytes.toFixed(0)} MiB`, tool.count?.(output) ?? '']));
  return `### ${repository.name}\n\n${table(['command', 'median', 'to plan', 'memory', 'affected'], rows)}`;
}
