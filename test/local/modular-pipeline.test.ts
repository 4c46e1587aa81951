import { execFile } from 'node:child_process';
import { join } from 'node:path';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import { removeFolders, synthesize, TestRepository } from './support';
import { ApprovalDecision } from '../../local/engine/actions/approval';
import { LocalSystemOptions } from '../../local/options';
import { CommitReport, reportCommit } from '../../local/report/commit-report';
import { Records } from '../../local/report/records';
import { findSolution } from '../../local/report/solution';
import { LocalSystem } from '../../local/system';
import { BuildArtifact, BuildStrategy, Component, LocationParameter, ModularPipeline, PipelineSource } from '../../src';

const env = { account: '111111111111', region: 'eu-west-1' };
const TEMPLATE = 'Parameters:\n  LibraryKey: { Type: String }\n  ServiceKey: { Type: String }\nResources:\n  T: { Type: AWS::SNS::Topic }\n';

/** A library, a service that depends on it and a template; each builds by copying its source without comments. */
let assembly: string;
let git: TestRepository;
let system: LocalSystem;

beforeAll(() => {
  assembly = synthesize((stack) => {
    const custom = (name: string, parameter: string, dependsOn: string[] = []) => Component.custom(name, {
      path: name,
      dependsOn,
      testCommands: ['! grep --quiet broken source'],
      buildCommands: ['grep --invert-match "^#" source > artifact'],
      artifact: BuildArtifact.file('artifact'),
      parameters: [LocationParameter.key(parameter)],
    });
    new ModularPipeline(stack, 'Pipeline', {
      buildStrategy: BuildStrategy.actions(),
      solution: 'solution',
      source: PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Repository', 'repository'), { branch: 'dev' }),
      components: [custom('library', 'LibraryKey'), custom('service', 'ServiceKey', ['library']), Component.template('template', { path: 'template.yml' })],
      environments: [{ name: 'test', env }, { name: 'prod', env, stackName: 'prod', approval: true }],
    });
  });
});
beforeEach(() => {
  git = new TestRepository();
  git.commit({ 'library/source': 'library 1\n', 'service/source': 'service 1\n', 'template.yml': TEMPLATE });
});
afterEach(async () => system?.stop());
afterAll(removeFolders);

async function start(options: Partial<LocalSystemOptions> = {}): Promise<void> {
  system = await LocalSystem.start({ assembly, repository: git.directory, branch: 'dev', standInsOnly: true, retryDelay: 1, ...options });
}

/** Moves the branch and waits for what comes of it. */
async function release(revision = 'HEAD', options: { readonly loseEvent?: boolean } = {}): Promise<CommitReport> {
  const known = system.executions.length;
  const commit = await system.moveBranch(revision, options);
  await system.waitUntilIdle();
  return reportCommit(system, findSolution(system, 'dev'), commit, system.executions.slice(known));
}

const actions = ({ builds }: CommitReport) => Object.fromEntries(builds.map(({ component, action, buildNumber }) => [component, buildNumber === null ? action : `${action} ${buildNumber}`]));
const key = (component: string, build: number) => `solution/components/${component}/${build}/artifact`;

test('a pipeline that is created releases what the branch has, once', async () => {
  await start({ createdAt: 'HEAD' });
  await system.waitUntilIdle();
  expect(system.executions).toMatchObject([{ status: 'Succeeded', trigger: { triggerType: 'CreatePipeline' } }]);
  system.fireSchedules();
  await system.waitUntilIdle();
  await system.moveBranch('HEAD');
  await system.waitUntilIdle();
  expect(system.executions).toHaveLength(1);
});

test('first everything is built, then what changed, and each environment gets the locations', async () => {
  await start();
  const first = await release();
  expect(first).toMatchObject({ started: true, why: null, execution: { status: 'Succeeded', failures: [] }, release: { library: 1, service: 1, template: 1 } });
  expect(first.plan).toEqual({
    baseline: null,
    changed: ['library', 'service', 'template'].map((component) => ({ component, reasons: [{ kind: 'NoBaseline' }] })),
    unchanged: [],
  });
  expect(actions(first)).toEqual({ library: 'built 1', service: 'built 1', template: 'built 1' });

  git.commit({ 'service/source': 'service 2\n' });
  const second = await release();
  expect(second.plan).toEqual({
    baseline: first.commit, changed: [{ component: 'service', reasons: [{ kind: 'Direct', paths: ['service/source'], count: 1 }] }], unchanged: ['library', 'template'],
  });
  expect(actions(second)).toEqual({ service: 'built 2' });
  expect(second.environments).toEqual(['test', 'prod'].map((name) => (
    { name, status: 'Succeeded', parameters: { LibraryKey: key('library', 1), ServiceKey: key('service', 2) } })));
});

