import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Change } from '@aws-sdk/client-cloudformation';
import { run } from './support/run';
import { readChangeSet, resourceChanges, stateOf } from '../../lambda/delivery/change-set';
import { destructions, refusedOf } from '../../src/core/change-set/guard';
import { broadenings } from '../../src/core/change-set/permissions';
import { VERDICTS } from '../core/change-set/corpus/verdicts';
import { FakeChangeSet, FakeCloudFormation } from '../support/fake-cloud-formation';

const CORPUS = join(__dirname, '..', 'core', 'change-set', 'corpus');

interface Entry {
  readonly path: string;
  readonly type: string;
  readonly why: string;
}

interface Printed {
  readonly refused: readonly Entry[];
  readonly destructive: readonly Entry[];
  readonly broadening: readonly Entry[];
  readonly changes: number;
}

interface CorpusAnswer {
  readonly ChangeSetId: string;
  readonly ChangeSetName: string;
  readonly Status: string;
  readonly StatusReason?: string;
  readonly IncludeNestedStacks: boolean;
  readonly Changes: Change[];
  readonly [field: string]: unknown;
}

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'modular-review-')); });
afterEach(() => rmSync(folder, { recursive: true }));

const corpus = (name: string) => JSON.parse(readFileSync(join(CORPUS, `${name}.json`), 'utf8')) as CorpusAnswer[];
const paths = (entries: readonly { readonly path: string }[]) => entries.map(({ path }) => path);

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

async function review(...args: string[]): Promise<{ code: number; printed: Printed }> {
  const { code, out, err } = await run(['review', '--json', ...args]);
  expect(err).toBe('');
  return { code, printed: JSON.parse(out) as Printed };
}

describe('the corpus', () => {
  test('has a verdict on every file', () => {
    expect(readdirSync(CORPUS).filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5)).sort()).toEqual(VERDICTS.map(({ name }) => name).sort());
    expect(VERDICTS.length).toBeGreaterThanOrEqual(40);
  });

  test.each(VERDICTS)('$name: $why', async ({ name, refused, destructive, broadening, changes }) => {
    const { code, printed } = await review(join(CORPUS, `${name}.json`));
    expect({ refused: paths(printed.refused), destructive: paths(printed.destructive), broadening: paths(printed.broadening), changes: printed.changes })
      .toEqual({ refused, destructive, broadening, changes });
    expect(code).toBe(refused.length > 0 ? 10 : 0);
    expect(Object.keys(printed)).toEqual(['refused', 'destructive', 'broadening', 'changes']);
    [...printed.refused, ...printed.destructive, ...printed.broadening].forEach((entry) => {
      expect(Object.keys(entry)).toEqual(['path', 'type', 'why']);
      expect(entry.why).not.toBe('');
    });
  });

  /** The guard reads the same by the SDK. A change set that failed it does not judge. */
  test.each(VERDICTS.filter(({ name }) => name !== 'failed'))('$name is judged alike by the guard', async ({ name, ...verdict }) => {
    const answers = corpus(name);
    const cloudFormation = new FakeCloudFormation();
    const root = answers[0]!.ChangeSetId;
    for (const { Changes: page, ChangeSetId: id, Status, StatusReason, IncludeNestedStacks } of answers) {
      const known = cloudFormation.changeSets.get(id)?.changes ?? [];
      const changes = JSON.parse(JSON.stringify(page), (_, value: unknown) => value ?? undefined) as Change[];
      cloudFormation.changeSets.set(id, { ChangeSetId: id, Status, StatusReason, IncludeNestedStacks, changes: [...known, ...changes] } as FakeChangeSet);
    }
    const changeSet = (await readChangeSet(cloudFormation.client, root))!;
    const changes = stateOf(changeSet.head) === 'empty' ? [] : await resourceChanges(cloudFormation.client, changeSet);
    const destroyed = destructions(changes);
    expect({
      refused: paths(refusedOf(destroyed, { types: [], logicalIds: [] })),
      destructive: paths(destroyed),
      broadening: paths(broadenings(changes)),
      changes: changes.length,
    }).toEqual({ refused: verdict.refused, destructive: verdict.destructive, broadening: verdict.broadening, changes: verdict.changes });
  });
});

