import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  BatchGetImageCommand, DescribeImagesCommand, ECRClient, GetAuthorizationTokenCommand, ImageAlreadyExistsException, ImageDigestDoesNotMatchException,
  ImageNotFoundException, PutImageCommand, PutImageCommandInput, RepositoryNotFoundException,
} from '@aws-sdk/client-ecr';
import { startServices, Services } from './services';
import { removeFolders, temporaryFolder } from './support';

const run = promisify(execFile);
const REGISTRY = '111111111111.dkr.ecr.eu-west-1.amazonaws.com';

let services: Services;
let client: ECRClient;
let home: string;
let context: string;

beforeEach(async () => {
  services = await startServices();
  services.ecr.createRepository('images', { registryId: '111111111111', immutable: true });
  services.ecr.createRepository('mutable', { registryId: '111111111111', immutable: false });
  client = new ECRClient(services.clientConfig);
  home = temporaryFolder();
  context = temporaryFolder();
  writeFileSync(join(context, 'Dockerfile'), 'FROM scratch\n');
  writeFileSync(join(context, 'app.py'), 'print(1)\n');
});
afterEach(async () => {
  client.destroy();
  await services.stop();
});
afterAll(removeFolders);

async function docker(args: string[], env: Record<string, string> = {}): Promise<string> {
  const { stdout } = await run(join(__dirname, '../../local/stand-ins/docker'), args, {
    cwd: context, env: { PATH: process.env.PATH, HOME: home, AWS_ENDPOINT_URL: services.endpoint, ...env },
  });
  return stdout;
}

async function pushed(tag: string, build: string[] = []): Promise<string> {
  await docker(['build', '--tag', `${REGISTRY}/images:${tag}`, ...build, '.']);
  await docker(['push', `${REGISTRY}/images:${tag}`]);
  const { imageDetails } = await client.send(new DescribeImagesCommand({ repositoryName: 'images', imageIds: [{ imageTag: tag }] }));
  expect(imageDetails).toHaveLength(1);
  return imageDetails![0].imageDigest!;
}

async function caught(work: Promise<unknown>): Promise<Error> {
  return work.then(() => { throw new Error('expected an error'); }, (error: Error) => error);
}

describe('an image that was built and pushed', () => {
  test('is described by tag and by digest', async () => {
    const digest = await pushed('1');
    expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    const { imageDetails } = await client.send(new DescribeImagesCommand({ repositoryName: 'images', imageIds: [{ imageDigest: digest }] }));
    expect(imageDetails).toEqual([expect.objectContaining({ imageTags: ['1'], registryId: '111111111111', imagePushedAt: expect.any(Date) })]);
  });

  test('has the digest of its content', async () => {
    const first = await pushed('1');
    expect(await pushed('2')).toBe(first);
    expect(await pushed('3', ['--build-arg', 'A=1'])).not.toBe(first);
    mkdirSync(join(context, 'deep'));
    writeFileSync(join(context, 'deep/more'), 'x');
    const more = await pushed('4');
    expect(more).not.toBe(first);
    chmodSync(join(context, 'deep/more'), 0o755);
    expect(await pushed('5')).not.toBe(more);
  });
});

test('an image is copied by its manifest', async () => {
  const digest = await pushed('1');
  const get = async (repositoryName: string) => client.send(new BatchGetImageCommand({ repositoryName, imageIds: [{ imageDigest: digest }] }));
  expect((await get('mutable')).failures).toEqual([expect.objectContaining({ failureCode: 'ImageNotFound' })]);
  const { images: [image] = [] } = await get('images');
  const put = (more: Partial<PutImageCommandInput> = {}) => client.send(new PutImageCommand({
    repositoryName: 'mutable', imageManifest: image.imageManifest, imageManifestMediaType: image.imageManifestMediaType, imageDigest: digest, imageTag: '1', ...more,
  }));
  await put();
  expect((await get('mutable')).images).toEqual([expect.objectContaining({ imageManifest: image.imageManifest })]);
  expect(await caught(put())).toBeInstanceOf(ImageAlreadyExistsException);
  expect(await caught(put({ imageManifest: `${image.imageManifest} ` }))).toBeInstanceOf(ImageDigestDoesNotMatchException);
});

test('an immutable tag is not moved', async () => {
  const digest = await pushed('1');
  writeFileSync(join(context, 'app.py'), 'print(2)\n');
  await docker(['build', '-t', `${REGISTRY}/images:1`, '-f', 'Dockerfile', '.']);
  expect((await caught(docker(['push', `${REGISTRY}/images:1`]))).message).toContain("The image tag '1' already exists in the 'images' repository");
  const { imageDetails } = await client.send(new DescribeImagesCommand({ repositoryName: 'images' }));
  expect(imageDetails!.map(({ imageDigest }) => imageDigest)).toEqual([digest]);
});

test('a mutable tag moves', async () => {
  for (const content of ['1', '2']) {
    writeFileSync(join(context, 'app.py'), content);
    await docker(['build', '--tag', 'local', '.']);
    await docker(['tag', 'local', `${REGISTRY}/mutable:latest`]);
    await docker(['push', `${REGISTRY}/mutable:latest`]);
  }
  const { imageDetails } = await client.send(new DescribeImagesCommand({ repositoryName: 'mutable' }));
  expect(imageDetails!.map(({ imageTags }) => imageTags ?? [])).toEqual([[], ['latest']]);
});

test('what is not there', async () => {
  const describe = (repositoryName: string, imageTag: string) => client.send(new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag }] }));
  expect(await caught(describe('images', 'none'))).toBeInstanceOf(ImageNotFoundException);
  expect(await caught(describe('none', '1'))).toBeInstanceOf(RepositoryNotFoundException);
  await docker(['build', '--tag', `${REGISTRY}/none:1`, '.']);
  expect((await caught(docker(['push', `${REGISTRY}/none:1`]))).message).toContain("The repository with name 'none' does not exist");
});

test('a token to log in with', async () => {
  const { authorizationData } = await client.send(new GetAuthorizationTokenCommand({}));
  expect(Buffer.from(authorizationData![0].authorizationToken!, 'base64').toString()).toBe('AWS:local');
  expect(authorizationData![0].expiresAt!.getTime()).toBeGreaterThan(Date.now());
});

describe('the stand-in for Docker', () => {
  test('refuses what it cannot do, by name', async () => {
    expect((await caught(docker(['run', 'image']))).message).toContain("'docker run image' is not among the commands");
    expect((await caught(docker(['build', '--squash', '.']))).message).toContain('--squash');
    expect((await caught(docker(['push', 'docker.io/library/x:1']))).message).toContain('is in no ECR registry');
  });

  test('fails as Docker does where there is no Dockerfile', async () => {
    expect((await caught(docker(['build', '--file', 'none', '.']))).message).toContain('failed to read dockerfile: open none');
  });

  test('leaves building to the real one where there is one', async () => {
    const real = join(temporaryFolder(), 'docker');
    writeFileSync(real, '#!/bin/sh\nif [ "$1" = image ]; then echo sha256:real; else echo "real: $*"; fi\n', { mode: 0o755 });
    expect(await docker(['build', '--anything', '.'], { LOCAL_DOCKER: real })).toBe('real: build --anything .\n');
    await docker(['push', `${REGISTRY}/images:1`], { LOCAL_DOCKER: real });
    const { imageDetails } = await client.send(new DescribeImagesCommand({ repositoryName: 'images' }));
    expect(imageDetails).toHaveLength(1);
  });
});
