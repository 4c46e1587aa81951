import { Readable } from 'node:stream';
import { ServiceError, ServiceName, Services, isServiceError } from './service';
import { errorXml, parseForm, successXml } from '../../local/services/query-form';

/** A request as the SDK's clients hand it to their transport. */
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: string | Uint8Array;
}

/** A response of HTTP as the SDK's clients take it. */
export interface Response {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

interface Call {
  readonly operation: string;
  readonly input: object;
}

type Protocol = 'json' | 'rest' | 'query';

const PROTOCOLS: Readonly<Record<ServiceName, Protocol>> = {
  dynamodb: 'json', codecommit: 'json', codepipeline: 'json', ecr: 'json', states: 'json', s3: 'rest', cloudformation: 'query', sts: 'query',
};

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Answers a request of HTTP by the services: what the SDK writes is read, and what it is to read is written, as the service's protocol has it. */
export async function overTheWire(
  service: ServiceName, request: Request, call: (operation: string, effect: (services: Services) => Promise<object>) => Promise<object>,
): Promise<Response> {
  const protocol = PROTOCOLS[service];
  const { operation, input } = readers[protocol](request);
  try {
    return writers[protocol](operation, await call(operation, async (services) => services(service, operation, input)));
  } catch (error) {
    if (!isServiceError(error)) {
      throw error;
    }
    return errorResponse(protocol, error);
  }
}

const readers: Readonly<Record<Protocol, (request: Request) => Call>> = {
  json: (request) => ({ operation: request.headers['x-amz-target']!.split('.')[1]!, input: JSON.parse(text(request)) as object }),
  query: (request) => {
    const { Action: operation, Version: _version, ...input } = parseForm(new URLSearchParams(text(request))) as Record<string, unknown>;
    return { operation: operation as string, input: Object.fromEntries(Object.entries(input).map(([name, value]) => [name, formValue(name, value)])) };
  },
  rest: ({ method, path, headers, body }) => {
    const [, bucket, ...rest] = path.split('/');
    return {
      operation: `${method[0]}${method.slice(1).toLowerCase()}Object`,
      input: {
        Bucket: bucket,
        Key: rest.map(decodeURIComponent).join('/'),
        ...(method === 'PUT' ? { Body: body ?? '' } : {}),
        ...(headers['if-none-match'] === undefined ? {} : { IfNoneMatch: headers['if-none-match'] }),
      },
    };
  },
};

const LISTS = ['Parameters', 'Tags', 'Capabilities', 'NotificationARNs'];

/** In a form all is text, and a list without elements is an empty one. */
function formValue(name: string, value: unknown): unknown {
  return LISTS.includes(name) && value === '' ? [] : value === 'true' || value === 'false' ? value === 'true' : value;
}

const writers: Readonly<Record<Protocol, (operation: string, output: object) => Response>> = {
  json: (_operation, output) => jsonResponse(output),
  query: (operation, output) => xml(200, successXml(operation, output, 'simulated')),
  rest: (_operation, { Body: body }: { Body?: Uint8Array }) => ({
    statusCode: 200, headers: { 'content-length': String(body?.length ?? 0) }, body: body === undefined ? new Uint8Array() : Readable.from([body]),
  }),
};

/** An error in the protocol of its service. */
function errorResponse(protocol: Protocol, { name, message, ...error }: Error): Response {
  const { statusCode = 400 } = error as Partial<ServiceError>;
  switch (protocol) {
    case 'rest':
      return { statusCode, headers: { 'content-type': 'application/xml' }, body: encoder.encode(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${name}</Code><Message>${message}</Message></Error>`) };
    case 'query':
      // The names of CloudFormation's errors on the wire are those of its exceptions, without their ending.
      return xml(statusCode, errorXml(name.replace(/Exception$/, name.startsWith('Already') ? 'Exception' : ''), message, 'simulated'));
    case 'json': return jsonResponse({ __type: name, message }, statusCode);
  }
}

function jsonResponse(value: object, statusCode = 200): Response {
  return { statusCode, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: encoder.encode(JSON.stringify(value, inText)) };
}

/** In JSON bytes are base64. */
function inText(_name: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('base64') : value;
}

function xml(statusCode: number, body: string): Response {
  return { statusCode, headers: { 'content-type': 'text/xml' }, body: encoder.encode(body) };
}

function text({ body }: Request): string {
  return typeof body === 'string' ? body : decoder.decode(body);
}
