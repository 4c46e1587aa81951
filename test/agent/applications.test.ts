import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { App, CfnOutput, CfnResource, RemovalPolicy, Stack, Stage } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { BucketDeployment, Source } from 'aws-cdk-lib/aws-s3-deployment';
import * as sns from 'aws-cdk-lib/aws-sns';
import { unzipSync } from 'fflate';
import { AssetStores, DIGEST } from './support/asset-stores';
import { AssetStore } from '../../agent/assembly/asset-store';
import { packageAssembly } from '../../agent/assembly/package-assembly';
import { ObjectStore } from '../../agent/object-store';
import { contentInput } from '../../lambda/delivery/content';
import { BuiltAssembly, BuiltStack } from '../../src/core/assembly/built';
import { chooseStacks } from '../../src/core/assembly/choose';
import { AssemblyPlace } from '../../src/core/assembly/place';
import { placedAssets } from '../../src/core/assembly/placed';
import { orderStacks } from '../../src/core/delivery/stack-order';
import { templateFacts } from '../../src/core/delivery/template-facts';
import { Services } from '../local/services';

const ACCOUNT = '222222222222';
const env = { account: ACCOUNT, region: 'eu-west-1' };

function placeIn(region: string, regions: readonly string[] = ['eu-west-1']): AssemblyPlace {
  const role = (kind: string) => `arn:aws:iam::${ACCOUNT}:role/cdk-hnb659fds-${kind}-role-${ACCOUNT}-${region}`;
  return {
    environment: 'test',
    account: ACCOUNT,
    region,
    partition: 'aws',
    regions,
    choice: {},
    forbidden: ['CDKToolkit'],
    deployRoleArn: role('deploy'),
    executionRoleArn: role('cfn-exec'),
    fileBucket: `cdk-hnb659fds-assets-${ACCOUNT}-${region}`,
    fileRoleArn: role('file-publishing'),
    imageRepository: `cdk-hnb659fds-container-assets-${ACCOUNT}-${region}`,
    imageRoleArn: role('image-publishing'),
  };
}

