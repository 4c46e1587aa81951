import { spawn } from 'node:child_process';
import { DescribeImagesCommand, ECRClient, GetAuthorizationTokenCommand, ImageNotFoundException } from '@aws-sdk/client-ecr';
import type { ImageAsset, ImageSource } from '../../src/core/assembly/assets';

export interface ImageAssetsProps {
  readonly ecr: ECRClient;
  /** The component's repository, where it has one. */
  readonly repositoryUri?: string;
  readonly component: string;
  readonly locate: (path: string, asset: string) => Promise<string>;
  readonly environment: NodeJS.ProcessEnv;
  readonly log: (line: string) => void;
}

/** Builds an image asset and pushes it to the component's repository, unless an earlier build did. @returns its digest */
export class ImageAssets {
  private isLoggedIn = false;

  public constructor(private readonly props: ImageAssetsProps) {}

  public async store(asset: ImageAsset): Promise<{ readonly location: string; readonly digest: string }> {
    const { repositoryUri, component, locate, log } = this.props;
    if (repositoryUri === undefined) {
      throw new Error(`${asset.title} is a container image, and component '${component}' has no repository for images. Give the component "images: true".`);
    }
    const tag = `asset-${asset.id}`;
    const standing = await this.digestOf(repositoryUri, tag);
    if (standing !== undefined) {
      return { location: `${repositoryUri}@${standing}`, digest: standing };
    }
    await this.login(repositoryUri);
    const uri = `${repositoryUri}:${tag}`;
    await this.docker(dockerBuild(uri, asset.source), { directory: await locate(asset.source.directory, asset.title) });
    await this.docker(['push', uri], {});
    const digest = await this.digestOf(repositoryUri, tag);
    if (digest === undefined) {
      throw new Error(`${asset.title} was pushed as ${uri}, and ECR does not have it.`);
    }
    log(`${asset.title} is built: ${digest}`);
    return { location: `${repositoryUri}@${digest}`, digest };
  }

  private async digestOf(repositoryUri: string, imageTag: string): Promise<string | undefined> {
    const [, registryId, repositoryName] = /^([0-9]{12})\.dkr\.ecr\.[^/]+\/(.+)$/.exec(repositoryUri) ?? [];
    try {
      const { imageDetails } = await this.props.ecr.send(new DescribeImagesCommand({ registryId, repositoryName, imageIds: [{ imageTag }] }));
      return imageDetails?.[0]?.imageDigest;
    } catch (error) {
      if (error instanceof ImageNotFoundException) {
        return undefined;
      }
      throw error;
    }
  }

  private async login(repositoryUri: string): Promise<void> {
    if (this.isLoggedIn) {
      return;
    }
    const { authorizationData } = await this.props.ecr.send(new GetAuthorizationTokenCommand({}));
    const [user = '', ...password] = Buffer.from(authorizationData![0]!.authorizationToken!, 'base64').toString().split(':');
    await this.docker(['login', '--username', user, '--password-stdin', repositoryUri.slice(0, repositoryUri.indexOf('/'))], { input: password.join(':') });
    this.isLoggedIn = true;
  }

  private async docker(args: readonly string[], { directory, input }: { readonly directory?: string; readonly input?: string }): Promise<void> {
    const code = await new Promise<number>((resolve, reject) => {
      const child = spawn('docker', args, {
        ...(directory === undefined ? {} : { cwd: directory }),
        stdio: ['pipe', 'inherit', 'inherit'],
        // Lambda takes a plain image, not an index with an attestation next to it.
        env: { ...this.props.environment, BUILDX_NO_DEFAULT_ATTESTATIONS: '1' },
      });
      child.on('error', reject);
      child.on('close', (status) => resolve(status ?? 137));
      child.stdin.on('error', () => undefined);
      child.stdin.end(input ?? '');
    });
    if (code !== 0) {
      throw new Error(`docker ${args[0]} failed with exit status ${code}.`);
    }
  }
}

/** The arguments that the CDK's own command line gives, in the image's context. */
export function dockerBuild(uri: string, source: ImageSource): string[] {
  const pairs = (flag: string, values: Readonly<Record<string, string>>, separator = '=') => (
    Object.entries(values).flatMap(([name, value]) => [flag, `${name}${separator}${value}`])
  );
  return [
    'build',
    ...pairs('--build-arg', source.buildArgs),
    ...pairs('--build-context', source.buildContexts),
    ...Object.entries(source.buildSecrets).flatMap(([name, value]) => ['--secret', `id=${name},${value}`]),
    ...(source.ssh === undefined ? [] : ['--ssh', source.ssh]),
    ...(source.target === undefined ? [] : ['--target', source.target]),
    ...(source.dockerFile === undefined ? [] : ['--file', source.dockerFile]),
    ...(source.networkMode === undefined ? [] : ['--network', source.networkMode]),
    ...(source.platform === undefined ? [] : ['--platform', source.platform]),
    ...source.outputs.map((output) => `--output=${output}`),
    ...source.cacheFrom.flatMap((cache) => ['--cache-from', cache]),
    ...(source.cacheTo === undefined ? [] : ['--cache-to', source.cacheTo]),
    ...(source.cacheDisabled ? ['--no-cache'] : []),
    '--tag', uri,
    '.',
  ];
}
