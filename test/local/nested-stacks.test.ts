import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import { removeFolders, synthesize, TestRepository } from './support';
import { nestedName } from '../../local/engine/cloud-formation/nested-stacks';
import { StackError, Stacks } from '../../local/engine/cloud-formation/stacks';
import { Execution } from '../../local/engine/pipeline/execution';
import { LocalSystem } from '../../local/system';
import { BuildStrategy, Component, Gate, ModularPipeline, PipelineSource } from '../../src';

const env = { account: '111111111111', region: 'eu-west-1' };
const DATA = nestedName('shop', 'Data');
const TABLES = nestedName(DATA, 'Tables');

const queue = (name: string | object) => ({ Type: 'AWS::SQS::Queue', Properties: { QueueName: name } });
const nested = (file: string, parameters: object = {}) => ({ Type: 'AWS::CloudFormation::Stack', Properties: { TemplateURL: file, Parameters: parameters } });

/** The root has a nested stack, which has one itself; the topic's name goes through both. */
interface Templates {
  readonly topic?: string;
  readonly root?: object;
  readonly data?: object;
  readonly tables?: object;
}

function templates({ topic = 'a', root = {}, data = {}, tables = {} }: Templates, file = (name: string) => name): Record<string, string> {
  const parameters = { Topic: { Type: 'String' } };
  return {
    'stack/template.yml': JSON.stringify({
      Resources: { Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: topic } }, Data: nested(file('data.yml'), { Topic: { 'Fn::GetAtt': ['Topic', 'TopicName'] } }), ...root },
    }),
    'stack/data.yml': JSON.stringify({ Parameters: parameters, Resources: { Tables: nested(file('tables/tables.yml'), { Topic: { Ref: 'Topic' } }), ...data } }),
    'stack/tables/tables.yml': JSON.stringify({ Parameters: parameters, Resources: { Kept: queue('kept'), ...tables } }),
  };
}

describe('change sets of nested stacks', () => {
  const place = { ...env, name: 'shop' };
  const root = (stacks: Stacks) => stacks.findChangeSet(place, 'changes')!;
  const named = (stacks: Stacks) => stacks.all().map(({ name, operations: { status } }) => [name, status]);
  let files: Record<string, string>;

  function prepare(stacks: Stacks, given: Templates, includeNestedStacks = true): void {
    files = templates(given, (name) => `https://files/${name}`);
    stacks.replaceChangeSet(place, 'changes', files['stack/template.yml'], undefined, { includeNestedStacks });
  }

  function deployed(given: Templates): Stacks {
    const stacks = new Stacks((url) => files[url.replace('https://files', 'stack')]);
    prepare(stacks, given, false);
    stacks.executeChangeSet(place, 'changes');
    return stacks;
  }

  test('the root\'s execution creates, updates and removes nested stacks, whether its change set told of them or not', () => {
    const stacks = deployed({});
    expect(named(stacks)).toEqual([['shop', 'CREATE_COMPLETE'], [DATA, 'CREATE_COMPLETE'], [TABLES, 'CREATE_COMPLETE']]);
    expect(stacks.find({ ...place, name: TABLES })).toMatchObject({ parent: DATA, parameters: { Topic: 'shop-Topic.TopicName' } });
    prepare(stacks, { tables: { Other: queue('other') } });
    stacks.executeChangeSet(place, 'changes');
    expect(stacks.find({ ...place, name: TABLES })!.template).toContain('Other');
    expect(named(stacks).at(-1)).toEqual([TABLES, 'UPDATE_COMPLETE']);
    stacks.deploy(place, JSON.stringify({ Resources: { Topic: { Type: 'AWS::SNS::Topic' } } }));
    expect(named(stacks)).toEqual([['shop', 'UPDATE_COMPLETE']]);
  });

  test('a change set without nested stacks says of one only that it may change', () => {
    const stacks = deployed({});
    prepare(stacks, { tables: { Other: queue('other') } }, false);
    expect(root(stacks)).toMatchObject({ empty: false, nested: [] });
    const [{ ResourceChange: change }] = root(stacks).changes;
    expect(change).toMatchObject({ LogicalResourceId: 'Data', Action: 'Modify', Replacement: 'False', Details: [{ ChangeSource: 'Automatic' }] });
    expect(change).not.toHaveProperty('ChangeSetId');
  });

  test('each nested stack has a change set of its own, which its parent\'s names, and which knows its root', () => {
    const stacks = deployed({});
    prepare(stacks, { tables: { Other: queue('other') } });
    const [data] = root(stacks).nested;
    const [tables] = data.nested;
    expect(root(stacks).changes[0].ResourceChange!.ChangeSetId).toBe(data.id);
    expect(data.changes[0].ResourceChange!.ChangeSetId).toBe(tables.id);
    expect(stacks.findChangeSetById(tables.id)).toBe(tables);
    expect(tables.ancestors).toEqual([root(stacks).id, data.id]);
    expect(tables.name).toMatch(/^changes-Data-[0-9A-F]{12}-Tables-[0-9A-F]{12}$/);
    expect(tables.changes.map(({ ResourceChange: change }) => [change!.LogicalResourceId, change!.Action])).toEqual([['Other', 'Add']]);
  });

  test('only the root\'s change set can be executed or deleted, and the nested ones go with it', () => {
    const stacks = deployed({});
    prepare(stacks, { tables: { Other: queue('other') } });
    const [{ place: dataPlace, name, id }] = root(stacks).nested;
    expect(() => stacks.executeChangeSet(dataPlace, name)).toThrow(StackError);
    expect(() => stacks.deleteChangeSet(dataPlace, name)).toThrow('can only be deleted with its root change set');
    stacks.deleteChangeSet(place, 'changes');
    expect(stacks.findChangeSetById(id)).toBeUndefined();
  });

  test('what is equal all the way down is empty', () => {
    const stacks = deployed({});
    prepare(stacks, {});
    expect(root(stacks).empty).toBe(true);
    expect(root(stacks).nested).toMatchObject([{ empty: true, nested: [{ empty: true }] }]);
  });

  test('a template that is not there is refused', () => {
    const stacks = new Stacks(() => { throw new StackError('no template'); });
    expect(() => stacks.replaceChangeSet(place, 'changes', templates({})['stack/template.yml'], undefined, { includeNestedStacks: true })).toThrow('no template');
    expect(stacks.all()).toEqual([]);
  });
});