/** What applications have: synthesized by the CDK, stored by a build, and taken by a place. */
describe('an application with', () => {
  let stores: AssetStores;
  let services: Services;
  let root: string;
  let builds = 0;

  beforeEach(async () => {
    stores = await AssetStores.start('echo "$1" >> "$DOCKER_LOG"');
    ({ services, root } = stores);
  });

  afterEach(async () => stores.stop());

  const write = (path: string, content: string) => stores.write(path, content);

  interface BuiltApplication {
    readonly digest: string;
    readonly assembly: BuiltAssembly;
    readonly text: (stack: BuiltStack) => string;
  }

  async function build(define: (app: App) => void, context: Record<string, unknown> = {}): Promise<BuiltApplication> {
    const directory = join(root, `cdk-${builds += 1}.out`);
    const app = new App({ outdir: directory, analyticsReporting: false, context });
    define(app);
    app.synth();
    const { files, digest } = await packageAssembly({
      component: 'app',
      directory,
      root,
      assets: new AssetStore(new ObjectStore(stores.client, 'bucket')),
      assetPrefix: 'assets/',
      ecr: stores.ecr,
      repositoryUri: '111111111111.dkr.ecr.eu-west-1.amazonaws.com/shop/app',
      environment: stores.environment,
      log: () => undefined,
    });
    const text = (name: string) => {
      const content = files.find((file) => file.name === name)!.content;
      return Buffer.from('bytes' in content ? content.bytes : readFileSync(content.file)).toString();
    };
    return { digest, assembly: JSON.parse(text('assembly.json')) as BuiltAssembly, text: ({ template: { file } }) => text(file) };
  }

  /** All that the stack's template names in the bucket of the bootstrap is stored, and is to be published under that key. */
  function requireAssets(stack: BuiltStack, template: string, region = 'eu-west-1'): void {
    const keys = placedAssets(stack, placeIn(region)).files.map(({ objectKey }) => objectKey);
    const named = [...template.matchAll(/[0-9a-f]{64}\.(?:zip|json)/g)].map(([key]) => key);
    expect([...new Set(named)].sort()).toEqual([...new Set(keys)].sort());
    for (const { key, sha256 } of stack.files) {
      expect(services.objects.get('bucket', key)!.headers['x-amz-meta-sha256']).toBe(sha256);
    }
  }

  const stored = () => services.objects.list('bucket').map(({ key }) => key).sort();

  test('500 resources, and a template that is too large to be sent', async () => {
    const { assembly, text } = await build((app) => {
      const stack = new Stack(app, 'Large', { env });
      for (let index = 0; index < 500; index++) {
        new sns.CfnTopic(stack, `Topic${index}`, { displayName: 'x'.repeat(80) });
      }
    });
    const [stack] = chooseStacks(assembly, placeIn('eu-west-1'));
    const template = text(stack!);
    expect(Object.keys((JSON.parse(template) as { Resources: object }).Resources)).toHaveLength(500);
    expect(Buffer.byteLength(template)).toBeGreaterThan(51_200);
    const content = { template, parameters: {}, tags: {}, capabilities: [], notificationArns: [], executionRoleArn: 'role' };
    expect(contentInput(content, true, 'https://bucket/template.json')).toMatchObject({ TemplateURL: 'https://bucket/template.json' });
    expect(contentInput(content, true, 'https://bucket/template.json')).not.toHaveProperty('TemplateBody');
  });

  test('a deployment of files to a bucket, and a bucket that is emptied', async () => {
    write('site/index.html', '<h1>shop</h1>');
    const define = (app: App) => {
      const stack = new Stack(app, 'Site', { env });
      const bucket = new s3.Bucket(stack, 'Bucket', { autoDeleteObjects: true, removalPolicy: RemovalPolicy.DESTROY });
      new BucketDeployment(stack, 'Files', { destinationBucket: bucket, sources: [Source.asset(join(root, 'site'))] });
    };
    const { assembly, text, digest } = await build(define);
    const [stack] = chooseStacks(assembly, placeIn('eu-west-1'));
    requireAssets(stack!, text(stack!));
    // The site, the provider that copies it, its layer, and the provider that empties the bucket.
    expect(stack!.files).toHaveLength(4);
    const before = stored();
    expect((await build(define)).digest).toBe(digest);
    expect(stored()).toEqual(before);
    write('site/index.html', '<h1>Shop</h1>');
    expect((await build(define)).digest).not.toBe(digest);
    expect(stored()).toHaveLength(before.length + 1);
  }, 60_000);

  test('functions that esbuild bundles', async () => {
    const entry = write('src/handler.ts', 'export const handler = async (): Promise<number> => 1;\n');
    write('package-lock.json', '{}');
    // Where the application has esbuild.
    symlinkSync(join(__dirname, '..', '..', 'node_modules'), join(root, 'node_modules'));
    const { assembly, text } = await build((app) => {
      const stack = new Stack(app, 'Api', { env });
      new NodejsFunction(stack, 'Handler', {
        entry, runtime: lambda.Runtime.NODEJS_22_X, depsLockFilePath: join(root, 'package-lock.json'), projectRoot: root,
      });
    });
    const [stack] = chooseStacks(assembly, placeIn('eu-west-1'));
    requireAssets(stack!, text(stack!));
    const code = unzipSync(services.objects.read('bucket', stack!.files[0]!.key));
    expect(Buffer.from(code['index.js']!).toString()).toContain('handler');
    expect(Buffer.from(code['index.js']!).toString()).not.toContain('Promise<number>');
  }, 60_000);

  test('images of functions and of containers, of which a change builds one', async () => {
    const define = (app: App) => {
      const stack = new Stack(app, 'Images', { env });
      new lambda.DockerImageFunction(stack, 'Function', { code: lambda.DockerImageCode.fromImageAsset(join(root, 'function')) });
      new ecs.FargateTaskDefinition(stack, 'Task').addContainer('web', { image: ecs.ContainerImage.fromAsset(join(root, 'web')) });
    };
    write('function/Dockerfile', 'FROM scratch');
    write('web/Dockerfile', 'FROM scratch\nCOPY . /');
    const { assembly, text } = await build(define);
    const [stack] = chooseStacks(assembly, placeIn('eu-west-1'));
    expect(text(stack!).match(new RegExp(`@${DIGEST}`, 'g'))).toHaveLength(2);
    expect(text(stack!)).not.toMatch(/container-assets[^"@]*:[0-9a-f]{64}/);
    const built = () => readFileSync(join(root, 'docker.log'), 'utf8').trim().split('\n').filter((command) => command === 'build').length;
    expect(built()).toBe(2);
    write('web/index.html', 'new');
    await build(define);
    expect(built()).toBe(3);
  });

  test('values that are looked up: with the committed context, and refused without it', async () => {
    const define = (app: App) => {
      const stack = new Stack(app, 'Net', { env });
      new CfnOutput(stack, 'Subnets', { value: ec2.Vpc.fromLookup(stack, 'Vpc', { isDefault: true }).privateSubnets.map(({ subnetId }) => subnetId).join() });
    };
    await expect(build(define)).rejects.toThrow(/The application asks AWS for values that cdk\.context\.json does not hold:\n- vpc-provider:account=222222222222/);
    const key = `vpc-provider:account=${ACCOUNT}:filter.isDefault=true:region=eu-west-1:returnAsymmetricSubnets=true`;
    const { assembly, text } = await build((app) => {
      define(app);
      new CfnResource(app.node.findChild('Net') as Stack, 'Topic', { type: 'AWS::SNS::Topic' });
    }, {
      [key]: {
        vpcId: 'vpc-1',
        vpcCidrBlock: '10.0.0.0/16',
        availabilityZones: [],
        subnetGroups: [
          { name: 'Private', type: 'Private', subnets: [{ subnetId: 'subnet-1', cidr: '10.0.0.0/24', availabilityZone: 'eu-west-1a', routeTableId: 'rtb-1' }] },
        ],
      },
    });
    expect(text(chooseStacks(assembly, placeIn('eu-west-1'))[0]!)).toContain('subnet-1');
  });

  test('references across Regions: the Region that gives comes first, and each place gets its own stacks', async () => {
    const { assembly, text } = await build((app) => {
      const edge = new Stack(app, 'Edge', { env: { account: ACCOUNT, region: 'us-east-1' }, crossRegionReferences: true });
      const topic = new sns.Topic(edge, 'Topic');
      const site = new Stack(app, 'Site', { env, crossRegionReferences: true });
      new CfnOutput(site, 'TopicArn', { value: topic.topicArn });
      new sns.Topic(site, 'Own');
    });
    const regions = ['us-east-1', 'eu-west-1'];
    const [edge] = chooseStacks(assembly, placeIn('us-east-1', regions));
    const [site] = chooseStacks(assembly, placeIn('eu-west-1', regions));
    expect([edge!.stackName, site!.stackName]).toEqual(['Edge', 'Site']);
    expect(text(edge!)).toContain('Custom::CrossRegionExportWriter');
    expect(text(site!)).toContain('Custom::CrossRegionExportReader');
    requireAssets(edge!, text(edge!), 'us-east-1');
    requireAssets(site!, text(site!));
    expect(() => chooseStacks(assembly, placeIn('eu-west-1', ['eu-west-1', 'us-east-1']))).toThrow('Stack Site (Site) in eu-west-1 comes after stack Edge (Edge) in us-east-1');
  });

  test('references between stacks, and Stages that differ: order by what they import', async () => {
    const { assembly, text } = await build((app) => {
      for (const id of ['Test', 'Prod']) {
        const stage = new Stage(app, id, { env: { ...env, account: id === 'Test' ? ACCOUNT : '333333333333' } });
        const data = new Stack(stage, 'Data');
        const topic = new sns.Topic(data, 'Topic');
        const api = new Stack(stage, 'Api');
        new CfnOutput(api, 'Topic', { value: topic.topicArn });
        new s3.Bucket(api, 'Bucket');
        if (id === 'Prod') {
          new s3.Bucket(data, 'Archive');
        }
      }
    });
    const stacks = chooseStacks(assembly, { ...placeIn('eu-west-1'), choice: { stage: 'Test', names: ['Test-*'] } });
    // Even where the manifest said nothing of it, the import says which comes first.
    const planned = stacks.reverse().map((stack) => ({
      stack: { ...({ tags: {}, capabilities: [], templateFile: '', templateObject: { bucket: '', key: '' } }), id: stack.path, stackName: stack.stackName, parameters: {}, dependsOn: [] },
      facts: templateFacts(JSON.parse(text(stack)), { account: ACCOUNT, region: 'eu-west-1', partition: 'aws', stackName: stack.stackName, parameters: {} }),
    }));
    expect(orderStacks(planned).map(({ id }) => id)).toEqual(['Test/Data', 'Test/Api']);
    expect(text(stacks[1]!)).not.toContain('Archive');
  });
});
