import { randomUUID } from 'node:crypto';
import { IncomingMessage, ServerResponse } from 'node:http';
import { NotEmulatedError } from '../activity';
import { ServiceError } from './json-protocol';
import { errorXml, parseForm, successXml } from './query-form';
import { readBody, ServiceHandler } from './server';
import { scopeOf } from '../authorization/credentials';

/** Who calls, and where: the account of the credentials and the Region of the signature. */
export interface Caller {
  readonly account?: string;
  readonly region: string;
}

/** One operation: the request's members in, the response's members out. */
export type QueryOperation<Input = never> = (input: Input, caller: Caller) => Promise<object> | object;

/** A service that speaks AWS's query protocol: a form in, XML out. */
export class QueryService implements ServiceHandler {
  /**
   * @param service name in errors, such as `cloudformation`
   * @param operations by name; a call of any other ends the run
   */
  constructor(private readonly service: string, private readonly operations: Readonly<Record<string, QueryOperation>>) {}

  public async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const form = new URLSearchParams((await readBody(request)).toString());
    const name = form.get('Action') ?? '';
    const operation = Object.hasOwn(this.operations, name) ? this.operations[name] : undefined;
    if (operation === undefined) {
      throw new NotEmulatedError(`the call ${this.service}:${name}`);
    }
    try {
      const output = await operation(parseForm(form) as never, callerOf(request));
      answer(response, 200, successXml(name, output, randomUUID()));
    } catch (error) {
      if (!(error instanceof ServiceError)) {
        throw error;
      }
      answer(response, error.statusCode, errorXml(error.name, error.message, randomUUID()));
    }
  }
}

function callerOf(request: IncomingMessage): Caller {
  const { accessKeyId = '', region = '' } = scopeOf(request) ?? {};
  // Access keys of roles tell the account that they act in.
  const account = /^ASIA(\d{12})/.exec(accessKeyId)?.[1];
  return { region, ...(account === undefined ? {} : { account }) };
}

function answer(response: ServerResponse, statusCode: number, body: string): void {
  response.writeHead(statusCode, { 'content-type': 'text/xml' });
  response.end(body);
}
