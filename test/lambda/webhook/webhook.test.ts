import { createHmac } from 'node:crypto';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import * as fc from 'fast-check';
import { createLogger } from '../../../lambda/shared/logger';
import { LookTime } from '../../../lambda/shared/look-time-store';
import { LOOK_INTERVAL_MS, lookTime } from '../../../lambda/webhook/look-times';
import { pushedRefs } from '../../../lambda/webhook/refs';
import { proofOf } from '../../../lambda/webhook/signature';
import { HttpRequest, LONGEST_BODY, WebhookFunction } from '../../../lambda/webhook/webhook-function';
import { ManualTiming } from '../../support/timing';

const SECRET = 'It\'s a Secret to Everybody';
const hmac = (body: Buffer | string, secret = SECRET) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('proofs', () => {
  // The example of GitHub's documentation.
  test('GitHub signs the bytes of the body', () => {
    const body = Buffer.from('Hello, World!');
    const signature = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
    expect(hmac(body)).toBe(signature);
    expect(proofOf({ headers: { 'x-hub-signature-256': signature }, body }, SECRET)).toBe('github');
  });

  test.each([
    ['bitbucket', { 'x-hub-signature': hmac('{}') }],
    ['gitlab', { 'x-gitlab-token': SECRET }],
    ['azure-devops', { authorization: basic(`user:${SECRET}`) }],
    ['azure-devops', { authorization: basic(`:${SECRET}`) }],
  ])('%s', (proof, headers) => {
    expect(proofOf({ headers, body: Buffer.from('{}') }, SECRET)).toBe(proof);
  });

  test.each([
    ['nothing', {}],
    ['another secret', { 'x-hub-signature-256': hmac('{}', 'other') }],
    ['SHA-1, as GitHub sends it, too', { 'x-hub-signature': `sha1=${createHmac('sha1', SECRET).update('{}').digest('hex')}` }],
    ['the digest alone', { 'x-hub-signature-256': hmac('{}').slice('sha256='.length) }],
    ['capitals', { 'x-hub-signature-256': hmac('{}').toUpperCase() }],
    ['a part of the token', { 'x-gitlab-token': SECRET.slice(0, -1) }],
    ['the secret as user', { authorization: basic(`${SECRET}:`) }],
    ['a bearer', { authorization: `Bearer ${SECRET}` }],
    ['no text', { authorization: 'Basic ====' }],
  ])('%s proves nothing', (_, headers) => {
    expect(proofOf({ headers, body: Buffer.from('{}') }, SECRET)).toBeUndefined();
  });

  test('an empty secret is nobody\'s', () => {
    expect(proofOf({ headers: { 'x-gitlab-token': '', 'x-hub-signature-256': hmac('{}', '') }, body: Buffer.from('{}') }, '')).toBeUndefined();
  });

  test('whatever a body or a signature is changed to, it proves nothing any more', () => {
    const changes = fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 }), fc.boolean());
    fc.assert(fc.property(fc.uint8Array({ minLength: 1, maxLength: 200 }), changes, (bytes, [position, change, ofBody]) => {
      const body = Buffer.from(bytes);
      const signature = Buffer.from(hmac(body));
      const target = ofBody ? body : signature;
      const at = position % target.length;
      target[at] = (target[at]! + change) % 256;
      expect(proofOf({ headers: { 'x-hub-signature-256': signature.toString('latin1') }, body }, SECRET)).toBeUndefined();
    }), { numRuns: 500 });
  });

  test('no headers that strangers make up prove anything, nor break it', () => {
    const name = fc.constantFrom('x-hub-signature-256', 'x-hub-signature', 'x-gitlab-token', 'authorization', 'x-other');
    fc.assert(fc.property(fc.dictionary(name, fc.oneof(fc.string(), fc.string().map((text) => basic(text)), fc.constant('sha256='))), fc.uint8Array(), (headers, body) => {
      expect(proofOf({ headers, body: Buffer.from(body) }, SECRET)).toBeUndefined();
    }), { numRuns: 500 });
  });
});

