import { Readable } from 'node:stream';
import {
  CopyObjectCommand, DeleteObjectCommand, GetObjectCommand, HeadBucketCommand, HeadObjectCommand, ListObjectsV2Command, NoSuchBucket, NoSuchKey, NotFound,
  PutObjectCommand, S3Client, S3ServiceException,
} from '@aws-sdk/client-s3';
import { startServices, Services } from './services';
import { removeFolders } from './support';
import { ObjectStore } from '../../local/services/s3/object-store';

let services: Services;
let store: ObjectStore;
let client: S3Client;

beforeEach(async () => {
  services = await startServices();
  store = services.objects;
  store.createBucket('bucket');
  client = new S3Client(services.clientConfig);
});
afterEach(async () => {
  client.destroy();
  await services.stop();
});
afterAll(removeFolders);

async function put(key: string, body: string, further: Partial<ConstructorParameters<typeof PutObjectCommand>[0]> = {}) {
  return client.send(new PutObjectCommand({ Bucket: 'bucket', Key: key, Body: body, ...further }));
}

async function caught(work: Promise<unknown>): Promise<S3ServiceException> {
  return work.then(() => { throw new Error('expected an error'); }, (error: S3ServiceException) => error);
}

test('an object is copied with its headers, also to another bucket', async () => {
  store.createBucket('other');
  await put('a folder/ünï+.txt', 'content', { ContentType: 'text/x-test' });
  const copy = async (key: string) => client.send(new CopyObjectCommand({ CopySource: `bucket/${key.split('/').map(encodeURIComponent).join('/')}`, Bucket: 'other', Key: 'copy' }));
  const { CopyObjectResult } = await copy('a folder/ünï+.txt');
  const object = await client.send(new GetObjectCommand({ Bucket: 'other', Key: 'copy' }));
  expect(await object.Body!.transformToString()).toBe('content');
  expect(object).toMatchObject({ ContentType: 'text/x-test', ETag: CopyObjectResult!.ETag });
  expect((await caught(copy('none'))).name).toBe('NoSuchKey');
});

test('an object comes back as it was put, whatever its key', async () => {
  const key = 'a folder/ünï#code?&+.txt';
  await put(key, 'content', { ContentType: 'text/x-test', Metadata: { colour: 'red' } });
  const object = await client.send(new GetObjectCommand({ Bucket: 'bucket', Key: key }));
  expect(await object.Body!.transformToString()).toBe('content');
  expect(object.ContentType).toBe('text/x-test');
  expect(object.Metadata).toEqual({ colour: 'red' });
  expect(object.ContentLength).toBe(7);
});

test('a body of unknown length arrives without its chunks’ frames', async () => {
  const parts = ['first,', 'second,', 'x'.repeat(100_000)];
  await client.send(new PutObjectCommand({ Bucket: 'bucket', Key: 'k', Body: Readable.from(parts), ContentLength: 100_013 }));
  expect(store.read('bucket', 'k').toString()).toBe(parts.join(''));
});

test('encryption headers are accepted and told back', async () => {
  const answer = await put('k', 'v', { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'arn:aws:kms:eu-west-1:111111111111:key/k' });
  expect(answer.ServerSideEncryption).toBe('aws:kms');
  const head = await client.send(new HeadObjectCommand({ Bucket: 'bucket', Key: 'k' }));
  expect(head.SSEKMSKeyId).toBe('arn:aws:kms:eu-west-1:111111111111:key/k');
});

describe('conditional put', () => {
  test('If-None-Match refuses an object that exists, and leaves it as it was', async () => {
    await put('k', 'first', { IfNoneMatch: '*' });
    const error = await caught(put('k', 'second', { IfNoneMatch: '*' }));
    expect(error.name).toBe('PreconditionFailed');
    expect(error.$metadata.httpStatusCode).toBe(412);
    expect(store.read('bucket', 'k').toString()).toBe('first');
  });

  test('If-Match takes the entity tag that the object has, and no other', async () => {
    const { ETag } = await put('k', 'first');
    await put('k', 'second', { IfMatch: ETag });
    expect((await caught(put('k', 'third', { IfMatch: ETag }))).name).toBe('PreconditionFailed');
    expect(store.read('bucket', 'k').toString()).toBe('second');
  });
});

