import { createHash } from 'node:crypto';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { modified, PROD, setUp } from './support';
import { AssetPlace } from '../../../src/core/assembly/place';
import { DynamoDb, startDynamoDb } from '../../support/dynamodb';

const ASSETS: AssetPlace = {
  account: '222222222222',
  region: 'eu-west-1',
  fileBucket: 'staging',
  fileRoleArn: 'arn:aws:iam::222222222222:role/files',
  imageRepository: 'images',
  imageRoleArn: 'arn:aws:iam::222222222222:role/images',
};

describe('assets of a stack', () => {
  let db: DynamoDb;
  beforeAll(async () => { db = await startDynamoDb(); });
  afterAll(async () => db.stop());

  const setup = async () => {
    const world = await setUp(db, { assets: ASSETS });
    const files = ['a', 'b'].map((name) => {
      world.s3.objects.set(`artifacts/assets/${name}.zip`, { body: Buffer.from(name), input: { Bucket: 'artifacts', Key: `assets/${name}.zip` } });
      return { title: `Asset ${name}`, key: `assets/${name}.zip`, sha256: createHash('sha256').update(name).digest('hex'), bytes: 1, objectKey: `${name}.zip` };
    });
    world.world.changes = () => [modified('Table')];
    world.release('Resources: {}\n', undefined, {}, { assets: { files, images: [] }, terminationProtection: true });
    return world;
  };

  it('are in the place before the change set is made, by the publishing role\'s session', async () => {
    const { run, placeBucket, assumed, calls } = await setup();
    expect((await run('prepare')).failure).toBeUndefined();
    expect([...placeBucket.objects.keys()]).toEqual(['staging/a.zip', 'staging/b.zip']);
    expect(calls).toContain('CreateChangeSet');
    const session = assumed.commandCalls(AssumeRoleCommand).map((call) => call.args[0].input).find(({ RoleArn }) => RoleArn === ASSETS.fileRoleArn)!;
    expect(session.Policy).toContain('arn:aws:s3:::staging/*');
    expect(session.Policy).not.toContain('DeleteObject');
    // CloudFormation reads nested templates there with the deploy role's rights.
    const deploy = assumed.commandCalls(AssumeRoleCommand).map((call) => call.args[0].input).find(({ RoleArn }) => RoleArn === PROD.deployRoleArn)!;
    expect(deploy.Policy).toContain('"s3:GetObject"],"Resource":["arn:aws:s3:::artifacts/*","arn:aws:s3:::staging/*"]');
  });

  it('are looked at again before the stack is deployed, and brought back where they are gone', async () => {
    const { run, placeBucket } = await setup();
    await run('prepare');
    placeBucket.objects.clear();
    expect((await run('deploy')).failure).toBeUndefined();
    expect([...placeBucket.objects.keys()]).toEqual(['staging/a.zip', 'staging/b.zip']);
  });

  it('come with the stack\'s protection against deletion, once it is deployed', async () => {
    const { run, calls } = await setUp(db, { assets: ASSETS }).then((world) => {
      world.world.changes = () => [modified('Table')];
      world.release('Resources: {}\n', undefined, {}, { terminationProtection: true });
      return world;
    });
    await run('prepare');
    expect(calls).not.toContain('UpdateTerminationProtection');
    expect((await run('deploy')).failure).toBeUndefined();
    expect(calls.slice(calls.indexOf('ExecuteChangeSet'))).toContain('UpdateTerminationProtection');
  });

  it('stop the deployment before it begins where they are gone from the place and from the store', async () => {
    const { run, placeBucket, s3, calls } = await setup();
    await run('prepare');
    placeBucket.objects.clear();
    s3.objects.delete('artifacts/assets/b.zip');
    expect((await run('deploy')).failure).toContain('Asset b: s3://artifacts/assets/b.zip is gone from the pipeline\'s store');
    expect(calls).not.toContain('ExecuteChangeSet');
  });

  it('fail the preparation where the store has lost them, with nothing made', async () => {
    const { run, s3, calls } = await setup();
    s3.objects.delete('artifacts/assets/a.zip');
    expect((await run('prepare')).failure).toContain('Asset a: ');
    expect(calls).not.toContain('CreateChangeSet');
  });

  it('are refused where the pipeline publishes none', async () => {
    const world = await setUp(db);
    world.release('Resources: {}\n', undefined, {}, { assets: { files: [{ title: 'A', key: 'k', sha256: 'x', bytes: 1, objectKey: 'k' }], images: [] } });
    expect((await world.run('prepare')).failure).toContain('has assets, and the pipeline publishes none in prod. Deploy the pipeline again.');
  });
});
