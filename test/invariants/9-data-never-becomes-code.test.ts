import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { BuildStore } from '../../lambda/shared/build-store';
import { EnvironmentStore } from '../../lambda/shared/environment-store';
import { exportVariables } from '../../src/core/shell';
import { DynamoDb, startDynamoDb } from '../support/dynamodb';
import { fileComponent, SOLUTION, World } from '../support/world';

describe('Invariant 9: data never becomes code', () => {
  let db: DynamoDb;
  let directory: string;
  beforeAll(async () => {
    db = await startDynamoDb();
    directory = mkdtempSync(join(tmpdir(), 'invariant-'));
  });
  afterAll(async () => {
    rmSync(directory, { recursive: true });
    await db.stop();
  });

  /** What each shell makes of an environment file. */
  function sourced(shell: string, value: string): string {
    const file = join(directory, 'environment');
    writeFileSync(file, exportVariables({ VALUE: value }));
    return execFileSync(shell, ['-c', '. "$1" && printf %s "$VALUE" && exec printf .', shell, file], { cwd: directory, encoding: 'utf8' }).slice(0, -1);
  }

  it.each(['bash', 'sh'])('the environment file gives %s every value as it is', (shell) => {
    for (const value of ['$(touch pwned)', '`touch pwned`', '\'; touch pwned; \'', 'a\nb', '"', '\\', '$HOME', '!x', '*', '-n', '', ' ', 'é\u{1F600}']) {
      expect(sourced(shell, value)).toBe(value);
    }
    expect(() => execFileSync('test', ['!', '-e', join(directory, 'pwned')])).not.toThrow();
  });

  it('the environment file gives bash any value as it is', () => {
    fc.assert(fc.property(fc.string({ unit: fc.constantFrom('\'', '"', '\\', '$', '`', '(', ')', '\n', ' ', ';', 'a', '#', '!') }), (value) => {
      expect(sourced('bash', value)).toBe(value);
    }), { numRuns: 60 });
  });

  it('refuses what no shell variable can hold', () => {
    expect(() => exportVariables({ VALUE: 'a\0b' })).toThrow('NUL');
  });

  it('names of environments reach expressions as attribute names', async () => {
    const world = await World.create(db, [fileComponent('x')]);
    const builds = new BuildStore(world.deployments());
    const execution = await world.deploy({ x: 'x1' });
    const build = world.releaseOf(execution).components.x!;
    const record = { CommitId: 'c', PipelineExecutionId: 'e', Timestamp: 't' };
    for (const environment of ['a.b', 'x = :y', 'Deployments', '#environment', 'eu-west-1[0]']) {
      await builds.recordDeployment(build, environment, record);
      const item = await world.item('deploymentsTable', { Component: `${SOLUTION}#x`, BuildNumber: 1 });
      expect((item!.Deployments as Record<string, unknown>)[environment]).toEqual(record);
    }
  });

  it('names that look like other keys reach no other item', async () => {
    const world = await World.create(db, [fileComponent('x')]);
    const environments = new EnvironmentStore(world.deployments());
    await environments.move('x', { Sequence: 1, CommitId: 'c', Release: 'r', PipelineExecutionId: 'e', Timestamp: 't' });
    expect(await new BuildStore(world.deployments()).nextNumber('x')).toBe(1);
    expect(await environments.read('x')).toMatchObject({ Sequence: 1 });
  });

  it('paths with quotes, newlines and shell are changes like others', async () => {
    const world = await World.create(db, [fileComponent('x')]);
    await world.deploy({ x: 'x1' });
    const path = 'x/$(touch pwned)\n"\';`.txt';
    const head = world.push({ [path]: 'content' });
    await world.diff();
    expect((await world.plans().diff(head, 'x'))!.Reasons).toEqual([{ kind: 'Direct', paths: [path], count: 1 }]);
  });
});
