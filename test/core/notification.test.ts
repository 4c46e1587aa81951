import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';
import { classify, KnownStages } from '../../src/core/notification/event';
import { chatMessage, emailMessage, slackMessage } from '../../src/core/notification/messages';
import { noticeNotification, wentLiveNotification } from '../../src/core/notification/notification';
import { releaseWentLive, WentLiveFacts } from '../../src/core/notification/went-live';
import { Build } from '../../src/core/release';

const KNOWN: KnownStages = {
  isEnvironment: (stage) => ['test', 'prod-2'].includes(stage), checks: 'Checks', build: /^Build\d*$/, record: 'Record', deploy: ['Deploy', 'Switch'],
};

describe('what an action\'s event means', () => {
  test.each<[string, string, 'STARTED' | 'SUCCEEDED' | 'FAILED', string, string | undefined]>([
    ['test', 'Record', 'SUCCEEDED', 'Invoke', 'WENT_LIVE'],
    ['test', 'Record', 'STARTED', 'Invoke', undefined],
    ['Own', 'Record', 'SUCCEEDED', 'Invoke', undefined],
    ['test', 'Deploy', 'SUCCEEDED', 'Invoke', undefined],
    ['test', 'Record', 'FAILED', 'Invoke', 'FAILED'],
    ['prod-2', 'Deploy-us-east-1', 'FAILED', 'Invoke', 'FAILED'],
    ['prod-2', 'Prepare-us-east-1', 'FAILED', 'Invoke', 'REFUSED'],
    ['test', 'Test', 'FAILED', 'Test', 'REFUSED'],
    ['test', 'Approve', 'STARTED', 'Approval', 'APPROVAL_ASKED'],
    ['test', 'Approve', 'FAILED', 'Approval', 'REFUSED'],
    ['Own', 'Ask', 'STARTED', 'Approval', 'APPROVAL_ASKED'],
    ['Checks', 'Scan', 'FAILED', 'Test', 'REFUSED'],
    ['Build', 'orders', 'FAILED', 'Build', 'BUILD_FAILED'],
    ['Build2', 'orders', 'FAILED', 'Build', 'BUILD_FAILED'],
    ['Release', 'Release', 'FAILED', 'Invoke', 'FAILED'],
    ['Source', 'Source', 'FAILED', 'Source', 'FAILED'],
  ])('%s/%s %s: %s', (stage, action, state, category, meaning) => {
    expect(classify({ stage, action, state, category }, KNOWN)).toBe(meaning);
  });
});

const build = (component: string, buildNumber: number): Build => ({
  component,
  buildNumber,
  location: `s3://b/${component}/${buildNumber}/`,
  fingerprint: 'f',
  artifactDigest: 'd',
  definition: 'x',
  commitId: 'c'.repeat(40),
  pipelineExecutionId: 'e',
  timestamp: '2026-01-01T00:00:00.000Z',
});
const live = (sequence: number, builds: Record<string, number>) => ({
  sequence,
  key: `shop/releases/e${sequence}.json`,
  executionId: `e${sequence}`,
  timestamp: '2026-01-01T00:00:00.000Z',
  release: {
    version: 1 as const,
    solution: 'shop',
    commitId: String(sequence).repeat(40).slice(0, 40),
    planId: 'p',
    sequence,
    pipelineExecutionId: `e${sequence}`,
    timestamp: '2026-01-01T00:00:00.000Z',
    components: Object.fromEntries(Object.entries(builds).map(([name, number]) => [name, build(name, number)])),
  },
});
const facts = (more: Partial<WentLiveFacts> = {}): WentLiveFacts => ({
  solution: 'shop',
  pipeline: 'shop',
  environment: 'prod',
  live: live(13, { training: 13, evaluation: 7, fresh: 1 }),
  previous: live(12, { training: 12, evaluation: 7, gone: 3 }),
  rolledBack: false,
  bucket: 'artifacts',
  reasons: new Map([['training', [{ kind: 'Direct', paths: ['a.py'], count: 1 }]]]),
  ...more,
});
const validate = new Ajv().compile(JSON.parse(readFileSync(join(__dirname, '../../schema/release-went-live.schema.json'), 'utf8')) as object);

