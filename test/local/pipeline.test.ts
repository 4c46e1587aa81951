import { join } from 'node:path';
import { removeFolders, temporaryFolder } from './support';
import { Activity } from '../../local/activity';
import { ActionHandler, ActionRequest } from '../../local/engine/pipeline/action';
import { ActionFailure } from '../../local/engine/pipeline/action-failure';
import { Artifacts } from '../../local/engine/pipeline/artifacts';
import { pipelineDefinition, PipelineProperties } from '../../local/engine/pipeline/definition';
import { Pipeline } from '../../local/engine/pipeline/pipeline';
import { StageRunner } from '../../local/engine/pipeline/stage-runner';
import { ObjectStore } from '../../local/services/s3/object-store';

afterAll(removeFolders);

type Action = NonNullable<PipelineProperties['Stages']>[number]['Actions'][number];

/** An action of the only kind that the tests know: its `do` is what the test decides. */
function action(name: string, further: Partial<Action> = {}): Action {
  return { Name: name, ActionTypeId: { Category: 'Test', Owner: 'AWS', Provider: 'Fake' }, ...further };
}

/** A pipeline whose actions wait until the test ends them. */
class Bench {
  public readonly activity = new Activity();
  public readonly states: string[] = [];
  public readonly requests: ActionRequest[] = [];
  public readonly pipeline: Pipeline;
  private readonly open = new Map<string, { resolve: (variables?: Record<string, string>) => void; reject: (error: Error) => void }>();

  constructor(stages: Readonly<Record<string, readonly Action[]>>, properties: Partial<PipelineProperties> = {}) {
    const definition = pipelineDefinition({
      type: 'AWS::CodePipeline::Pipeline',
      logicalId: 'Pipeline',
      name: 'pipeline',
      arn: 'arn',
      account: '111111111111',
      region: 'eu-west-1',
      properties: { ArtifactStore: { Location: 'bucket' }, Stages: Object.entries(stages).map(([Name, Actions]) => ({ Name, Actions })), ...properties },
    });
    const folder = temporaryFolder();
    const store = new ObjectStore(join(folder, 'objects'));
    store.createBucket('bucket');
    const handler: ActionHandler = async (request) => {
      this.requests.push(request);
      const variables = await new Promise<Record<string, string> | undefined>((resolve, reject) => {
        this.open.set(`${request.action.name} ${this.number(request.executionId)}`, { resolve, reject });
        request.abandoned.addEventListener('abort', () => reject(new ActionFailure('abandoned')));
      });
      return variables ? { variables } : {};
    };
    const runner = new StageRunner(definition, { 'Test/Fake': handler }, new Artifacts(store, 'bucket', 'pipeline', join(folder, 'artifacts')), this.activity);
    this.pipeline = new Pipeline(definition, runner, this.activity, ({ id }, state) => this.states.push(`${this.number(id)} ${state}`));
  }

  public start(token?: string) {
    return this.pipeline.start({ ...(token ? { clientRequestToken: token } : {}), trigger: { triggerType: 'StartPipelineExecution', triggerDetail: '' } });
  }

  /** Actions that run, as `<action> <number of execution>`. */
  public async running(): Promise<string[]> {
    await new Promise((resolve) => setImmediate(resolve));
    return [...this.open.keys()].sort();
  }

  public async succeed(run: string, variables?: Record<string, string>): Promise<void> {
    (await this.take(run)).resolve(variables);
    await new Promise((resolve) => setImmediate(resolve));
  }

  public async fail(run: string, error: Error = new ActionFailure('broken')): Promise<void> {
    (await this.take(run)).reject(error);
    await new Promise((resolve) => setImmediate(resolve));
  }

  public statuses(): string[] {
    return this.pipeline.executions.map(({ status }) => status);
  }

  private async take(run: string) {
    await new Promise((resolve) => setImmediate(resolve));
    const running = this.open.get(run);
    if (!running) {
      throw new Error(`'${run}' does not run; these do: ${[...this.open.keys()].join(', ')}`);
    }
    this.open.delete(run);
    return running;
  }

  private number(id: string): number {
    return this.pipeline.find(id)?.number ?? this.pipeline.executions.length;
  }
}

