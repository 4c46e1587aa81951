import { IncomingMessage, ServerResponse } from 'node:http';
import { readBody, ServiceHandler } from './server';
import { NotEmulatedError } from '../activity';

/** What was invalidated. */
export interface Invalidation {
  readonly distribution: string;
  readonly paths: readonly string[];
}

/** CloudFront: keeps what it was asked to invalidate. */
export class CloudFront implements ServiceHandler {
  public readonly invalidations: Invalidation[] = [];

  public async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, distribution] = /^\/2020-05-31\/distribution\/([^/]+)\/invalidation$/.exec(request.url ?? '') ?? [];
    if (request.method !== 'POST' || distribution === undefined) {
      throw new NotEmulatedError(`the call cloudfront:${request.method} ${request.url}`);
    }
    const paths = [...(await readBody(request)).toString().matchAll(/<Path>([^<]+)<\/Path>/g)].map(([, path]) => path!);
    this.invalidations.push({ distribution, paths });
    response.writeHead(201, { 'content-type': 'text/xml' }).end(`<Invalidation><Id>I${this.invalidations.length}</Id><Status>InProgress</Status></Invalidation>`);
  }
}
