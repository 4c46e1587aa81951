import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { commitOf, ListedFile, Listing } from './listing';
import { sourcesPrefix } from '../../../../src/contract/objects';
import { isNamed } from '../../errors';

/** A version of the source's object. */
export interface ObjectVersion {
  readonly bucket: string;
  readonly key: string;
  readonly versionId: string;
}

/**
 * What is known of the source's versions, in the artifact bucket, next to the releases: each commit's listing, so that what was released can be compared
 * with however long ago its object expired; which commit a version is; and a version that holds a commit.
 */
export class VersionStore {
  private readonly prefix: string;

  public constructor(private readonly client: S3Client, private readonly bucket: string, solution: string) {
    this.prefix = sourcesPrefix(solution);
  }

  /** The commit that a version is; nothing where it was not listed yet. */
  public async commitOf(version: ObjectVersion): Promise<string | undefined> {
    const text = await this.get(this.versionKey(version));
    return text === undefined ? undefined : (JSON.parse(text.toString()) as { readonly commitId: string }).commitId;
  }

  /** The version that held a commit when it was last listed. */
  public async versionOf(commitId: string): Promise<ObjectVersion | undefined> {
    const text = await this.get(this.commitKey(commitId));
    return text === undefined ? undefined : JSON.parse(text.toString()) as ObjectVersion;
  }

  /** Nothing where no version of this content was ever listed. */
  public async listing(commitId: string): Promise<Listing | undefined> {
    const packed = await this.get(this.listingKey(commitId));
    if (packed === undefined) {
      return undefined;
    }
    const listing = fromLines((await promisify(gunzip)(packed)).toString());
    if (commitOf(listing) !== commitId) {
      throw new Error(`s3://${this.bucket}/${this.listingKey(commitId)} is not the listing of ${commitId}. Delete it: it is written again when the source's object is put again.`);
    }
    return listing;
  }

  /** What names the version comes last: where it stands, all of it does. */
  public async put(version: ObjectVersion, commitId: string, listing: Listing): Promise<void> {
    await this.write(this.listingKey(commitId), await promisify(gzip)(toLines(listing)), 'application/gzip');
    await this.write(this.commitKey(commitId), JSON.stringify(version));
    await this.write(this.versionKey(version), JSON.stringify({ commitId, ...version }));
  }

  private listingKey(commitId: string): string {
    return `${this.prefix}listings/${commitId}.gz`;
  }

  private commitKey(commitId: string): string {
    return `${this.prefix}commits/${commitId}.json`;
  }

  private versionKey({ bucket, key, versionId }: ObjectVersion): string {
    return `${this.prefix}versions/${createHash('sha256').update(JSON.stringify([bucket, key, versionId])).digest('hex')}.json`;
  }

  private async write(key: string, body: Buffer | string, contentType = 'application/json'): Promise<void> {
    await this.client.send(new PutObjectCommand({ Bucket: this.bucket, Key: key, Body: body, ContentType: contentType }));
  }

  private async get(key: string): Promise<Buffer | undefined> {
    try {
      const { Body } = await this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
      return Buffer.from(await Body!.transformToByteArray());
    } catch (error) {
      if (isNamed(error, 'NoSuchKey')) {
        return undefined;
      }
      throw error;
    }
  }
}

/** As `git ls-tree -z` writes it, which any program reads. */
function toLines(listing: Listing): string {
  return listing.map(({ mode, id, path }) => `${mode} ${id}\t${path}\0`).join('');
}

function fromLines(text: string): Listing {
  return text.split('\0').slice(0, -1).map((line): ListedFile => {
    const tab = line.indexOf('\t');
    const [mode, id] = line.slice(0, tab).split(' ');
    return { path: line.slice(tab + 1), mode: mode as ListedFile['mode'], id: id! };
  });
}
