import { createServer, IncomingMessage, Server, ServerResponse } from 'node:http';
import { AddressInfo } from 'node:net';

/**
 * Takes what the AWS CLI uploads, in place of S3: so much of S3's protocol as an upload needs, in one piece or in parts. Nothing is there yet, whatever
 * is asked for. It listens on this machine alone.
 */
export class UploadCapture {
  public static async start(): Promise<UploadCapture> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new UploadCapture(server);
  }

  /** Contents by key, without the bucket. */
  public readonly uploads = new Map<string, Buffer>();
  public readonly endpoint: string;
  private readonly parts = new Map<string, Map<number, Buffer>>();

  private constructor(private readonly server: Server) {
    this.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('request', (request, response) => {
      this.handle(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
    });
  }

  public async stop(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.endpoint);
    const [, , ...rest] = pathname.split('/');
    const key = decodeURIComponent(rest.join('/'));
    const body = await contentOf(request);
    const uploadId = searchParams.get('uploadId');
    if (request.method === 'PUT' && uploadId !== null) {
      this.parts.get(uploadId)?.set(Number(searchParams.get('partNumber')), body);
      response.writeHead(200, { etag: '"part"' }).end();
    } else if (request.method === 'PUT') {
      this.uploads.set(key, body);
      response.writeHead(200, { etag: '"object"' }).end();
    } else if (request.method === 'POST' && searchParams.has('uploads')) {
      const id = String(this.parts.size + 1);
      this.parts.set(id, new Map());
      answer(response, `<InitiateMultipartUploadResult><Key>${escapeXml(key)}</Key><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`);
    } else if (request.method === 'POST' && uploadId !== null) {
      const parts = [...this.parts.get(uploadId) ?? []].sort(([a], [b]) => a - b);
      this.uploads.set(key, Buffer.concat(parts.map(([, part]) => part)));
      answer(response, `<CompleteMultipartUploadResult><Key>${escapeXml(key)}</Key><ETag>"object"</ETag></CompleteMultipartUploadResult>`);
    } else {
      response.writeHead(404, { 'content-type': 'application/xml' }).end(request.method === 'HEAD' ? '' : '<Error><Code>NoSuchKey</Code></Error>');
    }
  }
}

function answer(response: ServerResponse, xml: string): void {
  response.writeHead(200, { 'content-type': 'application/xml' }).end(`<?xml version="1.0" encoding="UTF-8"?>${xml}`);
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

async function contentOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk as Buffer);
  }
  const body = Buffer.concat(chunks);
  return String(request.headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-') ? decodeChunks(body) : body;
}

/** Chunks of `<hexadecimal size>[;signature]`, a line break, the bytes, a line break; the last has the size 0. */
function decodeChunks(body: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let position = 0; ;) {
    const end = body.indexOf('\r\n', position);
    const size = end < 0 ? NaN : parseInt(body.toString('latin1', position, end), 16);
    if (Number.isNaN(size)) {
      throw new Error(`An upload of the AWS CLI is malformed at byte ${position}.`);
    }
    if (size === 0) {
      return Buffer.concat(chunks);
    }
    chunks.push(body.subarray(end + 2, end + 2 + size));
    position = end + 2 + size + 2;
  }
}
