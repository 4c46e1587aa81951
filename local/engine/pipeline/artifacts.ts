import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ObjectStore } from '../../services/s3/object-store';
import { readZip, unzip } from '../zip';
import { ActionFailure } from './action';

export interface ArtifactLocation {
  readonly bucket: string;
  readonly key: string;
}

/** A pipeline's artifacts: zip archives in its bucket. */
export class Artifacts {
  private readonly unpacked = new Map<string, string>();
  private lastKey = 0;

  /** @param directory for unpacked archives */
  constructor(
    private readonly store: ObjectStore,
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

  public write({ bucket, key }: ArtifactLocation, archive: Uint8Array): void {
    this.store.put(bucket, key, archive, { 'content-type': 'application/zip' });
  }

  /** A folder with the archive's content, shared by all who ask for it: not to be changed. */
  public folder(location: ArtifactLocation): string {
    const object = this.object(location);
    const present = this.unpacked.get(object.file);
    if (present !== undefined) {
      return present;
    }
    const folder = join(this.directory, basename(object.file));
    mkdirSync(folder, { recursive: true });
    unzip(this.store.read(location.bucket, location.key), folder);
    this.unpacked.set(object.file, folder);
    return folder;
  }

  /** @throws ActionFailure if there is no archive or it has no such file */
  public file(location: ArtifactLocation, name: string): string {
    this.object(location);
    const entry = readZip(this.store.read(location.bucket, location.key)).find((candidate) => candidate.name === name);
    if (entry === undefined) {
      throw new ActionFailure(`File [${name}] does not exist in artifact s3://${location.bucket}/${location.key}`);
    }
    return entry.content.toString();
  }

  private object({ bucket, key }: ArtifactLocation) {
    const object = this.store.get(bucket, key);
    if (object === undefined) {
      throw new ActionFailure(`The object with key '${key}' does not exist in artifact bucket '${bucket}'.`);
    }
    return object;
  }
}
