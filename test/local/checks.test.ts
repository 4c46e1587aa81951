import { execFile } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { removeFolders, synthesize, temporaryFolder, TestRepository } from './support';
import { clientEnvironment } from '../../local/client-environment';
import { Execution } from '../../local/engine/pipeline/execution';
import { LocalSystem } from '../../local/system';
import { Check, Component, ModularPipeline, PipelineSource } from '../../src';

const env = { account: '111111111111', region: 'eu-west-1' };
const COMMAND = join(__dirname, '../../assets/cli/cdk-modular-pipeline/index.js');

/** Images of one repository, and a scanner that learns of advisories while releases are live. */
describe('checks before the build, and one repository for all images', () => {
  const advisory = join(temporaryFolder(), 'advisory');
  let git: TestRepository;
  let system: LocalSystem;

  beforeAll(async () => {
    const assembly = synthesize((stack) => {
      const repository = new ecr.Repository(stack, 'Images', { imageTagMutability: ecr.TagMutability.IMMUTABLE });
      new ModularPipeline(stack, 'Pipeline', {
        solution: 'solution',
        source: PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Repository', 'repository'), { branch: 'dev' }),
        checks: [Check.commands('Scan', { commands: ['test -n "$COMMIT_ID"', `if [ -e '${advisory}' ]; then echo "advisory"; exit 1; fi`] })],
        components: [...['a', 'b'].map((name) => Component.lambdaImage(name, { path: name, repository })), Component.template('template', { path: 'template.yml' })],
        environments: [{ name: 'live', env }],
      });
    });
    git = new TestRepository();
    git.commit({ 'template.yml': 'Parameters:\n  AImageUri: { Type: String }\n  BImageUri: { Type: String }\nResources:\n  T: { Type: AWS::SNS::Topic }\n' });
    system = await LocalSystem.start({ assembly, repository: git.directory, branch: 'dev', standInsOnly: true, retryDelay: 1 });
  });

  afterAll(async () => {
    await system?.stop();
    removeFolders();
  });

  async function release(...components: string[]): Promise<Execution> {
    git.commit(Object.fromEntries(components.map((name) => [`${name}/Dockerfile`, `FROM scratch\n# ${system.executions.length}\n`])));
    await system.moveBranch('HEAD');
    await system.waitUntilIdle();
    return system.executions.at(-1)!;
  }

  const images = () => system.stacks[0].parameters;

  test('images go to the one repository under their components\' tags', async () => {
    expect((await release('a', 'b')).status).toBe('Succeeded');
    const first = images();
    expect((await release('b')).status).toBe('Succeeded');
    expect((await release('a', 'b')).status).toBe('Succeeded');
    const third = images();
    expect(third.AImageUri).not.toBe(first.AImageUri);
    const repository = (uri: string) => uri.split('@')[0];
    expect(new Set([...Object.values(first), ...Object.values(third)].map(repository)).size).toBe(1);
  });

  test('a commit that fails a check is not built; what is live can be exchanged all the same', async () => {
    const before = images();
    writeFileSync(advisory, '');
    const refused = await release('a');
    expect(refused.actionRuns.at(-1)).toMatchObject({ stage: 'Checks', action: 'Scan', status: 'Failed' });
    expect(system.builds(refused.id).map(({ project }) => project)).toEqual([expect.stringContaining('Scan')]);

    expect(existsSync(advisory)).toBe(true);
    await new Promise<void>((resolve, reject) => {
      execFile(process.execPath, [COMMAND, 'rollback', 'live', '--pipeline', 'solution'], {
        env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1', ...clientEnvironment(system.endpoint), AWS_REGION: env.region },
      }, (error, _, stderr) => (error ? reject(new Error(stderr)) : resolve()));
    });
    await system.waitUntilIdle();
    const rollback = system.executions.at(-1)!;
    expect([rollback.status, [...rollback.skippedStages]]).toEqual(['Succeeded', ['Checks', 'Build']]);
    expect(images().AImageUri).not.toBe(before.AImageUri);

    rmSync(advisory);
    expect((await release('a')).status).toBe('Succeeded');
  });
});
