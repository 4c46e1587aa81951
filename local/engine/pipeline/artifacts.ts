import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { readZip, unzip } from '../zip';
import { ActionFailure } from './action-failure';

export interface ArtifactLocation {
  readonly bucket: string;
  readonly key: string;
}

/** Buckets, as far as artifacts need them: this machine's, or another emulator's. */
export interface ArtifactStore {
  put(bucket: string, key: string, content: Uint8Array, headers: Record<string, string>): unknown;
  /** The content; undefined where there is no such object. */
  find(bucket: string, key: string): Uint8Array | undefined | Promise<Uint8Array | undefined>;
}

/** A pipeline's artifacts: zip archives in its bucket. */
export class Artifacts {
  private lastKey = 0;

  /** @param directory for unpacked archives */
  constructor(
    private readonly store: ArtifactStore,
    private readonly bucket: string,
    private readonly pipeline: string,
    private readonly directory: string,
  ) {}

  /** A place for an action's output that nothing else has. */
  public reserve(artifact: string): ArtifactLocation {
    this.lastKey += 1;
    const key = `${this.pipeline.slice(0, 20)}/${artifact.slice(0, 10)}/${String(this.lastKey).padStart(7, '0')}`;
    return { bucket: this.bucket, key };
  }

  public async write({ bucket, key }: ArtifactLocation, archive: Uint8Array): Promise<void> {
    await this.store.put(bucket, key, archive, { 'content-type': 'application/zip' });
  }

  /** A folder with the archive's content, shared by all who ask for it: not to be changed. */
  public async folder(location: ArtifactLocation): Promise<string> {
    const content = await this.content(location);
    const folder = join(this.directory, createHash('sha256').update(content).digest('hex'));
    if (!existsSync(folder)) {
      mkdirSync(folder, { recursive: true });
      unzip(content, folder);
    }
    return folder;
  }

  /** @throws ActionFailure if there is no archive or it has no such file */
  public async file(location: ArtifactLocation, name: string): Promise<string> {
    const entry = readZip(await this.content(location)).find((candidate) => candidate.name === name);
    if (entry === undefined) {
      throw new ActionFailure(`File [${name}] does not exist in artifact s3://${location.bucket}/${location.key}`);
    }
    return entry.content.toString();
  }

  private async content({ bucket, key }: ArtifactLocation): Promise<Buffer> {
    const content = await this.store.find(bucket, key);
    if (content === undefined) {
      throw new ActionFailure(`The object with key '${key}' does not exist in artifact bucket '${bucket}'.`);
    }
    return Buffer.from(content);
  }
}
