import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const TIME = '/usr/bin/time';

/**
 * Runs each command several times, in turn, so that whatever else the machine does falls on all alike;
 * once more, where GNU time is there, for its memory.
 *
 * @returns for each: median of the times in milliseconds and peak memory in MiB; or why the command fails
 */
export function measureProcesses(commands, runs) {
  const measured = commands.map((command) => ({ command, times: [], output: '', failed: undefined }));
  for (let round = 0; round <= runs; round += 1) {
    for (const one of measured.filter(({ failed }) => failed === undefined)) {
      const start = performance.now();
      const result = spawnSync(one.command.command, one.command.args, optionsOf(one.command));
      const elapsed = performance.now() - start;
      if (result.status !== 0) {
        one.failed = (result.stderr || result.stdout || String(result.error)).trim().split('\n').slice(-3).join(' ');
      }
      one.output = result.stdout;
      // The first round warms the file system's cache.
      if (round > 0) {
        one.times.push(elapsed);
      }
    }
  }
  return measured.map(({ command, times, output, failed }) => (failed === undefined
    ? { milliseconds: median(times), mebibytes: peakMemory(command), output }
    : { failed }));
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** Best of several runs of a function, in milliseconds. */
export function measureFunction(run, runs) {
  const times = [];
  for (let count = 0; count < runs; count += 1) {
    const start = performance.now();
    run();
    times.push(performance.now() - start);
  }
  return Math.min(...times);
}

function optionsOf({ cwd, env }) {
  return { cwd, env: { ...process.env, ...env }, maxBuffer: 1 << 30, encoding: 'utf8' };
}

function peakMemory(command) {
  if (!existsSync(TIME)) {
    return undefined;
  }
  const { stderr } = spawnSync(TIME, ['-f', '%M', command.command, ...command.args], optionsOf(command));
  const kibibytes = Number(stderr.trim().split('\n').at(-1));
  return Number.isNaN(kibibytes) ? undefined : kibibytes / 1024;
}

/** A table in Markdown. */
export function table(heading, rows) {
  return [`| ${heading.join(' | ')} |`, `|${heading.map((_, index) => (index === 0 ? '---' : '--:')).join('|')}|`, ...rows.map((row) => `| ${row.join(' | ')} |`)].join('\n');
}
