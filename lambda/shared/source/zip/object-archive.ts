import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { Archive } from './archive';
import { ObjectVersion } from './version-store';
import { isNamed } from '../../errors';
import { backOff, Timing } from '../../timing';
import { SourceUnavailableError } from '../errors';

/** The version is not kept any more. */
export class VersionGoneError extends Error {
  public readonly name = 'VersionGoneError';
}

const ATTEMPTS = 4;

/** One version of an object, by ranges. */
export class ObjectArchive implements Archive {
  public readonly name: string;

  public constructor(
    private readonly client: S3Client, private readonly version: ObjectVersion, public readonly size: number, private readonly timing: Timing,
  ) {
    this.name = versionName(version);
  }

  public async read(from: number, length: number): Promise<Buffer> {
    if (length === 0) {
      return Buffer.alloc(0);
    }
    // The client tries requests again, not answers that end too early.
    for (let attempt = 0; ; attempt++) {
      try {
        return await this.range(from, length);
      } catch (error) {
        if (error instanceof VersionGoneError || attempt + 1 === ATTEMPTS) {
          throw error;
        }
        await backOff(this.timing, attempt);
      }
    }
  }

  private async range(from: number, length: number): Promise<Buffer> {
    const { bucket: Bucket, key: Key, versionId: VersionId } = this.version;
    try {
      const { Body } = await this.client.send(new GetObjectCommand({ Bucket, Key, VersionId, Range: `bytes=${from}-${from + length - 1}` }));
      const bytes = Buffer.from(await Body!.transformToByteArray());
      if (bytes.length !== length) {
        throw new SourceUnavailableError(`${this.name}: of ${length} bytes from ${from}, S3 sent ${bytes.length}.`);
      }
      return bytes;
    } catch (error) {
      if (isNamed(error, 'NoSuchVersion', 'NoSuchKey')) {
        throw new VersionGoneError(`${this.name} is not kept any more.`, { cause: error });
      }
      throw error;
    }
  }
}

export function versionName({ bucket, key, versionId }: ObjectVersion): string {
  return `s3://${bucket}/${key} (version ${versionId})`;
}
