import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { ObjectStore } from '../object-store';
import type { FileContent } from '../packaging';

/** An object of the store that builds share. */
export interface StoredAsset {
  readonly key: string;
  /** Of its bytes, in hexadecimal. */
  readonly sha256: string;
  readonly bytes: number;
}

const DIGEST = 'sha256';

/** Assets of applications in the artifact bucket, by the CDK's hash. What is there is never made or overwritten again. */
export class AssetStore {
  public constructor(private readonly objects: ObjectStore) {}

  /** An asset that an earlier build stored. */
  public async find(key: string): Promise<StoredAsset | undefined> {
    const standing = await this.objects.find(key);
    const sha256 = standing?.metadata[DIGEST];
    if (standing !== undefined && sha256 === undefined) {
      throw new Error(`${key} in the artifact bucket was not stored by a build: it has no digest. Remove it; the next build stores the asset.`);
    }
    return standing && { key, sha256: sha256!, bytes: standing.bytes };
  }

  /** Stores an asset where none is, and gives what is there then: another build may have been faster. */
  public async put(key: string, content: FileContent): Promise<StoredAsset> {
    const sha256 = await digestOf(content);
    if (await this.objects.putIfAbsent(key, content, { [DIGEST]: sha256 })) {
      return { key, sha256, bytes: 'bytes' in content ? content.bytes.length : content.size };
    }
    const standing = await this.find(key);
    if (standing === undefined) {
      throw new Error(`${key} is in the artifact bucket and cannot be read.`);
    }
    return standing;
  }
}

async function digestOf(content: FileContent): Promise<string> {
  const hash = createHash('sha256');
  if ('bytes' in content) {
    return hash.update(content.bytes).digest('hex');
  }
  for await (const chunk of createReadStream(content.file)) {
    hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}