describe('the guard over nested stacks, end to end', () => {
  let git: TestRepository;
  let system: LocalSystem;
  /** One queue's name follows the topic's, which is two stacks above. */
  const LIVE = { Queue: queue('queue'), Named: queue({ 'Fn::Sub': '${Topic}-queue' }) };

  beforeAll(async () => {
    const assembly = synthesize((stack) => {
      new ModularPipeline(stack, 'Pipeline', {
        buildStrategy: BuildStrategy.actions(),
        solution: 'shop',
        source: PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Repository', 'repository'), { branch: 'dev' }),
        components: [Component.template('template', { path: 'stack' }), Component.custom('docs', { path: 'docs' })],
        environments: [{ name: 'live', env, gates: [Gate.changeSetGuard({ allowLogicalIds: ['Topic', 'Data/Tables/Old', 'Data/Tables/New'] }), Gate.approval()] }],
      });
    });
    git = new TestRepository();
    system = await LocalSystem.start({ assembly, repository: git.directory, branch: 'dev', standInsOnly: true, retryDelay: 1, changesPageSize: 2 });
    expect((await release({ tables: { ...LIVE, Old: queue('old') } })).status).toBe('Succeeded');
  });

  afterAll(async () => {
    await system?.stop();
    removeFolders();
  });

  async function release(given: Templates, docs = 'text'): Promise<Execution> {
    git.commit({ ...templates(given), 'docs/index': docs });
    await system.moveBranch('HEAD');
    await system.waitUntilIdle();
    return system.executions.at(-1)!;
  }

  async function refusal(given: Templates): Promise<string> {
    const before = system.stacks;
    const execution = await release(given);
    expect(execution.actionRuns.at(-1)).toMatchObject({ stage: 'live', action: 'Prepare', status: 'Failed' });
    expect(system.stacks).toEqual(before);
    return execution.actionRuns.at(-1)!.message!;
  }

  test('a nested stack\'s resource that is allowed is deleted, and others are added', async () => {
    const execution = await release({ tables: { ...LIVE, New: queue('new') } });
    expect(execution.status).toBe('Succeeded');
    const { template } = system.stacks.find(({ name }) => name === TABLES)!;
    expect(Object.keys((JSON.parse(template) as { Resources: object }).Resources)).toEqual(['Kept', 'Queue', 'Named', 'New']);
  });

  test('where nothing changes in any of them, nobody is asked', async () => {
    await release({ tables: LIVE });
    // Nobody answers: without a waiver, the execution would wait.
    system.decideApprovals(() => new Promise(() => undefined));
    const execution = await release({ tables: LIVE }, 'another text');
    expect(execution.status).toBe('Succeeded');
    system.decideApprovals(() => 'Approved');
  });

  test('a replacement two stacks deep is refused by its whole path, and all of its change sets are gone', async () => {
    const message = await refusal({ tables: { ...LIVE, Queue: queue('renamed') } });
    expect(message).toContain('would delete or replace a resource');
    expect(message).toContain('- Data/Tables/Queue (AWS::SQS::Queue) is replaced (QueueName)');
    expect(system.changeSets).toEqual([]);
  });

  test('what is on the last of a nested change set\'s pages is refused as well', async () => {
    const more = Object.fromEntries(['A', 'B', 'C', 'D', 'E'].map((name) => [name, queue(name)]));
    expect(await refusal({ tables: { ...more, Named: LIVE.Named } })).toContain('- Data/Tables/Queue (AWS::SQS::Queue) is deleted');
  });

  test('a replacement for a value that another stack gives, and that is not known yet, is refused', async () => {
    const message = await refusal({ topic: 'b', tables: LIVE });
    expect(message).toContain('would delete or replace a resource');
    expect(message).toContain('- Data/Tables/Named (AWS::SQS::Queue) is replaced (QueueName)');
  });

  test('nested stacks whose change sets CloudFormation cannot make are judged by their templates', async () => {
    // What one stack gives another is not known before, and Fn::Select fails on it.
    const selected = { Metadata: { Part: { 'Fn::Select': [1, { 'Fn::Split': ['-', { Ref: 'Topic' }] }] } } };
    const select = (more: object) => ({ ...LIVE, Queue: { ...LIVE.Queue, ...selected }, ...more });
    const topic = (name: string) => ({ Topic: { Type: 'AWS::SNS::Topic', Properties: { TopicName: 'a', DisplayName: name } } });
    const passed = await release({ root: topic('one'), tables: select({}) });
    expect(passed.status).toBe('Succeeded');
    expect(await refusal({ root: topic('two'), tables: select({ Queue: { ...queue('renamed'), ...selected } }) })).toMatch(
      /- Data\/Tables\/Queue \(AWS::SQS::Queue\) is replaced \(QueueName\)(.|\n)*could not show the changes of nested stacks, which were judged by their templates: .*Fn::Select/,
    );
  });

  test('a nested stack that leaves its parent is refused as a whole', async () => {
    expect(await refusal({ root: { Data: undefined } })).toContain('- Data (AWS::CloudFormation::Stack) is deleted');
  });
});
