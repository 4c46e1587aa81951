import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HeadObjectCommandInput, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { folder, python, removeFolders } from './support';
import { sourceOpener } from '../../../../lambda/shared/source/open-source';
import { ARCHIVE_BOUNDS } from '../../../../lambda/shared/source/zip/archive';
import { S3Repository } from '../../../../lambda/shared/source/zip/s3-repository';
import { VersionStore } from '../../../../lambda/shared/source/zip/version-store';
import { Services, startServices } from '../../../local/services';
import { removeFolders as removeOthers } from '../../../local/support';
import { ManualTiming } from '../../../support/timing';

const BUCKET = 'sources';
const KEY = 'shop/source.zip';
const timing = new ManualTiming();

let services: Services;
let client: S3Client;
const requests: string[] = [];

beforeEach(async () => {
  services = await startServices();
  services.objects.createBucket(BUCKET);
  services.objects.keepVersions(BUCKET);
  services.objects.createBucket('artifacts');
  client = new S3Client(services.clientConfig);
  requests.splice(0);
  client.middlewareStack.add((next, context) => async (args) => {
    requests.push(context.commandName!);
    return next(args);
  }, { step: 'initialize' });
});
afterEach(async () => {
  client.destroy();
  await services.stop();
});
afterAll(() => {
  removeFolders();
  removeOthers();
});

/** Opened for one event, as the function does. */
const open = (more: Partial<ConstructorParameters<typeof S3Repository>[0]> = {}) => new S3Repository({
  client, bucket: BUCKET, key: KEY, versions: new VersionStore(client, 'artifacts', 'shop'), componentPaths: ['a', 'b'], timing, ...more,
});

function pack(files: Readonly<Record<string, string>>): Buffer {
  const file = join(folder(), 'archive.zip');
  python(`
import json, sys, zipfile
given = json.load(sys.stdin)
with zipfile.ZipFile(given['file'], 'w', 8) as archive:
    for path, content in given['files'].items():
        archive.writestr(path, content)
`, { file, files });
  return readFileSync(file);
}

const put = (files: Readonly<Record<string, string>>) => services.objects.put(BUCKET, KEY, pack(files)).versionId!;

async function all<T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> {
  const found: T[] = [];
  for await (const page of pages) {
    found.push(...page);
  }
  return found;
}

const always = () => true;
const A = { 'a/x': '1', 'b/y': '1', 'package-lock.json': '{}' };
const B = { ...A, 'a/x': '2' };

test('a commit is what a version holds; what differs is found by its listing, also where the version is long gone', async () => {
  const first = put(A);
  const before = await open().branchHead(KEY);
  expect(before).toMatch(/^s3-[0-9a-f]{64}$/);
  const second = put(B);
  const after = await open().branchHead(KEY);
  services.objects.deleteVersion(BUCKET, KEY, first);
  expect(await all(open().differences(before, after))).toEqual([{ path: 'a/x', type: 'M' }]);
  expect(await open().pins.commitOf(second)).toBe(after);
  put(A);
  expect(await open().branchHead(KEY)).toBe(before);
  expect(await open().folders(after).readFolder('a')).toMatchObject({ files: [{ name: 'x', mode: '100644' }] });
  expect(await open().folders(after).readFolder('nowhere')).toBeUndefined();
});

test('an unchanged look costs two requests and no write', async () => {
  put(A);
  await open().branchHead(KEY);
  requests.splice(0);
  await open().branchHead(KEY);
  expect(requests).toEqual(['HeadObjectCommand', 'GetObjectCommand']);
});

test('a start is pinned to the current version where it holds the commit, and to the last that did where not', async () => {
  const first = put(A);
  const commit = await open().branchHead(KEY);
  const again = put(A);
  // Not listed yet: nobody knows that it is equal.
  expect(await open().pins.revisionOf(commit)).toEqual({ type: 'S3_OBJECT_VERSION_ID', value: first });
  expect(await open().branchHead(KEY)).toBe(commit);
  expect(await open().pins.revisionOf(commit)).toEqual({ type: 'S3_OBJECT_VERSION_ID', value: again });
  put(B);
  expect(await open().pins.revisionOf(commit)).toEqual({ type: 'S3_OBJECT_VERSION_ID', value: again });
  await expect(open().pins.revisionOf('s3-unknown')).rejects.toMatchObject({ name: 'SourceUnavailableError', message: expect.stringContaining('No version of s3://sources/shop/source.zip is known to hold s3-unknown') });
});

test('a file\'s text is read from a version that holds it; one that expired is said by name', async () => {
  const version = put({ ...A, big: 'x'.repeat(6 * 1024 ** 2 + 1) });
  const commit = await open().branchHead(KEY);
  expect(await open().readFile(commit, 'package-lock.json', always)).toBe('{}');
  expect(await open().readFile(commit, 'a/x', always)).toBe('1');
  expect(await open().readFile(commit, 'a', always)).toBeUndefined();
  expect(await open().readFile(commit, 'none/x', always)).toBeUndefined();
  await expect(open().readFile(commit, 'big', always)).rejects.toMatchObject({ name: 'FileUnreadableError', message: 'it is larger than 6 MB' });
  await expect(open().readFile(commit, 'a/x', () => false)).rejects.toMatchObject({ name: 'FileUnreadableError' });
  services.objects.deleteVersion(BUCKET, KEY, version);
  await expect(open().readFile(commit, 'a/x', always)).rejects.toMatchObject({ name: 'FileUnreadableError', message: expect.stringContaining(`(version ${version}) is not kept any more`) });
});

