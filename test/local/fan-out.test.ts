import { setTimeout as sleep } from 'node:timers/promises';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import { removeFolders, synthesize, TestRepository } from './support';
import { NotEmulatedError } from '../../local/activity';
import { BuildFaultOptions } from '../../local/engine/code-build/build-faults';
import { Execution } from '../../local/engine/pipeline/execution';
import { forInterpreter, States, tasksOf } from '../../local/engine/step-functions/definition';
import { StateMachine, StatesError } from '../../local/engine/step-functions/state-machine';
import { LocalSystem } from '../../local/system';
import { BuildArtifact, BuildStrategy, Component, ModularPipeline, PipelineSource } from '../../src';

const env = { account: '111111111111', region: 'eu-west-1' };

/** base ← middle ← top, and many that depend on nothing. */
function synthesized(maxConcurrency: number, lonely: number): string {
  return synthesize((stack) => {
    const custom = (name: string, dependsOn: string[] = []) => Component.custom(name, {
      path: name,
      dependsOn,
      testCommands: ['! grep --quiet broken source'],
      buildCommands: ['grep --invert-match "^#" source > artifact'],
      artifact: BuildArtifact.file('artifact'),
    });
    new ModularPipeline(stack, 'Pipeline', {
      solution: 'solution',
      source: PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Repository', 'repository'), { branch: 'dev' }),
      components: [
        custom('base'), custom('middle', ['base']), custom('top', ['middle']),
        ...Array.from({ length: lonely }, (_, index) => custom(`lonely-${index}`)),
        Component.template('template', { path: 'template.yml' }),
      ],
      environments: [{ name: 'test', env }],
      buildStrategy: BuildStrategy.fanOut({ maxConcurrency }),
    });
  });
}

let system: LocalSystem;
let git: TestRepository;
afterEach(async () => system?.stop());
afterAll(removeFolders);

async function start(assembly: string, lonely: number, faults: BuildFaultOptions = {}): Promise<void> {
  git = new TestRepository();
  const sources = ['base', 'middle', 'top', ...Array.from({ length: lonely }, (_, index) => `lonely-${index}`)];
  git.commit({ ...Object.fromEntries(sources.map((name) => [`${name}/source`, `${name} 1\n`])), 'template.yml': 'Resources:\n  T: { Type: AWS::SNS::Topic }\n' });
  system = await LocalSystem.start({ assembly, repository: git.directory, branch: 'dev', standInsOnly: true, retryDelay: 1, ...faults });
}

/** Moves the branch: the execution's status, the components whose builds were started, in that order, and why the stage failed. */
async function move() {
  const known = system.executions.length;
  await system.moveBranch('HEAD');
  await system.waitUntilIdle();
  const [execution] = system.executions.slice(known);
  return { execution, status: execution?.status, started: started(execution?.id), message: failure() };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) {
    await sleep(20);
  }
}
const build = (execution: Execution | undefined) => execution?.latestRuns('Build')[0];
const started = (id: string | undefined) => (id === undefined ? [] : system.builds(id).map(({ environment }) => environment.MODULAR_COMPONENT));
const failure = () => system.executions.at(-1)?.latestRuns('Build').find(({ status }) => status === 'Failed')?.message;

