import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BuildOptions, BuildResult, buildSync } from 'esbuild';
import { printTable } from './table';
import { BUILD_TARGETS_FILE } from '../../src/contract/fan-out';
import { CATALOGUE_FILE, ENVIRONMENTS_FILE } from '../../src/contract/objects';

const ROOT = join(__dirname, '..', '..');
const RUNS = 7;
/** What the diff function loads only where a lockfile is to be traced is a file of its own. */
const PROGRAMS = { 'diff': 'diff.lambda', 'diff, to trace lockfiles': 'diff/tracing', 'builds': 'builds.lambda', 'release': 'release.lambda', 'record': 'record.lambda' };

/** Loading a handler, as Lambda does when it starts one: the shipped bundle, and the same code with the SDK left in node_modules. */
export function handlers(): void {
  const folder = mkdtempSync(join(ROOT, '.bench-'));
  try {
    writeFileSync(join(folder, CATALOGUE_FILE), JSON.stringify({ version: 1, components: [{ name: 'a', path: 'a' }] }));
    writeFileSync(join(folder, BUILD_TARGETS_FILE), '{}');
    writeFileSync(join(folder, ENVIRONMENTS_FILE), '[]');
    printTable('Handlers', ['handler', 'bundle, bytes', 'init, ms', 'init unbundled, ms', 'clients in it'], Object.entries(PROGRAMS).map(([name, program]) => {
      const options: BuildOptions = {
        entryPoints: [join(ROOT, 'lambda', `${program}.ts`)],
        bundle: true,
        platform: 'node',
        target: 'node20',
        tsconfig: join(ROOT, 'test', 'tsconfig.json'),
        mainFields: ['module', 'main'],
        external: ['./tracing'],
      };
      const [bundled, loose] = [join(folder, `${name}.js`), join(folder, `${name}.loose.js`)];
      const { metafile } = buildSync({ ...options, minify: true, outfile: bundled, metafile: true }) as BuildResult<{ metafile: true }>;
      buildSync({ ...options, packages: 'external', outfile: loose });
      const clients = new Set(Object.keys(metafile.inputs).flatMap((file) => /@aws-sdk\/client-([a-z0-9-]+)\//.exec(file)?.[1] ?? []));
      return [name, statSync(bundled).size, init(bundled).toFixed(0), init(loose).toFixed(0), [...clients].sort().join(', ')];
    }));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const ENVIRONMENT = Object.fromEntries([
  'SOLUTION', 'DIFF_TABLE', 'DEPLOYMENTS_TABLE', 'ARTIFACT_BUCKET', 'BRANCH', 'PIPELINE', 'BASELINE_ENVIRONMENT', 'ROLE_ARN_PREFIX', 'PIPELINE_BUCKET',
].map((name) => [name, 'x']));

/** The fastest of several fresh processes, in processor milliseconds. */
function init(file: string): number {
  const script = `const s = process.cpuUsage(); require(${JSON.stringify(file)}); const { user, system } = process.cpuUsage(s); console.log((user + system) / 1000);`;
  const env = { ...process.env, ...ENVIRONMENT, SOURCE: '{"kind":"codecommit","repository":"x"}', PLAN_RETENTION_DAYS: '90', MAX_CONCURRENCY: '40', AWS_REGION: 'eu-west-1', NODE_NO_WARNINGS: '1' };
  return Math.min(...Array.from({ length: RUNS }, () => Number(execFileSync(process.execPath, ['-e', script], { env, encoding: 'utf8' }).trim())));
}
