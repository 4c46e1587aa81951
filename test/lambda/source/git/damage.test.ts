import { createHash } from 'node:crypto';
import { deflateSync } from 'node:zlib';
import * as fc from 'fast-check';
import { SourceUnavailableError, SourceUnreadableError } from '../../../../lambda/shared/source/errors';
import { ByteQueue } from '../../../../lambda/shared/source/git/byte-queue';
import { applyDelta } from '../../../../lambda/shared/source/git/delta';
import { GitAnswerError, GitBoundError } from '../../../../lambda/shared/source/git/git-error';
import { GitRepository } from '../../../../lambda/shared/source/git/git-repository';
import { GitObject, idOf, PackBounds, readPack } from '../../../../lambda/shared/source/git/pack';
import { readAdvertisement } from '../../../../lambda/shared/source/git/protocol';
import { BOUNDS, Remote } from '../../../../lambda/shared/source/git/remote';
import { parseTree } from '../../../../lambda/shared/source/git/tree';
import { ManualTiming } from '../../../support/timing';
import { file, GitHistory } from '../support/git-history';
import { GitServer } from '../support/git-server';

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer, void> {
  for (let at = 0; at < bytes.length; at += size) {
    yield bytes.subarray(at, at + size);
  }
}

/** A pack as Git writes it, of objects that need not be right. */
function pack(...objects: readonly Buffer[]): Buffer {
  const header = Buffer.alloc(12);
  header.write('PACK');
  header.writeUInt32BE(2, 4);
  header.writeUInt32BE(objects.length, 8);
  const content = Buffer.concat([header, ...objects]);
  return Buffer.concat([content, createHash('sha1').update(content).digest()]);
}

function entry(code: number, size: number, content: Buffer, between = Buffer.alloc(0)): Buffer {
  const bytes = [(code << 4) | (size & 15)];
  for (let rest = Math.floor(size / 16); rest > 0; rest = Math.floor(rest / 128)) {
    bytes[bytes.length - 1]! |= 128;
    bytes.push(rest % 128);
  }
  return Buffer.concat([Buffer.from(bytes), between, deflateSync(content)]);
}

async function read(bytes: Buffer, more: { readonly contentsUpTo?: number; readonly bounds?: Partial<PackBounds>; readonly size?: number } = {}) {
  const objects = new Map<string, GitObject>();
  const summary = await readPack(pieces(bytes, more.size ?? 1_000), {
    bounds: { ...BOUNDS, ...more.bounds }, contentsUpTo: more.contentsUpTo ?? Infinity, onObject: (id, object) => objects.set(id, object),
  });
  return { objects, summary };
}

const blob = (text: string) => entry(3, text.length, Buffer.from(text));

