import { HeadObjectCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3';
import { Archive, ARCHIVE_BOUNDS, ArchiveBounds, ArchiveRefusedError } from './archive';
import { ArchiveDirectory, readDirectory } from './central-directory';
import { readContent } from './contents';
import { commitOf, ListedTree, listArchive, onlyFolder } from './listing';
import { ObjectArchive, VersionGoneError, versionName } from './object-archive';
import { ObjectVersion, VersionStore } from './version-store';
import { PathChange } from '../../../../src/core/comparison';
import { TreeReader } from '../../../../src/core/tree-reader';
import { isNamed } from '../../errors';
import { Timing } from '../../timing';
import { BranchMissingError, CommitGoneError, FileUnreadableError, SourceUnavailableError } from '../errors';
import { SourcePins, SourceRepository, SourceRevision } from '../source-repository';

export interface S3RepositoryProps {
  readonly client: S3Client;
  readonly bucket: string;
  readonly key: string;
  readonly versions: VersionStore;
  /** Paths of the components: none of them is in an archive that was packed from outside of the application's folder. */
  readonly componentPaths: readonly string[];
  readonly timing: Timing;
  readonly bounds?: ArchiveBounds;
}

/** As much as CodeCommit gives out. */
const MAX_FILE = 6 * 1024 ** 2;

/**
 * A zip archive under a key of a versioned bucket. S3 orders its versions: what is current counts, in whatever order events of puts arrive. A commit is
 * what a version holds, so that equal content is the same commit; which version brought it is kept with it.
 */
export class S3Repository implements SourceRepository {
  public readonly name: string;
  public readonly pins: SourcePins = {
    revisionOf: async (commitId) => this.revisionOf(commitId),
    commitOf: async (versionId) => this.refusing(async () => this.commitAt(this.version(versionId))),
  };
  private readonly trees = new Map<string, Promise<ListedTree>>();
  private readonly directories = new Map<string, Promise<{ readonly archive: Archive; readonly directory: ArchiveDirectory }>>();

  public constructor(private readonly props: S3RepositoryProps) {
    this.name = `s3://${props.bucket}/${props.key}`;
  }

  /** @param branch the key: an object has no other branches */
  public async branchHead(branch: string): Promise<string> {
    if (branch !== this.props.key) {
      throw new BranchMissingError(branch, this.name);
    }
    return this.refusing(async () => this.commitAt(await this.current()));
  }

  public async* differences(before: string, after: string): AsyncGenerator<PathChange[]> {
    const [old, now] = await Promise.all([this.tree(before), this.tree(after)]);
    yield old.differencesTo(now);
  }

  public folders(commitId: string): TreeReader {
    return { readFolder: async (path) => (await this.tree(commitId)).readFolder(path) };
  }

  public async readFile(commitId: string, path: string, inTime: () => boolean): Promise<string | undefined> {
    const slash = path.lastIndexOf('/');
    const folder = await (await this.tree(commitId)).readFolder(slash < 0 ? '.' : path.slice(0, slash));
    const file = folder?.files.find(({ name }) => name === path.slice(slash + 1));
    if (file === undefined) {
      return undefined;
    }
    if (file.mode === '120000') {
      throw new FileUnreadableError('it is a symbolic link');
    }
    if (!inTime()) {
      throw new FileUnreadableError('there was no time left to read it');
    }
    const bytes = await this.content(commitId, path);
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    } catch {
      throw new FileUnreadableError('it is not UTF-8');
    }
  }

  private async content(commitId: string, path: string): Promise<Buffer> {
    const version = await this.heldBy(commitId);
    if (version === undefined) {
      throw new FileUnreadableError(`no version of ${this.name} is known to hold ${commitId}`);
    }
    try {
      const { archive, directory } = await this.directory(version);
      const entry = directory.entries.find((candidate) => candidate.path === path);
      if (entry === undefined || entry.size > MAX_FILE) {
        throw new FileUnreadableError(entry === undefined ? `it is not in ${archive.name}` : `it is larger than ${MAX_FILE / 1024 ** 2} MB`);
      }
      return await readContent(archive, entry, directory);
    } catch (error) {
      if (error instanceof VersionGoneError || error instanceof ArchiveRefusedError) {
        throw new FileUnreadableError(error.message);
      }
      if (isDenied(error)) {
        // An earlier version may be kept under a key that is gone; and S3 may say so of one that expired. What is current is planned all the same.
        throw new FileUnreadableError(`${versionName(version)} may not be read, or its key may not be used: ${(error as Error).message}`);
      }
      throw error;
    }
  }

  private async directory(version: ObjectVersion): Promise<{ readonly archive: Archive; readonly directory: ArchiveDirectory }> {
    let directory = this.directories.get(version.versionId);
    if (directory === undefined) {
      directory = this.archive(version).then(async (archive) => ({ archive, directory: await readDirectory(archive, this.bounds()) }));
      this.directories.set(version.versionId, directory);
      directory.catch(() => this.directories.delete(version.versionId));
    }
    return directory;
  }

  private async tree(commitId: string): Promise<ListedTree> {
    let tree = this.trees.get(commitId);
    if (tree === undefined) {
      tree = this.props.versions.listing(commitId).then((listing) => {
        if (listing === undefined) {
          throw new CommitGoneError(commitId);
        }
        return new ListedTree(listing);
      });
      this.trees.set(commitId, tree);
      tree.catch(() => this.trees.delete(commitId));
    }
    return tree;
  }

  /** The current version where it holds the commit: an earlier one may expire before the source action, or its retry, reads it. */
  private async revisionOf(commitId: string): Promise<SourceRevision> {
    const { versions } = this.props;
    const current = await this.current();
    const version = await versions.commitOf(current) === commitId ? current : await this.heldBy(commitId);
    if (version === undefined) {
      throw new SourceUnavailableError(`No version of ${this.name} is known to hold ${commitId}.`);
    }
    return { type: 'S3_OBJECT_VERSION_ID', value: version.versionId };
  }

  /** A version of this object that held the commit. One of another object, where the source was before, cannot be started, and perhaps not be read any more. */
  private async heldBy(commitId: string): Promise<ObjectVersion | undefined> {
    const version = await this.props.versions.versionOf(commitId);
    return version?.bucket === this.props.bucket && version.key === this.props.key ? version : undefined;
  }

  /** The commit that a version is: listed once. */
  private async commitAt(version: ObjectVersion): Promise<string> {
    const { versions, componentPaths } = this.props;
    const known = await versions.commitOf(version);
    if (known !== undefined) {
      return known;
    }
    const archive = await this.archive(version);
    const listing = await listArchive(archive, this.bounds());
    const top = onlyFolder(listing);
    if (top !== undefined && componentPaths.length > 0 && !componentPaths.some((path) => path === '.' || path === top || path.startsWith(`${top}/`))) {
      throw new ArchiveRefusedError(`${archive.name}: everything in it is below the folder ${JSON.stringify(top)}, and no component is there: pack what is in that folder, not the folder.`);
    }
    const commitId = commitOf(listing);
    await versions.put(version, commitId, listing);
    return commitId;
  }

  private async current(): Promise<ObjectVersion> {
    const { client, bucket: Bucket, key: Key } = this.props;
    try {
      const { VersionId: versionId = 'null' } = await client.send(new HeadObjectCommand({ Bucket, Key }));
      return this.version(versionId);
    } catch (error) {
      if (isNamed(error, 'NotFound', 'NoSuchKey')) {
        const deleted = headerOf(error, 'x-amz-delete-marker') === 'true';
        throw new BranchMissingError(Key, this.name, deleted
          ? `${this.name} was deleted: its current version is a delete marker. Put it again, or delete the marker.`
          : `There is no object ${this.name}.`);
      }
      throw error;
    }
  }

  private version(versionId: string): ObjectVersion {
    if (versionId === 'null') {
      throw new SourceUnavailableError(`${this.name} has no version: its bucket's versioning is off or suspended, or was when the object was put. Turn it on and put the object again. `
        + 'Otherwise an execution could read something else than what was planned.');
    }
    return { bucket: this.props.bucket, key: this.props.key, versionId };
  }

  private async archive(version: ObjectVersion): Promise<Archive> {
    const { client, timing } = this.props;
    try {
      const { ContentLength: size = 0 } = await client.send(new HeadObjectCommand({ Bucket: version.bucket, Key: version.key, VersionId: version.versionId }));
      return new ObjectArchive(client, version, size, timing);
    } catch (error) {
      throw isNamed(error, 'NotFound', 'NoSuchKey', 'NoSuchVersion') ? new VersionGoneError(`${versionName(version)} is not kept any more.`, { cause: error }) : error;
    }
  }

  private bounds(): ArchiveBounds {
    return this.props.bounds ?? ARCHIVE_BOUNDS;
  }

  /** An archive that is refused, or a version that is gone, plans nothing: the next look may find another one. */
  private async refusing<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const isOfSource = error instanceof ArchiveRefusedError || error instanceof VersionGoneError || isDenied(error);
      throw isOfSource ? new SourceUnavailableError(isDenied(error) ? `${this.name} may not be read, or its key may not be used: ${(error as Error).message}` : (error as Error).message, { cause: error }) : error;
    }
  }
}

function isDenied(error: unknown): boolean {
  return error instanceof S3ServiceException && error.$metadata.httpStatusCode === 403;
}

function headerOf(error: unknown, name: string): string | undefined {
  return (error as { readonly $response?: { readonly headers?: { readonly [name: string]: string } } }).$response?.headers?.[name];
}
