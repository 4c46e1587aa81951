import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { failureKey, failurePrefix } from '../../src/contract/fan-out';
import { componentId } from '../../src/core/names';
import { isNamed } from '../shared/errors';

const MAX_LISTED = 20;

export interface FailureNote {
  readonly component: string;
  readonly reason: string;
}

/** Notes of why builds of one execution failed, in the pipeline's bucket. For people alone: no decision reads them. */
export class FailureNotes {
  public constructor(
    private readonly s3: S3Client, private readonly bucket: string, private readonly solution: string, private readonly executionId: string,
  ) {}

  public async write(component: string, reason: string): Promise<void> {
    await this.s3.send(new PutObjectCommand({
      Bucket: this.bucket, Key: this.key(component), Body: JSON.stringify({ component, reason }), ContentType: 'application/json',
    }));
  }

  /** Nothing where the build never came to an end, or its failure could not be noted. */
  public async read(component: string): Promise<string | undefined> {
    try {
      const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key: this.key(component) }));
      return (JSON.parse(await Body!.transformToString()) as { reason: string }).reason;
    } catch (error) {
      if (isNamed(error, 'NoSuchKey')) {
        return undefined;
      }
      throw error;
    }
  }

  /** Notes of builds that failed, at most a page's first; of some that were retried since, too. */
  public async list(): Promise<readonly FailureNote[]> {
    const { Contents: objects = [] } = await this.s3.send(new ListObjectsV2Command({
      Bucket: this.bucket, Prefix: failurePrefix(this.solution, this.executionId), MaxKeys: MAX_LISTED,
    }));
    return Promise.all(objects.map(async ({ Key: key }) => {
      const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
      return JSON.parse(await Body!.transformToString()) as FailureNote;
    }));
  }

  private key(component: string): string {
    return failureKey(this.solution, this.executionId, componentId(component));
  }
}
