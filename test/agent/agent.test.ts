import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildSync } from 'esbuild';
import { OutcomeStore } from '../../lambda/shared/outcome-store';
import { PlanStore } from '../../lambda/shared/plan-store';
import { systemTiming } from '../../lambda/shared/timing';
import { Catalogue } from '../../src/core/catalogue';
import { catalogueDigest } from '../../src/core/digest';
import { DynamoDb, startDynamoDb } from '../support/dynamodb';

const COMMIT = 'c'.repeat(40);
const CATALOGUE: Catalogue = {
  version: 1,
  components: [{ name: 'checks', path: 'tools/checks', build: { digest: 'd', kind: 'custom', artifact: { type: 'none' }, parameters: [] } }],
};

/** The program as a build runs it: bundled, in a process of its own, told everything by its environment. */
describe('agent', () => {
  let db: DynamoDb;
  let root: string;
  let program: string;
  let tables: { diffTable: string; deploymentsTable: string };
  beforeAll(async () => {
    db = await startDynamoDb();
    root = mkdtempSync(join(tmpdir(), 'agent-'));
    program = join(root, 'agent.js');
    buildSync({ entryPoints: [join(__dirname, '../../agent/agent.ts')], bundle: true, platform: 'node', outfile: program, logLevel: 'error' });
  });
  afterAll(async () => {
    rmSync(root, { recursive: true });
    await db.stop();
  });

  let directory: string;
  let source: string;
  beforeEach(async () => {
    tables = await db.createTables();
    directory = mkdtempSync(join(root, 'build-'));
    source = mkdtempSync(join(root, 'source-'));
    mkdirSync(join(source, 'tools/checks'), { recursive: true });
    writeFileSync(join(directory, 'catalogue.json'), JSON.stringify(CATALOGUE));
  });

  const environment = (): NodeJS.ProcessEnv => ({
    PATH: process.env.PATH,
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_DYNAMODB: db.endpoint,
    CODEBUILD_SRC_DIR: source,
    MODULAR_DIRECTORY: directory,
    MODULAR_SOLUTION: 'shop',
    MODULAR_COMPONENT: 'checks',
    MODULAR_DIFF_TABLE: tables.diffTable,
    MODULAR_DEPLOYMENTS_TABLE: tables.deploymentsTable,
    MODULAR_ARTIFACT_BUCKET: 'bucket',
    MODULAR_COMMIT_ID: COMMIT,
    MODULAR_PLAN_ID: 'plan',
    MODULAR_PIPELINE_EXECUTION_ID: 'execution',
  });

  async function agent(args: readonly string[], changes: NodeJS.ProcessEnv = {}): Promise<{ code: number; output: string; errors: string }> {
    return new Promise((resolve) => {
      execFile(process.execPath, [program, ...args], { env: { ...environment(), ...changes }, cwd: join(source, 'tools') }, (error, output, errors) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, output, errors });
      });
    });
  }

  const access = (tableName: string) => ({ client: db.client, tableName, solution: 'shop', timing: systemTiming });
  const plan = async (components: readonly string[]) => new PlanStore(access(tables.diffTable)).write({
    commitId: COMMIT,
    planId: 'plan',
    plannedFor: 'head:1',
    catalogueDigest: catalogueDigest(CATALOGUE),
    diffs: components.map((component) => ({ component, reasons: [{ kind: 'NeverDeployed' }], inputsDigest: `commit:${COMMIT}`, forced: false })),
    unowned: { count: 0, paths: [] },
  }, 90);

  it('skips an unchanged component', async () => {
    await plan([]);
    expect(await agent(['begin'])).toMatchObject({ code: 0, output: expect.stringContaining('[checks] unchanged') as string });
    expect(readFileSync(join(directory, 'environment'), 'utf8')).toBe('export MODULAR_ACTION=\'skip\'\n');
    expect(await agent(['finish'])).toMatchObject({ code: 0, output: '' });
  });

  it('begins and finishes a build', async () => {
    await plan(['checks']);
    expect(await agent(['begin'])).toMatchObject({ code: 0, output: '[checks] build 1\n' });
    expect(readFileSync(join(directory, 'environment'), 'utf8')).toContain(`export COMPONENT_DIRECTORY='${source}/tools/checks'\n`);
    expect(JSON.parse(readFileSync(join(directory, 'dependencies.json'), 'utf8'))).toEqual({});
    expect(await agent(['finish'])).toMatchObject({ code: 0, output: '[checks] build 1 is recorded: it leaves no artifact\n' });
    expect(await new OutcomeStore(access(tables.deploymentsTable), 'execution').get('checks')).toEqual({ component: 'checks', outcome: 'Built', build: 1 });
    expect(await agent(['begin'])).toMatchObject({ code: 0, output: '[checks] this execution has it already: build 1\n' });
  });

  it('finishes by what it began with, whatever commands exported', async () => {
    await plan(['checks']);
    await agent(['begin']);
    const finished = await promisify(execFile)('/usr/bin/env', ['-i', '/bin/sh', join(directory, 'finish.sh')], { cwd: source });
    expect(finished).toEqual({ stdout: '[checks] build 1 is recorded: it leaves no artifact\n', stderr: '' });
    const script = readFileSync(join(directory, 'finish.sh'), 'utf8');
    expect(script).toContain('export AWS_REGION=\'eu-west-1\'\n');
    expect(script).toContain(`exec '${process.execPath}' '${program}' finish\n`);
  });

  it('fails without a plan, in one line that says what to do', async () => {
    expect(await agent(['begin'])).toEqual({
      code: 1,
      output: '',
      errors: expect.stringContaining(`cdk-modular-pipeline: Commit ${COMMIT} has no plan, or its plan expired. Start the pipeline again`) as string,
    });
  });

  it('fails where the component\'s path is gone', async () => {
    await plan(['checks']);
    rmSync(join(source, 'tools/checks'), { recursive: true });
    expect((await agent(['begin'])).errors).toContain('The component\'s path \'tools/checks\' is not in the repository at this commit');
  });

  it.each(['MODULAR_PLAN_ID', 'CODEBUILD_SRC_DIR', 'MODULAR_DIRECTORY'])('fails without %s', async (name) => {
    expect((await agent(['begin'], { [name]: '' })).errors).toContain(`Environment variable ${name} is not set`);
  });

  it('runs a buildspec at the repository\'s root, with its environment', async () => {
    writeFileSync(join(source, 'buildspec.yml'), 'version: 0.2\nphases: { build: { commands: [pwd, echo $MODULAR_COMPONENT] } }\n');
    const { code, output } = await agent(['run-buildspec', 'buildspec.yml']);
    expect(code).toBe(0);
    expect(output.split('\n')).toEqual(expect.arrayContaining([source, 'checks']));
  });

  it('fails with a buildspec that fails', async () => {
    writeFileSync(join(source, 'buildspec.yml'), 'version: 0.2\nphases: { build: { commands: [exit 3] } }\n');
    expect(await agent(['run-buildspec', 'buildspec.yml'])).toMatchObject({ code: 1, errors: expect.stringContaining('buildspec.yml failed') as string });
  });

  it.each([[[]], [['other']], [['begin', 'more']], [['run-buildspec']]])('refuses the arguments %j', async (args: string[]) => {
    expect(await agent(args)).toMatchObject({ code: 1, errors: expect.stringContaining('Usage: agent begin | finish | run-buildspec FILE') as string });
  });
});
