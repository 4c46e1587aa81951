import { Readable } from 'node:stream';
import { errorXml } from '../../local/services/query-form';
import type { Response } from '../engine/task';

export type ServiceName = 'dynamodb' | 's3' | 'codecommit' | 'codepipeline' | 'ecr' | 'cloudformation' | 'sts';

/** An error of a service's model, as its clients know it. */
export class ServiceError extends Error {
  public constructor(public readonly name: string, message: string, public readonly statusCode = 400) {
    super(message);
  }
}

/** A request as the SDK's clients hand it to their transport. */
export interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: string | Uint8Array;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

export function jsonBody(request: Request): Record<string, unknown> {
  const { body } = request;
  return JSON.parse(typeof body === 'string' ? body : decoder.decode(body)) as Record<string, unknown>;
}

export function jsonResponse(value: object, statusCode = 200): Response {
  return { statusCode, headers: { 'content-type': 'application/x-amz-json-1.1' }, body: encoder.encode(JSON.stringify(value)) };
}

export function bytesResponse(bytes: Uint8Array): Response {
  return { statusCode: 200, headers: { 'content-length': String(bytes.length) }, body: Readable.from([bytes]) };
}

/** An error in the protocol of its service. */
export function errorResponse(service: ServiceName, { name, message, statusCode }: ServiceError): Response {
  if (service === 's3') {
    const xml = `<?xml version="1.0" encoding="UTF-8"?><Error><Code>${name}</Code><Message>${message}</Message></Error>`;
    return { statusCode, headers: { 'content-type': 'application/xml' }, body: encoder.encode(xml) };
  }
  if (service === 'cloudformation' || service === 'sts') {
    return { statusCode, headers: { 'content-type': 'text/xml' }, body: encoder.encode(errorXml(name, message, 'simulated')) };
  }
  return jsonResponse({ __type: name, message }, statusCode);
}

/** Answers with what the operation returns, or with its error. */
export async function answered(service: ServiceName, operation: () => object | Promise<object>): Promise<Response> {
  try {
    return jsonResponse(await operation());
  } catch (error) {
    if (error instanceof ServiceError) {
      return errorResponse(service, error);
    }
    throw error;
  }
}
