import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';
import { NotEmulatedError } from '../activity';
import { GitEndpoint } from './git/git-endpoint';
import { AccessDeniedError } from '../authorization/access';
import { answerDenied } from '../authorization/service-requests';

/** Answers the requests that a client of one AWS service sends. */
export interface ServiceHandler {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/** What the server tells services apart by. */
export interface ServiceRoutes {
  /** By the part of `X-Amz-Target` before the dot. */
  readonly targets: Readonly<Record<string, ServiceHandler>>;
  /** By the service in the signature's scope: those that speak the query protocol. */
  readonly queries: Readonly<Record<string, ServiceHandler>>;
  /** S3's REST protocol has no target: the signature's scope tells it. */
  readonly s3: ServiceHandler;
  /** Lambda's REST protocol. */
  readonly lambda?: ServiceHandler;
  /** AWS's Git endpoints. */
  readonly git?: GitEndpoint;
  /** The container registry's own protocol, under `/v2/`. */
  readonly registry: ServiceHandler;
}

/** Looks at each request before it is answered. @throws AccessDeniedError for one that is to be denied */
export type Guard = (request: IncomingMessage, body: Buffer) => Promise<void>;

/**
 * All emulated services behind one endpoint on the loopback interface, for `AWS_ENDPOINT_URL`: SDK and AWS CLI send every
 * service there, so that a call to a service that is not emulated arrives as well, and is named.
 */
export class AwsServer {
  public static async start(routes: ServiceRoutes, onError: (error: Error) => void, guard?: Guard): Promise<AwsServer> {
    const server = createServer((request, response) => {
      const admitted = guard === undefined ? Promise.resolve(request) : admit(guard, request);
      admitted.then(async (read) => route(routes, read, response)).catch((error: Error) => {
        if (error instanceof AccessDeniedError) {
          answerDenied(request, response, error);
          return;
        }
        onError(error);
        if (!response.headersSent) {
          response.writeHead(501, { 'content-type': 'application/x-amz-json-1.1' });
        }
        response.end(JSON.stringify({ __type: error.name, message: error.message }));
      });
    });
    // Clients keep connections open between a build's or function's calls; none may be cut while it is reused.
    server.keepAliveTimeout = 120_000;
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new AwsServer(server);
  }

  private constructor(private readonly server: Server) {}

  public get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  public async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }
}

/** A request whose body was read for the guard, to be read again. */
async function admit(guard: Guard, request: IncomingMessage): Promise<IncomingMessage> {
  const body = await readBody(request);
  await guard(request, body);
  const { method, url, headers } = request;
  const again = Object.assign(new IncomingMessage(request.socket), { method, url, headers, complete: true });
  again.push(body);
  again.push(null);
  return again;
}

async function route(routes: ServiceRoutes, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const target = request.headers['x-amz-target'];
  if (typeof target === 'string') {
    const handler = routes.targets[target.split('.')[0]];
    if (handler === undefined) {
      throw new NotEmulatedError(`the call ${target}`);
    }
    return handler.handle(request, response);
  }
  if (routes.git !== undefined && GitEndpoint.answers(request.url)) {
    return routes.git.handle(request, response);
  }
  if (request.url?.startsWith('/v2/')) {
    return routes.registry.handle(request, response);
  }
  const service = /Credential=[^/]+\/\d+\/[^/]+\/([^/]+)\/aws4_request/.exec(request.headers.authorization ?? '')?.[1];
  if (service === 's3') {
    return routes.s3.handle(request, response);
  }
  if (service === 'lambda' && routes.lambda !== undefined) {
    return routes.lambda.handle(request, response);
  }
  if (service !== undefined && Object.hasOwn(routes.queries, service)) {
    return routes.queries[service].handle(request, response);
  }
  const action = /(?:^|&)Action=([^&]+)/.exec((await readBody(request)).toString())?.[1];
  throw new NotEmulatedError(`the call ${service ?? 'unsigned'}:${action ?? `${request.method} ${request.url}`}`);
}

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}
