import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { isNamed } from './errors';
import { canonicalJson } from '../../src/core/digest';
import { Release } from '../../src/core/release';

/** Releases in the artifact bucket. */
export class ReleaseStore {
  public constructor(private readonly client: S3Client, private readonly bucket: string) {}

  /** Reads a release; nothing where there is none under the key. */
  public async get(key: string): Promise<Release | undefined> {
    try {
      const { Body } = await this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
      return JSON.parse(await Body!.transformToString()) as Release;
    } catch (error) {
      if (isNamed(error, 'NoSuchKey')) {
        return undefined;
      }
      throw error;
    }
  }

  /**
   * The release that a plan was compared with; nothing where there was none.
   *
   * @throws where it is gone: what did not change can't be known any more
   */
  public async baseline(key: string | undefined): Promise<Release | undefined> {
    const baseline = key === undefined ? undefined : await this.get(key);
    if (key !== undefined && baseline === undefined) {
      throw new Error(`The plan's baseline, ${key}, is not in the artifact bucket any more. Start the pipeline again with all components forced.`);
    }
    return baseline;
  }

  /** Writes down something about a release, once: that of an earlier attempt stays. */
  public async putNote(key: string, note: object): Promise<void> {
    try {
      await this.client.send(new PutObjectCommand({ Bucket: this.bucket, Key: key, Body: JSON.stringify(note), ContentType: 'application/json', IfNoneMatch: '*' }));
    } catch (error) {
      if (!isNamed(error, 'PreconditionFailed', 'ConditionalRequestConflict')) {
        throw error;
      }
    }
  }

  /**
   * Writes a release once and returns the one that stands: that of an earlier attempt, where there was one.
   * Fails if that one holds anything else.
   */
  public async put(key: string, release: Release): Promise<Release> {
    try {
      await this.client.send(new PutObjectCommand({
        Bucket: this.bucket,
        Key: key,
        Body: JSON.stringify(release, undefined, 2),
        ContentType: 'application/json',
        IfNoneMatch: '*',
      }));
      return release;
    } catch (error) {
      if (!isNamed(error, 'PreconditionFailed', 'ConditionalRequestConflict')) {
        throw error;
      }
    }
    const standing = await this.get(key);
    if (standing === undefined || content(standing) !== content(release)) {
      throw new Error(`s3://${this.bucket}/${key} already holds another release of execution ${release.pipelineExecutionId}, and releases are never overwritten.`
        + ' Start the pipeline again.');
    }
    return standing;
  }
}

/** Everything but the time of writing. */
function content(release: Release): string {
  return canonicalJson({ ...release, timestamp: '' });
}
