/** An answer that is cut off, damaged, or not of Git's protocol. Another attempt may get a better one. */
export class GitAnswerError extends Error {
  public readonly name = 'GitAnswerError';
}

/** The server refuses a request and says why: an object that it does not have, or does not give out, for instance. */
export class GitRefusalError extends Error {
  public readonly name = 'GitRefusalError';
}

/** More than is read: a size that is claimed, a count, or all of it together. Lasting. */
export class GitBoundError extends Error {
  public readonly name = 'GitBoundError';
}