describe('what is not there', () => {
  test('object', async () => {
    expect(await caught(client.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'none' })))).toBeInstanceOf(NoSuchKey);
    expect(await caught(client.send(new HeadObjectCommand({ Bucket: 'bucket', Key: 'none' })))).toBeInstanceOf(NotFound);
  });

  test('bucket', async () => {
    expect(await caught(client.send(new ListObjectsV2Command({ Bucket: 'none' })))).toBeInstanceOf(NoSuchBucket);
    expect(await caught(client.send(new HeadBucketCommand({ Bucket: 'none' })))).toBeInstanceOf(NotFound);
  });

  test('deleting is no error', async () => {
    await put('k', 'v');
    await client.send(new DeleteObjectCommand({ Bucket: 'bucket', Key: 'k' }));
    await client.send(new DeleteObjectCommand({ Bucket: 'bucket', Key: 'k' }));
    expect(store.get('bucket', 'k')).toBeUndefined();
  });
});

describe('list', () => {
  beforeEach(async () => {
    for (const key of ['b/2', 'a', 'b/1', 'c/x/y', 'd&e']) {
      await put(key, key);
    }
  });

  test('keys in order, by prefix', async () => {
    const all = await client.send(new ListObjectsV2Command({ Bucket: 'bucket' }));
    expect(all.Contents!.map(({ Key }) => Key)).toEqual(['a', 'b/1', 'b/2', 'c/x/y', 'd&e']);
    const some = await client.send(new ListObjectsV2Command({ Bucket: 'bucket', Prefix: 'b/' }));
    expect(some.Contents!.map(({ Key, Size }) => [Key, Size])).toEqual([['b/1', 3], ['b/2', 3]]);
  });

  test('page by page', async () => {
    const keys: string[] = [];
    let token: string | undefined;
    let pages = 0;
    do {
      const page = await client.send(new ListObjectsV2Command({ Bucket: 'bucket', MaxKeys: 2, ContinuationToken: token }));
      keys.push(...(page.Contents ?? []).map(({ Key }) => Key!));
      token = page.NextContinuationToken;
      pages += 1;
      expect(page.IsTruncated).toBe(token !== undefined);
    } while (token !== undefined);
    expect(keys).toEqual(['a', 'b/1', 'b/2', 'c/x/y', 'd&e']);
    expect(pages).toBe(3);
  });

  test('a delimiter folds what is behind it', async () => {
    const page = await client.send(new ListObjectsV2Command({ Bucket: 'bucket', Delimiter: '/' }));
    expect(page.Contents!.map(({ Key }) => Key)).toEqual(['a', 'd&e']);
    expect(page.CommonPrefixes!.map(({ Prefix }) => Prefix)).toEqual(['b/', 'c/']);
  });
});

test('a bucket that keeps versions: each is read by its ID, in ranges; a delete marker says that it is one', async () => {
  await put('k', 'before');
  store.keepVersions('bucket');
  expect((await client.send(new HeadObjectCommand({ Bucket: 'bucket', Key: 'k' }))).VersionId).toBeUndefined();
  const [{ VersionId: first }, { VersionId: second }] = [await put('k', 'first'), await put('k', 'second')];
  const read = async (VersionId?: string, Range?: string) => {
    const { Body, ContentRange, VersionId: of } = await client.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'k', VersionId, Range }));
    return [await Body!.transformToString(), of, ContentRange];
  };
  expect(await read()).toEqual(['second', second, undefined]);
  expect(await read(first, 'bytes=1-3')).toEqual(['irs', first, 'bytes 1-3/5']);
  expect(await read(first, 'bytes=3-100')).toEqual(['st', first, 'bytes 3-4/5']);
  await client.send(new DeleteObjectCommand({ Bucket: 'bucket', Key: 'k' }));
  const gone = await caught(client.send(new HeadObjectCommand({ Bucket: 'bucket', Key: 'k' })));
  expect([gone.name, gone.$response?.headers['x-amz-delete-marker']]).toEqual(['NotFound', 'true']);
  expect(await read(second)).toEqual(['second', second, undefined]);
  store.deleteVersion('bucket', 'k', second!);
  expect((await caught(read(second))).name).toBe('NoSuchVersion');
});

test('a call that is not emulated ends the run with its name', async () => {
  await put('k', 'content');
  await caught(client.send(new GetObjectCommand({ Bucket: 'bucket', Key: 'k', Range: 'bytes=-1' })));
  expect(services.errors.map(({ message }) => message)).toEqual([expect.stringContaining('s3:GetObject of the range bytes=-1')]);
});