describe('a pipeline whose builds are fanned out', () => {
  test('starts the builds of changed components alone, in their order; a failure cancels dependents, and a retry builds what is missing', async () => {
    await start(synthesized(2, 1), 1);
    const first = await move();
    expect(first.status).toBe('Succeeded');
    expect([...first.started].sort()).toEqual(['base', 'lonely-0', 'middle', 'template', 'top']);
    expect(first.started.indexOf('base')).toBeLessThan(first.started.indexOf('middle'));
    expect(first.started.indexOf('middle')).toBeLessThan(first.started.indexOf('top'));
    expect(build(first.execution)).toMatchObject({
      summary: expect.stringMatching(/^5 of 5 built: base, lonely-0, middle, template, top\nhttps:/),
      externalId: expect.stringMatching(new RegExp(`:execution:solution-\\w+:${first.execution!.id}$`)),
    });

    git.commit({ 'lonely-0/source': 'lonely 2\n' });
    expect(await move()).toMatchObject({ status: 'Succeeded', started: ['lonely-0'] });

    git.commit({ 'README.md': 'nothing of a component' });
    expect(await move()).toMatchObject({ status: undefined, started: [] });

    git.commit({ 'base/source': 'broken\n', 'lonely-0/source': 'lonely 3\n' });
    const failed = await move();
    expect(failed.status).toBe('Failed');
    expect([...failed.started].sort()).toEqual(['base', 'lonely-0']);
    expect(failed.message).toContain('ComponentsNotBuilt: 3 of 4 changed components have no build: 1 failed, 2 cancelled.');
    expect(failed.message).toContain('execution:solution-');
    expect(failed.message).toMatch(/- base: build \S+ ended FAILED in BUILD: Error while executing command/);
    expect(failed.message).toContain('- middle: cancelled, because of base\n- top: cancelled, because of base');

    // What was built stays built: the stage's retry starts the failed one alone.
    system.pipelines[0].retryStage('Build', failed.execution!.id, 'FAILED_ACTIONS');
    await system.waitUntilIdle();
    expect(started(failed.execution!.id).filter((name) => name === 'lonely-0')).toHaveLength(1);
    expect(started(failed.execution!.id).filter((name) => name === 'base')).toHaveLength(2);

    // A dependency whose artifact comes out the same: its dependents are asked, and reuse what they have.
    git.commit({ 'base/source': '# comment\nbase 1\n', 'lonely-0/source': 'lonely 3\n' });
    const reused = await move();
    expect(reused.status).toBe('Succeeded');
    expect([...reused.started].sort()).toEqual(['base', 'lonely-0', 'middle', 'top']);
  }, 120_000);

  test('waits for a quota of two builds, and starts again what failed before its commands, but not what failed in them', async () => {
    await start(synthesized(40, 4), 4, {
      buildQuota: 2,
      buildFault: (component, startNumber) => ({
        'lonely-0': [undefined, 'throttled', 'PROVISIONING', 'fault'] as const,
        'lonely-1': [undefined, 'DOWNLOAD_SOURCE'] as const,
      })[component]?.[startNumber],
    });
    const first = await move();
    expect(first.status).toBe('Succeeded');
    expect([...first.started].sort()).toEqual(['base', 'lonely-0', 'lonely-1', 'lonely-2', 'lonely-3', 'middle', 'template', 'top']);
    expect(system.refusedStarts).toBeGreaterThan(0);

    git.commit({ 'lonely-2/source': 'broken\n' });
    const failed = await move();
    expect(failed).toMatchObject({ status: 'Failed', started: ['lonely-2'] });
  });

  test('is stopped with the pipeline\'s execution, builds included, and a retry of the stage builds what is missing', async () => {
    await start(synthesized(40, 1), 1);
    await system.moveBranch('HEAD');
    await until(() => build(system.executions[0])?.summary !== undefined);
    const [execution] = system.executions;
    system.pipelines[0].stop(execution.id, true);
    await system.waitUntilIdle();
    expect(execution.status).toBe('Stopped');
    expect(build(execution)?.status).toBe('Abandoned');
    const before = started(execution.id).length;
    expect(before).toBeLessThan(5);

    system.pipelines[0].retryStage('Build', execution.id, 'FAILED_ACTIONS');
    await system.waitUntilIdle();
    expect({ status: execution.status, message: failure() }).toEqual({ status: 'Succeeded', message: undefined });
    expect(build(execution)?.externalId).toMatch(new RegExp(`${execution.id}-2$`));
  }, 120_000);

  test('gives up a build that fails three times before its commands', async () => {
    await start(synthesized(40, 1), 1, { buildFault: (component) => (component === 'lonely-0' ? 'PROVISIONING' : undefined) });
    const { status, message, started: builds } = await move();
    expect(status).toBe('Failed');
    expect(message).toMatch(/- lonely-0: build lonely-0:3 ended FAILED in PROVISIONING: Unable to pull/);
    expect(builds).not.toContain('lonely-0');
  });

  test('beyond an inline Map\'s limits has the builds\' list read from an object', async () => {
    await start(synthesized(60, 41), 41);
    const first = await move();
    expect(first.status).toBe('Succeeded');
    expect(first.started).toHaveLength(45);
    const lists = system.objects.list(bucketOfTranches()).filter(({ key }) => key.startsWith('solution/fan-out/'));
    expect(lists.map(({ key }) => key)).toEqual([`solution/fan-out/${first.execution!.id}/0.json`]);
  }, 180_000);
});

