import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { BufferArchive, folder, python, removeFolders, write } from './support';
import { ARCHIVE_BOUNDS, ArchiveRefusedError } from '../../../../lambda/shared/source/zip/archive';
import { listArchive } from '../../../../lambda/shared/source/zip/listing';

afterAll(removeFolders);

/** Entries as Python writes them, names as they are. */
interface Packed {
  readonly name: string;
  readonly content?: string;
  readonly system?: number;
  readonly attributes?: number;
  readonly method?: number;
}

function packed(entries: readonly Packed[]): Buffer {
  const file = join(folder(), 'archive.zip');
  python(`
import json, sys, warnings, zipfile
warnings.simplefilter('ignore')
given = json.load(sys.stdin)
with zipfile.ZipFile(given['file'], 'w') as archive:
    for entry in given['entries']:
        info = zipfile.ZipInfo('x')
        info.filename = entry['name']
        info.create_system = entry.get('system', 3)
        info.external_attr = entry.get('attributes', 0o100644) << 16
        info.compress_type = entry.get('method', 8)
        archive.writestr(info, entry.get('content', ''))
`, { file, entries });
  return readFileSync(file);
}

async function refusal(bytes: Buffer, bounds = ARCHIVE_BOUNDS): Promise<string> {
  const error: unknown = await listArchive(new BufferArchive(bytes), bounds).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ArchiveRefusedError);
  return (error as Error).message;
}

const listed = async (bytes: Buffer) => (await listArchive(new BufferArchive(bytes))).map(({ path }) => path);

test.each([
  ['..', [{ name: 'a/../../etc/passwd' }], 'archive.zip: entry "a/../../etc/passwd" is refused: its path leads out of the archive by ".."'],
  ['an absolute path', [{ name: '/etc/passwd' }], 'entry "/etc/passwd" is refused: its path is absolute'],
  ['a drive', [{ name: 'C:/windows/x' }], 'entry "C:/windows/x" is refused: its path is absolute'],
  ['backslashes', [{ name: 'a\\b' }], 'entry "a\\\\b" is refused: its name has backslashes'],
  ['NUL', [{ name: 'a\0b' }], 'entry "a\\u0000b" is refused: its name holds a NUL byte'],
  ['a path twice', [{ name: 'a', content: '1' }, { name: 'a', content: '2' }], 'entry "a" is refused: it is there twice'],
  ['a path twice, written differently', [{ name: 'a/b', content: '1' }, { name: './a//b', content: '2' }], 'entry "a/b" is refused: it is there twice'],
  ['a file that is a folder, too', [{ name: 'a' }, { name: 'a/b' }], 'entry "a" is refused: it is a file, and a folder of other entries'],
  ['a folder that is a file, too', [{ name: 'a/' }, { name: 'a' }], 'entry "a" is refused: it is a file, and a folder of other entries'],
  ['a folder with content', [{ name: 'a/', content: '1' }], 'entry "a" is refused: it is a folder with content'],
  ['a device', [{ name: 'a', attributes: 0o020644 }], 'entry "a" is refused: it is neither file, folder nor symbolic link'],
  ['another compression', [{ name: 'a', method: 12, content: 'x' }], 'entry "a" is refused: it is compressed by method 12'],
  ['a path that no system takes', [{ name: `${'a/'.repeat(2_050)}a` }], 'its path is longer than 4095 bytes'],
])('%s is refused by name', async (_, entries, message) => {
  expect(await refusal(packed(entries))).toContain(message);
});

test('a password is refused by name', async () => {
  const root = folder();
  write(root, { secret: 'x' });
  execFileSync('zip', ['-q', '-P', 'password', 'archive.zip', 'secret'], { cwd: root });
  expect(await refusal(readFileSync(join(root, 'archive.zip')))).toContain('entry "secret" is refused: it is encrypted: pack it without a password');
});

test('a name in a code page that nothing says is refused; one written on Unix is UTF-8', async () => {
  const bytes = packed([{ name: 'gr__e', system: 0 }]);
  const named = (system: number, ...name: number[]) => {
    const changed = Buffer.from(bytes);
    for (let at = changed.indexOf('gr__e'); at >= 0; at = changed.indexOf('gr__e', at + 1)) {
      Buffer.of(0x67, 0x72, ...name, 0x65).copy(changed, at);
    }
    changed[changed.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2])) + 5] = system;
    return changed;
  };
  expect(await refusal(named(0, 0xc3, 0xb6))).toContain('its name is in a code page that the archive does not say');
  expect(await refusal(named(3, 0xf6, 0xdf))).toContain('its name is in a code page that the archive does not say');
  expect(await listed(named(3, 0xc3, 0xb6))).toEqual(['gröe']);
});