const TWO_STAGES = { One: [action('a')], Two: [action('b')] };

describe('a stage', () => {
  test('runs the actions of one run order at once, the orders one after the other', async () => {
    const bench = new Bench({ One: [action('late', { RunOrder: 2 }), action('x'), action('y')] });
    bench.start();
    expect(await bench.running()).toEqual(['x 1', 'y 1']);
    await bench.succeed('x 1');
    expect(await bench.running()).toEqual(['y 1']);
    await bench.succeed('y 1');
    expect(await bench.running()).toEqual(['late 1']);
    await bench.succeed('late 1');
    expect(bench.statuses()).toEqual(['Succeeded']);
  });

  test('waits for the actions beside one that fails, then fails', async () => {
    const bench = new Bench({ One: [action('x'), action('y'), action('late', { RunOrder: 2 })], Two: [action('b')] });
    const execution = bench.start();
    await bench.fail('x 1');
    expect(execution.status).toBe('InProgress');
    await bench.succeed('y 1');
    expect(await bench.running()).toEqual([]);
    expect(execution).toMatchObject({ status: 'Failed', stage: 'One' });
    expect(execution.latestRuns().map(({ action: name, status, message }) => [name, status, message])).toEqual([['x', 'Failed', 'broken'], ['y', 'Succeeded', undefined]]);
  });
});

describe('supersession', () => {
  test('one that waits between stages gives way to a newer one', async () => {
    const bench = new Bench(TWO_STAGES);
    bench.start();
    await bench.succeed('a 1');
    bench.start();
    await bench.succeed('a 2');
    bench.start();
    await bench.succeed('a 3');
    expect(bench.statuses()).toEqual(['InProgress', 'Superseded', 'InProgress']);
    await bench.succeed('b 1');
    await bench.succeed('b 3');
    expect(bench.statuses()).toEqual(['Succeeded', 'Superseded', 'Succeeded']);
    expect(bench.states).toEqual(['1 STARTED', '2 STARTED', '3 STARTED', '2 SUPERSEDED', '1 SUCCEEDED', '3 SUCCEEDED']);
  });

  test('also before the first stage', async () => {
    const bench = new Bench(TWO_STAGES);
    [1, 2, 3].forEach(() => bench.start());
    expect(await bench.running()).toEqual(['a 1']);
    expect(bench.statuses()).toEqual(['InProgress', 'Superseded', 'InProgress']);
  });

  test('one inside a stage is left alone, and a failed one makes room', async () => {
    const bench = new Bench(TWO_STAGES);
    bench.start();
    bench.start();
    await bench.fail('a 1');
    expect(bench.statuses()).toEqual(['Failed', 'InProgress']);
    expect(await bench.running()).toEqual(['a 2']);
  });

  test('none in mode QUEUED: they wait for their turn', async () => {
    const bench = new Bench(TWO_STAGES, { ExecutionMode: 'QUEUED' });
    [1, 2, 3].forEach(() => bench.start());
    for (const number of [1, 2, 3]) {
      await bench.succeed(`a ${number}`);
      await bench.succeed(`b ${number}`);
    }
    expect(bench.statuses()).toEqual(['Succeeded', 'Succeeded', 'Succeeded']);
  });
});

test('a token that was seen before starts nothing', async () => {
  const bench = new Bench(TWO_STAGES);
  const first = bench.start('token');
  expect(bench.start('token')).toBe(first);
  expect(bench.start('other')).not.toBe(first);
  expect(bench.pipeline.executions).toHaveLength(2);
});

test('source revisions must name a source action', () => {
  const bench = new Bench(TWO_STAGES);
  const revisions = [{ actionName: 'b', revisionType: 'COMMIT_ID', revisionValue: 'x' }];
  expect(() => bench.pipeline.start({ sourceRevisions: revisions, trigger: { triggerType: '', triggerDetail: '' } })).toThrow("'b', which is no source action of pipeline 'pipeline': a");
});

