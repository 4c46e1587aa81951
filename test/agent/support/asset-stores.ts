import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DescribeImagesCommand, ECRClient, GetAuthorizationTokenCommand, ImageNotFoundException } from '@aws-sdk/client-ecr';
import { S3Client } from '@aws-sdk/client-s3';
import { mockClient } from 'aws-sdk-client-mock';
import { Services, startServices } from '../../local/services';

/** Digest of every image that is pushed. */
export const DIGEST = `sha256:${'d'.repeat(64)}`;

/** Where the assets of an application go in a test: an S3 server with a bucket `bucket`, a registry, and a folder with a stand-in for Docker. */
export class AssetStores {
  /** @param docker the stand-in's commands, after it has read its standard input */
  public static async start(docker = ''): Promise<AssetStores> {
    const services = await startServices();
    services.objects.createBucket('bucket');
    return new AssetStores(services, docker);
  }

  public readonly client: S3Client;
  public readonly ecr = new ECRClient({ region: 'eu-west-1' });
  public readonly root = mkdtempSync(join(tmpdir(), 'assets-'));
  /** Finds the stand-in for Docker first, and names the file that it may note its arguments in. */
  public readonly environment = { PATH: `${join(this.root, 'bin')}:${process.env.PATH}`, DOCKER_LOG: join(this.root, 'docker.log') };

  private constructor(public readonly services: Services, docker: string) {
    this.client = new S3Client(services.clientConfig);
    chmodSync(this.write('bin/docker', `#!/bin/sh\ncat > /dev/null\n${docker}\n`), 0o755);
    const pushed = new Set<string>();
    const registry = mockClient(this.ecr);
    registry.on(GetAuthorizationTokenCommand).resolves({ authorizationData: [{ authorizationToken: Buffer.from('AWS:secret:word').toString('base64') }] });
    // Not there at the first look, and pushed by the second.
    registry.on(DescribeImagesCommand).callsFake(({ imageIds: [{ imageTag: tag }] }: { imageIds: { imageTag: string }[] }) => {
      if (!pushed.has(tag)) {
        pushed.add(tag);
        throw new ImageNotFoundException({ message: 'none', $metadata: {} });
      }
      return { imageDetails: [{ imageDigest: DIGEST }] };
    });
  }

  /** Writes a file below the folder. */
  public write(path: string, content: string): string {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    return file;
  }

  public async stop(): Promise<void> {
    this.client.destroy();
    await this.services.stop();
    rmSync(this.root, { recursive: true });
  }
}
