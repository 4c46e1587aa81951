import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import { removeFolders, synthesize, TestRepository } from './support';
import { CommitReport, reportCommit } from '../../local/report/commit-report';
import { findSolution } from '../../local/report/solution';
import { LocalSystem } from '../../local/system';
import { BuildArtifact, BuildStrategy, Component, ComponentDiscovery, LocationParameter, ModularPipeline, PipelineSource } from '../../src';
import { Judge } from '../permissions/judge';
import { Policies } from '../permissions/policies';

const env = { account: '111111111111', region: 'eu-west-1' };
const LOCK = 'package-lock.json';

/** An npm workspace: an api that is built with lib, and a web; each of the three has one dependency from the registry, in one version or another. */
const manifests = (dependencies: Readonly<Record<string, object>>) => Object.fromEntries(Object.entries(dependencies).map(([folder, its]) => (
  [`${folder}/package.json`, JSON.stringify({ name: folder.replace(/^.*\//, ''), version: '1.0.0', dependencies: its })]
)));
const DEPENDENCIES = { 'packages/lib': { left: '^1.0.0' }, 'services/api': { lib: '*', middle: '^1.0.0' }, 'services/web': { right: '^1.0.0' } };

function lockfile(versions: Readonly<Record<'left' | 'deep' | 'right', string>>): object {
  const registry = (name: string, version: string, more: object = {}) => [`node_modules/${name}`, { version, integrity: `sha512-${name}-${version}`, ...more }];
  return {
    name: 'shop',
    lockfileVersion: 3,
    requires: true,
    packages: Object.fromEntries([
      ['', { name: 'shop', workspaces: ['packages/*', 'services/*'] }],
      ...Object.entries(DEPENDENCIES).map(([folder, dependencies]) => [folder, { version: '1.0.0', dependencies }]),
      ...['lib', 'api', 'web'].map((name) => [`node_modules/${name}`, { resolved: name === 'lib' ? 'packages/lib' : `services/${name}`, link: true }]),
      registry('left', versions.left),
      registry('middle', '1.0.0', { dependencies: { deep: '^1.0.0' } }),
      registry('deep', versions.deep),
      registry('right', versions.right),
    ]) as object,
  };
}

const VERSIONS = { left: '1.0.0', deep: '1.0.0', right: '1.0.0' };
const asText = (content: object, indent = 2) => JSON.stringify(content, undefined, indent);

let git: TestRepository;
let system: LocalSystem;
/** Every call is held to the policies that the pipeline has. */
let judge: Judge;

beforeAll(async () => {
  git = new TestRepository();
  git.commit({
    'package.json': asText({ name: 'shop', private: true, workspaces: ['packages/*', 'services/*'] }),
    [LOCK]: asText(lockfile(VERSIONS)),
    ...manifests(DEPENDENCIES),
    'packages/lib/index.js': 'module.exports = require("left");\n',
    'services/api/index.js': 'require("lib"); require("middle");\n',
    'services/web/index.js': 'require("right");\n',
    'template.yml': 'Parameters:\n  ApiKey: { Type: String }\n  WebKey: { Type: String }\nResources:\n  T: { Type: AWS::SNS::Topic }\n',
  });
  const service = (name: string, parameter: string) => Component.custom(name, {
    path: `services/${name}`,
    buildCommands: ['cat index.js > artifact'],
    artifact: BuildArtifact.file('artifact'),
    parameters: [LocationParameter.key(parameter)],
  });
  const assembly = synthesize((stack) => {
    new ModularPipeline(stack, 'Pipeline', {
      buildStrategy: BuildStrategy.actions(),
      solution: 'shop',
      source: PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Repository', 'repository'), { branch: 'dev' }),
      discovery: ComponentDiscovery.workTree({ directory: git.directory }),
      components: [service('api', 'ApiKey'), service('web', 'WebKey'), Component.template('template', { path: 'template.yml' })],
      environments: [{ name: 'test', env }],
    });
  });
  judge = new Judge(new Policies(assembly));
  system = await LocalSystem.start({
    authorizer: judge, assembly, repository: git.directory, branch: 'dev', standInsOnly: true, retryDelay: 1,
  });
  expect(await release()).toMatchObject({ execution: { status: 'Succeeded' }, release: { api: 1, lib: 1, template: 1, web: 1 } });
});
afterAll(async () => {
  await system?.stop();
  removeFolders();
});

/** Commits the lockfile, and waits for what comes of it. */
async function releaseLockfile(content: string): Promise<CommitReport> {
  git.commit({ [LOCK]: content });
  return release();
}

async function release(): Promise<CommitReport> {
  const known = system.executions.length;
  const commit = await system.moveBranch('HEAD');
  await system.waitUntilIdle();
  return reportCommit(system, findSolution(system, 'dev'), commit, system.executions.slice(known));
}

const built = ({ builds }: CommitReport) => builds.filter(({ action }) => action === 'built').map(({ component, buildNumber }) => `${component} ${buildNumber}`);

/** Each goes on where the one before has left the environment. */
test("another version of one component's dependency builds that one, and says by which way it is required", async () => {
  const report = await releaseLockfile(asText(lockfile({ ...VERSIONS, deep: '1.0.1' })));
  expect(report.plan).toMatchObject({
    changed: [{ component: 'api', reasons: [{ kind: 'GlobalPath', paths: [LOCK], count: 1, packages: ['middle > deep'] }] }],
    unchanged: ['web', 'template', 'lib'],
  });
  expect(built(report)).toEqual(['api 2']);
  expect([...judge.used].filter((grant) => grant.includes('codecommit:GetFile'))).toHaveLength(1);
  expect(report.execution!.status).toBe('Succeeded');
});

test('another formatting starts nothing', async () => {
  expect(await releaseLockfile(asText(lockfile({ ...VERSIONS, deep: '1.0.1' }), 4))).toMatchObject({ started: false, why: 'no component changed', builds: [] });
});

test("another version of a library's dependency reaches what depends on the library", async () => {
  const report = await releaseLockfile(asText(lockfile({ ...VERSIONS, deep: '1.0.1', left: '1.1.0' })));
  expect(report.plan!.changed).toEqual([
    { component: 'api', reasons: [{ kind: 'Dependency', via: 'lib' }] },
    { component: 'lib', reasons: [{ kind: 'GlobalPath', paths: [LOCK], count: 1, packages: ['left'] }] },
  ]);
  expect(built(report)).toEqual(['api 3', 'lib 2']);
});

test.each<[string, string, string]>([
  ['broken off', '{ "lockfileVersion": 3,', 'not JSON: '],
  ['larger than CodeCommit gives out', asText(lockfile(VERSIONS)) + ' '.repeat(6 * 1024 ** 2), 'it is larger than CodeCommit gives out (6 MB)'],
])('a lockfile that is %s builds everything, and says why', async (_, content, detail) => {
  const report = await releaseLockfile(content);
  expect(report.plan!.changed.map(({ component }) => component).sort()).toEqual(['api', 'lib', 'template', 'web']);
  for (const { reasons } of report.plan!.changed) {
    expect(reasons).toContainEqual({ kind: 'GlobalPath', paths: [LOCK], count: 1, untraced: expect.stringContaining(detail) as string });
  }
  expect(built(report)).toHaveLength(4);
});
