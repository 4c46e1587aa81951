import { createReadStream } from 'node:fs';
import { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { NotEmulatedError } from '../../activity';
import { readBody, ServiceHandler } from '../server';
import { decodeAwsChunked } from './chunked';
import { MultipartError, MultipartUploads } from './multipart';
import { ObjectStore, StoredObject } from './object-store';
import { completedXml, copyXml, errorXml, listXml, uploadXml } from './xml';

/** Query parameters that change nothing about an operation. */
const NEUTRAL_PARAMETERS = new Set(['x-id']);
const READ_PARAMETERS = new Set(['versionId', 'x-id']);
const MULTIPART_PARAMETERS = new Set(['uploads', 'uploadId', 'partNumber', 'x-id']);
const LIST_PARAMETERS = new Set(['list-type', 'prefix', 'delimiter', 'max-keys', 'continuation-token', 'encoding-type', 'x-id']);

/** Request headers that come back with the object. */
const STORED_HEADERS = /^(content-type|cache-control|content-disposition|content-language|x-amz-meta-.+|x-amz-server-side-encryption(-aws-kms-key-id)?|x-amz-checksum-.+)$/;

/** S3's REST protocol, path-style, over an object store. Objects: put (on condition, in parts), copy, get, head, delete. Buckets: head, list (version 2). */
export class S3Service implements ServiceHandler {
  public readonly uploads = new MultipartUploads();

  constructor(private readonly store: ObjectStore) {}

  public async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const [, bucket, ...rest] = url.pathname.split('/');
    const key = decodeURIComponent(rest.join('/'));
    const body = await readBody(request);
    if (bucket === '' || !this.store.hasBucket(bucket)) {
      return sendError(request, response, 404, 'NoSuchBucket', 'The specified bucket does not exist', `/${bucket}`);
    }
    if (url.searchParams.has('uploads') || url.searchParams.has('uploadId')) {
      return this.multipart(request, response, { bucket, key, body, parameters: url.searchParams });
    }
    const operation = `${request.method} ${key === '' ? 'bucket' : 'object'}`;
    const reads = operation === 'GET object' || operation === 'HEAD object';
    const allowed = operation === 'GET bucket' ? LIST_PARAMETERS : reads ? READ_PARAMETERS : NEUTRAL_PARAMETERS;
    const surplus = [...url.searchParams.keys()].filter((name) => !allowed.has(name));
    if (surplus.length > 0) {
      throw new NotEmulatedError(`the call s3:${operation} with ${surplus.join(', ')}`);
    }
    switch (operation) {
      case 'PUT object': return this.put(request, response, bucket, key, body);
      case 'GET object':
      case 'HEAD object': return this.get(request, response, { bucket, key, versionId: url.searchParams.get('versionId') ?? undefined });
      case 'DELETE object':
        this.store.delete(bucket, key);
        response.writeHead(204).end();
        return undefined;
      case 'HEAD bucket':
        response.writeHead(200).end();
        return undefined;
      case 'GET bucket': return this.list(response, bucket, url.searchParams);
      default: throw new NotEmulatedError(`the call s3:${operation}`);
    }
  }

  private put(request: IncomingMessage, response: ServerResponse, bucket: string, key: string, body: Buffer): void {
    const source = request.headers['x-amz-copy-source'];
    if (source !== undefined) {
      return this.copy(request, response, decodeURIComponent(String(source)), bucket, key);
    }
    const present = this.store.get(bucket, key);
    if (isTaken(request, present)) {
      return sendError(request, response, 412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', key);
    }
    const ifMatch = request.headers['if-match'];
    if (ifMatch !== undefined && ifMatch !== present?.etag) {
      return present === undefined
        ? sendError(request, response, 404, 'NoSuchKey', 'The specified key does not exist.', key)
        : sendError(request, response, 412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', key);
    }
    const object = this.store.put(bucket, key, contentOf(request, body), storedHeaders(request));
    const version = object.versionId === undefined ? {} : { 'x-amz-version-id': object.versionId };
    response.writeHead(200, { etag: object.etag, ...version, ...encryptionHeaders(object) }).end();
  }

  private multipart(
    request: IncomingMessage, response: ServerResponse,
    { bucket, key, body, parameters }: { readonly bucket: string; readonly key: string; readonly body: Buffer; readonly parameters: URLSearchParams },
  ): void {
    const surplus = [...parameters.keys()].filter((name) => !MULTIPART_PARAMETERS.has(name));
    if (surplus.length > 0) {
      throw new NotEmulatedError(`a multipart upload with ${surplus.join(', ')}`);
    }
    const id = parameters.get('uploadId');
    const answer = (xml: string) => { response.writeHead(200, { 'content-type': 'application/xml' }).end(xml); };
    try {
      if (request.method === 'POST' && id === null) {
        return answer(uploadXml(bucket, key, this.uploads.create(bucket, key, storedHeaders(request))));
      }
      if (request.method === 'PUT' && id !== null) {
        response.writeHead(200, { etag: this.uploads.put(id, Number(parameters.get('partNumber')), contentOf(request, body)) }).end();
        return undefined;
      }
      if (request.method === 'POST' && id !== null) {
        if (isTaken(request, this.store.get(bucket, key))) {
          return sendError(request, response, 412, 'PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', key);
        }
        const { body: whole, headers } = this.uploads.complete(id, body.toString());
        return answer(completedXml(bucket, this.store.put(bucket, key, whole, headers)));
      }
      if (request.method === 'DELETE' && id !== null) {
        this.uploads.abort(id);
        response.writeHead(204).end();
        return undefined;
      }
    } catch (error) {
      if (error instanceof MultipartError) {
        return sendError(request, response, error.status, error.code, error.message, key);
      }
      throw error;
    }
    throw new NotEmulatedError(`the call s3:${request.method} of a multipart upload`);
  }

  /** An object's content and headers, under another key. */
  private copy(request: IncomingMessage, response: ServerResponse, source: string, bucket: string, key: string): void {
    const conditional = Object.keys(request.headers).find((name) => name.startsWith('x-amz-copy-source-') || name === 'x-amz-metadata-directive');
    if (conditional !== undefined) {
      throw new NotEmulatedError(`the call s3:CopyObject with ${conditional}`);
    }
    const [, fromBucket = '', fromKey = ''] = /^\/?([^/]+)\/(.+)$/s.exec(source) ?? [];
    if (!this.store.hasBucket(fromBucket)) {
      return sendError(request, response, 404, 'NoSuchBucket', 'The specified bucket does not exist', `/${fromBucket}`);
    }
    const original = this.store.get(fromBucket, fromKey);
    if (original === undefined) {
      return sendError(request, response, 404, 'NoSuchKey', 'The specified key does not exist.', fromKey);
    }
    const copied = this.store.put(bucket, key, this.store.read(fromBucket, fromKey), { ...original.headers });
    response.writeHead(200, { 'content-type': 'application/xml' }).end(copyXml(copied));
  }

  private async get(
    request: IncomingMessage,
    response: ServerResponse,
    { bucket, key, versionId }: { readonly bucket: string; readonly key: string; readonly versionId?: string },
  ): Promise<void> {
    const object = versionId === undefined ? this.store.get(bucket, key) : this.store.version(bucket, key, versionId);
    if (object === undefined || 'isDeleteMarker' in object) {
      const marker = object ?? (versionId === undefined ? this.store.deleteMarker(bucket, key) : undefined);
      if (marker !== undefined) {
        response.setHeader('x-amz-delete-marker', 'true');
        response.setHeader('x-amz-version-id', marker.versionId);
      }
      if (versionId === undefined) {
        return sendError(request, response, 404, 'NoSuchKey', 'The specified key does not exist.', key);
      }
      return object === undefined
        ? sendError(request, response, 404, 'NoSuchVersion', 'The specified version does not exist.', key)
        : sendError(request, response, 405, 'MethodNotAllowed', 'The specified method is not allowed against this resource.', key);
    }
    if (request.headers['if-none-match'] === object.etag) {
      response.writeHead(304, { etag: object.etag }).end();
      return undefined;
    }
    // Checksums are only sent to those who want to verify them, and of the whole object.
    const range = rangeOf(request, object);
    const verify = range === undefined && request.headers['x-amz-checksum-mode'] === 'ENABLED';
    response.writeHead(range === undefined ? 200 : 206, {
      ...Object.fromEntries(Object.entries(object.headers).filter(([name]) => verify || !name.startsWith('x-amz-checksum-'))),
      'etag': object.etag,
      ...(object.versionId === undefined ? {} : { 'x-amz-version-id': object.versionId }),
      ...(range === undefined ? {} : { 'content-range': `bytes ${range.start}-${range.end}/${object.size}` }),
      'content-length': range === undefined ? object.size : range.end - range.start + 1,
      'last-modified': object.lastModified.toUTCString(),
      'accept-ranges': 'bytes',
    });
    if (request.method === 'HEAD') {
      response.end();
      return undefined;
    }
    return pipeline(createReadStream(object.file, range), response).catch((error: NodeJS.ErrnoException) => {
      // The client may go away: that is its own affair.
      if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') {
        throw error;
      }
    });
  }

  private list(response: ServerResponse, bucket: string, parameters: URLSearchParams): void {
    if (parameters.get('list-type') !== '2') {
      throw new NotEmulatedError('the call s3:ListObjects (version 1)');
    }
    response.writeHead(200, { 'content-type': 'application/xml' }).end(listXml(bucket, this.store.list(bucket, parameters.get('prefix') ?? ''), parameters));
  }
}

/** Bytes `first-last`; other forms and what lies beyond the end are not emulated. */
function rangeOf({ headers: { range } }: IncomingMessage, { size }: StoredObject): { readonly start: number; readonly end: number } | undefined {
  if (range === undefined) {
    return undefined;
  }
  const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(range) ?? [];
  if (start === undefined || Number(start) > Number(end) || Number(start) >= size) {
    throw new NotEmulatedError(`the call s3:GetObject of the range ${range}`);
  }
  return { start: Number(start), end: Math.min(Number(end), size - 1) };
}

function isTaken(request: IncomingMessage, present: StoredObject | undefined): boolean {
  return request.headers['if-none-match'] === '*' && present !== undefined;
}

function contentOf(request: IncomingMessage, body: Buffer): Buffer {
  return String(request.headers['x-amz-content-sha256']).startsWith('STREAMING-') ? decodeAwsChunked(body) : body;
}

function storedHeaders(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(request.headers).filter(([name]) => STORED_HEADERS.test(name))) as Record<string, string>;
}

function encryptionHeaders({ headers }: StoredObject): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('x-amz-server-side-encryption')));
}

function sendError(request: IncomingMessage, response: ServerResponse, status: number, code: string, message: string, resource: string): void {
  response.writeHead(status, { 'content-type': 'application/xml' });
  response.end(request.method === 'HEAD' ? undefined : errorXml(code, message, resource));
}
