import { ApplicationReader } from '../../../lambda/release/application-stacks';
import { EnvironmentConfiguration } from '../../../src/contract/objects';
import { BuiltAssembly, BuiltStack } from '../../../src/core/assembly/built';
import { Release } from '../../../src/core/release';
import { FakeS3 } from '../../support/fake-s3';

const role = (kind: string) => `arn:aws:iam::111111111111:role/cdk-hnb659fds-${kind}-111111111111-eu-west-1`;
const PLACE: EnvironmentConfiguration = {
  name: 'test',
  environment: 'test',
  parameters: {},
  stacks: [],
  applications: [{
    component: 'app',
    tags: { team: 'shop', stage: 'environment' },
    place: {
      environment: 'test',
      account: '111111111111',
      region: 'eu-west-1',
      partition: 'aws',
      regions: ['eu-west-1'],
      choice: { stage: 'Test', names: ['Test-*'] },
      forbidden: ['CDKToolkit'],
      deployRoleArn: role('deploy-role'),
      executionRoleArn: role('cfn-exec-role'),
      fileBucket: 'files',
      fileRoleArn: role('files'),
      imageRepository: 'images',
      imageRoleArn: role('images'),
    },
  }],
};

const stack = (path: string, own: Partial<BuiltStack> = {}): BuiltStack => ({
  path,
  stage: 'Test',
  stackName: path.replaceAll('/', '-'),
  template: { file: `assembly-Test/${path.split('/').at(-1)}.json`, sha256: 'x', bytes: 1 },
  parameters: {},
  tags: {},
  terminationProtection: false,
  notificationArns: [],
  dependsOn: [],
  files: [],
  images: [],
  ...own,
});

describe('ApplicationReader', () => {
  const reader = (assembly: object) => {
    const s3 = new FakeS3();
    const put = (key: string, body: string) => s3.objects.set(`store/shop/components/app/3/${key}`, { body: Buffer.from(body), input: { Bucket: 'store', Key: key } });
    put('assembly.json', JSON.stringify(assembly));
    put('assembly-Test/Data.json', JSON.stringify({ Parameters: { Size: { Type: 'String' } }, Resources: {}, Outputs: { Table: { Value: 1 } } }));
    put('assembly-Test/Api.json', JSON.stringify({ Resources: {} }));
    put('assembly-Test/Bad.json', '[]');
    const build = { component: 'app', buildNumber: 3, location: 's3://store/shop/components/app/3/assembly.json' };
    return new ApplicationReader({ components: { app: build } } as unknown as Release, s3.client);
  };

  it('gives the stacks of a place with their templates, names and order', async () => {
    const assembly: BuiltAssembly = {
      version: 1,
      stacks: [
        stack('Test/Api', { dependsOn: ['Test/Data'], tags: { stage: 'own' }, notificationArns: ['topic'] }),
        stack('Test/Data', {
          parameters: { Size: '3' }, files: [{ title: 'F', key: 'k', sha256: 'a', bytes: 1, bucketName: 'files', objectKey: 'f.zip' }],
        }),
        stack('Prod/Data', { stage: 'Prod' }),
      ],
    };
    const [data, api, ...others] = await reader(assembly).stacksOf(PLACE);
    expect(others).toEqual([]);
    expect(data).toMatchObject({
      configuration: { id: 'Test-Data', component: 'app', stackName: 'Test-Data', parameters: { Size: '3' }, tags: { team: 'shop', stage: 'environment' }, dependsOn: [] },
      file: 'assembly-Test/Data.json',
      assets: { files: [{ title: 'F', key: 'k', sha256: 'a', bytes: 1, objectKey: 'f.zip' }], images: [] },
    });
    expect([...data!.declarations.required]).toEqual(['Size']);
    // What the application says of its own stack goes before what the environment says of all.
    expect(api).toMatchObject({ configuration: { id: 'Test-Api', tags: { team: 'shop', stage: 'own' }, dependsOn: ['Test-Data'] }, notificationArns: ['topic'] });
    expect(api!.configuration.capabilities).toEqual(['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND']);
  });

  it('refuses what the place does not take, before anything else happens', async () => {
    await expect(reader({ version: 1, stacks: [stack('Test/Data', { stackName: 'CDKToolkit' })] }).stacksOf(PLACE)).rejects.toThrow('Stack CDKToolkit');
    await expect(reader({ version: 1, stacks: [stack('Test/Data', { deployRoleArn: role('admin') })] }).stacksOf(PLACE)).rejects.toThrow('its deploy role is');
  });

  it('names a template that is none, an assembly of another version, and a release without the application', async () => {
    await expect(reader({ version: 1, stacks: [stack('Test/Bad')] }).stacksOf(PLACE)).rejects.toThrow('Component \'app\', stack Test/Bad, assembly-Test/Bad.json: ');
    await expect(reader({ version: 2, stacks: [] }).stacksOf(PLACE)).rejects.toThrow('the assembly has version 2');
    await expect(new ApplicationReader({ components: {} } as unknown as Release, new FakeS3().client).stacksOf(PLACE)).rejects.toThrow('The release has no build of the application \'app\'');
  });

  it('gives nothing where a place has no application', async () => {
    expect(await reader({}).stacksOf({ ...PLACE, applications: undefined })).toEqual([]);
  });
});
