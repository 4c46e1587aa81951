import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { ObjectStore } from '../../agent/object-store';
import { startServices, Services } from '../local/services';

const PART = 5 * 2 ** 20;

/** Against a server that speaks S3's protocol. */
describe('ObjectStore', () => {
  let services: Services;
  let client: S3Client;
  let objects: ObjectStore;
  let folder: string;
  beforeEach(async () => {
    services = await startServices();
    services.objects.createBucket('bucket');
    client = new S3Client(services.clientConfig);
    objects = new ObjectStore(client, 'bucket', PART);
    folder = mkdtempSync(join(tmpdir(), 'objects-'));
  });
  afterEach(async () => {
    client.destroy();
    await services.stop();
    rmSync(folder, { recursive: true });
  });

  const file = (size: number) => {
    const path = join(folder, 'file');
    writeFileSync(path, 'beginning');
    truncateSync(path, size);
    return { file: path, size };
  };

  it.each([0, 1, PART, PART + 1, 2 * PART, 2 * PART + 7])('stores a file of %d bytes whole', async (size) => {
    await objects.putNew('key', file(size));
    const stored = services.objects.read('bucket', 'key');
    expect(stored.length).toBe(size);
    expect(stored.subarray(0, 9).toString()).toBe('beginning'.slice(0, size));
  });

  it.each([PART, PART + 1])('takes a file of %d bytes that is there already for its own, and refuses to overwrite another', async (size) => {
    await objects.putNew('key', file(size));
    await objects.putNew('key', file(size));
    await expect(objects.putNew('key', file(size + 1))).rejects.toThrow('s3://bucket/key holds something else already');
    expect(services.objects.read('bucket', 'key').length).toBe(size);
    expect(services.s3.uploads.open).toBe(0);
  });

  it('leaves no parts behind where a file is cut off while it is stored', async () => {
    const { file: path } = file(PART + 1);
    await expect(objects.putNew('key', { file: path, size: PART + 10 })).rejects.toThrow('became shorter while it was stored');
    expect(services.s3.uploads.open).toBe(0);
    expect(services.objects.get('bucket', 'key')).toBeUndefined();
  });
});
