import { DescribeImagesCommand, ECRClient, ImageNotFoundException, RepositoryNotFoundException } from '@aws-sdk/client-ecr';
import { mockClient } from 'aws-sdk-client-mock';
import { commandsEnvironment } from '../../agent/commands-environment';
import { pushedDigest } from '../../agent/images';
import { ObjectStore } from '../../agent/object-store';
import { ArtifactDefinition } from '../../src/core/catalogue';
import { FakeS3 } from '../support/fake-s3';

describe('pushedDigest', () => {
  const client = new ECRClient({ region: 'eu-west-1' });
  const mock = mockClient(client);
  const uri = '111111111111.dkr.ecr.eu-west-1.amazonaws.com/shop/image';
  beforeEach(() => mock.reset());

  it('asks for the tag of the build', async () => {
    mock.on(DescribeImagesCommand).resolves({ imageDetails: [{ imageDigest: 'sha256:1' }] });
    expect(await pushedDigest(client, uri, 'scope-x-7')).toBe('sha256:1');
    expect(mock.commandCalls(DescribeImagesCommand)[0]!.args[0].input)
      .toEqual({ registryId: '111111111111', repositoryName: 'shop/image', imageIds: [{ imageTag: 'scope-x-7' }] });
  });

  it('says what to do when nothing was pushed, and passes other errors on', async () => {
    mock.on(DescribeImagesCommand)
      .rejectsOnce(new ImageNotFoundException({ message: 'none', $metadata: {} }))
      .rejects(new RepositoryNotFoundException({ message: 'no repository', $metadata: {} }));
    await expect(pushedDigest(client, uri, 'scope-x-7')).rejects.toThrow(`ECR has no image ${uri}:scope-x-7. Let the component's commands push it: docker push "$IMAGE_URI"`);
    await expect(pushedDigest(client, uri, 'scope-x-7')).rejects.toThrow(RepositoryNotFoundException);
  });

  it.each(['application/vnd.oci.image.index.v1+json', 'application/vnd.docker.distribution.manifest.list.v2+json'])('refuses an index (%s) for a Lambda function, which takes one image', async (imageManifestMediaType) => {
    mock.on(DescribeImagesCommand).resolves({ imageDetails: [{ imageDigest: 'sha256:1', imageManifestMediaType }] });
    await expect(pushedDigest(client, uri, 'scope-x-7', 'lambda-image')).rejects.toThrow(`${uri}:scope-x-7 is an index of several images (${imageManifestMediaType}), and AWS Lambda takes a single one`);
    expect(await pushedDigest(client, uri, 'scope-x-7', 'custom')).toBe('sha256:1');
  });

  it('refuses what is no URI of a repository', async () => {
    await expect(pushedDigest(client, 'docker.io/name', 'x-7')).rejects.toThrow('\'docker.io/name\' is not the URI of an ECR repository');
  });
});

describe('commandsEnvironment', () => {
  const environment = (artifact: ArtifactDefinition, repositoryUri?: string) => commandsEnvironment({
    solution: 'shop',
    component: { name: '@scope/x', path: 'x', build: { digest: 'd', kind: 'custom', artifact, parameters: [] } },
    componentDirectory: '/src/x',
    commitId: 'c',
    buildNumber: 7,
    fingerprint: 'f',
    dependenciesFile: '/tmp/dependencies.json',
    artifactBucket: 'bucket',
    repositoryUri,
  });
  const common = {
    MODULAR_ACTION: 'build',
    COMPONENT: '@scope/x',
    COMPONENT_DIRECTORY: '/src/x',
    BUILD_NUMBER: '7',
    COMMIT_ID: 'c',
    FINGERPRINT: 'f',
    SOLUTION: 'shop',
    DEPENDENCIES_FILE: '/tmp/dependencies.json',
  };

  it('tells each kind where its artifact goes', () => {
    expect(environment({ type: 'none' })).toEqual(common);
    expect(environment({ type: 'zip', path: '.' })).toEqual({ ...common, ARTIFACT_BUCKET: 'bucket', ARTIFACT_PREFIX: 'shop/components/scope-x/7/' });
    expect(environment({ type: 'image' }, 'registry/x')).toEqual({ ...common, REPOSITORY_URI: 'registry/x', IMAGE_URI: 'registry/x:scope-x-7' });
  });

  it('refuses an image without a repository', () => {
    expect(() => environment({ type: 'image' })).toThrow('Component \'@scope/x\' leaves an image, but its build knows no ECR repository');
  });
});

describe('ObjectStore', () => {
  it('takes an answer that got lost for what it is', async () => {
    const s3 = new FakeS3();
    const objects = new ObjectStore(s3.client, 'bucket');
    s3.loseNextAnswer = true;
    await expect(objects.putNew('key', { bytes: Buffer.from('body') })).rejects.toThrow('socket hang up');
    await objects.putNew('key', { bytes: Buffer.from('body') });
    expect(s3.text('bucket/key')).toBe('body');
  });
});
