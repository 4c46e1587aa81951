import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { Story } from './story';
import { removeFolders, temporaryFolder } from '../support';

jest.mock('cdk-modular-pipeline', () => jest.requireActual('../../../src'), { virtual: true });

const secret = (name: string) => `arn:aws:secretsmanager:eu-west-1:111111111111:secret:orders/${name}-AbCdEf`;

describe('examples/migrations', () => {
  const folder = temporaryFolder();
  const database = (name: string) => join(folder, `${name}.db`);
  let story: Story;

  beforeAll(async () => {
    story = await Story.begin('migrations', { secrets: { [secret('test')]: `sqlite:${database('test')}`, [secret('prod')]: `sqlite:${database('prod')}` } }, 'orders');
  });

  afterAll(async () => {
    await story?.system.stop();
    removeFolders();
  });

  const history = (name: string) => execFileSync('python3', ['-c', 'import sqlite3, sys\nprint(*[r[0] for r in sqlite3.connect(sys.argv[1]).execute("SELECT script FROM schema_history ORDER BY 1")])', database(name)], { encoding: 'utf8' }).trim();
  const steps = () => story.steps().splice(0);

  test('the first release reports the scripts, asks for prod, and runs them before the stack', async () => {
    await story.succeeds();
    expect([history('test'), history('prod')]).toEqual(['V1__orders.sql', 'V1__orders.sql']);
    expect(steps()).toEqual(['test report SUCCEEDED', 'test deploy SUCCEEDED', 'prod report SUCCEEDED', 'prod deploy SUCCEEDED']);
    expect(story.asked.map(({ text }) => text).join()).toContain('migrations@V1__orders.sql (Migration) is created');
  });

  test('a release that changes no script runs none, and asks no one for it', async () => {
    const before = steps().length;
    await story.succeeds({ 'README.md': 'Orders\n' });
    await story.succeeds({ 'orders/src/index.js': 'exports.handler = async () => ({ statusCode: 204 });\n' });
    expect(steps()).toHaveLength(before);
    expect(story.asked.map(({ text }) => text)).toEqual([expect.not.stringContaining('Migration')]);
  });

  test('a script that drops a table is refused before anything ran, and can be allowed', async () => {
    expect(await story.release({ 'db/sql/V2__drop.sql': 'DROP TABLE orders;\n' })).toBe('Failed');
    expect(story.failure).toContain('migrations@V2__drop.sql (Migration) is deleted');
    expect(history('test')).toBe('V1__orders.sql');
    await story.succeeds({ 'db/sql/V2__drop.sql': null });
  });

  test('a script alone waits for the approval: rejected, it reaches test and not prod; with the next release it is asked for again', async () => {
    story.approver.answer = 'Rejected';
    expect(await story.release({ 'db/sql/V2__customers.sql': 'CREATE TABLE customers (id INTEGER PRIMARY KEY);\n' })).toBe('Failed');
    expect([history('test'), history('prod')]).toEqual(['V1__orders.sql V2__customers.sql', 'V1__orders.sql']);
    expect(story.asked.map(({ text }) => text).join()).toContain('V2__customers.sql');
    story.approver.answer = 'Approved';
    await story.succeeds({ 'README.md': 'Orders and customers\n' });
    expect(story.asked.map(({ text }) => text).join()).toContain('V2__customers.sql');
    expect(history('prod')).toBe('V1__orders.sql V2__customers.sql');
  });

  test('a script that fails fails the release, changes nothing, and is run again when it is corrected', async () => {
    expect(await story.release({ 'db/sql/V3__total.sql': 'CREATE TABLE totals (id INTEGER);\nCREATE TABLE totals (id INTEGER);\n' })).toBe('Failed');
    expect(story.failure).toContain("The delivery of component 'migrations' to test failed: build ");
    expect(history('test')).toBe('V1__orders.sql V2__customers.sql');
    await story.succeeds({ 'db/sql/V3__total.sql': 'CREATE TABLE totals (id INTEGER);\n' });
    expect(history('prod')).toBe('V1__orders.sql V2__customers.sql V3__total.sql');
  });

  test('a rollback takes the code back, leaves the database, and says so', async () => {
    const before = steps().length;
    const executions = story.system.executions.length;
    await story.command('rollback', 'prod');
    expect(story.system.executions.slice(executions).map(({ status }) => status)).toEqual(['Succeeded']);
    expect(story.asked.map(({ text }) => text).join()).toContain('1 delivery with a newer build in place, which stays');
    expect(history('prod')).toBe('V1__orders.sql V2__customers.sql V3__total.sql');
    expect(steps()).toHaveLength(before);
    expect(await story.command('status')).toMatch(/prod: component migrations stays at build \d+, and the release has build \d+: its deployer does not roll back/);
  });
});
