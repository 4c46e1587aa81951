import { createHash } from 'node:crypto';
import { createReadStream, promises as fs } from 'node:fs';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand, CompletedPart, CompleteMultipartUploadCommand, CreateMultipartUploadCommand, GetObjectCommand, HeadObjectCommand,
  PutObjectCommand, S3Client, S3ServiceException, UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { FileContent, FileOfSize } from './packaging';
import { isNamed } from '../lambda/shared/errors';

/** Files from this size on are uploaded in parts. */
const PART_BYTES = 64 * 2 ** 20;
const MAX_PARTS = 10_000;

/** Writes objects that are never overwritten. */
export class ObjectStore {
  public constructor(private readonly client: S3Client, private readonly bucket: string, private readonly partBytes = PART_BYTES) {}

  /** Writes an object where none is. False: one is. */
  public async putIfAbsent(key: string, content: FileContent, metadata: Readonly<Record<string, string>> = {}): Promise<boolean> {
    try {
      await this.write(key, content, metadata);
      return true;
    } catch (error) {
      if (!isNamed(error, 'PreconditionFailed', 'ConditionalRequestConflict')) {
        throw error;
      }
      return false;
    }
  }

  /** What an object is like, without its content. */
  public async find(key: string): Promise<{ readonly bytes: number; readonly metadata: Readonly<Record<string, string>> } | undefined> {
    try {
      const { Metadata: metadata = {}, ContentLength: bytes = 0 } = await this.client.send(new HeadObjectCommand({ Bucket: this.bucket, Key: key }));
      return { bytes, metadata };
    } catch (error) {
      if (error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404) {
        return undefined;
      }
      throw error;
    }
  }

  /** Writes an object where none is. The same content once more, as after an answer that got lost, is no error. */
  public async putNew(key: string, content: FileContent): Promise<void> {
    if (await this.putIfAbsent(key, content)) {
      return;
    }
    const { Body } = await this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
    const wanted = 'bytes' in content ? Readable.from([content.bytes]) : createReadStream(content.file);
    if (await digestOf(Body as Readable) !== await digestOf(wanted)) {
      throw new Error(`s3://${this.bucket}/${key} holds something else already, and artifacts are never overwritten. Build again, to get a new number.`);
    }
  }

  private async write(key: string, content: FileContent, metadata: Readonly<Record<string, string>>): Promise<void> {
    const extra = Object.keys(metadata).length === 0 ? {} : { Metadata: metadata };
    if ('file' in content && content.size > this.partBytes) {
      return this.writeParts(key, content, extra);
    }
    const body = 'bytes' in content ? content.bytes : await fs.readFile(content.file);
    await this.client.send(new PutObjectCommand({ Bucket: this.bucket, Key: key, Body: body, IfNoneMatch: '*', ...extra }));
  }

  /** One part in memory at a time. */
  private async writeParts(key: string, { file, size }: FileOfSize, extra: { readonly Metadata?: Readonly<Record<string, string>> }): Promise<void> {
    const place = { Bucket: this.bucket, Key: key };
    const partBytes = Math.max(this.partBytes, Math.ceil(size / MAX_PARTS));
    const { UploadId } = await this.client.send(new CreateMultipartUploadCommand({ ...place, ...extra }));
    const opened = await fs.open(file);
    try {
      const parts: CompletedPart[] = [];
      for (let start = 0; start < size; start += partBytes) {
        const part = Buffer.alloc(Math.min(partBytes, size - start));
        const { bytesRead } = await opened.read(part, 0, part.length, start);
        if (bytesRead !== part.length) {
          throw new Error(`${file} became shorter while it was stored: is a command still writing to it?`);
        }
        const PartNumber = parts.length + 1;
        const { ETag } = await this.client.send(new UploadPartCommand({ ...place, UploadId, PartNumber, Body: part }));
        parts.push({ ETag, PartNumber });
      }
      await this.client.send(new CompleteMultipartUploadCommand({ ...place, UploadId, MultipartUpload: { Parts: parts }, IfNoneMatch: '*' }));
    } catch (error) {
      // What was stored of it costs until it is removed. The first error is the one that counts.
      await this.client.send(new AbortMultipartUploadCommand({ ...place, UploadId })).catch(() => undefined);
      throw error;
    } finally {
      await opened.close();
    }
  }
}

async function digestOf(stream: Readable): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of stream) {
    hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}
