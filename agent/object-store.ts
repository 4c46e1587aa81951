import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { isNamed } from '../lambda/shared/errors';

/** Writes objects that are never overwritten. */
export class ObjectStore {
  public constructor(private readonly client: S3Client, private readonly bucket: string) {}

  /** Writes an object where none is. The same content once more, as after an answer that got lost, is no error. */
  public async putNew(key: string, body: Uint8Array): Promise<void> {
    try {
      await this.client.send(new PutObjectCommand({ Bucket: this.bucket, Key: key, Body: body, IfNoneMatch: '*' }));
      return;
    } catch (error) {
      if (!isNamed(error, 'PreconditionFailed', 'ConditionalRequestConflict')) {
        throw error;
      }
    }
    const { Body } = await this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
    if (!Buffer.from(await Body!.transformToByteArray()).equals(body)) {
      throw new Error(`s3://${this.bucket}/${key} holds something else already, and artifacts are never overwritten. Build again, to get a new number.`);
    }
  }
}
