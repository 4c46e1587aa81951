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
  public constructor(branch: string, repository: string, message = `Branch '${branch}' does not exist in repository '${repository}'.`) {
    super(message);
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

export interface UnavailableDetails {
  /** The server's HTTP status. */
  readonly status?: number;
  /** How long the server asks to be left alone. */
  readonly retryAfterMs?: number;
  /** Whether an attempt within seconds may help. */
  readonly mayPass?: boolean;
  readonly cause?: unknown;
}

/** Transient: the source cannot be asked now, or does not answer as it should. Nothing is planned; another attempt may get an answer. */
export class SourceUnavailableError extends Error {
  public readonly name = 'SourceUnavailableError';
  public readonly status?: number;
  public readonly retryAfterMs?: number;
  public readonly mayPass: boolean;
  public constructor(message: string, { status, retryAfterMs, mayPass = false, cause }: UnavailableDetails = {}) {
    super(message, { cause });
    this.status = status;
    this.retryAfterMs = retryAfterMs;
    this.mayPass = mayPass;
  }
}
