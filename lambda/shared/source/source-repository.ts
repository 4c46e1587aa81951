import { PathChange } from '../../../src/core/comparison';
import { TreeReader } from '../../../src/core/tree-reader';

/**
 * The repository that a pipeline's commits come from, however it is read. Commits are immutable: what was read of one is kept as long as the object.
 *
 * Two kinds of errors: the named ones of `errors.ts` that say "lasting" will meet every further attempt; all others, `SourceUnavailableError` among
 * them, may not, and are thrown through.
 */
export interface SourceRepository {
  /** How messages name it. */
  readonly name: string;

  /** Where executions are pinned to something else than the commit's ID. */
  readonly pins?: SourcePins;

  /**
   * The commit that the branch points at.
   * @throws BranchMissingError where there is none
   */
  branchHead(branch: string): Promise<string>;

  /**
   * Tags whose names begin with this text, and the commits that they point at: of annotated ones what they are tags of. Absent where the source has no tags.
   */
  tags?(prefix: string): Promise<ReadonlyMap<string, string>>;

  /**
   * Everything that differs between two commits' trees, in pages. A rename is a deletion and an addition.
   * @throws CommitGoneError where one of them is gone
   * @throws SourceUnreadableError where they cannot be compared, at this attempt or any other
   */
  differences(before: string, after: string): AsyncIterable<readonly PathChange[]>;

  /**
   * The folders of a commit, with Git's object IDs.
   * Its reader throws `SourceUnreadableError` where a folder cannot be listed, at this attempt or any other.
   */
  folders(commitId: string): TreeReader;

  /**
   * Text of a file; undefined where there is no file at that path.
   * @param inTime whether there is time for another request
   * @throws FileUnreadableError where it is too large, or no text, or the time is over
   */
  readFile(commitId: string, path: string, inTime: () => boolean): Promise<string | undefined>;
}

/** What an execution of the pipeline is pinned to: as `StartPipelineExecution` takes it. */
export interface SourceRevision {
  readonly type: 'COMMIT_ID' | 'S3_OBJECT_VERSION_ID';
  readonly value: string;
}

/** Between commits and what the source action takes and names. */
export interface SourcePins {
  /**
   * What brings the commit's content.
   * @throws SourceUnavailableError where nothing does any more
   */
  revisionOf(commitId: string): Promise<SourceRevision>;

  /** The commit that an execution took, by the variable of its source action. */
  commitOf(revision: string): Promise<string>;
}
