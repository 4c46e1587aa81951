import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { reportKey } from '../../../src/contract/objects';
import { DynamoDb, startDynamoDb } from '../../support/dynamodb';
import { BUCKET, fileComponent, SOLUTION, World } from '../../support/world';

const PAGE = `${BUCKET}/${reportKey(SOLUTION)}`;

describe('the page that the record function writes', () => {
  let db: DynamoDb;
  beforeAll(async () => { db = await startDynamoDb(); });
  afterAll(async () => db.stop());

  async function start(): Promise<World> {
    const world = await World.create(db, [fileComponent('x')]);
    world.writesReport = true;
    return world;
  }
  const page = (world: World) => world.s3.text(PAGE);

  it('tells what is live where, why, and for how long it took, after each record', async () => {
    const world = await start();
    await world.deploy({ x: 'x1' });
    expect(page(world)).toContain('<h1>shop: what is live</h1>');
    world.push({ x: 'x2' });
    await expect(world.run((await world.diff())!, { failingEnvironment: 'prod' })).rejects.toThrow('fail');
    const text = page(world);
    expect(text).toContain('differs from test');
    expect(text).toContain('build 1 → 2: &#34;x/source&#34; changed');
    expect(text).toContain('12 hours after the execution started');
    expect(world.s3.objects.get(PAGE)!.input).toMatchObject({ ContentType: 'text/html; charset=utf-8', CacheControl: 'no-cache' });
  });

  it('replaces no page that was written while it was read for', async () => {
    const world = await start();
    const execution = await world.deploy({ x: 'x1' });
    const s3 = mockOf(world);
    let others = 0;
    s3.on(HeadObjectCommand).callsFake(async () => {
      const tag = `"${others}"`;
      others += 1;
      return { ETag: tag };
    });
    const written: string[] = [];
    s3.on(PutObjectCommand).callsFake(async ({ Key, IfMatch }: { Key: string; IfMatch?: string }) => {
      written.push(`${Key} ${IfMatch}`);
      if (others < 3) {
        throw Object.assign(new Error('At least one of the pre-conditions you specified did not hold'), { name: 'PreconditionFailed' });
      }
      return {};
    });
    await world.record(execution, 'prod');
    expect(written).toEqual([0, 1, 2].map((tag) => `shop/report.html "${tag}"`));
  });

  it('fails the action where it cannot be written, and says that the release is recorded', async () => {
    const world = await start();
    world.writesReport = false;
    const first = await world.deploy({ x: 'x1' });
    world.writesReport = true;
    mockOf(world).on(PutObjectCommand).rejects(Object.assign(new Error('Access Denied'), { name: 'AccessDenied' }));
    await expect(world.record(first, 'test')).rejects.toThrow("The release is recorded as live in 'test', but the page could not be: retry the stage. Access Denied");
    expect(await world.baseline()).toBe(first.commitId);
  });
});

/** To answer some calls otherwise. */
function mockOf(world: World) {
  return mockClient(world.s3.client)
    .on(GetObjectCommand).callsFake(async ({ Bucket, Key }: { Bucket: string; Key: string }) => ({ Body: { transformToString: async () => world.s3.text(`${Bucket}/${Key}`) } }))
    .on(HeadObjectCommand).resolves({ ETag: '"0"' });
}
