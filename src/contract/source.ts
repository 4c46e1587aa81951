/** How the diff function reads its source: the value of its variable `SOURCE`, as JSON. */
export type SourceReaderConfiguration = CodeCommitReaderConfiguration;

/** By CodeCommit's API. */
export interface CodeCommitReaderConfiguration {
  readonly kind: 'codecommit';
  readonly repository: string;
}
