import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { failureKey } from '../../src/contract/fan-out';
import { componentId } from '../../src/core/names';
import { isNamed } from '../shared/errors';

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

  private key(component: string): string {
    return failureKey(this.solution, this.executionId, componentId(component));
  }
}