test('what means the same to every program is taken: "." and empty segments, folders of their own, nothing at all', async () => {
  expect(await listed(packed([{ name: './' }, { name: 'a/' }, { name: './a//b' }, { name: 'a/./c' }, { name: '.git/config' }, { name: 'a/.git/x' }]))).toEqual(['a/.git/x', 'a/b', 'a/c']);
  expect(await listed(packed([]))).toEqual([]);
});

test.each([
  ['no archive', () => Buffer.from('hello'), 'it is not a zip archive, or is cut off'],
  ['nothing', () => Buffer.alloc(0), 'it is not a zip archive, or is cut off'],
  ['a cut archive', (whole: Buffer) => whole.subarray(0, whole.length - 1), 'it is not a zip archive, or is cut off'],
  ['a program before it', (whole: Buffer) => Buffer.concat([Buffer.from('#!/bin/sh\n'), whole]), 'it has other bytes before its content'],
  ['a first part', (whole: Buffer) => Buffer.from(whole).fill(1, whole.length - 18, whole.length - 17), 'it is one part of several'],
])('%s is refused', async (_, change, message) => {
  expect(await refusal(change(packed([{ name: 'a', content: '1' }])))).toContain(message);
});

test('beyond its bounds an archive is refused before its contents are read, with the figures', async () => {
  const bytes = packed([{ name: 'a', content: 'x'.repeat(1_000) }, { name: 'b', content: 'x'.repeat(1_000) }]);
  expect(await refusal(bytes, { ...ARCHIVE_BOUNDS, bytes: 100 })).toMatch(/it has \d+ bytes, and at most 100 bytes are read: leave out/);
  expect(await refusal(bytes, { ...ARCHIVE_BOUNDS, bytes: 1_999 })).toContain('its contents come to 2000 bytes, and at most 1999 bytes are read');
  expect(await refusal(bytes, { ...ARCHIVE_BOUNDS, entries: 1 })).toContain('it has 2 entries, and at most 1 are read');
  expect(await refusal(packed([{ name: 'a/b/c/d' }, { name: 'x' }]), { ...ARCHIVE_BOUNDS, entries: 2 })).toContain('it has more than 2 folders');
  expect(await refusal(bytes, { ...ARCHIVE_BOUNDS, directoryBytes: 50 })).toContain('its list of entries has');
  await expect(listArchive(new BufferArchive(bytes), { ...ARCHIVE_BOUNDS, bytes: 2_000, entries: 2 })).resolves.toHaveLength(2);
});

test('a bomb: many entries over the same content', async () => {
  const whole = packed([{ name: 'a', content: '1' }, { name: 'b', content: '1' }]);
  const second = whole.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  const overlapping = Buffer.from(whole);
  overlapping.writeUInt32LE(0, second + 42);
  expect(await refusal(overlapping)).toMatch(/entry "[ab]" is refused: it lies over another entry/);
});

test('a claimed size is not believed', async () => {
  for (const size of [10, 2_000_000, 5_000_000]) {
    const bytes = packed([{ name: 'a', content: 'x'.repeat(size) }]);
    for (const claimed of [size - 1, size + 1]) {
      const lying = Buffer.from(bytes);
      lying.writeUInt32LE(claimed, lying.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2])) + 24);
      expect(await refusal(lying)).toContain('entry "a" is refused');
    }
  }
});

test('bytes that changed are an error or change nothing, never another listing', async () => {
  const bytes = packed([{ name: 'a/b', content: 'hello '.repeat(100) }, { name: 'a/c', content: '2', method: 0 }, { name: 'd', content: '3'.repeat(3_000) }]);
  const whole = await listArchive(new BufferArchive(bytes));
  await fc.assert(fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
    const damaged = Buffer.from(bytes);
    // eslint-disable-next-line no-bitwise -- some bits change
    damaged[at] = damaged[at]! ^ change;
    const result: unknown = await listArchive(new BufferArchive(damaged)).catch((error: unknown) => error);
    if (!(result instanceof ArchiveRefusedError)) {
      // Modes are protected by no checksum.
      expect((result as { path: string; id: string }[]).map(({ path, id }) => [path, id])).toEqual(whole.map(({ path, id }) => [path, id]));
    }
  }), { numRuns: 400 });
});