describe('branches and tags', () => {
  test.each<[string, unknown, string[] | undefined, boolean?]>([
    ['GitHub', { ref: 'refs/heads/main', before: '0', after: '1' }, ['main']],
    ['a tag', { ref: 'refs/tags/main' }, [], true],
    ['Bitbucket', { push: { changes: [{ new: { type: 'branch', name: 'a/b' } }, { new: { type: 'tag', name: 'v1' } }, { new: null }] } }, ['a/b'], true],
    ['Azure DevOps', { resource: { refUpdates: [{ name: 'refs/heads/main' }, { name: 'refs/heads/x' }] } }, ['main', 'x']],
    ['GitHub\'s ping', { zen: 'Keep it logically awesome.' }, undefined],
    ['a deletion at Bitbucket', { push: { changes: [{ new: null }] } }, undefined],
    ['no object', 'refs/heads/main', undefined],
  ])('%s', (_, content, branches, hasTags = false) => {
    const found = pushedRefs(Buffer.from(JSON.stringify(content)));
    expect(found && [[...found.branches], found.hasTags]).toEqual(branches && [branches, hasTags]);
  });

  test('what is no JSON says nothing; nothing breaks it', () => {
    expect(pushedRefs(Buffer.from('payload=%7B%7D'))).toBeUndefined();
    fc.assert(fc.property(fc.json(), (json) => { pushedRefs(Buffer.from(json)); }), { numRuns: 300 });
  });
});

describe('when to look', () => {
  test('at once, then once in an interval; what is asked for before a look that is to come is covered by it', () => {
    expect(lookTime(undefined, 1_000)).toBe(1_000);
    expect(lookTime(1_000, 1_000)).toBe(1_000 + LOOK_INTERVAL_MS);
    expect(lookTime(1_000 + LOOK_INTERVAL_MS, 5_000)).toBeUndefined();
    expect(lookTime(1_000, 60_000)).toBe(60_000);
    // A clock that was far ahead keeps nobody from looking.
    expect(lookTime(10_000_000, 1_000)).toBe(1_000);
  });

  test('every request is followed by a look, within an interval; looks are an interval apart', () => {
    fc.assert(fc.property(fc.array(fc.nat(30_000), { minLength: 1, maxLength: 100 }), (gaps) => {
      let [now, last] = [1_000_000, undefined as number | undefined];
      const looks: number[] = [];
      for (const gap of gaps) {
        now += gap;
        const at = lookTime(last, now);
        if (at !== undefined) {
          looks.push(at);
          last = at;
        }
        expect(looks.some((look) => look >= now && look <= now + LOOK_INTERVAL_MS)).toBe(true);
      }
      looks.slice(1).forEach((look, index) => expect(look - looks[index]!).toBeGreaterThanOrEqual(LOOK_INTERVAL_MS));
    }));
  });
});

