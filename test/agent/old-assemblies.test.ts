import { cpSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { AssetStores, DIGEST } from './support/asset-stores';
import { AssetStore } from '../../agent/assembly/asset-store';
import { packageAssembly } from '../../agent/assembly/package-assembly';
import { ObjectStore } from '../../agent/object-store';
import { BuiltAssembly } from '../../src/core/assembly/built';
import { chooseStacks } from '../../src/core/assembly/choose';
import { AssemblyPlace } from '../../src/core/assembly/place';
import { placedAssets } from '../../src/core/assembly/placed';
import { Services } from '../local/services';

const FOLDER = join(__dirname, '..', 'fixtures', 'assemblies');
const VERSIONS = readdirSync(FOLDER).filter((name) => /^\d+\.\d+\.\d+$/.test(name));
const role = (kind: string) => `arn:aws:iam::222222222222:role/cdk-hnb659fds-${kind}-role-222222222222-eu-west-1`;
const PLACE: AssemblyPlace = {
  environment: 'test',
  account: '222222222222',
  region: 'eu-west-1',
  partition: 'aws',
  regions: ['eu-west-1'],
  choice: { stage: 'Test', names: ['Test-*'] },
  forbidden: ['CDKToolkit'],
  deployRoleArn: role('deploy'),
  executionRoleArn: role('cfn-exec'),
  fileBucket: 'cdk-hnb659fds-assets-222222222222-eu-west-1',
  fileRoleArn: role('file-publishing'),
  imageRepository: 'cdk-hnb659fds-container-assets-222222222222-eu-west-1',
  imageRoleArn: role('image-publishing'),
};

/** What old versions of the CDK made: see the README of the fixtures. */
describe('assemblies of old versions of the CDK', () => {
  let stores: AssetStores;
  let services: Services;
  let root: string;

  beforeEach(async () => {
    stores = await AssetStores.start();
    ({ services, root } = stores);
  });

  afterEach(async () => stores.stop());

  async function packaged(version: string) {
    cpSync(join(FOLDER, version), join(root, 'cdk.out'), { recursive: true });
    return packageAssembly({
      component: 'app',
      directory: join(root, 'cdk.out'),
      root,
      assets: new AssetStore(new ObjectStore(stores.client, 'bucket')),
      assetPrefix: 'assets/',
      ecr: stores.ecr,
      repositoryUri: '111111111111.dkr.ecr.eu-west-1.amazonaws.com/shop/app',
      environment: stores.environment,
      log: () => undefined,
    });
  }

  it.each(VERSIONS)('of %s are stored, and what a place gets of them is complete', async (version) => {
    const { files } = await packaged(version);
    const text = (name: string) => {
      const content = files.find((file) => file.name === name)!.content;
      return Buffer.from('bytes' in content ? content.bytes : readFileSync(content.file)).toString();
    };
    const stacks = chooseStacks(JSON.parse(text('assembly.json')) as BuiltAssembly, PLACE);
    expect(stacks.map(({ path, stackName }) => [path, stackName])).toEqual([['Test/Data', 'Test-Data'], ['Test/Api', 'Test-Api']]);
    const [data, api] = stacks;
    expect(api).toMatchObject({ dependsOn: ['Test/Data'], terminationProtection: true, tags: { team: 'shop' } });
    expect(text(api!.template.file)).toContain(`@${DIGEST}`);
    expect(text(api!.template.file)).toContain('Fn::ImportValue');
    expect(placedAssets(data!, PLACE)).toEqual({ files: [], images: [] });
    // The function's code and the nested stack's template, each there, at the address that the template names.
    const assets = placedAssets(api!, PLACE);
    expect(assets.images).toHaveLength(1);
    expect(assets.files).toHaveLength(2);
    for (const { objectKey } of api!.files) {
      expect(text(api!.template.file)).toContain(objectKey);
    }
    expect(services.objects.list('bucket')).toHaveLength(2);
  });

  it('of CDK 1 with its own style of synthesis are refused, with the way out', async () => {
    await expect(packaged('1.203.0-legacy')).rejects.toThrow(/gives its assets by parameters .*@aws-cdk\/core:newStyleStackSynthesis/s);
  });
});
