import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  CopyObjectCommand, CopyObjectCommandInput, GetObjectCommand, GetObjectCommandInput, HeadObjectCommand, HeadObjectCommandInput, ListObjectsV2Command,
  ListObjectsV2CommandInput, NoSuchKey, NotFound, PutObjectCommand, PutObjectCommandInput, S3Client, S3ServiceException,
} from '@aws-sdk/client-s3';
import { sdkStreamMixin } from '@smithy/core/serde';
import { mockClient } from 'aws-sdk-client-mock';

/** S3 in memory, with conditional writes. Objects by `bucket/key`. */
export class FakeS3 {
  public readonly objects = new Map<string, { readonly body: Buffer; readonly input: PutObjectCommandInput }>();
  public readonly client = new S3Client({ region: 'eu-west-1' });
  /** Thrown, once, by the next write after it was done: an answer that got lost. */
  public loseNextAnswer = false;

  public constructor() {
    mockClient(this.client)
      .on(PutObjectCommand).callsFake((input: PutObjectCommandInput) => this.put(input))
      .on(GetObjectCommand).callsFake((input: GetObjectCommandInput) => this.get(input))
      .on(HeadObjectCommand).callsFake((input: HeadObjectCommandInput) => this.head(input))
      .on(CopyObjectCommand).callsFake((input: CopyObjectCommandInput) => this.copy(input))
      .on(ListObjectsV2Command).callsFake((input: ListObjectsV2CommandInput) => this.list(input));
  }

  public text(key: string): string {
    return this.bytes(key).toString();
  }

  public json(key: string): unknown {
    return JSON.parse(this.text(key));
  }

  public bytes(key: string): Buffer {
    const object = this.objects.get(key);
    if (object === undefined) {
      throw new Error(`No object ${key}; there are ${[...this.objects.keys()].join(', ')}`);
    }
    return object.body;
  }

  private head({ Bucket, Key }: HeadObjectCommandInput) {
    const object = this.objects.get(`${Bucket}/${Key}`);
    if (object === undefined) {
      throw new NotFound({ message: 'Not Found', $metadata: { httpStatusCode: 404 } });
    }
    return { ETag: etagOf(object.body), ContentLength: object.body.length, Metadata: object.input.Metadata, ChecksumSHA256: object.input.ChecksumSHA256 };
  }

  private copy({ Bucket, Key, CopySource }: CopyObjectCommandInput) {
    return this.put({ Bucket, Key, Body: this.bytes(decodeURIComponent(CopySource!)) });
  }

  /** One object a page. */
  private list({ Bucket, Prefix = '', ContinuationToken }: ListObjectsV2CommandInput) {
    const keys = [...this.objects.keys()].filter((name) => name.startsWith(`${Bucket}/${Prefix}`)).map((name) => name.slice(Bucket!.length + 1)).sort();
    const start = Number(ContinuationToken ?? 0);
    return {
      ...(start < keys.length ? { Contents: [{ Key: keys[start] }] } : {}),
      ...(start + 1 < keys.length ? { IsTruncated: true, NextContinuationToken: String(start + 1) } : {}),
    };
  }

  private put(input: PutObjectCommandInput) {
    const name = `${input.Bucket}/${input.Key}`;
    if (input.IfNoneMatch === '*' && this.objects.has(name)) {
      throw new S3ServiceException({ name: 'PreconditionFailed', $fault: 'client', $metadata: { httpStatusCode: 412 } });
    }
    const present = this.objects.get(name);
    if (input.IfMatch !== undefined && input.IfMatch !== (present && etagOf(present.body))) {
      const [error, status] = present === undefined ? ['NoSuchKey', 404] as const : ['PreconditionFailed', 412] as const;
      throw new S3ServiceException({ name: error, $fault: 'client', $metadata: { httpStatusCode: status } });
    }
    this.objects.set(name, { body: Buffer.from(input.Body as Uint8Array | string), input });
    if (this.loseNextAnswer) {
      this.loseNextAnswer = false;
      throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });
    }
    return {};
  }

  private get(input: GetObjectCommandInput) {
    const object = this.objects.get(`${input.Bucket}/${input.Key}`);
    if (object === undefined) {
      throw new NoSuchKey({ message: 'The specified key does not exist.', $metadata: { httpStatusCode: 404 } });
    }
    return { Body: sdkStreamMixin(Readable.from([object.body])) };
  }
}

function etagOf(body: Buffer): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}
