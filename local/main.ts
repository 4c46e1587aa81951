/** The command line of the local run. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { InputError } from './activity';
import { clientEnvironment } from './client-environment';
import { reportCommit } from './report/commit-report';
import { findSolution } from './report/solution';
import { formatReport } from './report/table';
import { LocalSystem } from './system';

const USAGE = `Runs a synthesized modular pipeline on this machine: moves its branch to each commit in turn and shows what it does.

Usage: npm run local -- --assembly <cdk.out> --repository <git dir> --branch <name> --commits <rev,rev,...> [--json] [--stand-ins] [--serve]

  --assembly    folder of a synthesized cloud assembly
  --repository  a Git repository; it is only read
  --branch      the branch that the pipeline follows
  --commits     revisions of the repository, comma-separated
  --json        one JSON object per line and commit
  --stand-ins   use the stand-ins for AWS CLI and Docker even where these are installed: they are faster
  --serve       keep the system up afterwards, until it is interrupted: prints the variables that lead the AWS CLI, and the commands
                status, releases, rollback and promote of cdk-modular-pipeline, to it

Exit codes: 0 all executions succeeded, 1 one didn't or the run could not go on, 2 wrong arguments.
`;

/** How often someone who serves looks whether the system still runs. */
const SERVING_CHECK_MILLISECONDS = 500;

class UsageError extends Error {}

interface Arguments {
  readonly assembly: string;
  readonly repository: string;
  readonly branch: string;
  readonly commits: readonly string[];
  readonly json: boolean;
  readonly standIns: boolean;
  readonly serve: boolean;
}

function parseArguments(args: readonly string[]): Arguments | 'help' {
  const { values } = parse(args);
  if (values.help) {
    return 'help';
  }
  const required = (name: 'assembly' | 'repository' | 'branch' | 'commits') => {
    const value = values[name];
    if (!value) {
      throw new UsageError(`--${name} is missing.`);
    }
    return value;
  };
  return {
    assembly: required('assembly'),
    repository: required('repository'),
    branch: required('branch'),
    commits: required('commits').split(',').filter((revision) => revision !== ''),
    json: values.json ?? false,
    standIns: values['stand-ins'] ?? false,
    serve: values.serve ?? false,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        'assembly': { type: 'string' },
        'repository': { type: 'string' },
        'branch': { type: 'string' },
        'commits': { type: 'string' },
        'json': { type: 'boolean' },
        'stand-ins': { type: 'boolean' },
        'serve': { type: 'boolean' },
        'help': { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** Resolves to the exit code. */
async function run({ assembly, repository, branch, commits, json, standIns, serve }: Arguments): Promise<number> {
  const system = await LocalSystem.start({ assembly, repository, branch, standInsOnly: standIns });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void system.stop().finally(() => process.exit(1)));
  }
  try {
    const solution = findSolution(system, branch);
    // Anyone who has mistyped the last one wants to know before the first one is built.
    await Promise.all(commits.map(async (revision) => system.resolve(revision)));
    // With --json, standard output is for the reports alone.
    system.standIns.forEach((line) => console.error(line));
    let failed = false;
    for (const revision of commits) {
      const known = system.executions.length;
      const commit = await system.moveBranch(revision);
      await system.waitUntilIdle();
      const report = await reportCommit(system, solution, commit, system.executions.slice(known));
      failed ||= report.execution !== null && report.execution.status !== 'Succeeded';
      console.log(json ? JSON.stringify(report) : formatReport(report));
    }
    if (serve) {
      const variables = { ...clientEnvironment(system.endpoint), AWS_REGION: solution.pipeline.definition.region };
      console.error(Object.entries(variables).map(([name, value]) => `export ${name}='${value}'`).join('\n'));
      console.error(`# The pipeline is '${solution.pipeline.definition.name}'.`);
      await untilItFails(system);
    }
    return failed ? 1 : 0;
  } finally {
    await system.stop();
  }
}

async function untilItFails(system: LocalSystem): Promise<never> {
  for (;;) {
    await sleep(SERVING_CHECK_MILLISECONDS);
    await system.waitUntilIdle();
  }
}

async function main(): Promise<number> {
  const parsed = parseArguments(process.argv.slice(2));
  if (parsed === 'help') {
    console.log(USAGE);
    return 0;
  }
  return run(parsed);
}

main().then((code) => { process.exitCode = code; }, (error: Error) => {
  console.error(error instanceof UsageError ? `${error.message}\n\n${USAGE}` : error.message);
  process.exitCode = error instanceof UsageError || error instanceof InputError ? 2 : 1;
});