describe('a pack', () => {
  it('is read in pieces of any size', async () => {
    const bytes = pack(blob('one'), blob('x'.repeat(3_000_000)), blob(''));
    for (const size of [1_000_000_000, 65_515, 997]) {
      expect([...(await read(bytes, { size })).objects.values()].map(({ data }) => data.length)).toEqual([3, 3_000_000, 0]);
    }
    expect((await read(pack(blob('one')), { size: 1 })).objects.size).toBe(1);
  });

  it('drops contents that nobody asks for, and what stands on them', async () => {
    const delta = Buffer.from([3, 3, 0b10010000, 3]);
    const first = blob('one');
    const bytes = pack(first, entry(6, delta.length, delta, Buffer.from([first.length])));
    expect((await read(bytes, { contentsUpTo: 2 })).summary).toMatchObject({ dropped: 2 });
    expect((await read(bytes)).summary).toMatchObject({ dropped: 0 });
  });

  it('resolves a delta that names its base by ID, also one that comes later', async () => {
    const base = { type: 'blob', data: Buffer.from('one') } as const;
    const delta = Buffer.from([3, 4, 0b10010000, 3, 1, 0x21]);
    const named = entry(7, delta.length, delta, Buffer.from(idOf(base), 'hex'));
    for (const bytes of [pack(blob('one'), named), pack(named, blob('one'))]) {
      const { objects } = await read(bytes);
      expect(objects.get(idOf({ type: 'blob', data: Buffer.from('one!') }))?.data.toString()).toBe('one!');
    }
  });

  test.each<[string, Buffer, string]>([
    ['without a signature', Buffer.from('KCAP'.padEnd(40)), 'holds no pack'],
    ['with another checksum', Buffer.concat([pack(blob('a')).subarray(0, -1), Buffer.from([0])]), 'checksum'],
    ['that goes on', Buffer.concat([pack(blob('a')), Buffer.from('more')]), 'goes on'],
    ['that is cut', pack(blob('a')).subarray(0, -21), 'cut off'],
    ['with an object of another size', pack(entry(3, 5, Buffer.from('four'))), '5 bytes that it claims'],
    ['with a large object of another size', pack(entry(3, 2_000_000, Buffer.from('four'))), '2000000 bytes that it claims'],
    ['with more than it claims', pack(entry(3, 3, Buffer.from('four'))), '3 bytes that it claims'],
    ['with a large object that is more than it claims', pack(entry(3, 2_000_000, Buffer.alloc(2_100_000))), '2000000 bytes that it claims'],
    ['with an object of no type', pack(entry(5, 1, Buffer.from('a'))), 'type 5'],
    ['with a delta upon nothing', pack(entry(6, 4, Buffer.from([1, 1, 1, 1]), Buffer.from([5]))), 'no object before it'],
  ])('%s is an error', async (_, bytes, message) => {
    await expect(read(bytes)).rejects.toThrow(GitAnswerError);
    await expect(read(bytes)).rejects.toThrow(message);
  });

  it('has every size that it claims checked before anything is allocated', async () => {
    const huge = 2 ** 45;
    await expect(read(pack(entry(1, huge, Buffer.from('a'))))).rejects.toThrow(`an object of ${huge} bytes, and at most 67108864 are read`);
    await expect(read(pack(entry(2, 60_000_000, Buffer.alloc(0))), { bounds: { kept: 50_000_000 } })).rejects.toThrow('folders have more than 50000000 bytes');
    const digits = (size: number) => [...Array.from({ length: 6 }, (_, index) => 128 | (Math.floor(size / 128 ** index) % 128)), Math.floor(size / 128 ** 6)];
    const claims = (size: number) => Buffer.from([3, ...digits(size), 0b10010000, 3]);
    const base = blob('one');
    const delta = claims(2 ** 40);
    await expect(read(pack(base, entry(6, delta.length, delta, Buffer.from([base.length]))))).rejects.toThrow('a delta claims a result of 1099511627776 bytes');
    const many = Buffer.from(pack(blob('a')));
    many.writeUInt32BE(0xffffffff, 8);
    await expect(read(many)).rejects.toThrow(new GitBoundError('the pack has 4294967295 objects, and at most 2000000 are read'));
  });

  it('has bounded chains', async () => {
    const same = Buffer.from([3, 3, 0b10010000, 3]);
    const first = blob('one');
    const link = (distance: number) => entry(6, same.length, same, Buffer.from([distance]));
    const chain = [first, link(first.length)];
    while (chain.length < 30) {
      chain.push(link(chain.at(-1)!.length));
    }
    expect((await read(pack(...chain), { bounds: { chain: 29 } })).objects.size).toBe(1);
    await expect(read(pack(...chain), { bounds: { chain: 28 } })).rejects.toThrow('stands on more than 28 others');
  });

  it('that is damaged anywhere is an error, and none but the expected ones', async () => {
    const bytes = pack(blob('one'), entry(1, 4, Buffer.from('tree')), blob('y'.repeat(2_000)));
    await fc.assert(fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
      const damaged = Buffer.from(bytes);
      damaged[at]! ^= flip;
      const error = await read(damaged).then(() => undefined, (failure: unknown) => failure);
      expect(error instanceof GitAnswerError || error instanceof GitBoundError).toBe(true);
    }), { numRuns: 500 });
  });
});

test('any delta upon any base comes to what it claims, or is an error', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 40 }), fc.nat(400), (base, instructions, claimed) => {
    const size = (value: number) => (value < 128 ? [value] : [128 | (value % 128), value >> 7]);
    const delta = Buffer.from([...size(base.length), ...size(claimed), ...instructions]);
    try {
      expect(applyDelta(Buffer.from(base), delta, 1_000)).toHaveLength(claimed);
    } catch (error) {
      expect(error instanceof GitAnswerError || error instanceof GitBoundError).toBe(true);
    }
  }), { numRuns: 2_000 });
});

