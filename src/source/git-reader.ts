import { Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { BoundSourceReader } from './bound-source-reader';
import { gitStatements, repositoryUrl, requireConnection, requireRepositoryId } from './connection';
import { SourceReader } from './source-reader';
import { requireLiteral } from '../private/literal';

/** Reads any Git host by Git's smart HTTP, protocol 2 or 0. Nothing is ever written. */
export abstract class GitReader extends SourceReader {
  /**
   * Reads through a connection of AWS CodeConnections, signed with the diff function's role: no secret is stored anywhere.
   *
   * @param connectionArn ARN of the connection, in the pipeline's Region
   * @param repository such as `my-org/my-repository`
   * @throws where the ARN is none of a connection, or the repository has no owner
   */
  public static connection(connectionArn: string, repository: string): GitReader {
    return new ConnectionReader(
      requireConnection('GitReader.connection: connectionArn', connectionArn), requireRepositoryId('GitReader.connection: repository', repository));
  }

  /**
   * Reads a repository at an address, for servers that no connection reaches.
   *
   * @param url `https://…`, as `git clone` takes it
   * @param secret holds a token that may read the repository, or JSON with the texts `username` and `password`. Without it the repository has to be public.
   * @throws where the address is not `https://`, or holds a password
   */
  public static url(url: string, secret?: secretsmanager.ISecret): GitReader {
    return new UrlReader(requireUrl(url), secret);
  }
}

class ConnectionReader extends GitReader {
  constructor(private readonly connectionArn: string, private readonly repository: string) {
    super();
  }

  /** @internal */
  public _bind(): BoundSourceReader {
    const { connectionArn, repository } = this;
    const { url, region } = repositoryUrl(connectionArn, repository);
    const configuration = { kind: 'git' as const, url, authorization: { kind: 'connection' as const, connectionArn, region } };
    return {
      configuration,
      tags: { configuration, statements: [] },
      statements: gitStatements(connectionArn, repository),
      fileStatements: [],
      checkout: { configuration: { url, region }, statements: gitStatements(connectionArn, repository) },
    };
  }
}

class UrlReader extends GitReader {
  constructor(private readonly address: string, private readonly secret?: secretsmanager.ISecret) {
    super();
  }

  /** @internal */
  public _bind(): BoundSourceReader {
    const { address, secret } = this;
    const authorization = secret === undefined ? { kind: 'none' as const } : { kind: 'secret' as const, secretArn: secret.secretArn };
    const configuration = { kind: 'git' as const, url: address, authorization };
    return {
      configuration,
      tags: { configuration, statements: [] },
      statements: secret === undefined ? [] : [
        // Secrets Manager adds six characters to a name; one that is known by its name alone is found by both.
        new iam.PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secret.secretFullArn ?? `${secret.secretArn}-??????`] }),
        ...(secret.encryptionKey === undefined ? [] : [new iam.PolicyStatement({ actions: ['kms:Decrypt'], resources: [secret.encryptionKey.keyArn] })]),
      ],
      fileStatements: [],
    };
  }
}

function requireUrl(url: string): string {
  requireLiteral('GitReader.url: url', url);
  const parsed = !Token.isUnresolved(url) && URL.canParse(url) ? new URL(url) : undefined;
  if (parsed?.protocol !== 'https:' || parsed.pathname === '/' || parsed.search !== '' || parsed.hash !== '') {
    throw new Error(`GitReader.url: url is ${JSON.stringify(url)}: write the https:// address that 'git clone' takes, such as "https://git.example.com/team/repository.git".`);
  }
  if (parsed.username !== '' || parsed.password !== '') {
    throw new Error(`GitReader.url: the url of ${parsed.hostname} holds a user or password, which the template would show: put them into a secret.`);
  }
  return url.replace(/\/+$/, '');
}