describe('variables', () => {
  test('of an earlier action, of the pipeline and of the execution', async () => {
    const bench = new Bench(
      { One: [action('a', { Namespace: 'First' })], Two: [action('b', { Configuration: { Text: '#{First.x}-#{variables.v}-#{codepipeline.PipelineExecutionId}' } })] },
      { Variables: [{ Name: 'v', DefaultValue: 'default' }] },
    );
    const execution = bench.start();
    await bench.succeed('a 1', { x: 'X' });
    await bench.running();
    expect(bench.requests[1].configuration).toEqual({ Text: `X-default-${execution.id}` });
  });

  test('that have no value let the action fail', async () => {
    const bench = new Bench({ One: [action('a', { Configuration: { Text: '#{None.x}' } })] });
    const execution = bench.start();
    await bench.running();
    expect(execution.status).toBe('Failed');
    expect(execution.latestRuns()[0].message).toContain('#{None.x} has no value');
  });
});

describe('entry conditions', () => {
  const bench = (condition: { result?: string; provider?: string; operator?: string; value?: string; variable?: string }) => {
    const { result = 'SKIP', provider = 'VariableCheck', operator = 'EQ', value = 'yes', variable = '#{First.go}' } = condition;
    const rules = [{ Name: 'rule', RuleTypeId: { Provider: provider }, Configuration: { Variable: variable, Operator: operator, Value: value } }];
    return new Bench({}, {
      Stages: [
        { Name: 'One', Actions: [action('a', { Namespace: 'First' })] },
        { Name: 'Two', Actions: [action('b')], BeforeEntry: { Conditions: [{ Result: result, Rules: rules }] } },
        { Name: 'Three', Actions: [action('c')] },
      ],
    });
  };

  test.each([
    ['EQ', 'yes', 'b'], ['EQ', 'ye', 'c'], ['NE', 'no', 'b'], ['NE', 'yes', 'c'], ['CONTAINS', 'e', 'b'], ['CONTAINS', 'x', 'c'],
  ])('%s %s leads to %s', async (operator, value, next) => {
    const entered = bench({ operator, value });
    const execution = entered.start();
    await entered.succeed('a 1', { go: 'yes' });
    expect(await entered.running()).toEqual([`${next} 1`]);
    expect([...execution.skippedStages]).toEqual(next === 'c' ? ['Two'] : []);
  });

  test('may let the execution fail', async () => {
    const failing = bench({ result: 'FAIL' });
    const execution = failing.start();
    await failing.succeed('a 1', { go: 'no' });
    await failing.running();
    expect(execution).toMatchObject({ status: 'Failed', stage: 'Two', statusSummary: "Entry condition of stage 'Two' does not hold: rule" });
  });

  test('about a variable without value let it fail, too', async () => {
    const failing = bench({ variable: '#{First.none}' });
    const execution = failing.start();
    await failing.succeed('a 1', { go: 'yes' });
    await failing.running();
    expect(execution).toMatchObject({ status: 'Failed', statusSummary: expect.stringContaining('#{First.none} has no value') });
  });

  test.each<[Parameters<typeof bench>[0], string]>([
    [{ result: 'ROLLBACK' }, "entry condition with result ROLLBACK of stage 'Two'"],
    [{ provider: 'LambdaInvoke' }, "rule 'rule' of type LambdaInvoke of stage 'Two'"],
    [{ operator: 'MATCHES' }, "operator MATCHES of rule 'rule' of stage 'Two'"],
  ])('of other kinds are named: %j', (condition, what) => {
    expect(() => bench(condition)).toThrow(`Not emulated: ${what}`);
  });
});

describe('stop', () => {
  test('waits for what runs', async () => {
    const bench = new Bench(TWO_STAGES);
    const execution = bench.start();
    bench.pipeline.stop(execution.id, false, 'reason');
    expect(execution).toMatchObject({ status: 'Stopping', statusSummary: 'reason' });
    await bench.succeed('a 1');
    expect(execution.status).toBe('Stopped');
    expect(await bench.running()).toEqual([]);
  });

  test('or abandons it', async () => {
    const bench = new Bench(TWO_STAGES);
    const execution = bench.start();
    await bench.running();
    bench.pipeline.stop(execution.id, true);
    await bench.running();
    expect(execution.status).toBe('Stopped');
    expect(execution.latestRuns()[0].status).toBe('Abandoned');
  });

  test('at once where it only waits; not where it has ended', async () => {
    const bench = new Bench(TWO_STAGES);
    bench.start();
    const waiting = bench.start();
    bench.pipeline.stop(waiting.id, false);
    expect(waiting.status).toBe('Stopped');
    expect(() => bench.pipeline.stop(waiting.id, false)).toThrow(expect.objectContaining({ name: 'PipelineExecutionNotStoppableException' }));
  });
});

