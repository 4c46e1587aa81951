/** How the diff function reads its source: the value of its variable `SOURCE`, as JSON. */
export type SourceReaderConfiguration = CodeCommitReaderConfiguration | GitReaderConfiguration | S3ReaderConfiguration;

/** By CodeCommit's API. */
export interface CodeCommitReaderConfiguration {
  readonly kind: 'codecommit';
  readonly repository: string;
  /** ARN of the role to assume, where the repository is another account's. */
  readonly role?: string;
  /** Where Git reads it, for what the API does not say: tags. Absent where no environment takes any. */
  readonly git?: CheckoutConfiguration;
}

/** By Git's smart HTTP. */
export interface GitReaderConfiguration {
  readonly kind: 'git';
  /** `https://…`, without a slash at its end: `/info/refs` follows. */
  readonly url: string;
  readonly authorization: GitAuthorization;
}

/** A zip archive under a key of a versioned bucket. */
export interface S3ReaderConfiguration {
  readonly kind: 's3';
  readonly bucket: string;
  readonly key: string;
}

/** What the ID of a commit begins with that is an archive's content: a hash of its listing follows. */
export const ZIP_COMMIT = 's3-';

/**
 * What requests carry: a signature by anyone who runs the function, as AWS's Git endpoints take it, for a connection; a user and password, or a token,
 * from a secret of Secrets Manager; or nothing.
 */
export type GitAuthorization =
  | { readonly kind: 'connection'; readonly connectionArn: string; readonly region: string }
  | { readonly kind: 'secret'; readonly secretArn: string }
  | { readonly kind: 'none' };

/** A connection's ARN: either service prefix, as connections had another one before July 2024. */
const CONNECTION = /^arn:(?<partition>[^:]+):(?<service>codeconnections|codestar-connections):(?<region>[a-z0-9-]+):(?<account>\d{12}):connection\/(?<id>[\w-]+)$/;

export interface ConnectionParts {
  readonly partition: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  readonly id: string;
}

/** The parts of a connection's ARN; undefined where it is none. */
export function connectionParts(arn: string): ConnectionParts | undefined {
  return CONNECTION.exec(arn)?.groups as ConnectionParts | undefined;
}

/**
 * Where CodeConnections gives out a repository by Git's smart HTTP.
 * @param domain what hosts of AWS end with in the connection's partition
 */
export function connectionUrl({ service, region, account, id }: ConnectionParts, repository: string, domain = 'amazonaws.com'): string {
  return `https://${service}.${region}.${domain}/git-http/${account}/${region}/${id}/${repository}.git`;
}

/** How a connection knows a repository: groups may be nested. */
export function repositoryIdProblem(repository: string): string | undefined {
  if (!/^[\w.-]+(\/[\w.-]+)+$/.test(repository) || repository.split('/').some((segment) => /^\.+$/.test(segment))) {
    return 'write the owner and the name with a slash between them, such as "my-org/my-repository"';
  }
  return repository.endsWith('.git') ? 'leave ".git" out' : undefined;
}

/** Where builds clone the repository from, with a signature of their own role. */
export interface CheckoutConfiguration {
  readonly url: string;
  readonly region: string;
}
