import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeFolders, temporaryFolder, TestRepository } from './support';
import { LocalSystem } from '../../local/system';
import { Judge } from '../permissions/judge';
import { Policies } from '../permissions/policies';
import { EXAMPLES_FOLDER, loadExample } from '../support/example';

// The examples import the package by its name.
jest.mock('cdk-modular-pipeline', () => jest.requireActual('../../src'), { virtual: true });

const BUCKET = 's3-application-sources-111111111111';
const KEY = 'application/source.zip';

let system: LocalSystem;
afterEach(async () => system?.stop());
afterAll(removeFolders);

test('the story of the example: deployed to both accounts; put again with equal content, nothing is started; a change builds what it concerns', async () => {
  const assembly = loadExample('s3-application').synth().directory;
  system = await LocalSystem.start({
    assembly, repository: new TestRepository().directory, branch: 'none', standInsOnly: true, retryDelay: 1, authorizer: new Judge(new Policies(assembly)),
  });
  const content = join(temporaryFolder(), 'repository');
  cpSync(join(EXAMPLES_FOLDER, 's3-application', 'repository'), content, { recursive: true });
  const put = async (...how: string[]) => {
    const known = system.executions.length;
    const file = join(temporaryFolder(), 'source.zip');
    // As the README says.
    execFileSync('zip', ['-qr', ...how, file, '.'], { cwd: content });
    system.objects.put(BUCKET, KEY, readFileSync(file));
    await system.waitUntilIdle();
    const [execution] = system.executions.slice(known);
    return {
      status: execution?.status,
      built: (execution === undefined ? [] : system.builds(execution.id)).filter(({ logFile }) => /\] build \d+/.test(readFileSync(logFile, 'utf8')))
        .map(({ environment }) => environment.MODULAR_COMPONENT).sort(),
    };
  };
  expect(await put()).toEqual({ status: 'Succeeded', built: ['orders', 'shared', 'template.yml'] });
  expect(system.stacks.map(({ name, account }) => `${account} ${name}`).sort()).toEqual(['111111111111 s3-application', '222222222222 s3-application']);
  expect(await put()).toEqual({ status: undefined, built: [] });
  expect(await put('-0', '-D')).toEqual({ status: undefined, built: [] });
  writeFileSync(join(content, 'shared/currency.mjs'), `${readFileSync(join(content, 'shared/currency.mjs'), 'utf8')}// Rounded half to even.\n`);
  expect(await put()).toEqual({ status: 'Succeeded', built: ['orders', 'shared'] });
  expect(system.denied).toEqual([]);
}, 300_000);
