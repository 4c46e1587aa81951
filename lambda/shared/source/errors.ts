/** Lasting: the commit is not in the repository. It never was, or a force-push left it behind. */
export class CommitGoneError extends Error {
  public readonly name = 'CommitGoneError';
  public constructor(public readonly commitId: string) {
    super(`Commit ${commitId} is not in the repository.`);
  }
}

/** The branch is not in the repository. */
export class BranchMissingError extends Error {
  public readonly name = 'BranchMissingError';
  public constructor(branch: string, repository: string) {
    super(`Branch '${branch}' does not exist in repository '${repository}'.`);
  }
}

/** Lasting: what is asked for is there and cannot be read, at this attempt or any other. The message says why. */
export class SourceUnreadableError extends Error {
  public readonly name = 'SourceUnreadableError';
}

/** Lasting: a file that is there and can't be read as text. */
export class FileUnreadableError extends Error {
  public readonly name = 'FileUnreadableError';
}