describe('retry', () => {
  const stages = { One: [action('a')], Two: [action('x'), action('y')] };

  async function failedInTwo(): Promise<Bench> {
    const bench = new Bench(stages);
    bench.start();
    await bench.succeed('a 1');
    await bench.succeed('x 1');
    await bench.fail('y 1');
    return bench;
  }

  test('of failed actions', async () => {
    const bench = await failedInTwo();
    bench.pipeline.retryStage('Two', bench.pipeline.executions[0].id, 'FAILED_ACTIONS');
    expect(await bench.running()).toEqual(['y 1']);
    await bench.succeed('y 1');
    expect(bench.statuses()).toEqual(['Succeeded']);
  });

  test('of all actions', async () => {
    const bench = await failedInTwo();
    bench.pipeline.retryStage('Two', bench.pipeline.executions[0].id, 'ALL_ACTIONS');
    expect(await bench.running()).toEqual(['x 1', 'y 1']);
  });

  test('of no stage but the failed one, and of no execution but the latest in it', async () => {
    const bench = await failedInTwo();
    const [{ id }] = bench.pipeline.executions;
    expect(() => bench.pipeline.retryStage('One', id, 'FAILED_ACTIONS')).toThrow(expect.objectContaining({ name: 'StageNotRetryableException' }));
    bench.start();
    await bench.succeed('a 2');
    await bench.running();
    expect(() => bench.pipeline.retryStage('Two', id, 'FAILED_ACTIONS')).toThrow(expect.objectContaining({ name: 'NotLatestPipelineExecutionException' }));
  });
});

test('a new definition cancels what is in flight', async () => {
  const bench = new Bench(TWO_STAGES);
  bench.start();
  bench.start();
  await bench.running();
  bench.pipeline.cancelAll();
  await bench.running();
  expect(bench.statuses()).toEqual(['Cancelled', 'Cancelled']);
  bench.start();
  expect(await bench.running()).toEqual(['a 1', 'a 3']);
});

describe('what ends the run', () => {
  test('an error that is no failed action', async () => {
    const bench = new Bench(TWO_STAGES);
    bench.start();
    await bench.fail('a 1', new TypeError('bug'));
    await expect(bench.activity.idle()).rejects.toThrow('bug');
  });

  test.each<[string, Partial<PipelineProperties>]>([
    ['execution mode PARALLEL', { ExecutionMode: 'PARALLEL' }],
    ['OnFailure of stage', { Stages: [{ Name: 'One', Actions: [action('a')], OnFailure: { Result: 'ROLLBACK' } }] }],
    ["action 'a' of type Deploy/S3", { Stages: [{ Name: 'One', Actions: [action('a', { ActionTypeId: { Category: 'Deploy', Owner: 'AWS', Provider: 'S3' } })] }] }],
    ["action 'a' of type Custom/Test/Fake", { Stages: [{ Name: 'One', Actions: [action('a', { ActionTypeId: { Category: 'Test', Owner: 'Custom', Provider: 'Fake' } })] }] }],
    ["polling of source action 'a'", { Stages: [{ Name: 'One', Actions: [action('a', { ActionTypeId: { Category: 'Source', Owner: 'AWS', Provider: 'CodeCommit' } })] }] }],
  ])('%s', (what, properties) => {
    expect(() => new Bench({}, properties)).toThrow(`Not emulated: ${what}`);
  });
});

test('the run is idle when no action runs', async () => {
  const bench = new Bench(TWO_STAGES);
  await bench.activity.idle();
  bench.start();
  let idle = false;
  void bench.activity.idle().then(() => { idle = true; });
  await bench.succeed('a 1');
  await bench.running();
  expect(idle).toBe(false);
  await bench.succeed('b 1');
  await new Promise((resolve) => setImmediate(resolve));
  expect(idle).toBe(true);
});
