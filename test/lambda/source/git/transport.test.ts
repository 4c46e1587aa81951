import { SourceUnavailableError } from '../../../../lambda/shared/source/errors';
import { Remote } from '../../../../lambda/shared/source/git/remote';
import { ManualTiming } from '../../../support/timing';

const URL_OF_SHOP = 'https://git.example.com/team/shop.git';
const HEAD = 'a'.repeat(40);
const packet = (text: string) => `${(Buffer.byteLength(text) + 5).toString(16).padStart(4, '0')}${text}\n`;
const refs = `${packet('# service=git-upload-pack')}0000${packet(`${HEAD} refs/heads/main\0shallow`)}0000`;
const ok = () => new Response(refs);

function remote(answers: readonly (() => Response)[], more: Partial<ConstructorParameters<typeof Remote>[0]> = {}) {
  const asked: { url: string; authorization?: string; protocol?: string }[] = [];
  const timing = new ManualTiming();
  return {
    asked,
    timing,
    branch: async () => new Remote({
      url: URL_OF_SHOP,
      authorization: async (url) => `for ${url}`,
      advice: 'Look at the connection.',
      timing,
      request: async (url, options) => {
        const headers = new Headers(options!.headers);
        asked.push({ url: String(url), authorization: headers.get('authorization') ?? undefined, protocol: headers.get('git-protocol') ?? undefined });
        return answers[Math.min(asked.length, answers.length) - 1]!();
      },
      ...more,
    }).branch('main'),
  };
}

const failure = async (answers: readonly (() => Response)[]) => {
  const made = remote(answers);
  const error = await made.branch().then(() => undefined, (reason: SourceUnavailableError) => reason);
  expect(error).toBeInstanceOf(SourceUnavailableError);
  return { error: error!, requests: made.asked.length, slept: made.timing.slept };
};

it('asks for protocol 2 with what authorizes it', async () => {
  const made = remote([ok]);
  expect(await made.branch()).toBe(HEAD);
  expect(made.asked).toEqual([{ url: `${URL_OF_SHOP}/info/refs?service=git-upload-pack`, authorization: `for ${URL_OF_SHOP}`, protocol: 'version=2' }]);
});

it.each([401, 403, 404])('is transient where the server answers %s, and says what to look at', async (status) => {
  const { error, requests } = await failure([() => new Response('no  access', { status })]);
  expect(error.message).toBe(`${URL_OF_SHOP} answers ${status} (no access). Look at the connection.`);
  expect([error.status, requests]).toEqual([status, 1]);
});

it.each([429, 500, 502, 503])('tries %s again, shortly', async (status) => {
  const { requests, slept } = await failure([() => new Response('', { status })]);
  expect([requests, slept]).toEqual([3, [1_000, 2_000]]);
  const made = remote([() => new Response('', { status }), ok]);
  expect(await made.branch()).toBe(HEAD);
});

it('waits as long as the server says, if that is short; otherwise says how long', async () => {
  const after = (value: string) => () => new Response('', { status: 429, headers: { 'retry-after': value } });
  expect((await failure([after('3')])).slept).toEqual([3_000, 3_000]);
  expect(await failure([after('600')])).toMatchObject({ requests: 1, error: { retryAfterMs: 600_000, status: 429 } });
  expect(await failure([after('Sun, 01 Mar 2026 12:10:00 GMT')])).toMatchObject({ requests: 1, error: { retryAfterMs: 600_000 } });
  expect((await failure([after('nonsense')])).error.retryAfterMs).toBeUndefined();
});

it('tries again where the server cannot be reached, and says why it could not', async () => {
  const { error, requests } = await failure([() => { throw new TypeError('fetch failed', { cause: new Error('getaddrinfo ENOTFOUND git.example.com') }); }]);
  expect(error.message).toBe(`${URL_OF_SHOP} cannot be reached: getaddrinfo ENOTFOUND git.example.com`);
  expect(requests).toBe(3);
});

it('says that an answer broke off', async () => {
  const broken = () => new Response(new ReadableStream({
    start: (controller) => controller.enqueue(Buffer.from('001e')),
    pull: (controller) => controller.error(new Error('socket hang up')),
  }));
  expect((await failure([broken])).error.message).toBe(`${URL_OF_SHOP} breaks its answer off: socket hang up`);
});

it('says that an address is none of a Git repository', async () => {
  expect((await failure([() => new Response('<!DOCTYPE html>')])).error.message).toContain('The answer is not of Git\'s protocol');
});

describe('redirections', () => {
  const to = (location: string) => () => new Response(null, { status: 301, headers: { location } });

  it('are followed on the same host, with credentials for where they lead', async () => {
    const made = remote([to('/team/renamed.git/info/refs?service=git-upload-pack'), ok]);
    expect(await made.branch()).toBe(HEAD);
    expect(made.asked[1]).toMatchObject({ url: 'https://git.example.com/team/renamed.git/info/refs?service=git-upload-pack', authorization: 'for https://git.example.com/team/renamed.git' });
  });

  it.each([
    ['another host', 'https://evil.example.com/team/shop.git/info/refs?service=git-upload-pack'],
    ['the same host without TLS', 'http://git.example.com/team/shop.git/info/refs?service=git-upload-pack'],
    ['another port', 'https://git.example.com:8443/team/shop.git/info/refs?service=git-upload-pack'],
    ['a page', 'https://git.example.com/login'],
    ['nowhere', ''],
  ])('are refused where they lead to %s', async (_, location) => {
    const { error, requests } = await failure([to(location)]);
    expect(error.message).toContain(`redirects to ${JSON.stringify(location)}`);
    expect(requests).toBe(1);
  });

  it('are refused where they go on and on', async () => {
    expect((await failure([to(`${URL_OF_SHOP}/info/refs?service=git-upload-pack`)])).requests).toBe(4);
  });
});

it.each(['http://git.example.com/shop.git', 'git://git.example.com/shop.git', 'http://localhost/shop.git', 'http://10.0.0.1/shop.git', 'file:///etc/passwd'])('refuses %s', (url) => {
  expect(() => new Remote({ url, authorization: async () => undefined, advice: '', timing: new ManualTiming() })).toThrow('only https:// is read');
});

it('refuses an address with a password, without showing it', () => {
  const refused = expect(() => new Remote({ url: 'https://me:secret@git.example.com/shop.git', authorization: async () => undefined, advice: '', timing: new ManualTiming() }));
  refused.toThrow('put them into a secret');
  refused.not.toThrow('secret@');
});
