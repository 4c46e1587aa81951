import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface StoredObject {
  readonly key: string;
  readonly etag: string;
  readonly size: number;
  readonly lastModified: Date;
  /** Response headers to give back as they came, such as content type, metadata and encryption. */
  readonly headers: Readonly<Record<string, string>>;
  /** File with the content. Never changes: content of other objects goes elsewhere. */
  readonly file: string;
}

/** Every account is bootstrapped in every Region. */
const BOOTSTRAP = /^cdk-[a-z0-9]+-assets-\d{12}-[a-z0-9-]+$/;

/** Buckets and their objects; contents in files named by their digest, so that equal contents take their room once. */
export class ObjectStore {
  private readonly buckets = new Map<string, Map<string, StoredObject>>();

  constructor(private readonly directory: string) {
    mkdirSync(directory, { recursive: true });
  }

  public createBucket(name: string): void {
    if (!this.buckets.has(name)) {
      this.buckets.set(name, new Map());
    }
  }

  public hasBucket(name: string): boolean {
    return this.buckets.has(name) || BOOTSTRAP.test(name);
  }

  public put(bucket: string, key: string, body: Uint8Array, headers: Record<string, string> = {}): StoredObject {
    const file = join(this.directory, createHash('sha256').update(body).digest('hex'));
    if (!existsSync(file)) {
      writeFileSync(file, body);
    }
    const etag = `"${createHash('md5').update(body).digest('hex')}"`;
    const object = { key, etag, size: body.length, lastModified: new Date(), headers, file };
    this.objects(bucket).set(key, object);
    return object;
  }

  /** Stores under a key that nothing else has, below `prefix`. */
  public putUnique(bucket: string, prefix: string, body: Uint8Array): StoredObject {
    return this.put(bucket, `${prefix}${randomUUID().slice(0, 7)}`, body);
  }

  public get(bucket: string, key: string): StoredObject | undefined {
    return this.objects(bucket).get(key);
  }

  public read(bucket: string, key: string): Buffer {
    const content = this.find(bucket, key);
    if (content === undefined) {
      throw new Error(`There is no object s3://${bucket}/${key}.`);
    }
    return content;
  }

  /** An object's content, where there is one. */
  public find(bucket: string, key: string): Buffer | undefined {
    const object = this.get(bucket, key);
    return object === undefined ? undefined : readFileSync(object.file);
  }

  public delete(bucket: string, key: string): void {
    this.objects(bucket).delete(key);
  }

  /** In the order of the keys' UTF-8 bytes, as S3 lists. */
  public list(bucket: string, prefix = ''): StoredObject[] {
    return [...this.objects(bucket).values()]
      .filter(({ key }) => key.startsWith(prefix))
      .sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key)));
  }

  private objects(bucket: string): Map<string, StoredObject> {
    if (!this.buckets.has(bucket) && BOOTSTRAP.test(bucket)) {
      this.createBucket(bucket);
    }
    const objects = this.buckets.get(bucket);
    if (objects === undefined) {
      throw new Error(`There is no bucket '${bucket}'.`);
    }
    return objects;
  }
}