test('what was listed in another bucket, or under another key, is compared by its listing, and neither started nor read', async () => {
  put(A);
  const before = await open().branchHead(KEY);
  services.objects.createBucket('moved');
  services.objects.keepVersions('moved');
  for (const { bucket, key } of [{ bucket: 'moved', key: KEY }, { bucket: BUCKET, key: 'moved.zip' }]) {
    services.objects.put(bucket, key, pack(B));
    const moved = open({ bucket, key });
    const after = await moved.branchHead(key);
    expect(await all(moved.differences(before, after))).toEqual([{ path: 'a/x', type: 'M' }]);
    await expect(moved.readFile(before, 'package-lock.json', always)).rejects.toMatchObject({ name: 'FileUnreadableError', message: `no version of ${moved.name} is known to hold ${before}` });
    await expect(moved.pins.revisionOf(before)).rejects.toMatchObject({ name: 'SourceUnavailableError' });
  }
});

test('an earlier version that may not be read says so by name: it does not keep the head from being planned', async () => {
  const version = put(A);
  const before = await open().branchHead(KEY);
  put(B);
  client.middlewareStack.add((next) => async (args) => {
    if ((args.input as HeadObjectCommandInput).VersionId === version) {
      throw new S3ServiceException({ name: '403', message: 'UnknownError', $fault: 'client', $metadata: { httpStatusCode: 403 } });
    }
    return next(args);
  }, { step: 'initialize' });
  const after = await open().branchHead(KEY);
  expect(await all(open().differences(before, after))).toEqual([{ path: 'a/x', type: 'M' }]);
  await expect(open().readFile(before, 'package-lock.json', always)).rejects.toMatchObject({ name: 'FileUnreadableError', message: expect.stringContaining(`(version ${version}) may not be read`) });
});

test('a commit that no version is known to hold is gone: also one of Git\'s', async () => {
  put(A);
  const commit = await open().branchHead(KEY);
  for (const gone of ['s3-0', '4b825dc642cb6eb9a060e54bf8d69288fbee4904']) {
    await expect(all(open().differences(gone, commit))).rejects.toMatchObject({ name: 'CommitGoneError', commitId: gone });
  }
});

test.each([
  ['no object', () => undefined, 'BranchMissingError', 'There is no object s3://sources/shop/source.zip.'],
  ['a delete marker', () => { put(A); services.objects.delete(BUCKET, KEY); }, 'BranchMissingError', 'was deleted: its current version is a delete marker'],
  ['what is no archive', () => services.objects.put(BUCKET, KEY, Buffer.from('x')), 'SourceUnavailableError', 'it is not a zip archive'],
  ['a folder around everything', () => put({ 'shop-main/a/x': '1', 'shop-main/b/y': '1' }), 'SourceUnavailableError', 'everything in it is below the folder "shop-main", and no component is there'],
])('%s: nothing is planned, and the error says why', async (_, prepare, name, message) => {
  prepare();
  await expect(open().branchHead(KEY)).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
});

test('a folder around everything is right where components are in it', async () => {
  put({ 'a/x': '1', 'a/y': '2' });
  await expect(open().branchHead(KEY)).resolves.toMatch(/^s3-/);
});

test('a bucket without versions is refused: an execution could read something else than what was planned', async () => {
  services.objects.createBucket('plain');
  services.objects.put('plain', KEY, pack(A));
  await expect(open({ bucket: 'plain' }).branchHead(KEY)).rejects.toMatchObject({ name: 'SourceUnavailableError', message: expect.stringContaining('its bucket\'s versioning is off or suspended') });
  await expect(open().pins.commitOf('null')).rejects.toMatchObject({ name: 'SourceUnavailableError' });
});

test('a version that is gone before it was listed plans nothing', async () => {
  const version = put(A);
  services.objects.deleteVersion(BUCKET, KEY, version);
  await expect(open().pins.commitOf(version)).rejects.toMatchObject({ name: 'SourceUnavailableError', message: expect.stringContaining('is not kept any more') });
});

test('beyond the bounds nothing is planned, and the error has the figures', async () => {
  put(A);
  await expect(open({ bounds: { ...ARCHIVE_BOUNDS, entries: 2 } }).branchHead(KEY)).rejects.toMatchObject({
    name: 'SourceUnavailableError', message: expect.stringContaining('it has 3 entries, and at most 2 are read'),
  });
});

test('a listing that was changed is an error, not another listing', async () => {
  put(A);
  const commit = await open().branchHead(KEY);
  put(B);
  const other = await open().branchHead(KEY);
  const listing = (of: string) => `shop/sources/listings/${of}.gz`;
  services.objects.put('artifacts', listing(commit), services.objects.read('artifacts', listing(other)));
  await expect(all(open().differences(commit, other))).rejects.toThrow('is not the listing of s3-');
});

test('the function opens it by its configuration', async () => {
  put(A);
  const options = { timing, object: { s3: client, solution: 'shop', artifactBucket: 'artifacts', componentPaths: ['a'] } };
  const opener = sourceOpener({ kind: 's3', bucket: BUCKET, key: KEY }, options);
  expect(await opener().branchHead(KEY)).toBe(await open().branchHead(KEY));
  await expect(opener().branchHead('main')).rejects.toMatchObject({ name: 'BranchMissingError' });
  expect(() => sourceOpener({ kind: 's3', bucket: BUCKET, key: KEY }, { timing })).toThrow('where its listings are kept');
});
