import { DescribeImagesCommand, ECRClient, ImageNotFoundException } from '@aws-sdk/client-ecr';
import { mockClient } from 'aws-sdk-client-mock';
import { assertArtifactsExist } from '../../../lambda/release/artifacts';
import { Build, Release } from '../../../src/core/release';
import { FakeS3 } from '../../support/fake-s3';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const GONE = `sha256:${'b'.repeat(64)}`;
const image = (digest: string) => `111111111111.dkr.ecr.eu-west-1.amazonaws.com/shop/api@${digest}`;

async function check(locations: Readonly<Record<string, string>>, more: Partial<Release> = {}): Promise<{ regions: string[] }> {
  const s3 = new FakeS3();
  ['artifacts/shop/components/a/1/a.zip', 'artifacts/shop/components/files/2/x.py'].forEach((key) => s3.objects.set(key, { body: Buffer.from(''), input: {} as never }));
  const regions: string[] = [];
  const ecr = new ECRClient({ region: 'eu-west-1' });
  interface Asked { registryId: string; repositoryName: string; imageIds: [{ imageDigest: string }] }
  mockClient(ecr).on(DescribeImagesCommand).callsFake(({ registryId, repositoryName, imageIds: [{ imageDigest }] }: Asked) => {
    if (registryId !== '111111111111' || repositoryName !== 'shop/api' || imageDigest !== DIGEST) {
      throw new ImageNotFoundException({ message: 'gone', $metadata: {} });
    }
    return { imageDetails: [{ imageDigest }] };
  });
  const components = Object.fromEntries(Object.entries(locations).map(([component, location], index) => (
    [component, { component, buildNumber: index + 1, location } as Build])));
  await assertArtifactsExist({ commitId: 'c', components, ...more } as Release, {
    s3: s3.client,
    ecrIn: (region) => {
      regions.push(region);
      return ecr;
    },
  });
  return { regions };
}

describe('artifacts of a release', () => {
  it('pass where all are there: objects, folders, images of their Region, and none', async () => {
    expect(await check({ a: 's3://artifacts/shop/components/a/1/a.zip', files: 's3://artifacts/shop/components/files/2/', api: image(DIGEST), checks: '' }))
      .toEqual({ regions: ['eu-west-1'] });
  });

  it.each([
    ['an object', { x: 's3://artifacts/shop/components/a/7/a.zip' }],
    ['a folder', { x: 's3://artifacts/shop/components/files/7/' }],
    ['an image', { x: image(GONE) }],
  ])('fail where %s is gone, and say what to do', async (_name, locations) => {
    await expect(check(locations)).rejects.toThrow(`- build 1 of 'x': ${locations.x}\nNothing was deployed. Force these components: invoke the diff function with {"action":"force","components":["x"]}.`);
  });

  it('fail differently where they are promoted: nothing would build them', async () => {
    await expect(check({ x: image(GONE) }, { promotion: { environment: 'prod', release: 1 } })).rejects.toThrow('Promote another release');
  });

  it('list no more than people read', async () => {
    const many = Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`c${index}`, `s3://artifacts/gone/${index}`]));
    await expect(check(many)).rejects.toThrow('and 5 more');
  });

  it('fail where a location is none', async () => {
    await expect(check({ x: 'elsewhere' })).rejects.toThrow('The location of component \'x\' is \'elsewhere\'');
  });
});