describe('the function', () => {
  const lambda = mockClient(LambdaClient);
  const secrets = mockClient(SecretsManagerClient);
  let timing: ManualTiming;
  let last: LookTime | undefined;
  let webhook: WebhookFunction;

  beforeEach(() => {
    lambda.reset();
    secrets.reset();
    lambda.on(InvokeCommand).resolves({ StatusCode: 202 });
    secrets.on(GetSecretValueCommand, { SecretId: 'secret' }).resolves({ SecretString: `${SECRET}\n` });
    timing = new ManualTiming();
    last = undefined;
    webhook = new WebhookFunction({
      branch: 'main',
      takesTags: false,
      secretArn: 'secret',
      diffFunction: 'diff',
      looks: {
        read: async () => last,
        replace: async (before, next) => {
          const isFirst = before === last?.at;
          last = isFirst ? next : last;
          return isFirst;
        },
      },
      lambda: new LambdaClient({ region: 'eu-west-1' }),
      secrets: new SecretsManagerClient({ region: 'eu-west-1' }),
      timing,
      logger: createLogger(() => undefined, () => timing.now(), {}),
    });
  });

  const PUSH = JSON.stringify({ ref: 'refs/heads/main', message: 'größe' });
  const signed = (body = PUSH): HttpRequest => ({ headers: { 'x-hub-signature-256': hmac(body) }, body });
  const events = () => lambda.commandCalls(InvokeCommand).map(({ args: [{ input }] }) => {
    expect(input).toMatchObject({ FunctionName: 'diff', InvocationType: 'Event' });
    return JSON.parse(Buffer.from(input.Payload as Uint8Array).toString()) as object;
  });

  test('a signed request is accepted at once, and makes the diff function look: nothing of the request goes on', async () => {
    expect(await webhook.handle(signed())).toEqual({ statusCode: 202 });
    expect(events()).toEqual([{ action: 'look', at: '2026-03-01T12:00:00.000Z' }]);
  });

  test('the body is taken as it was sent, also in Base64', async () => {
    const body = Buffer.from([0x7b, 0xff, 0xfe, 0x7d]);
    expect(await webhook.handle({ headers: { 'x-hub-signature-256': hmac(body) }, body: body.toString('base64'), isBase64Encoded: true })).toEqual({ statusCode: 202 });
    expect(events()).toHaveLength(1);
  });

  test('another branch, or a tag, costs nothing', async () => {
    for (const ref of ['refs/heads/other', 'refs/tags/main']) {
      expect(await webhook.handle(signed(JSON.stringify({ ref })))).toEqual({ statusCode: 202 });
    }
    expect(events()).toEqual([]);
  });

  test('a forged request is refused, and says nothing', async () => {
    for (const headers of [undefined, {}, { 'x-hub-signature-256': hmac(`${PUSH} `) }, { 'x-gitlab-token': 'guess' }]) {
      expect(await webhook.handle({ ...(headers && { headers }), body: PUSH })).toEqual({ statusCode: 401 });
    }
    expect(events()).toEqual([]);
  });

  test('an oversized request is refused before anything is computed', async () => {
    for (const body of ['x'.repeat(LONGEST_BODY + 1), 'ä'.repeat(LONGEST_BODY / 2 + 1)]) {
      expect(await webhook.handle(signed(body))).toEqual({ statusCode: 413 });
    }
    const bytes = Buffer.alloc(LONGEST_BODY + 1);
    expect(await webhook.handle({ headers: { 'x-hub-signature-256': hmac(bytes) }, body: bytes.toString('base64'), isBase64Encoded: true })).toEqual({ statusCode: 413 });
    expect(secrets.commandCalls(GetSecretValueCommand)).toHaveLength(0);
    expect(await webhook.handle(signed('x'.repeat(LONGEST_BODY)))).toEqual({ statusCode: 202 });
  });

  test('a thousand requests a minute, replays among them, cost a look in ten seconds', async () => {
    for (let request = 0; request < 1_000; request++) {
      expect(await webhook.handle(signed())).toEqual({ statusCode: 202 });
      timing.milliseconds += 60;
    }
    expect(events().length).toBeGreaterThanOrEqual(6);
    expect(events().length).toBeLessThanOrEqual(7);
    expect(secrets.commandCalls(GetSecretValueCommand).length).toBeLessThanOrEqual(2);
  });

  test('many at the same moment: one looks', async () => {
    await Promise.all(Array.from({ length: 20 }, async () => webhook.handle(signed())));
    const looks = events() as { at: string }[];
    expect(new Set(looks.map(({ at }) => at)).size).toBe(looks.length);
    expect(looks.length).toBeLessThanOrEqual(2);
  });

  test('a look that cannot be asked for is an error: the host sees it, and the schedule looks', async () => {
    lambda.on(InvokeCommand).rejects(new Error('throttled'));
    await expect(webhook.handle(signed())).rejects.toThrow('throttled');
    timing.milliseconds += 100;
    await expect(webhook.handle(signed())).rejects.toThrow('throttled');
    lambda.on(InvokeCommand).resolves({ StatusCode: 202 });
    // The second one claimed a look ten seconds after the first. Others do not rely on it.
    expect(await webhook.handle(signed())).toEqual({ statusCode: 202 });
    expect(events()).toHaveLength(3);
    expect(await webhook.handle(signed())).toEqual({ statusCode: 202 });
    expect(events()).toHaveLength(3);
  });

  test('a secret that was rotated counts after a minute', async () => {
    await webhook.handle(signed());
    secrets.on(GetSecretValueCommand).resolves({ SecretString: 'rotated' });
    timing.milliseconds += 60_001;
    expect(await webhook.handle(signed())).toEqual({ statusCode: 401 });
    expect(await webhook.handle({ headers: { 'x-gitlab-token': 'rotated' }, body: PUSH })).toEqual({ statusCode: 202 });
  });
});
