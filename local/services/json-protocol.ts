import { randomUUID } from 'node:crypto';
import { IncomingMessage, ServerResponse } from 'node:http';
import { NotEmulatedError } from '../activity';
import { readBody, ServiceHandler } from './server';

/** An error of a service's model, as its clients know it. */
export class ServiceError extends Error {
  constructor(public readonly name: string, message: string, public readonly statusCode = 400) {
    super(message);
  }
}

/** One operation: the request's members in, the response's members out. */
export type Operation<Input = never> = (input: Input) => Promise<object> | object;

/** A service that speaks AWS JSON 1.1. */
export class JsonService implements ServiceHandler {
  /**
   * @param service name in errors, such as `codecommit`
   * @param operations by name; a call of any other ends the run
   */
  constructor(private readonly service: string, private readonly operations: Readonly<Record<string, Operation>>) {}

  public async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const name = String(request.headers['x-amz-target']).split('.')[1];
    const body = await readBody(request);
    const operation = Object.hasOwn(this.operations, name) ? this.operations[name] : undefined;
    if (operation === undefined) {
      throw new NotEmulatedError(`the call ${this.service}:${name}`);
    }
    try {
      answer(response, 200, await operation(JSON.parse(body.toString() || '{}') as never));
    } catch (error) {
      if (!(error instanceof ServiceError)) {
        throw error;
      }
      answer(response, error.statusCode, { __type: error.name, message: error.message });
    }
  }
}

function answer(response: ServerResponse, statusCode: number, body: object): void {
  response.writeHead(statusCode, { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-requestid': randomUUID() });
  response.end(JSON.stringify(body));
}

/** The protocol's form of a point in time: seconds since the epoch. */
export function timestamp(date: Date): number {
  return date.getTime() / 1000;
}
