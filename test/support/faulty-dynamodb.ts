import { createServer, IncomingMessage, request as send, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';

/**
 * What becomes of a call. `throttled`: ProvisionedThroughputExceededException; `limited`: ThrottlingException; `failed`: an internal error before the
 * call took effect; `lost`: an internal error after it did; `partial`: of a batch, the first half is done and the rest handed back; `untouched`: all of
 * it is handed back.
 */
export type Fault = 'throttled' | 'limited' | 'failed' | 'lost' | 'partial' | 'untouched';

/** Stands before a DynamoDB server and lets calls go wrong, as HTTP answers do. */
export class FaultyDynamoDb {
  public static async before(endpoint: string): Promise<FaultyDynamoDb> {
    const faulty = new FaultyDynamoDb(new URL(endpoint));
    await new Promise<void>((resolve) => faulty.server.listen(0, '127.0.0.1', resolve));
    return faulty;
  }

  /** Operations in the order in which they arrived, those that went wrong included. */
  public readonly calls: string[] = [];
  private readonly server: Server;
  private faults: { readonly operation: string; readonly fault: Fault }[] = [];

  private constructor(private readonly target: URL) {
    this.server = createServer((request, response) => {
      this.handle(request, response).catch((error: Error) => response.destroy(error));
    });
  }

  public get endpoint(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The next calls of an operation end like this, one after the other. */
  public next(operation: string, ...faults: Fault[]): void {
    this.faults.push(...faults.map((fault) => ({ operation, fault })));
  }

  /** Forgets faults that are left, and calls. */
  public reset(): void {
    this.faults = [];
    this.calls.length = 0;
  }

  public async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const operation = String(request.headers['x-amz-target']).split('.')[1];
    const body = await readAll(request);
    this.calls.push(operation);
    switch (this.take(operation)) {
      case 'throttled':
        return answer(response, 400, 'ProvisionedThroughputExceededException');
      case 'limited':
        return answer(response, 400, 'ThrottlingException');
      case 'failed':
        return answer(response, 500, 'InternalServerError');
      case 'lost':
        await this.forward(request, body);
        return answer(response, 500, 'InternalServerError');
      case 'partial':
        return this.part(request, response, body);
      case 'untouched': {
        const { RequestItems: items } = JSON.parse(body) as { RequestItems: object };
        response.writeHead(200, CONTENT_TYPE).end(JSON.stringify({ Responses: {}, UnprocessedKeys: items }));
        return undefined;
      }
      default: {
        const { status, content } = await this.forward(request, body);
        response.writeHead(status, CONTENT_TYPE).end(content);
        return undefined;
      }
    }
  }

  private take(operation: string): Fault | undefined {
    const index = this.faults.findIndex((fault) => fault.operation === operation);
    return index < 0 ? undefined : this.faults.splice(index, 1)[0].fault;
  }

  /** The first half of a BatchGetItem's keys. */
  private async part(request: IncomingMessage, response: ServerResponse, body: string): Promise<void> {
    const { RequestItems: items } = JSON.parse(body) as { RequestItems: Record<string, { Keys: object[] }> };
    const [[table, { Keys: keys, ...options }]] = Object.entries(items);
    const half = Math.ceil(keys.length / 2);
    const { content } = await this.forward(request, JSON.stringify({ RequestItems: { [table]: { ...options, Keys: keys.slice(0, half) } } }));
    response.writeHead(200, CONTENT_TYPE).end(JSON.stringify({
      ...JSON.parse(content) as object,
      UnprocessedKeys: half < keys.length ? { [table]: { ...options, Keys: keys.slice(half) } } : {},
    }));
  }

  private async forward({ headers }: IncomingMessage, body: string): Promise<{ readonly status: number; readonly content: string }> {
    return new Promise((resolve, reject) => {
      const forwarded = send({
        host: this.target.hostname,
        port: this.target.port,
        method: 'POST',
        headers: { ...headers, 'host': this.target.host, 'content-length': Buffer.byteLength(body), 'connection': 'close' },
      }, (answered) => {
        readAll(answered).then((content) => resolve({ status: answered.statusCode!, content }), reject);
      });
      forwarded.once('error', reject);
      forwarded.end(body);
    });
  }
}

const CONTENT_TYPE = { 'content-type': 'application/x-amz-json-1.0' };

function answer(response: ServerResponse, status: number, error: string): void {
  response.writeHead(status, CONTENT_TYPE).end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${error}`, message: error }));
}

async function readAll(stream: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString();
}