function bucketOfTranches(): string {
  return system.pipelines[0].definition.artifactBucket;
}

describe('state machines', () => {
  const machine = (definition: object, services: ConstructorParameters<typeof StateMachine>[1]) => new StateMachine({
    type: 'AWS::StepFunctions::StateMachine',
    logicalId: 'M',
    name: 'm',
    arn: 'arn',
    account: '1',
    region: 'r',
    properties: { DefinitionString: JSON.stringify(definition) },
  }, services);
  const context = () => ({ pipelineExecutionId: 'e', stop: new AbortController().signal });
  const task = (resource: string, more: object = {}) => ({ Type: 'Task', Resource: `arn:aws:states:::${resource}`, End: true, ...more });

  test('run their tasks', async () => {
    const m = machine({ StartAt: 'A', States: { A: task('lambda:invoke', { Parameters: { 'x.$': '$.y' }, OutputPath: '$.z' }) } }, {
      'lambda:invoke': async (parameters) => ({ z: parameters }),
    });
    expect(await m.run({ y: 1 }, context())).toEqual({ x: 1 });
  });

  test('fail with the error\'s name and cause', async () => {
    const m = machine({ StartAt: 'A', States: { A: { Type: 'Fail', Error: 'E', Cause: 'because' } } }, {});
    await expect(m.run({}, context())).rejects.toMatchObject(new StatesError('E', 'because'));
  });

  test('catch what a task throws, but not what is not emulated', async () => {
    const definition = {
      StartAt: 'A',
      States: {
        A: task('lambda:invoke', { Catch: [{ ErrorEquals: ['States.ALL'], ResultPath: '$.error', Next: 'B' }] }),
        B: { Type: 'Pass', End: true },
      },
    };
    const failing = (error: Error) => machine(definition, { 'lambda:invoke': async () => { throw error; } });
    expect(await failing(new StatesError('E', 'c')).run({}, context())).toEqual({ error: { Error: 'E', Cause: 'c' } });
    await expect(failing(new NotEmulatedError('x')).run({}, context())).rejects.toThrow('Not emulated: x.');
  });

  test('refuse a task that is not emulated when they are made', () => {
    expect(() => machine({ StartAt: 'A', States: { A: task('sns:publish') } }, {})).toThrow('Not emulated: the task arn:aws:states:::sns:publish (state \'A\' of state machine \'m\')');
  });

  test('read a Distributed Map\'s items before it', async () => {
    const seen: unknown[] = [];
    const m = machine({
      StartAt: 'Many',
      States: {
        Many: {
          Type: 'Map',
          ItemReader: { Resource: 'arn:aws:states:::s3:getObject', ReaderConfig: { InputType: 'JSON' }, Parameters: { 'Key.$': '$.key' } },
          ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED' }, StartAt: 'Each', States: { Each: task('lambda:invoke') } },
          ToleratedFailurePercentage: 100,
          ResultPath: null,
          End: true,
        },
      },
    }, {
      's3:getObject': async ({ Key: key }) => [key, 2],
      'lambda:invoke': async (item) => { seen.push(item); return {}; },
    });
    await m.run({ key: 1 }, context());
    expect(seen.sort()).toEqual([1, 2]);
  });

  test.each<[string, object]>([
    ['the query language JSONata', { QueryLanguage: 'JSONata', StartAt: 'A', States: {} }],
    ['of type Parallel', { StartAt: 'A', States: { A: { Type: 'Parallel' } } }],
    ['Map \'A\': only ItemProcessor', { StartAt: 'A', States: { A: { Type: 'Map', ItemProcessor: {}, ToleratedFailurePercentage: 5 } } }],
    ['ItemReader of Map \'A\'', { StartAt: 'A', States: { A: { Type: 'Map', ItemProcessor: { StartAt: 'B', States: {} }, ItemReader: { Resource: 'x', Parameters: {} } } } }],
  ])('are refused: %s', (message, definition) => expect(() => forInterpreter(definition as States)).toThrow(message));

  test('know the tasks inside their Maps', () => {
    const inner = { StartAt: 'Each', States: { Each: { Type: 'Task', Resource: 'inner' } } };
    expect([...tasksOf({ StartAt: 'M', States: { M: { Type: 'Map', ItemProcessor: inner }, T: { Type: 'Task', Resource: 'outer' } } })])
      .toEqual([['Each', 'inner'], ['T', 'outer']]);
  });
});
