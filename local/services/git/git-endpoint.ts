import { IncomingMessage, ServerResponse } from 'node:http';
import { answerByGit, BackendSettings } from './http-backend';
import { GitCaller, gitCaller, KnownKey } from './signature';
import { Access, AccessDeniedError } from '../../authorization/access';

/** What goes wrong at a Git host, and how one is set up. Changed while it runs. */
export interface GitFaults extends BackendSettings {
  /** Answers with this status, in place of Git. */
  readonly status?: number;
  readonly retryAfterSeconds?: number;
  /** Breaks every answer off after so many bytes. */
  readonly cutAfter?: number;
}

export interface Connection {
  readonly arn: string;
  readonly repositories: ReadonlySet<string>;
}

export interface GitEndpointOptions {
  /** The bare repository that is behind every address. */
  readonly directory: string;
  readonly findKey: (accessKeyId: string) => KnownKey | undefined;
  readonly regions: readonly string[];
  /** By the connection's ID. */
  readonly connection: (id: string) => Connection | undefined;
  /** @throws AccessDeniedError */
  readonly require: (accesses: readonly Access[]) => Promise<void>;
  readonly now: () => number;
}

/** One repository at an endpoint. */
interface Address {
  /** What is signed. */
  readonly path: string;
  /** What is asked of Git. */
  readonly rest: string;
  /** What the caller needs; nothing where there is no such repository. */
  accesses(caller: GitCaller): readonly Access[] | undefined;
}

/**
 * AWS's Git endpoints: CodeConnections' proxy under `/git-http/`, and CodeCommit's own under `/v1/repos/`. Signatures and the caller's rights are checked,
 * then Git itself answers.
 */
export class GitEndpoint {
  public static answers(url: string | undefined): boolean {
    return url?.startsWith('/git-http/') === true || url?.startsWith('/v1/repos/') === true;
  }

  public faults: GitFaults = {};
  public requests = 0;
  public refused = 0;

  public constructor(private readonly options: GitEndpointOptions) {}

  public async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests += 1;
    const address = this.addressOf(new URL(request.url!, 'http://localhost').pathname);
    const refusal = await this.refusalOf(request, address);
    const { status, retryAfterSeconds, cutAfter } = this.faults;
    if (refusal !== undefined) {
      this.refused += 1;
      response.writeHead(403).end(refusal);
    } else if (status !== undefined) {
      response.writeHead(status, retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }).end();
    } else {
      await answerByGit(this.options.directory, address!.rest, request, cutAfter === undefined ? response : breakingOff(response, cutAfter), this.faults);
    }
  }

  private async refusalOf(request: IncomingMessage, address: Address | undefined): Promise<string | undefined> {
    const { findKey: find, regions, now } = this.options;
    const caller = address && gitCaller(request, { find, regions, path: address.path, now: now() });
    const accesses = caller && address.accesses(caller);
    if (accesses === undefined) {
      return 'No such repository, or the request is not signed for it.';
    }
    try {
      await this.options.require(accesses);
      return undefined;
    } catch (error) {
      if (error instanceof AccessDeniedError) {
        return error.message;
      }
      throw error;
    }
  }

  private addressOf(pathname: string): Address | undefined {
    const [, path, id, repository, rest] = /^(\/git-http\/\d+\/[\w-]+\/([\w-]+)\/(.+?)\.git)(\/.*)$/.exec(pathname) ?? [];
    if (path !== undefined) {
      const connection = this.options.connection(id!);
      return {
        path,
        rest: rest!,
        accesses: ({ role }) => (connection?.repositories.has(repository!) ? reading(role, connection.arn, repository!) : undefined),
      };
    }
    const [, own, name, after] = /^(\/v1\/repos\/([\w.-]+))(\/.*)$/.exec(pathname) ?? [];
    return own === undefined ? undefined : {
      path: own,
      rest: after!,
      accesses: ({ role, region }) => {
        const account = role.split(':')[4]!;
        return [{ principal: role, action: 'codecommit:GitPull', resource: `arn:aws:codecommit:${region}:${account}:${name}`, account }];
      },
    };
  }
}

/** What reading through a connection takes. */
function reading(principal: string, arn: string, repository: string): Access[] {
  const [, , service, , account] = arn.split(':') as [string, string, string, string, string];
  const context = {
    [`${service}:FullRepositoryId`]: repository, [`${service}:ProviderPermissionsRequired`]: 'read_only', [`${service}:ProviderAction`]: ['GitPull'],
  };
  return [
    { principal, action: `${service}:UseConnection`, resource: arn, account, context },
    { principal, action: `${service}:GetConnection`, resource: arn, account },
  ];
}

/** A response whose connection ends after so many bytes. */
function breakingOff(response: ServerResponse, bytes: number): ServerResponse {
  let left = bytes;
  const write = response.write.bind(response) as (chunk: Buffer) => boolean;
  response.write = ((chunk: Buffer) => {
    const part = chunk.subarray(0, left);
    left -= part.length;
    const more = write(part);
    if (left === 0) {
      response.socket?.destroy();
    }
    return more;
  }) as typeof response.write;
  return response;
}
