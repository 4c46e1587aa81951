import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { attack, Attempt, ATTACK_PROGRAM, attempts } from './attack';
import { Judge } from './judge';
import { Policies } from './policies';
import { permissionText, unusedPermissions } from './report';
import { allKinds, explained, FILES, SCENARIOS, synthesize } from './scenarios';
import { LocalSystem } from '../../local/system';
import { removeFolders, temporaryFolder, TestRepository } from '../local/support';

afterAll(removeFolders);

test('no scenario does what AWS would deny, and what no scenario uses is exactly what docs/security.md explains', async () => {
  const judges: Judge[] = [];
  for (const { run } of SCENARIOS) {
    judges.push(await run());
  }
  expect(judges.every(({ accesses }) => accesses > 100)).toBe(true);
  expect(unusedPermissions(judges).map(permissionText).sort()).toEqual(explained());
}, 600_000);

describe('one system', () => {
  let system: LocalSystem | undefined;
  afterEach(async () => system?.stop());

  async function start(assembly: string, files: Record<string, string>, tolerateDenied: boolean): Promise<LocalSystem> {
    const git = new TestRepository();
    git.commit(files);
    const authorizer = new Judge(new Policies(assembly));
    system = await LocalSystem.start({ assembly, repository: git.directory, branch: 'main', standInsOnly: true, retryDelay: 1, authorizer, tolerateDenied });
    await system.moveBranch('HEAD');
    return system;
  }

  const assemblyOf = (build: (stack: Stack) => void) => synthesize(build, join(temporaryFolder(), 'cdk.out'));

  test('a call that AWS would deny ends the run, and says who wanted what', async () => {
    const assembly = assemblyOf(allKinds);
    edit(assembly, (template) => template.replaceAll('"codecommit:GetBranch",', ''));
    const running = await start(assembly, FILES, false);
    await expect(running.waitUntilIdle()).rejects.toThrow(
      /AWS would deny arn:aws:iam::111111111111:role\/.*DiffRole.* the action codecommit:GetBranch on arn:aws:codecommit:eu-west-1:111111111111:shop: ImplicitlyDenied/,
    );
  }, 120_000);

  test.each([
    ['of a partition key', '"shop##test",', 'dynamodb:GetItem'],
    ['of the principal of a function\'s policy', '"events.amazonaws.com"', 'lambda:InvokeFunction', '"sns.amazonaws.com"'],
  ])('a condition %s is judged', async (_, text, action, replacement = '"shop##other",') => {
    const assembly = assemblyOf(allKinds);
    edit(assembly, (template) => template.replaceAll(text, replacement));
    const running = await start(assembly, FILES, false);
    await expect(running.waitUntilIdle()).rejects.toThrow(`the action ${action}`);
  }, 120_000);

  test('a build can write what is its own, and nothing else', async () => {
    const assembly = assemblyOf(attack);
    const policies = new Policies(assembly);
    const wanted = attempts(policies);
    const running = await start(assembly, {
      ...FILES, 'hostile/attack.js': ATTACK_PROGRAM, 'hostile/attempts.json': JSON.stringify(wanted),
    }, true);
    await running.waitUntilIdle();

    const [build] = running.builds(running.executions[0].id).filter(({ project }) => project.includes('hostile'));
    const results = JSON.parse(/RESULTS (.*)/.exec(readFileSync(build.logFile, 'utf8'))![1]) as Record<string, string>;
    const expected = (attempt: Attempt) => (attempt.allowed ? 'done' : 'denied');
    expect(results).toEqual(Object.fromEntries(wanted.map((attempt) => [attempt.name, expected(attempt)])));
    expect(Object.values(results).filter((result) => result === 'denied').length).toBeGreaterThan(10);
    // Nobody else was denied anything.
    expect(new Set(running.denied.map(({ access }) => policies.roles.get(access.principal)!.logicalId.replace(/[0-9A-F]{8}$/, '')))).toEqual(new Set(['PipelineBuildshostileRole']));
  }, 120_000);
});

function edit(assembly: string, change: (template: string) => string): void {
  const [file] = readdirSync(assembly).filter((name) => name.endsWith('.template.json'));
  const path = join(assembly, file);
  const before = readFileSync(path, 'utf8');
  const after = JSON.stringify(JSON.parse(change(JSON.stringify(JSON.parse(before)))));
  expect(after).not.toBe(JSON.stringify(JSON.parse(before)));
  writeFileSync(path, after);
}
