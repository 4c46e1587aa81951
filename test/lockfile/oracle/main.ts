import { execFileSync } from 'child_process';
import { createHash } from 'crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'fs';
import { availableParallelism } from 'os';
import { join } from 'path';
import { parseArgs } from 'util';
import { PairResult, runChain } from './chain';
import { MANAGERS } from './managers';

/** Pairs of states that one workspace goes through. */
const CHAIN = 5;

/**
 * Compares what tracing says of generated workspaces with what the real package managers install: whoever gets something else must be traced.
 *
 * `--pairs N` a manager (15), `--seed TEXT` (1), `--manager NAME` alone. It fails where a change is missed, or a manager did not run.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { pairs: { type: 'string', default: '15' }, seed: { type: 'string', default: '1' }, manager: { type: 'string' } } });
  const pairs = Number(values.pairs);
  const managers = MANAGERS.filter(({ name }) => values.manager === undefined || name === values.manager);
  if (!Number.isInteger(pairs) || pairs < 1 || managers.length === 0) {
    throw new Error(`--pairs ${values.pairs} --manager ${values.manager ?? ''}: a number of at least 1, and one of ${MANAGERS.map(({ name }) => name).join(', ')}`);
  }
  const modules = installManagers();
  const results = new Map(managers.map((manager) => [manager.name, { seconds: 0, pairs: [] as PairResult[] }]));
  const jobs = Array.from({ length: Math.ceil(pairs / CHAIN) }, (_, index) => managers.map((manager) => ({ manager, index }))).flat();
  const started = Date.now();
  await Promise.all(Array.from({ length: availableParallelism() }, async () => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
      const { manager, index } = job;
      const begun = Date.now();
      const found = await runChain({ manager, modules, seed: values.seed, index, pairs: Math.min(CHAIN, pairs - index * CHAIN) });
      const result = results.get(manager.name)!;
      result.pairs.push(...found);
      result.seconds += (Date.now() - begun) / 1000;
    }
  }));
  const count = (all: readonly PairResult[], of: (one: PairResult) => readonly string[]) => all.reduce((sum, one) => sum + of(one).length, 0);
  let failed = false;
  for (const [name, { pairs: all, seconds }] of results) {
    const missed = all.filter((one) => one.missed.length > 0);
    failed ||= all.length !== pairs || missed.length > 0;
    const traced = all.filter(({ untraced }) => !untraced);
    const excess = (one: PairResult) => one.traced.filter((folder) => !one.real.includes(folder));
    console.log(`${name}: ${all.length} pairs, ${count(all, ({ missed: folders }) => folders)} members missed; ${count(all, ({ real }) => real)} differ; `
      + `of ${traced.length} pairs that are traced ${count(traced, ({ real }) => real)} differ, ${count(traced, excess)} are traced in excess, ${traced.length * 4} there are; `
      + `${count(all, ({ peersAlone }) => peersAlone)} differ by peers that the lockfile doesn't name; ${seconds.toFixed(0)} s`);
    missed.forEach(({ at, detail }) => console.log(`MISSED ${at}\n${detail!}`));
  }
  console.log(`seed ${values.seed}, ${((Date.now() - started) / 1000).toFixed(0)} s`);
  process.exitCode = failed ? 1 : 0;
}

/** The managers' own lockfile, installed apart from this project's packages; what it installed once is found again. */
function installManagers(): string {
  const source = join(__dirname, '../managers');
  const digest = createHash('sha256').update(readFileSync(join(source, 'package-lock.json'))).digest('hex').slice(0, 16);
  const folder = join(__dirname, '../../../node_modules/.cache/lockfile-managers', digest);
  if (!existsSync(folder)) {
    const partial = `${folder}.${process.pid}`;
    mkdirSync(partial, { recursive: true });
    for (const file of ['package.json', 'package-lock.json']) {
      cpSync(join(source, file), join(partial, file));
    }
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: partial, stdio: ['ignore', 'ignore', 'inherit'] });
    writeFileSync(join(partial, 'complete'), '');
    rmSync(folder, { recursive: true, force: true });
    renameSync(partial, folder);
  }
  return join(folder, 'node_modules');
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