describe('Release Went Live', () => {
  test('says what is another than before, and why', () => {
    const event = releaseWentLive(facts());
    expect(event).toMatchObject({ release: 13, previousRelease: 12, environment: 'prod', rolledBack: false, releaseUri: 's3://artifacts/shop/releases/e13.json', unchanged: ['evaluation'] });
    expect(event.changed.map(({ component, from, to }) => [component, from, to])).toEqual([['fresh', undefined, 1], ['gone', 3, undefined], ['training', 12, 13]]);
    expect(event.changed[2].reasons).toEqual(['"a.py" changed']);
  });

  test.each<[string, WentLiveFacts]>([
    ['another release', facts()],
    ['the first release', facts({ previous: undefined, reasons: new Map() })],
    ['a rollback', facts({ rolledBack: true, live: { ...live(14, { training: 12 }), promotion: 'prod=12' } })],
  ])('is as its schema says: %s', (_, given) => {
    const event = JSON.parse(JSON.stringify(releaseWentLive(given))) as unknown;
    expect([validate(event), validate.errors]).toEqual([true, null]);
  });

  test('fits into an event, whatever there is: the rest is counted', () => {
    const names = Array.from({ length: 5_000 }, (_, index) => `component-${index}-${'x'.repeat(60)}`);
    const all = (number: number) => Object.fromEntries(names.map((name) => [name, number]));
    const event = releaseWentLive(facts({ live: live(13, all(2)), previous: live(12, all(1)) }));
    expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThanOrEqual(240_000);
    expect(event.changed.length).toBeGreaterThan(500);
    expect(event.changed.length + event.omitted!).toBe(5_000);
  });
});

describe('words', () => {
  test('for people, by component', () => {
    const { title, lines, event } = wentLiveNotification(releaseWentLive(facts()), 'https://console');
    expect([event, title]).toEqual(['WENT_LIVE', 'shop: release 13 is live in prod']);
    expect(lines).toEqual(['commit 13131313', 'fresh 1, new', 'gone 3, left the release', 'training 12 → 13 ("a.py" changed)', 'unchanged: evaluation']);
    expect(wentLiveNotification(releaseWentLive(facts({ rolledBack: true })), '').title).toBe('shop: prod went back, as release 13');
  });

  const hostile = noticeNotification('REFUSED', {
    version: 1,
    solution: 'shop',
    pipeline: 'shop',
    executionId: 'e1',
    stage: 'prod',
    action: 'Prepare',
    environment: 'prod',
    message: `<!channel> <https://evil|here> & *bold*\n\n${'x'.repeat(10_000)}\n${'line\n'.repeat(100)}`,
  });

  test('mention nobody in Slack, whatever a repository holds, and fit', () => {
    const text = JSON.stringify(slackMessage(hostile));
    expect(text).not.toContain('<!channel>');
    expect(text).not.toContain('<https://evil');
    expect(text).toContain('&lt;!channel&gt;');
    expect(text.length).toBeLessThan(8_000);
  });

  const notice = (message: string) => noticeNotification('BUILD_FAILED', {
    version: 1, solution: 'shop', pipeline: 'shop', executionId: 'e1', stage: 'Build', action: 'Build', message,
  });

  test('and data fit into an event, however long a line of a log is', () => {
    const { detail } = notice(`${'é'.repeat(300_000)}\n${'line\n'.repeat(200_000)}`);
    expect(Buffer.byteLength(JSON.stringify(detail))).toBeLessThan(100_000);
    expect(detail).toMatchObject({ message: expect.stringMatching(/^é{400}\nline\n/) });
  });

  test('hold the last line of two logs after the reasons of twenty builds', () => {
    const reasons = Array.from({ length: 20 }, (_, index) => `component-${index}: failed`);
    const logs = Array.from({ length: 30 }, (_, index) => `log ${index}`);
    expect(notice(['States.TaskFailed', ...reasons, ...logs].join('\n')).lines.at(-1)).toBe('log 29');
  });

  test('hold no half of a character, and nothing for terminals', () => {
    const { lines } = notice(`\u001b[31m\u001b[1mFAIL\u001b[0m a.test.ts\r\n${'x'.repeat(399)}\u{1F4A5}`);
    expect(lines).toEqual(['FAIL a.test.ts', 'x'.repeat(399)]);
    const message = chatMessage({ ...notice('a'), title: `${'x'.repeat(249)}\u{1F4A5}` });
    expect(message).toMatchObject({ content: { title: 'x'.repeat(249) } });
  });

  test('are one thread by execution in a chat, and one line in a subject', () => {
    expect(chatMessage(hostile)).toMatchObject({ version: '1.0', source: 'custom', content: { textType: 'client-markdown', title: 'shop: prod refused the release (Prepare)' }, metadata: { threadId: 'e1' } });
    const subject = emailMessage({ ...hostile, title: `a → b\nc ${'é'.repeat(200)}` });
    expect(subject.subject).toMatch(/^a -> b c [\x20-\x7e]*$/);
    expect(subject.subject.length).toBeLessThan(100);
  });
});
