import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { removeFolders, temporaryFolder, TestRepository } from './support';
import { Execution } from '../../local/engine/pipeline/execution';
import { LocalSystem } from '../../local/system';
import { EXAMPLES_FOLDER, loadExample } from '../support/example';

jest.mock('cdk-modular-pipeline', () => jest.requireActual('../../src'), { virtual: true });

const REPOSITORY = join(EXAMPLES_FOLDER, 'sam-application', 'repository');
const ACCOUNTS = ['222222222222', '333333333333'];

/** Folder of the environment that `.ci/python-tools.sh sam` makes: without it, and without the AWS CLI, nothing here is run. */
const tools = process.env.SAM_TOOLS;
const isInstalled = tools !== undefined && spawnSync('aws', ['--version']).status === 0;

/** What CloudFormation's transform makes of a template: the translator that AWS publishes. */
const TRANSLATE = `
import json, sys
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse
class Policies:
    def load(self): return {}
print(json.dumps(transform(yaml_parse(sys.stdin.read()), {'Stage': 'test'}, Policies())))
`;

type Resources = Readonly<Record<string, { readonly Type: string; readonly Properties: Readonly<Record<string, unknown>> }>>;

(isInstalled ? describe : describe.skip)('the SAM application, built by the SAM CLI and packaged by the AWS CLI', () => {
  let git: TestRepository;
  let system: LocalSystem;
  const path = process.env.PATH;

  beforeAll(async () => {
    // What pip installs is there already: the environment of the tools is moved after it was made, and its programs are run by their Python.
    const bin = join(temporaryFolder(), 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'sam'), `#!/bin/sh\nSAM_CLI_TELEMETRY=0 exec '${tools}/bin/python' '${tools}/bin/sam' "$@"\n`, { mode: 0o755 });
    writeFileSync(join(bin, 'pip'), '#!/bin/sh\n', { mode: 0o755 });
    process.env.PATH = [bin, path].join(delimiter);
    git = new TestRepository();
    git.commit(Object.fromEntries(readdirSync(REPOSITORY, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => {
      const file = join(entry.parentPath, entry.name);
      return [file.slice(REPOSITORY.length + 1), readFileSync(file, 'utf8')];
    })));
    system = await LocalSystem.start({ assembly: loadExample('sam-application').synth().directory, repository: git.directory, branch: 'main', standInsOnly: false, retryDelay: 1 });
  }, 120_000);

  afterAll(async () => {
    await system?.stop();
    removeFolders();
    process.env.PATH = path;
  });

  async function release(files: Record<string, string> = {}): Promise<Execution> {
    if (Object.keys(files).length > 0) {
      git.commit(files);
    }
    await system.moveBranch('HEAD');
    await system.waitUntilIdle();
    return system.executions.at(-1)!;
  }

  const failures = ({ actionRuns }: Execution) => actionRuns.filter(({ status }) => status === 'Failed').map(({ action, message }) => `${action}: ${message}`);
  const template = (account: string) => system.stacks.find((stack) => stack.account === account && stack.name.startsWith('orders'))!.template;
  const packaged = () => system.objects.list(bucket()).filter(({ key }) => key.includes('/packaged/')).map(({ key }) => key).sort();
  const bucket = () => /s3:\/\/([^/]+)\//.exec(template(ACCOUNTS[0]!))![1]!;
  const translated = (text: string) => (
    JSON.parse(execFileSync(join(tools!, 'bin', 'python'), ['-c', TRANSLATE], { input: text, env: { ...process.env, AWS_DEFAULT_REGION: 'eu-west-1' }, encoding: 'utf8' })) as { Resources: Resources }).Resources;
  const versions = (resources: Resources, logicalId: string) => Object.entries(resources)
    .filter(([, { Type, Properties }]) => Type === 'AWS::Lambda::Version' && JSON.stringify(Properties.FunctionName) === JSON.stringify({ Ref: logicalId })).map(([id]) => id);

  test('is released to both environments: code, layer, definition and nested application are in the store', async () => {
    const first = await release();
    expect(failures(first)).toEqual([]);
    expect(first.status).toBe('Succeeded');
    // Two functions, a layer, a definition, the nested template and its function.
    expect(packaged()).toHaveLength(6);
    const nested = system.objects.read(bucket(), packaged().find((key) => key.endsWith('.template'))!).toString();
    for (const key of packaged().filter((one) => !one.endsWith('.template'))) {
      expect(`${template(ACCOUNTS[0]!)}${nested}`).toContain(key);
    }
    expect(template(ACCOUNTS[1]!)).toBe(template(ACCOUNTS[0]!));
    expect(translated(template(ACCOUNTS[0]!)).Createlive ?? translated(template(ACCOUNTS[0]!)).CreateAliaslive).toBeDefined();
  }, 600_000);

  test('a function that changed is the only thing that does, and gets a new version', async () => {
    const [before, objects] = [template(ACCOUNTS[0]!), packaged()];
    const changed = await release({ 'orders/functions/create/index.js': 'exports.handler = async () => ({ statusCode: 202 });\n' });
    expect([changed.status, failures(changed)]).toEqual(['Succeeded', []]);
    expect(packaged().filter((key) => !objects.includes(key))).toHaveLength(1);
    const [old, fresh] = [before, template(ACCOUNTS[1]!)].map(translated);
    const differing = [...new Set([...Object.keys(old!), ...Object.keys(fresh!)])].filter((id) => JSON.stringify(old![id]) !== JSON.stringify(fresh![id]));
    expect(differing.map((id) => (fresh![id] ?? old![id])!.Type).sort()).toEqual(['AWS::Lambda::Alias', 'AWS::Lambda::Function', 'AWS::Lambda::Version', 'AWS::Lambda::Version']);
    expect(versions(fresh!, 'Create')).not.toEqual(versions(old!, 'Create'));
    expect(versions(fresh!, 'List')).toEqual(versions(old!, 'List'));
  }, 600_000);

  test('a comment in the template changes nothing, and no change set is executed', async () => {
    const events = () => system.stacks.map(({ operations }) => operations.events.length);
    const [before, objects] = [events(), packaged()];
    const same = await release({ 'orders/template.yaml': `# Orders.\n${readFileSync(join(REPOSITORY, 'orders/template.yaml'), 'utf8')}` });
    expect([same.status, failures(same)]).toEqual(['Succeeded', []]);
    expect([events(), packaged()]).toEqual([before, objects]);
  }, 600_000);

  test('a revert goes back to the objects that are there', async () => {
    const objects = packaged();
    const reverted = await release({ 'orders/functions/create/index.js': readFileSync(join(REPOSITORY, 'orders/functions/create/index.js'), 'utf8') });
    expect([reverted.status, failures(reverted)]).toEqual(['Succeeded', []]);
    expect(packaged()).toEqual(objects);
  }, 600_000);
});
