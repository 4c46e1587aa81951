import { CodeCommitClient } from '@aws-sdk/client-codecommit';
import type { S3Client } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { STSClient } from '@aws-sdk/client-sts';
import { CodeCommitRepository } from './codecommit/code-commit-repository';
import { secretAuthorization } from './git/authorization';
import { GitRepository } from './git/git-repository';
import { PackBounds } from './git/pack';
import { Remote } from './git/remote';
import { signedAuthorization } from './git/sign';
import { SourceRepository } from './source-repository';
import { S3Repository } from './zip/s3-repository';
import { VersionStore } from './zip/version-store';
import { CodeCommitReaderConfiguration, GitReaderConfiguration, SourceReaderConfiguration } from '../../../src/contract/source';
import { assumeRole } from '../assumed-role';
import { CLIENT_CONFIG } from '../clients';
import { Timing } from '../timing';

export interface OpenSourceOptions {
  readonly timing: Timing;
  /** In place of AWS's endpoints; a loopback address. */
  readonly endpoint?: string;
  /** What is read at most; `BOUNDS` where absent. */
  readonly bounds?: PackBounds;
  /** For a source that is an object. */
  readonly object?: ObjectSourceOptions;
}

export interface ObjectSourceOptions {
  readonly s3: S3Client;
  readonly solution: string;
  /** Where what is known of versions is kept. */
  readonly artifactBucket: string;
  /** See `S3RepositoryProps.componentPaths`. */
  readonly componentPaths: readonly string[];
}

/** Opens the source that the configuration names, as often as it is asked for: clients and credentials are shared. */
export function sourceOpener(configuration: SourceReaderConfiguration, options: OpenSourceOptions): () => SourceRepository {
  switch (configuration.kind) {
    case 'codecommit': {
      const client = codeCommitClient(configuration);
      const git = gitOfCodeCommit(client, configuration, options);
      return () => new CodeCommitRepository(client, configuration.repository, git?.());
    }
    case 'git': {
      const open = remoteOpener(configuration, options);
      return () => new GitRepository(open(), new URL(configuration.url).pathname.slice(1));
    }
    case 's3': {
      const { s3: client, artifactBucket, solution, componentPaths } = requireObject(options);
      const versions = new VersionStore(client, artifactBucket, solution);
      const { bucket, key } = configuration;
      return () => new S3Repository({ client, bucket, key, versions, componentPaths, timing: options.timing });
    }
  }
}

function requireObject({ object }: OpenSourceOptions): ObjectSourceOptions {
  if (object === undefined) {
    throw new Error('A source that is an object needs to know where its listings are kept.');
  }
  return object;
}

function codeCommitClient({ role }: CodeCommitReaderConfiguration): CodeCommitClient {
  if (role === undefined) {
    return new CodeCommitClient(CLIENT_CONFIG);
  }
  const sts = new STSClient(CLIENT_CONFIG);
  return new CodeCommitClient({
    ...CLIENT_CONFIG,
    credentials: async () => assumeRole(sts, role, 'modular-pipeline-source', READ_CODE_COMMIT),
  });
}

/** CodeCommit's own Git endpoint, signed with the API client's credentials. */
function gitOfCodeCommit(client: CodeCommitClient, { repository, git }: CodeCommitReaderConfiguration, { timing, endpoint, bounds }: OpenSourceOptions) {
  if (git === undefined) {
    return undefined;
  }
  const url = endpoint === undefined ? git.url : `${endpoint}${new URL(git.url).pathname}`;
  return () => new GitRepository(new Remote({
    url,
    timing,
    bounds,
    authorization: async (address) => signedAuthorization(await client.config.credentials(), git.region, address, timing.now()),
    advice: `May the function's role, or the one that it assumes, do codecommit:GitPull on ${repository}?`,
  }), repository);
}

/** All that is done with a role of another account, whatever else it may do. */
const READ_CODE_COMMIT = [{
  Effect: 'Allow' as const,
  Action: ['codecommit:GetBranch', 'codecommit:GetDifferences', 'codecommit:GetFile', 'codecommit:GetFolder', 'codecommit:GitPull', 'kms:Decrypt'],
  Resource: ['*'],
}];

/** Opens a repository behind Git's smart HTTP. */
export function remoteOpener({ url, authorization }: GitReaderConfiguration, { timing, endpoint, bounds }: OpenSourceOptions): () => Remote {
  switch (authorization.kind) {
    case 'connection': {
      const { connectionArn, region } = authorization;
      const { credentials } = new CodeCommitClient({ ...CLIENT_CONFIG, region }).config;
      const moved = endpoint === undefined ? url : `${endpoint}${new URL(url).pathname}`;
      return () => new Remote({
        url: moved,
        timing,
        bounds,
        authorization: async (address) => signedAuthorization(await credentials(), region, address, timing.now()),
        advice: `Is connection ${connectionArn} available, was its app given this repository, and does the role allow UseConnection and GetConnection on it?`
          + ' The console\'s page "Settings > Connections" shows it.',
      });
    }
    case 'secret': {
      const { secretArn } = authorization;
      const client = new SecretsManagerClient(CLIENT_CONFIG);
      return () => {
        // Read once for each event: a token that was rotated counts from the next one on.
        let header: Promise<string> | undefined;
        return new Remote({
          url,
          timing,
          bounds,
          authorization: async () => (header ??= client.send(new GetSecretValueCommand({ SecretId: secretArn })).then(({ SecretString: text }) => secretAuthorization(text ?? '', secretArn))),
          advice: `Does the token in secret ${secretArn} allow reading this repository, and is it still valid?`,
        });
      };
    }
    case 'none':
      return () => new Remote({ url, timing, bounds, authorization: async () => undefined, advice: 'Is the repository public? Otherwise give the reader a secret.' });
  }
}
