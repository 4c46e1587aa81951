/** The command line of the mutation tests. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { nearestTests, sourcesOf } from './nearest-tests';

const ROOT = resolve(__dirname, '..', '..');

const USAGE = `Plants defects in sources, one at a time, and lists those that no test notices.

Usage: npm run mutate -- [PATH...] [--tests PATH...] [--jobs N] [--break SCORE]

  PATH     files or folders of sources. Without any: src/core, lambda/diff, lambda/release, lambda/record, lambda/delivery and agent, which takes hours
  --tests  files or folders of tests to run in place of the nearest ones
  --jobs   how many run at a time. 1 unless it is given
  --break  the score, in percent, below which the command fails. 85 unless it is given

The score is the share of defects that tests notice. The full report is a JSON file in test-reports/mutation.
`;

/** What a defect in would be worst: it decides what is built, delivered and recorded. */
const SUBJECTS = ['src/core', 'lambda/diff', 'lambda/release', 'lambda/record', 'lambda/delivery', 'agent'];
const DEFAULT_SCORE = 85;

/** What tests need no copy of. */
const NOT_COPIED = ['examples/*/cdk.out', 'bench', 'lib', 'test-reports', '.local', 'test/emulated'];

function main(): number {
  const { values, positionals } = parseArgs({
    options: { tests: { type: 'string', multiple: true }, jobs: { type: 'string', default: '1' }, break: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const sources = (positionals.length > 0 ? positionals : SUBJECTS).flatMap((path) => sourcesOf(ROOT, path));
  const tests = values.tests ?? nearestTests(ROOT, sources);
  const score = Number(values.break ?? DEFAULT_SCORE);
  const jobs = Number(values.jobs);
  if (sources.length === 0 || !(score >= 0 && score <= 100) || !(Number.isInteger(jobs) && jobs > 0)) {
    console.error(`${sources.length} sources, --break '${values.break ?? DEFAULT_SCORE}', --jobs '${values.jobs}': nothing that could run.\n\n${USAGE}`);
    return 2;
  }
  console.log(`Sources:\n${indented(sources)}\nTests:\n${indented(tests)}`);
  return stryker(sources, tests, { score, jobs, report: reportName(positionals) });
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join('\n');
}

function reportName(paths: readonly string[]): string {
  return paths.length === 0 ? 'all' : paths.join('+').replace(/[^\w+.-]+/g, '-');
}

function stryker(sources: readonly string[], tests: readonly string[], { score, jobs, report }: { score: number; jobs: number; report: string }): number {
  const directory = mkdtempSync(join(tmpdir(), 'mutation-'));
  const configuration = join(directory, 'stryker.config.json');
  const { jest } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { jest: Record<string, unknown> };
  writeFileSync(configuration, JSON.stringify({
    mutate: sources,
    testRunner: 'jest',
    coverageAnalysis: 'perTest',
    jest: {
      projectType: 'custom',
      config: { ...jest, testMatch: tests.map((test) => `<rootDir>/${test.endsWith('.ts') ? test : `${test}/**/*.test.ts`}`), reporters: [] },
      enableFindRelatedTests: true,
    },
    // What is evaluated once, when a file is loaded, would have every test run for each defect: tables have tests of their own.
    ignoreStatic: true,
    checkers: [],
    concurrency: jobs,
    ignorePatterns: NOT_COPIED,
    tempDirName: '.stryker-tmp',
    reporters: ['clear-text', 'json', 'progress-append-only'],
    clearTextReporter: { allowColor: false, reportTests: false, logTests: false },
    jsonReporter: { fileName: join('test-reports', 'mutation', `${report}.json`) },
    thresholds: { high: 100, low: score, break: score },
    timeoutMS: 10_000,
    timeoutFactor: 3,
    allowConsoleColors: false,
  }, undefined, 2));
  try {
    return spawnSync('npx', ['stryker', 'run', configuration], { cwd: ROOT, stdio: 'inherit' }).status ?? 1;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

process.exitCode = main();
