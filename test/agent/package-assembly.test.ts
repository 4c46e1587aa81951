import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, NestedStack, Stack, Stage } from 'aws-cdk-lib';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as assets from 'aws-cdk-lib/aws-s3-assets';
import { unzipSync } from 'fflate';
import { AssetStores, DIGEST } from './support/asset-stores';
import { AssetStore } from '../../agent/assembly/asset-store';
import { dockerBuild } from '../../agent/assembly/image-assets';
import { packageAssembly } from '../../agent/assembly/package-assembly';
import { ObjectStore } from '../../agent/object-store';
import { BuiltAssembly } from '../../src/core/assembly/built';
import { Services } from '../local/services';

const PREFIX = 'shop/components/app/assets/';
const REPOSITORY = '111111111111.dkr.ecr.eu-west-1.amazonaws.com/shop/app';

/** What the CDK synthesizes is stored by an S3 server; Docker is a program that notes its arguments. */
describe('packageAssembly', () => {
  let stores: AssetStores;
  let services: Services;
  let root: string;
  beforeEach(async () => {
    stores = await AssetStores.start('printf "%s|" "$@" >> "$DOCKER_LOG"\necho >> "$DOCKER_LOG"');
    ({ services, root } = stores);
    write('code/index.js', 'exports.handler = 1;');
    write('image/Dockerfile', 'FROM scratch');
  });
  afterEach(async () => stores.stop());

  const write = (path: string, content: string) => stores.write(path, content);

  function synthesize(define: (app: App) => void, folder = 'cdk.out'): void {
    const app = new App({ outdir: join(root, folder), analyticsReporting: false, context: { 'aws:cdk:enable-asset-metadata': true } });
    define(app);
    app.synth();
  }

  const withCode = (app: App) => {
    const stage = new Stage(app, 'Test', { env: { account: '111111111111', region: 'eu-west-1' } });
    const stack = new Stack(stage, 'Api');
    new lambda.Function(stack, 'F', { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromAsset(join(root, 'code')) });
    new s3.Bucket(new NestedStack(stack, 'Nested'), 'Bucket');
  };
  const withImage = (app: App) => {
    const stack = new Stack(app, 'Image');
    const image = () => ({ code: lambda.DockerImageCode.fromImageAsset(join(root, 'image'), { buildArgs: { A: '1; rm -rf /' } }) });
    new lambda.DockerImageFunction(stack, 'I', image());
    new lambda.DockerImageFunction(new NestedStack(stack, 'Nested'), 'I', image());
  };

  const log: string[] = [];
  const packaged = async (directory = 'cdk.out', repositoryUri?: string) => packageAssembly({
    component: 'app',
    directory: join(root, directory),
    root,
    assets: new AssetStore(new ObjectStore(stores.client, 'bucket')),
    assetPrefix: PREFIX,
    ecr: stores.ecr,
    ...(repositoryUri === undefined ? {} : { repositoryUri }),
    environment: stores.environment,
    log: (line) => log.push(line),
  });
  const docker = () => readFileSync(join(root, 'docker.log'), 'utf8').trim().split('\n');
  const fileOf = ({ files }: Awaited<ReturnType<typeof packaged>>, name: string) => {
    const content = files.find((file) => file.name === name)!.content;
    return Buffer.from('bytes' in content ? content.bytes : readFileSync(content.file)).toString();
  };
  const built = (artifact: Awaited<ReturnType<typeof packaged>>) => JSON.parse(fileOf(artifact, 'assembly.json')) as BuiltAssembly;
  const keys = () => services.objects.list('bucket').map(({ key }) => key);

  it('stores each asset once, as the CDK zips it, under the CDK\'s hash, and the templates with the build', async () => {
    synthesize(withCode);
    const artifact = await packaged();
    const { stacks: [stack] } = built(artifact);
    expect(stack).toMatchObject({ path: 'Test/Api', stage: 'Test', stackName: 'Test-Api', account: '111111111111', template: { file: expect.stringMatching(/^assembly-Test\/.*\.template\.json$/) as string } });
    expect(fileOf(artifact, stack!.template.file)).toContain('AWS::Lambda::Function');
    expect(artifact.locationSuffix).toBe('assembly.json');
    const [code, nested] = stack!.files;
    expect(code!.key).toBe(`${PREFIX}${code!.objectKey}`);
    expect(Object.keys(unzipSync(services.objects.read('bucket', code!.key)))).toEqual(['index.js']);
    expect(services.objects.read('bucket', nested!.key).toString()).toContain('AWS::S3::Bucket');
    expect(keys()).toHaveLength(2);
  });

  it('stores nothing again, and makes the same digest of the same assembly', async () => {
    synthesize(withCode);
    const first = await packaged();
    const before = services.objects.list('bucket').map(({ key, lastModified }) => [key, lastModified]);
    log.length = 0;
    synthesize(withCode, 'other.out');
    const second = await packaged('other.out');
    expect(second.digest).toBe(first.digest);
    expect(log).toEqual([]);
    expect(services.objects.list('bucket').map(({ key, lastModified }) => [key, lastModified])).toEqual(before);
    write('code/index.js', 'exports.handler = 2;');
    synthesize(withCode, 'changed.out');
    expect((await packaged('changed.out')).digest).not.toBe(first.digest);
    expect(keys()).toHaveLength(3);
  });

  it('takes an asset for what an earlier build stored, whatever the zip would be now', async () => {
    synthesize(withCode);
    const { stacks: [first] } = built(await packaged());
    const { key } = first!.files[0]!;
    services.objects.put('bucket', key, Buffer.from('earlier'), { 'x-amz-meta-sha256': 'e'.repeat(64) });
    const { stacks: [again] } = built(await packaged());
    expect(again!.files[0]).toMatchObject({ key, sha256: 'e'.repeat(64), bytes: 7 });
    services.objects.put('bucket', key, Buffer.from('foreign'));
    await expect(packaged()).rejects.toThrow(`${key} in the artifact bucket was not stored by a build`);
  });

  it('follows symbolic links, as the CDK does', async () => {
    write('code/real/a.txt', 'a');
    symlinkSync('real', join(root, 'code/link'));
    synthesize((app) => { new assets.Asset(new Stack(app, 'S'), 'A', { path: join(root, 'code') }); });
    const { stacks: [stack] } = built(await packaged());
    const entries = unzipSync(services.objects.read('bucket', stack!.files[0]!.key));
    expect(Buffer.from(entries['link/a.txt']!).toString()).toBe('a');
  });

  it('builds an image once, pushes it to the component\'s repository, and names it by its digest in all templates', async () => {
    synthesize(withImage);
    const artifact = await packaged('cdk.out', REPOSITORY);
    const { stacks: [stack] } = built(artifact);
    expect(stack!.images.map(({ location }) => location)).toEqual([`${REPOSITORY}@${DIGEST}`]);
    const template = fileOf(artifact, stack!.template.file);
    expect(template).toContain(`container-assets-\${AWS::AccountId}-\${AWS::Region}@${DIGEST}`);
    const nested = stack!.files.find(({ title }) => title.includes('Nested Stack Template'))!;
    expect(services.objects.read('bucket', nested.key).toString()).toContain(`@${DIGEST}`);
    expect(template).toContain(nested.objectKey);
    const [login, build, push] = docker();
    expect(login).toBe('login|--username|AWS|--password-stdin|111111111111.dkr.ecr.eu-west-1.amazonaws.com|');
    expect(build).toMatch(/^build\|--build-arg\|A=1; rm -rf \/\|--tag\|.*:asset-[0-9a-f]{64}\|\.\|$/);
    expect(push).toMatch(/^push\|.*:asset-[0-9a-f]{64}\|$/);
    await packaged('cdk.out', REPOSITORY);
    expect(docker()).toHaveLength(3);
  });

  it('says what an application with images needs', async () => {
    synthesize(withImage);
    await expect(packaged()).rejects.toThrow(/is a container image, and component 'app' has no repository for images\. Give the component "images: true"/);
  });

  it('fails where Docker does', async () => {
    synthesize(withImage);
    writeFileSync(join(root, 'bin/docker'), '#!/bin/sh\n[ "$1" = build ] && exit 3\nexit 0\n');
    await expect(packaged('cdk.out', REPOSITORY)).rejects.toThrow('docker build failed with exit status 3');
  });

  it('refuses values that the application misses, what is not an assembly, and assets outside of the repository', async () => {
    write('no/manifest.json', JSON.stringify({ version: '36.0.0', artifacts: {}, missing: [{ key: 'vpc', provider: 'vpc-provider' }] }));
    await expect(packaged('no')).rejects.toThrow('commit cdk.context.json');
    await expect(packaged('empty')).rejects.toThrow('Component \'app\' leaves the cloud assembly');
    const outside = mkdtempSync(join(tmpdir(), 'outside-'));
    writeFileSync(join(outside, 'secret'), '');
    write('out/S.template.json', '{}');
    write('out/S.assets.json', JSON.stringify({ files: { x: { source: { path: join(outside, 'secret') }, destinations: { d: { bucketName: 'b', objectKey: 'k' } } } } }));
    write('out/manifest.json', JSON.stringify({
      version: '36.0.0',
      artifacts: {
        'S.assets': { type: 'cdk:asset-manifest', properties: { file: 'S.assets.json' } },
        'S': { type: 'aws:cloudformation:stack', environment: 'aws://1/x', dependencies: ['S.assets'], properties: { templateFile: 'S.template.json' } },
      },
    }));
    await expect(packaged('out')).rejects.toThrow('outside of the repository. Nothing outside is stored');
    rmSync(outside, { recursive: true });
  });
});

describe('dockerBuild', () => {
  it('gives every setting of an image', () => {
    expect(dockerBuild('uri', {
      directory: 'd',
      dockerFile: 'F',
      target: 't',
      buildArgs: {},
      buildContexts: { c: 'x' },
      buildSecrets: { s: 'src=f' },
      ssh: 'default',
      networkMode: 'host',
      platform: 'linux/arm64',
      outputs: ['type=docker'],
      cacheFrom: ['type=registry,ref=x'],
      cacheTo: 'type=inline',
      cacheDisabled: true,
    })).toEqual([
      'build', '--build-context', 'c=x', '--secret', 'id=s,src=f', '--ssh', 'default', '--target', 't', '--file', 'F', '--network', 'host', '--platform', 'linux/arm64',
      '--output=type=docker', '--cache-from', 'type=registry,ref=x', '--cache-to', 'type=inline', '--no-cache', '--tag', 'uri', '.',
    ]);
  });
});
