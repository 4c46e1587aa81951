import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeFolders, TestRepository } from './support';
import { LocalSystem } from '../../local/system';
import { Judge } from '../permissions/judge';
import { Policies } from '../permissions/policies';
import { EXAMPLES_FOLDER, loadExample } from '../support/example';

jest.mock('cdk-modular-pipeline', () => jest.requireActual('../../src'), { virtual: true });

const EXAMPLE = join(EXAMPLES_FOLDER, 'resilience-gate');
afterAll(removeFolders);

test('what is deployed to test is assessed, and goes to production where it meets its policy', async () => {
  const { directory: assembly } = loadExample('resilience-gate').synth();
  const git = new TestRepository();
  git.commit(Object.fromEntries(['template.yml', 'orders/index.js', 'stock/index.js'].map((name) => [name, readFileSync(join(EXAMPLE, 'repository', name), 'utf8')])));
  const system = await LocalSystem.start({ assembly, repository: git.directory, branch: 'main', standInsOnly: true, retryDelay: 1, authorizer: new Judge(new Policies(assembly)) });
  try {
    const release = async (orders: string) => {
      git.commit({ 'orders/index.js': `exports.handler = async () => ${orders};\n` });
      await system.moveBranch('HEAD');
      await system.waitUntilIdle();
      const execution = system.executions.at(-1)!;
      return [execution.status, ...execution.actionRuns.filter(({ status }) => status === 'Failed').map(({ stage, action, message }) => `${stage} ${action}: ${message}`)];
    };
    expect(await release('1')).toEqual(['Succeeded']);
    expect(system.resilienceHub.assessed).toEqual([[expect.stringMatching(/^arn:aws:cloudformation:eu-west-1:111111111111:stack\/shop\//)]]);

    system.resilienceHub.resilience = { complianceStatus: 'PolicyBreached' };
    const [status, failure] = await release('2');
    expect(status).toBe('Failed');
    expect(failure).toMatch(/^test Resilience: .*PolicyBreached/);

    system.resilienceHub.resilience = { complianceStatus: 'PolicyMet', failsImport: true };
    expect((await release('3'))[1]).toMatch(/^test Resilience: .*ImportFailed/);

    system.resilienceHub.resilience = { complianceStatus: 'PolicyMet' };
    expect(await release('4')).toEqual(['Succeeded']);
    expect(system.resilienceHub.assessed).toHaveLength(3);
  } finally {
    await system.stop();
  }
}, 300_000);