test('any bytes for a folder or a list of refs are read, or are an error of their kind', async () => {
  await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
    try {
      parseTree(Buffer.from(bytes));
    } catch (error) {
      expect(error).toBeInstanceOf(GitAnswerError);
    }
    await expect(readAdvertisement(new ByteQueue(pieces(Buffer.from(bytes), 7)))).rejects.toThrow(GitAnswerError);
  }), { numRuns: 500 });
});

describe('answers that are cut off or damaged on their way', () => {
  const history = new GitHistory();
  const answers = new Map<string, Buffer>();
  let base: string;
  let head: string;
  let expected: unknown[];

  /** Answers from what was recorded, one of them changed. */
  const replay = (change: (url: string, body: Buffer) => Buffer) => new GitRepository(new Remote({
    url: 'https://git.example.com/shop.git',
    authorization: async () => undefined,
    advice: '',
    timing: new ManualTiming(),
    request: async (url, options) => {
      const { pathname } = new URL(String(url));
      const key = `${pathname.split('/').pop()!} ${String(options?.body ?? '').includes('deepen') ? 'fetch' : ''}`;
      return new Response(new Uint8Array(change(key, answers.get(key)!)));
    },
  }), 'shop');

  const changes = async (repository: GitRepository) => {
    const found: unknown[] = [];
    for await (const page of repository.differences(base, head)) {
      found.push(...page);
    }
    return found;
  };

  beforeAll(async () => {
    const files = Array.from({ length: 40 }, (_, index) => [`folder-${index % 7}/file-${index}`, file(`content ${index}\n`.repeat(20))] as const);
    base = history.commit(new Map(files));
    head = history.commit(new Map([...files.slice(3), ['folder-1/new', file('new')], ['folder-2/file-2', file('changed')]]));
    const server = await GitServer.start(history.directory);
    const remote = server.remote({
      request: async (url, options) => {
        const response = await fetch(url, options);
        const body = Buffer.from(await response.arrayBuffer());
        answers.set(`${new URL(String(url)).pathname.split('/').pop()!} ${String(options?.body ?? '').includes('deepen') ? 'fetch' : ''}`, body);
        return new Response(new Uint8Array(body));
      },
    });
    expected = await changes(new GitRepository(remote, 'shop'));
    await server.stop();
  });
  afterAll(() => history.remove());

  it('are never a wrong list', async () => {
    expect(expected.length).toBeGreaterThan(3);
    expect(await changes(replay((_, body) => body))).toEqual(expected);
    const [keys, outcomes] = [[...answers.keys()], { right: 0, refused: 0 }];
    await fc.assert(fc.asyncProperty(fc.constantFrom(...keys), fc.nat(), fc.integer({ min: 0, max: 255 }), async (key, place, flip) => {
      const repository = replay((asked, body) => {
        const at = place % body.length;
        if (asked !== key) {
          return body;
        }
        const changed = flip === 0 || flip > 200 ? [] : [Buffer.from([body[at]! ^ flip]), body.subarray(at + 1)];
        return Buffer.concat([body.subarray(0, at), ...changed]);
      });
      try {
        expect(await changes(repository)).toEqual(expected);
        outcomes.right += 1;
      } catch (error) {
        expect(error instanceof SourceUnavailableError || error instanceof SourceUnreadableError).toBe(true);
        outcomes.refused += 1;
      }
    }), { numRuns: 300 });
    // What says nothing, such as a server's version, may be damaged.
    expect(outcomes.refused).toBeGreaterThan(outcomes.right);
  });

  it('are an error wherever the last answer is cut', async () => {
    const whole = answers.get('git-upload-pack fetch')!;
    for (let length = 0; length < whole.length; length += 7) {
      await expect(changes(replay((key, body) => (key === 'git-upload-pack fetch' ? body.subarray(0, length) : body)))).rejects.toThrow(SourceUnavailableError);
    }
    await expect(changes(replay((key, body) => (key === 'git-upload-pack fetch' ? body.subarray(0, -4) : body)))).rejects.toThrow('closing packet is missing');
  });
});
