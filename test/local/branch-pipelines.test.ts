import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { removeFolders, temporaryFolder, TestRepository } from './support';
import { solutionOf } from '../../examples/branch-pipelines/names';
import { LocalSystem } from '../../local/system';
import { EXAMPLES_FOLDER, loadExample } from '../support/example';

jest.mock('cdk-modular-pipeline', () => jest.requireActual('../../src'), { virtual: true });

const EXAMPLE = join(EXAMPLES_FOLDER, 'branch-pipelines');
afterAll(removeFolders);

test('each branch has a solution of its own, whose name CloudFormation and the library take', () => {
  expect(solutionOf('feature/Search & Filter')).toMatch(/^shop-search-filter-[0-9a-f]{8}$/);
  expect(solutionOf('feature/a-b')).not.toBe(solutionOf('feature/a_b'));
  expect(() => solutionOf('main')).toThrow('its name has to begin with feature/');
  fc.assert(fc.property(fc.string({ minLength: 1, maxLength: 200 }), (name) => {
    expect(solutionOf(`feature/${name}`)).toMatch(/^shop(-[a-z0-9]+)+-[0-9a-f]{8}$|^shop-[0-9a-f]{8}$/);
    expect(`${solutionOf(`feature/${name}`)}-pipeline`.length).toBeLessThan(64);
  }));
});

test('a branch\'s pipeline deploys its own copy, follows its own branch, and keeps nothing', async () => {
  const branch = 'feature/search';
  const solution = solutionOf(branch);
  const assembly = loadExample('branch-pipelines', { branch }).synth();
  expect(assembly.stacks.map(({ stackName }) => stackName)).toEqual([`${solution}-pipeline`]);
  const { Resources } = assembly.stacks[0]!.template as { Resources: Record<string, { Type: string; DeletionPolicy?: string }> };
  const kept = Object.values(Resources).filter(({ Type, DeletionPolicy }) => /Bucket$|GlobalTable$|::Repository$/.test(Type) && DeletionPolicy !== 'Delete');
  expect(kept).toEqual([]);
  const git = new TestRepository();
  const read = (name: string) => readFileSync(join(EXAMPLE, 'repository', name), 'utf8');
  git.commit({ 'template.yml': read('template.yml'), 'orders/index.js': read('orders/index.js') });
  const system = await LocalSystem.start({ assembly: assembly.directory, repository: git.directory, branch, standInsOnly: true, retryDelay: 1 });
  try {
    await system.moveBranch('HEAD', { branch: 'main' });
    await system.waitUntilIdle();
    expect(system.executions).toEqual([]);
    await system.moveBranch('HEAD');
    await system.waitUntilIdle();
    expect(system.executions.map(({ status }) => status)).toEqual(['Succeeded']);
    expect(system.stacks.map(({ name }) => name)).toEqual([solution]);
  } finally {
    await system.stop();
  }
}, 300_000);

/** Runs a script of the example with programs that note how they are called; `aws` answers as it is told. */
function run(script: string, variables: Record<string, string>, aws: string): { readonly status: number | null; readonly calls: string[] } {
  const bin = join(temporaryFolder(), 'bin');
  mkdirSync(bin, { recursive: true });
  const log = join(bin, 'calls');
  const program = (name: string, body: string) => {
    writeFileSync(join(bin, name), `#!/usr/bin/env bash\necho "${name} $*" >> "${log}"\n${body}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  program('npm', '');
  program('npx', 'if [ "$1" = tsx ]; then echo shop-search-12345678; fi');
  program('aws', aws);
  program('sleep', '');
  const env = { PATH: `${bin}:${process.env.PATH}`, ...variables };
  const { status, stderr } = spawnSync('bash', [join(EXAMPLE, 'scripts', script)], { env, encoding: 'utf8' });
  return { status, calls: [...existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [], ...(status === 0 ? [] : [stderr.trim()])] };
}

const BRANCH = 'feature/it\'s $(touch x); "y"';

test('a branch\'s name reaches the CDK as it is, and nothing else', () => {
  expect(run('make.sh', { BRANCH }, '')).toEqual({ status: 0, calls: ['npm ci', `npx cdk deploy --all --require-approval never --context branch=${BRANCH}`] });
});

test('the pipeline goes before what it deployed, which is deleted with the deploy role, as soon as it can be', () => {
  const { status, calls } = run('remove.sh', { BRANCH, DEPLOY_ROLE: 'deploy', EXECUTION_ROLE: 'exec' }, `
    case "$*" in
      *assume-role*) printf 'id\\tsecret\\ttoken\\n' ;;
      *delete-stack*) [ "$AWS_ACCESS_KEY_ID$AWS_SECRET_ACCESS_KEY$AWS_SESSION_TOKEN" = idsecrettoken ] && [ -e "$0.second" ] || { touch "$0.second"; exit 1; } ;;
    esac`);
  expect(status).toBe(0);
  const deletion = 'aws cloudformation delete-stack --stack-name shop-search-12345678 --role-arn exec';
  expect(calls.slice(2)).toEqual([
    `npx cdk destroy --all --force --context branch=${BRANCH}`,
    expect.stringMatching(/^aws sts assume-role --role-arn deploy /),
    deletion, 'sleep 60', deletion, 'aws cloudformation wait stack-delete-complete --stack-name shop-search-12345678',
  ]);
});

test('a stack that cannot be deleted fails the removal', () => {
  const { status, calls } = run('remove.sh', { BRANCH, DEPLOY_ROLE: 'deploy', EXECUTION_ROLE: 'exec', ATTEMPTS: '2' }, `
    case "$*" in *assume-role*) echo id secret token ;; *delete-stack*) exit 1 ;; esac`);
  expect([status, calls.at(-1)]).toEqual([1, 'Stack shop-search-12345678 could not be deleted: look at its events.']);
});

test('branches that nobody has pushed to for days are removed, and no others', () => {
  const now = Math.floor(Date.now() / 1000);
  const { status, calls } = run('expire.sh', { DAYS: '14', PREFIX: 'feature/', REPOSITORY: 'shop', REMOVE_PROJECT: 'remove' }, `
    case "$*" in
      *list-branches*) printf 'main\\tfeature/old\\tfeature/new\\tother/feature/old\\n' ;;
      *get-branch*old*) echo c-old ;;
      *get-branch*new*) echo c-new ;;
      *get-commit*c-old*) echo '${now - 15 * 86_400} +0100' ;;
      *get-commit*c-new*) echo '${now - 13 * 86_400} +0000' ;;
      *start-build*) echo build ;;
    esac`);
  expect(status).toBe(0);
  expect(calls.filter((call) => call.includes('start-build'))).toEqual([
    'aws codebuild start-build --project-name remove --environment-variables-override name=BRANCH,value=feature/old,type=PLAINTEXT --query build.id --output text',
  ]);
  expect(calls.filter((call) => call.includes('get-commit'))).toHaveLength(2);
});
