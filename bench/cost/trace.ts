import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { AppProps, BRANCH, modular, withAssembly } from './apps';
import { TEMPLATE, workOf } from './graph';
import { Change } from './scenario';
import { Access } from '../../local/authorization/access';
import { Execution } from '../../local/engine/pipeline/execution';
import { LocalSystem } from '../../local/system';

/** Calls by action, such as `dynamodb:PutItem`. */
export type Calls = Readonly<Record<string, number>>;

/** What one merge did in a local run. */
export interface Trace {
  /** `stage/action`, as often as it ran. */
  readonly actions: readonly string[];
  /** Components whose builds were started. */
  readonly builds: readonly string[];
  /** By builds. */
  readonly buildCalls: Calls;
  /** By everything else. */
  readonly otherCalls: Calls;
}

/** Merges of one system, after its first release. */
export interface Traces {
  readonly one: Trace;
  readonly dependents: Trace;
  readonly nothing: Trace;
  /** The schedule's look while nothing was merged. */
  readonly look: Trace;
}

/** Runs the first release of a solution on this machine, then merges that change one component, one with its dependents, and nothing. */
export async function traceMerges(props: AppProps): Promise<Traces> {
  return withAssembly(modular(props), async (assembly) => {
    const directory = mkdtempSync(join(tmpdir(), 'cost-'));
    let calls: Access[] = [];
    const commit = (files: Readonly<Record<string, string>>) => commitFiles(directory, files);
    execFileSync('git', ['-C', directory, 'init', '--quiet', `--initial-branch=${BRANCH}`]);
    commit(Object.fromEntries(props.graph.map(({ name }) => (
      name === TEMPLATE ? ['template.yml', 'Resources:\n  Topic: { Type: AWS::SNS::Topic }\n'] : [`${name}/source`, `${name} 1\n`]))));
    const system = await LocalSystem.start({
      assembly,
      repository: directory,
      branch: BRANCH,
      standInsOnly: true,
      differencesPageSize: 100,
      changesPageSize: 100,
      authorizer: { judge: async (access) => { calls.push(access); return undefined; } },
    });
    const traced = async (begin: () => Promise<unknown>): Promise<Trace> => {
      const known = system.executions.length;
      calls = [];
      await begin();
      await system.waitUntilIdle();
      return traceOf(system, system.executions.slice(known), calls);
    };
    const merge = async (changed: Change): Promise<Trace> => {
      commit(Object.fromEntries(workOf(props.graph, changed).touched.map((name) => (
        name === TEMPLATE ? ['template.yml', 'Resources:\n  Queue: { Type: AWS::SQS::Queue }\n'] : [`${name}/source`, `${name} after ${changed}\n`]))));
      return traced(() => system.moveBranch('HEAD'));
    };
    try {
      await traced(() => system.moveBranch('HEAD'));
      const one = await merge(1);
      const dependents = await merge('dependents');
      commit({ 'README.md': 'of no component\n' });
      const nothing = await traced(() => system.moveBranch('HEAD'));
      const look = await traced(async () => system.fireSchedules());
      return { one, dependents, nothing, look };
    } finally {
      await system.stop();
      rmSync(directory, { recursive: true });
    }
  });
}

function traceOf(system: LocalSystem, executions: readonly Execution[], calls: readonly Access[]): Trace {
  const failed = executions.find(({ status }) => status !== 'Succeeded');
  if (failed !== undefined) {
    const run = failed.actionRuns.find(({ status }) => status === 'Failed');
    throw new Error(`An execution of the local run ended ${failed.status}: ${run?.action}: ${run?.message}`);
  }
  const builds = executions.flatMap(({ id }) => system.builds(id));
  // Of all that run here, builds alone write logs by themselves.
  const buildRoles = new Set(calls.filter(({ action }) => action === 'logs:CreateLogStream').map(({ principal }) => principal));
  return {
    actions: executions.flatMap(({ actionRuns }) => actionRuns.map(({ stage, action }) => `${stage}/${action}`)),
    builds: builds.map(({ environment }) => environment.MODULAR_COMPONENT ?? ''),
    buildCalls: counted(calls.filter(({ principal }) => buildRoles.has(principal))),
    otherCalls: counted(calls.filter(({ principal }) => !buildRoles.has(principal))),
  };
}

function counted(calls: readonly Access[]): Calls {
  const counts: Record<string, number> = {};
  calls.forEach(({ action }) => { counts[action] = (counts[action] ?? 0) + 1; });
  return counts;
}

function commitFiles(directory: string, files: Readonly<Record<string, string>>): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  const git = (...args: string[]) => execFileSync('git', ['-C', directory, '-c', 'user.name=Cost', '-c', 'user.email=cost@example.com', ...args]);
  git('add', '--all');
  git('commit', '--quiet', '--message', 'change');
}
