import { randomUUID } from 'node:crypto';
import { IncomingMessage, ServerResponse } from 'node:http';
import { NotEmulatedError } from '../activity';
import { ServiceError } from './json-protocol';
import { scopeOf } from '../authorization/credentials';
import { escapeXml } from './s3/xml';
import { readBody, ServiceHandler } from './server';

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
      answer(response, 200, `<${name}Response><${name}Result>${members(output)}</${name}Result>`
        + `<ResponseMetadata><RequestId>${randomUUID()}</RequestId></ResponseMetadata></${name}Response>`);
    } catch (error) {
      if (!(error instanceof ServiceError)) {
        throw error;
      }
      answer(response, error.statusCode, '<ErrorResponse><Error><Type>Sender</Type>'
        + `<Code>${escapeXml(error.name)}</Code><Message>${escapeXml(error.message)}</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`);
    }
  }
}

function callerOf(request: IncomingMessage): Caller {
  const { accessKeyId = '', region = '' } = scopeOf(request) ?? {};
  // Access keys of roles tell the account that they act in.
  const account = /^ASIA(\d{12})/.exec(accessKeyId)?.[1];
  return { region, ...(account === undefined ? {} : { account }) };
}

type Value = string | { [name: string]: Value };

/** `A.member.1.B=c` is `{ A: [{ B: 'c' }] }`. */
export function parseForm(form: URLSearchParams): unknown {
  const root: { [name: string]: Value } = {};
  for (const [path, value] of form) {
    const names = path.split('.');
    let at = root;
    for (const name of names.slice(0, -1)) {
      at = (at[name] ??= {}) as { [name: string]: Value };
    }
    at[names[names.length - 1]] = value;
  }
  return lists(root);
}

function lists(value: Value): unknown {
  if (typeof value === 'string') {
    return value;
  }
  if (Object.keys(value).length === 1 && typeof value.member === 'object') {
    return Object.entries(value.member).sort(([a], [b]) => Number(a) - Number(b)).map(([, element]) => lists(element));
  }
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, lists(child)]));
}

function members(value: unknown): string {
  if (Array.isArray(value)) {
    return value.map((element) => `<member>${members(element)}</member>`).join('');
  }
  if (value instanceof Date) {
    return value.toISOString();
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).filter(([, child]) => child !== undefined).map(([name, child]) => `<${name}>${members(child)}</${name}>`).join('');
  }
  return escapeXml(String(value));
}

function answer(response: ServerResponse, statusCode: number, body: string): void {
  response.writeHead(statusCode, { 'content-type': 'text/xml' });
  response.end(body);
}
