import { createHash, randomBytes } from 'node:crypto';
import { S3Client } from '@aws-sdk/client-s3';
import { FilePublisher } from '../../../lambda/delivery/assets/file-publisher';
import { startServices, Services } from '../../local/services';

const PART = 5 * 2 ** 20;

/** Against a server that speaks S3's protocol. */
describe('FilePublisher', () => {
  let services: Services;
  let client: S3Client;
  let publisher: FilePublisher;
  beforeEach(async () => {
    services = await startServices();
    services.objects.createBucket('store');
    services.objects.createBucket('place');
    client = new S3Client(services.clientConfig);
    publisher = new FilePublisher({ source: client, sourceBucket: 'store', destination: client, destinationBucket: 'place', account: '222222222222', partBytes: PART });
  });
  afterEach(async () => {
    client.destroy();
    await services.stop();
  });

  const stored = (body: Buffer) => {
    services.objects.put('store', 'assets/a.zip', body);
    return { title: 'Asset A', key: 'assets/a.zip', sha256: createHash('sha256').update(body).digest('hex'), bytes: body.length, objectKey: 'a.zip' };
  };
  const published = () => services.objects.find('place', 'a.zip');

  it.each([0, 1, PART, PART + 1, 2 * PART + 500])('brings a file of %d bytes whole, and once', async (size) => {
    const body = randomBytes(size);
    const file = stored(body);
    expect(await publisher.publish(file)).toBe('published');
    expect(published()!.equals(body)).toBe(true);
    expect(await publisher.publish(file)).toBe('there');
    services.objects.delete('place', 'a.zip');
    expect(await publisher.publish(file)).toBe('published');
    expect(services.s3.uploads.open).toBe(0);
  });

  it('replaces what is there under the key with other bytes, or with bytes that nobody vouches for', async () => {
    const body = Buffer.from('built');
    const file = stored(body);
    services.objects.put('place', 'a.zip', Buffer.from('other'), { 'x-amz-meta-sha256': 'f'.repeat(64) });
    expect(await publisher.publish(file)).toBe('published');
    expect(published()!.toString()).toBe('built');
    services.objects.put('place', 'a.zip', body);
    expect(await publisher.publish(file)).toBe('published');
  });

  it('believes S3\'s own checksum more than what somebody noted', async () => {
    const body = Buffer.from('built');
    const file = stored(body);
    services.objects.put('place', 'a.zip', body, { 'x-amz-checksum-sha256': createHash('sha256').update(body).digest('base64') });
    expect(await publisher.publish(file)).toBe('there');
    services.objects.put('place', 'a.zip', Buffer.from('x'), {
      'x-amz-checksum-sha256': createHash('sha256').update('x').digest('base64'), 'x-amz-meta-sha256': file.sha256,
    });
    expect(await publisher.publish(file)).toBe('published');
  });

  it.each([5, PART + 500])('publishes nothing of %d bytes that are not what the build stored', async (size) => {
    const file = stored(randomBytes(size));
    services.objects.put('store', 'assets/a.zip', randomBytes(size));
    await expect(publisher.publish(file)).rejects.toThrow('Asset A: s3://store/assets/a.zip holds other bytes than the build stored');
    expect(published()).toBeUndefined();
    expect(services.s3.uploads.open).toBe(0);
  });

  it('says what to do where the store has lost a file', async () => {
    const file = stored(Buffer.from('x'));
    services.objects.delete('store', 'assets/a.zip');
    await expect(publisher.publish(file)).rejects.toThrow('is gone from the pipeline\'s store, so it cannot be published. Restore it, or force its component');
  });

  it('passes on what else goes wrong', async () => {
    const file = stored(Buffer.from('x'));
    const lost = new FilePublisher({ source: client, sourceBucket: 'store', destination: client, destinationBucket: 'nowhere', account: '2' });
    await expect(lost.publish(file)).rejects.toThrow();
  });
});