describe('files', () => {
  test('are pages in any order, and nested change sets, each in a file of its own', async () => {
    const [first, second, third] = corpus('three-pages').map((answer, index) => file(`${index}.json`, answer));
    expect(paths((await review(third, first, second)).printed.refused)).toEqual(['Old']);
    const nested = corpus('nested-two-deep').map((answer, index) => file(`nested-${index}.json`, answer));
    expect(paths((await review(...nested.reverse())).printed.refused)).toEqual(['Data/Tables/Orders']);
  });

  test('come from standard input', async () => {
    const { code, out } = await run(['review', '-'], { input: readFileSync(join(CORPUS, 'queue-removed.json')) });
    expect({ code, out }).toEqual({ code: 10, out: 'Refused:\n- Queue (AWS::SQS::Queue) is deleted\n1 resource changes: the guard would refuse the change set.\n' });
  });

  test('tell a nested change set by its stack where it has no ID', async () => {
    const [root, nested] = corpus('nested-in-place');
    const byArn = { ...nested, ChangeSetId: undefined };
    expect((await review(file('root.json', root), file('nested.json', byArn))).printed.changes).toBe(3);
    expect((await review(file('root.json', root), file('nested.json', { ...byArn, StackId: undefined }))).printed.changes).toBe(3);
  });

  test.each<[string, () => string[], RegExp]>([
    ['a page without the next', () => [file('a', corpus('three-pages')[0])], /^Change set next of stack shop is cut off: .* has a NextToken, and no page follows it\./],
    ['pages without the last', () => [file('a', corpus('three-pages').slice(0, 2))], /is cut off/],
    ['a page twice', () => [file('a', corpus('three-pages')), file('b', corpus('three-pages')[1])], /is there twice, or a page of it is/],
    ['a change set twice', () => [file('a', corpus('queue-removed')), file('b', corpus('queue-removed'))], /is there twice/],
    ['pages of different times', () => [file('a', [corpus('three-pages')[0], { ...corpus('three-pages')[2], Status: 'DELETE_PENDING' }])],
      /their Status is CREATE_COMPLETE and DELETE_PENDING/],
    ['two change sets', () => [file('a', corpus('queue-removed')), file('b', { ...corpus('additions')[0], ChangeSetId: 'arn:other', StackName: 'other' })],
      /2 change sets that are not nested in one another: Change set next of stack shop; Change set next of stack other/],
    ['one that is still being made', () => [file('a', { ...corpus('queue-removed')[0], Status: 'CREATE_IN_PROGRESS', Changes: [] })], /is still being made: its Status is CREATE_IN_PROGRESS/],
    ['no file', () => [join(folder, 'missing')], /^The change set '.*missing' can't be read: ENOENT/],
    ['no JSON', () => [file('a', 'Changes: []')], /'.*a' is not JSON/],
    ['an empty list', () => [file('a', [])], /is an empty list/],
    ['another answer', () => [file('a', { Stacks: [] })], /is not an answer of DescribeChangeSet: it has neither Changes nor Status\. Pass what "aws cloudformation describe-change-set/],
    ['the changes alone', () => [file('a', [{ Type: 'Resource', ResourceChange: {} }])], /is not an answer of DescribeChangeSet/],
    ['a text', () => [file('a', '"x"')], /is not an answer of DescribeChangeSet/],
    ['changes that are no list', () => [file('a', { Changes: {} })], /Changes has to be a list, and is {}/],
    ['a change that is not an object', () => [file('a', { Changes: ['x'] })], /change 1 is not an object: "x"/],
    ['a value that is no text', () => [file('a', { Changes: [{ ResourceChange: { Replacement: true } }] })], /change 1: Replacement has to be a text, and is true/],
    ['details that are no list', () => [file('a', { Changes: [{ ResourceChange: { Details: {} } }] })], /Details has to be a list/],
  ])('%s cannot be judged', async (_, args, message) => {
    const { code, out, err } = await run(['review', '--json', ...args()]);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
  });

  test('without a status are judged by their changes', async () => {
    const [{ Changes }] = corpus('queue-removed');
    expect(paths((await review(file('a', { Changes }))).printed.refused)).toEqual(['Queue']);
  });

  test.each<[string, string, RegExp]>([
    ['nested-not-given', 'Api', /its change set arn:aws:cloudformation:\S+:changeSet\/next-Api\/\S+ is not among the files$/],
    ['nested-not-asked-for', 'Api', /make the change set with --include-nested-stacks$/],
    ['nested-failed', 'Api', /its change set is FAILED: Template error/],
    ['failed', 'shop', /cannot be executed: Parameters: \[Key\] must have values$/],
    ['new-action', 'Table', /Action is 'Archive'$/],
    ['new-replacement', 'Table', /Replacement is 'Later'$/],
    ['new-evaluation', 'Url', /Evaluation is 'Deferred'$/],
    ['stream-of-modified-table', 'Mapping', /^may be replaced \(EventSourceArn\): EventSourceArn may change by Table\.StreamArn, which an update of Table may change$/],
  ])('%s say why %s is refused', async (name, path, why) => {
    const { printed } = await review(join(CORPUS, `${name}.json`));
    expect(printed.refused.find((entry) => entry.path === path)!.why).toMatch(why);
  });
});

describe('allowances', () => {
  const NESTED = join(CORPUS, 'nested-two-deep.json');
  const REMOVED = join(CORPUS, 'function-replaced-with-url.json');

  test.each<[string, string[], string[]]>([
    ['nothing', [], ['Function', 'Url']],
    ['a type', ['--allow-type', 'AWS::Lambda::Url'], ['Function']],
    ['types', ['--allow-type', 'AWS::Lambda::Url,AWS::Lambda::Function'], []],
    ['types one by one', ['--allow-type', 'AWS::Lambda::Url', '--allow-type', 'AWS::Lambda::Function'], []],
    ['a resource', ['--allow-id', 'Url'], ['Function']],
    ['one of each', ['--allow-id', 'Url', '--allow-type', 'AWS::Lambda::Function'], []],
    ['all', ['--allow-id', '*'], []],
  ])('of %s', async (_, options, refused) => {
    const { code, printed } = await review(REMOVED, ...options);
    expect({ code, refused: paths(printed.refused), destructive: paths(printed.destructive) }).toEqual({ code: refused.length > 0 ? 10 : 0, refused, destructive: ['Function', 'Url'] });
  });

  test('in nested stacks are by the whole path', async () => {
    expect((await review(NESTED, '--allow-id', 'Data/Tables/Orders')).code).toBe(0);
    expect((await review(NESTED, '--allow-id', 'Orders')).code).toBe(10);
  });

  test('are said where they let something pass', async () => {
    const { code, out } = await run(['review', REMOVED, '--allow-id', 'Function,Url']);
    expect(code).toBe(0);
    expect(out).toMatch(/^Deleted or replaced, and allowed:\n- Function [^]*\nLets somebody do more than before:\n- Url [^]*\n2 resources change: the guard would let the change set pass\.\n$/);
  });

  test.each([
    [['--allow-type', 'Queue'], /^--allow-type takes CloudFormation types such as AWS::SQS::Queue with commas between them, not 'Queue'/],
    [['--allow-id', 'Old-Queue'], /^--allow-id takes logical IDs such as Queue or Database\/Table with commas between them, not 'Old-Queue'/],
    [[], /^review takes FILE\.\.\.; received none/],
  ])('that are not valid: %j', async (options, message) => {
    const { code, err } = await run(['review', ...options.length > 0 ? [REMOVED] : [], ...options]);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });
});

describe('two templates', () => {
  const text = 'Resources:\n  Old: { Type: AWS::SQS::Queue, Properties: { QueueName: !Sub "${AWS::StackName}-q" } }\n';
  const compared = async (deployed: string, next: unknown) => {
    writeFileSync(join(folder, 'deployed'), deployed);
    return run(['review', '--template', join(folder, 'deployed'), file('next.json', next)]);
  };

  test.each([['YAML', text], ['one JSON string, as the AWS CLI prints YAML', JSON.stringify(text)]])('may be %s', async (_, deployed) => {
    const { code, out } = await compared(deployed, { Resources: { Old: { Type: 'AWS::SQS::Queue', Properties: { QueueName: { 'Fn::Sub': '${AWS::StackName}-q' } } } } });
    expect({ code, out }).toEqual({ code: 0, out: '0 resources change: the guard would let the change set pass.\n' });
  });

  test.each([['"text"', 'has no Resources'], ['a: [', 'is not a template: '], ['[]', 'has no Resources']])('are refused where one is not a template: %s', async (deployed, message) => {
    const { code, err } = await compared(deployed, { Resources: {} });
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(message) as string });
  });
});