test('a dependency whose artifact came out the same builds alone; a revert builds nothing', async () => {
  await start();
  await release();
  git.commit({ 'library/source': '# a comment\nlibrary 1\n' });
  expect(actions(await release())).toEqual({ library: 'built 2', service: 'reused 1' });
  git.commit({ 'library/source': 'library 1\n' });
  expect(actions(await release())).toEqual({ library: 'reused 1', service: 'reused 1' });
});

test('a failed build records nothing; the next change builds both', async () => {
  await start();
  const first = await release();
  git.commit({ 'library/source': 'broken\n' });
  const failed = await release();
  expect(failed.execution).toMatchObject({ status: 'Failed', failures: [{ stage: 'Build', action: 'library', message: expect.stringContaining('exit status 1') }] });
  expect(actions(failed)).toEqual({ library: 'failed' });
  expect(failed.environments.map(({ status }) => status)).toEqual(['NotReached', 'NotReached']);
  expect(await new Records(system, findSolution(system, 'dev')).environment('test')).toMatchObject({ CommitId: first.commit });

  git.commit({ 'library/source': 'library 2\n', 'template.yml': `${TEMPLATE}# changed\n` });
  const next = await release();
  expect(next.plan!.baseline).toBe(first.commit);
  expect(Object.keys(actions(next))).toEqual(['library', 'service', 'template']);
  expect(next.execution!.status).toBe('Succeeded');
});

test('what no component owns, and an event that comes twice, start nothing', async () => {
  await start();
  await release();
  expect(await release()).toMatchObject({ started: false, why: "the commit is the branch's head already (Started)" });
  git.commit({ 'README.md': 'text' });
  expect(await release()).toMatchObject({ started: false, why: 'no component changed', builds: [], release: null });
});

test('the schedule finds what a lost event left undone', async () => {
  await start();
  expect(await release('HEAD', { loseEvent: true })).toMatchObject({ started: false, why: 'no event of this branch reached the diff function' });
  system.fireSchedules();
  await system.waitUntilIdle();
  expect(system.executions.map(({ status }) => status)).toEqual(['Succeeded']);
});

test('an execution that waits for prod is superseded, and no change is lost', async () => {
  let approve: (decision: ApprovalDecision) => void = () => undefined;
  const asked: string[] = [];
  await start({
    approvals: async ({ executionId }) => {
      asked.push(executionId);
      return asked.length > 1 ? 'Approved' : new Promise((resolve) => { approve = resolve; });
    },
  });
  await release();
  git.commit({ 'library/source': 'library 2\n' });
  await release();
  git.commit({ 'template.yml': `${TEMPLATE}# changed\n` });
  await release();
  expect(system.executions.map(({ status }) => status)).toEqual(['InProgress', 'Superseded', 'InProgress']);
  approve('Approved');
  await system.waitUntilIdle();
  expect(system.executions.map(({ status }) => status)).toEqual(['Succeeded', 'Superseded', 'Succeeded']);
  expect(system.stacks.find(({ name }) => name === 'prod')!.parameters).toEqual({ LibraryKey: key('library', 2), ServiceKey: key('service', 2) });
});

describe('the command line', () => {
  async function local(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
    const root = join(__dirname, '../..');
    return new Promise((resolve) => {
      execFile(process.execPath, [join(root, 'node_modules/tsx/dist/cli.mjs'), '--tsconfig', join(root, 'test/tsconfig.json'), join(root, 'local/main.ts'), ...args],
        (error, stdout, stderr) => resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }));
    });
  }
  const given = (commits: string) => ['--assembly', assembly, '--repository', git.directory, '--branch', 'dev', '--commits', commits, '--stand-ins'];

  test('prints one JSON object per line and commit, and fails where an execution did', async () => {
    git.commit({ 'service/source': 'broken\n' });
    const { code, stdout, stderr } = await local(...given('main~1,main'), '--json');
    const reports = stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as CommitReport);
    expect(reports.map(({ execution }) => execution!.status)).toEqual(['Succeeded', 'Failed']);
    expect(Object.keys(reports[0])).toEqual(['commit', 'started', 'why', 'execution', 'plan', 'builds', 'environments', 'release', 'locations']);
    expect(stderr).toContain('docker: a stand-in');
    expect(code).toBe(1);
    expect(git.git('branch', '--list')).toBe('* main');
  });

  test.each<[string, () => string[], string]>([
    ['a missing argument', () => ['--branch', 'dev'], '--assembly is missing.'],
    ['an argument that there is not', () => [...given('main'), '--colour'], "Unknown option '--colour'"],
    ['a revision that there is not', () => given('main,none'), "'none' names no commit"],
    ['a branch that nothing follows', () => given('main').map((arg) => arg === 'dev' ? 'main' : arg), "must follow the branch 'main'; found: 'solution' follows 'dev'"],
  ])('%s is told, with exit code 2', async (_, args, message) => {
    const { code, stdout, stderr } = await local(...args());
    expect(stderr).toContain(message);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});
