import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand, CompletedPart, CompleteMultipartUploadCommand, CreateMultipartUploadCommand, GetObjectCommand, HeadObjectCommand,
  PutObjectCommand, S3Client, S3ServiceException, UploadPartCommand,
} from '@aws-sdk/client-s3';
import { PlacedFile } from '../../../src/core/assembly/placed';

/** Objects up to this size are sent in one piece; a part of a larger one holds as much. */
const PART_BYTES = 16 * 2 ** 20;
const MAX_PARTS = 10_000;

/** Metadata of a published object: the digest of its bytes. S3's own checksum of an object in parts is one of its parts. */
const DIGEST = 'sha256';

export interface FilePublisherProps {
  /** Reads the artifact bucket. */
  readonly source: S3Client;
  readonly sourceBucket: string;
  /** Acts on the place's bucket. */
  readonly destination: S3Client;
  readonly destinationBucket: string;
  /** Account that the place's bucket has to belong to. */
  readonly account: string;
  readonly partBytes?: number;
}

/** Brings files from the pipeline's store to a place's bucket: the store is the truth, what is in the bucket and differs is replaced. */
export class FilePublisher {
  public constructor(private readonly props: FilePublisherProps) {}

  public async publish(file: PlacedFile): Promise<'there' | 'published'> {
    if (await this.isThere(file)) {
      return 'there';
    }
    const partBytes = Math.max(this.props.partBytes ?? PART_BYTES, Math.ceil(file.bytes / MAX_PARTS));
    await (file.bytes > partBytes ? this.sendParts(file, partBytes) : this.sendWhole(file));
    return 'published';
  }

  /** Whether the place has these very bytes. Of an object without a digest no one knows. */
  private async isThere({ objectKey, sha256 }: PlacedFile): Promise<boolean> {
    const { destination, destinationBucket: Bucket, account } = this.props;
    try {
      const { ChecksumSHA256: checksum, Metadata: metadata = {} } = await destination.send(new HeadObjectCommand({
        Bucket, Key: objectKey, ChecksumMode: 'ENABLED', ExpectedBucketOwner: account,
      }));
      const isOfTheWhole = checksum !== undefined && !checksum.includes('-');
      return isOfTheWhole ? Buffer.from(checksum, 'base64').toString('hex') === sha256 : metadata[DIGEST] === sha256;
    } catch (error) {
      if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) {
        return false;
      }
      throw error;
    }
  }

  private async sendWhole(file: PlacedFile): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.read(file)) {
      chunks.push(chunk);
    }
    const { destination } = this.props;
    // S3 compares what it gets with the checksum.
    const ChecksumSHA256 = Buffer.from(file.sha256, 'hex').toString('base64');
    await destination.send(new PutObjectCommand({ ...this.target(file), Body: Buffer.concat(chunks), ChecksumSHA256, Metadata: { [DIGEST]: file.sha256 } }));
  }

  /** One part in memory at a time. Only what has the right digest becomes an object. */
  private async sendParts(file: PlacedFile, partBytes: number): Promise<void> {
    const { destination } = this.props;
    const target = this.target(file);
    const { UploadId } = await destination.send(new CreateMultipartUploadCommand({ ...target, Metadata: { [DIGEST]: file.sha256 } }));
    try {
      const parts: CompletedPart[] = [];
      const send = async (Body: Buffer) => {
        const PartNumber = parts.length + 1;
        const { ETag } = await destination.send(new UploadPartCommand({ ...target, UploadId, PartNumber, Body }));
        parts.push({ ETag, PartNumber });
      };
      let pending: Buffer[] = [];
      let size = 0;
      for await (const chunk of this.read(file)) {
        pending.push(chunk);
        size += chunk.length;
        if (size >= partBytes) {
          await send(Buffer.concat(pending));
          pending = [];
          size = 0;
        }
      }
      if (size > 0) {
        await send(Buffer.concat(pending));
      }
      await destination.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts: parts } }));
    } catch (error) {
      // What was sent costs until it is removed. The first error is the one that counts.
      await destination.send(new AbortMultipartUploadCommand({ ...target, UploadId })).catch(() => undefined);
      throw error;
    }
  }

  /** The stored bytes. Fails at their end where they are not what the build noted. */
  private async *read({ key, sha256, title }: PlacedFile): AsyncGenerator<Buffer> {
    const hash = createHash('sha256');
    const body = await this.open(key, title);
    for await (const chunk of body) {
      hash.update(chunk);
      yield Buffer.from(chunk);
    }
    const found = hash.digest('hex');
    if (found !== sha256) {
      throw new Error(`${title}: s3://${this.props.sourceBucket}/${key} holds other bytes than the build stored (SHA-256 ${found}, not ${sha256}). It was not published. `
        + 'Restore the object\'s first version, then retry the stage with all of its actions.');
    }
  }

  private async open(key: string, title: string): Promise<AsyncIterable<Uint8Array>> {
    const { source, sourceBucket } = this.props;
    try {
      const { Body } = await source.send(new GetObjectCommand({ Bucket: sourceBucket, Key: key }));
      return Body as unknown as AsyncIterable<Uint8Array>;
    } catch (error) {
      if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) {
        throw new Error(`${title}: s3://${sourceBucket}/${key} is gone from the pipeline's store, so it cannot be published. Restore it, or force its component, to build it again.`);
      }
      throw error;
    }
  }

  private target({ objectKey }: PlacedFile) {
    return { Bucket: this.props.destinationBucket, Key: objectKey, ExpectedBucketOwner: this.props.account };
  }
}
