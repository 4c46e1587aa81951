import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface StoredObject {
  readonly key: string;
  readonly etag: string;
  readonly size: number;
  readonly lastModified: Date;
  /** Response headers to give back as they came, such as content type, metadata and encryption. */
  readonly headers: Readonly<Record<string, string>>;
  /** Of a bucket that keeps versions. */
  readonly versionId?: string;
  /** File with the content. Never changes: content of other objects goes elsewhere. */
  readonly file: string;
}

/** In place of an object that was deleted, where versions are kept. */
export interface DeleteMarker {
  readonly key: string;
  readonly versionId: string;
  readonly isDeleteMarker: true;
}

export interface ObjectChange {
  readonly type: 'Object Created' | 'Object Deleted';
  readonly bucket: string;
  readonly object: StoredObject;
}

function newVersionId(): string {
  return randomBytes(24).toString('base64url');
}

/** Every account is bootstrapped in every Region. */
const BOOTSTRAP = /^cdk-[a-z0-9]+-assets-\d{12}-[a-z0-9-]+$/;

/** Buckets and their objects; contents in files named by their digest, so that equal contents take their room once. */
export class ObjectStore {
  private readonly buckets = new Map<string, Map<string, StoredObject>>();
  private readonly versions = new Map<string, Map<string, StoredObject | DeleteMarker>>();

  /** @param onChange is called for each object that is put or deleted */
  constructor(private readonly directory: string, private readonly onChange: (change: ObjectChange) => void = () => undefined) {
    mkdirSync(directory, { recursive: true });
  }

  /** Lets a bucket keep versions from now on: what is there keeps having none. */
  public keepVersions(bucket: string): void {
    this.versions.set(bucket, this.versions.get(bucket) ?? new Map());
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
    const versions = this.versions.get(bucket);
    const versionId = versions === undefined ? undefined : newVersionId();
    const object: StoredObject = { key, etag, size: body.length, lastModified: new Date(), headers, file, ...(versionId === undefined ? {} : { versionId }) };
    this.objects(bucket).set(key, object);
    versions?.set(`${key}\0${versionId}`, object);
    this.onChange({ type: 'Object Created', bucket, object });
    return object;
  }

  /** One version of an object; a delete marker has no content. */
  public version(bucket: string, key: string, versionId: string): StoredObject | DeleteMarker | undefined {
    return this.versions.get(bucket)?.get(`${key}\0${versionId}`);
  }

  /** The delete marker that is an object's current version, if it is. */
  public deleteMarker(bucket: string, key: string): DeleteMarker | undefined {
    const last = [...this.versions.get(bucket)?.values() ?? []].filter((version) => version.key === key).at(-1);
    return last !== undefined && 'isDeleteMarker' in last ? last : undefined;
  }

  /** Deletes one version, as a person or a lifecycle rule does: the one before it is current then. */
  public deleteVersion(bucket: string, key: string, versionId: string): void {
    const versions = this.versions.get(bucket);
    const deleted = this.version(bucket, key, versionId);
    versions?.delete(`${key}\0${versionId}`);
    const last = [...versions?.values() ?? []].filter((version) => version.key === key).at(-1);
    if (last === undefined || 'isDeleteMarker' in last) {
      this.objects(bucket).delete(key);
    } else {
      this.objects(bucket).set(key, last);
    }
    if (deleted !== undefined && !('isDeleteMarker' in deleted)) {
      this.onChange({ type: 'Object Deleted', bucket, object: deleted });
    }
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
    return object === undefined ? undefined : this.readFile(object);
  }

  /** What an object or a version holds. */
  public readFile({ file }: StoredObject): Buffer {
    return readFileSync(file);
  }

  public delete(bucket: string, key: string): void {
    const object = this.get(bucket, key);
    this.objects(bucket).delete(key);
    const versions = this.versions.get(bucket);
    if (versions !== undefined) {
      const versionId = newVersionId();
      versions.set(`${key}\0${versionId}`, { key, versionId, isDeleteMarker: true });
    }
    if (object !== undefined) {
      this.onChange({ type: 'Object Deleted', bucket, object });
    }
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
