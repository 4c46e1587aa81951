import { createHash, randomUUID } from 'node:crypto';

interface Upload {
  readonly bucket: string;
  readonly key: string;
  readonly headers: Record<string, string>;
  readonly parts: Map<number, { readonly etag: string; readonly body: Buffer }>;
}

/** What a part has at least, but for the last. */
const SMALLEST_PART = 5 * 2 ** 20;

/** An error of S3's own. */
export class MultipartError extends Error {
  constructor(public readonly status: number, public readonly code: string, message: string) {
    super(message);
  }
}

/** Objects that come in parts, until they are complete or given up. */
export class MultipartUploads {
  private readonly uploads = new Map<string, Upload>();

  public create(bucket: string, key: string, headers: Record<string, string>): string {
    const id = randomUUID();
    this.uploads.set(id, { bucket, key, headers, parts: new Map() });
    return id;
  }

  /** @returns the part's ETag */
  public put(id: string, partNumber: number, body: Buffer): string {
    const etag = `"${createHash('md5').update(body).digest('hex')}"`;
    this.find(id).parts.set(partNumber, { etag, body });
    return etag;
  }

  /** The parts that the request lists, in their order, as one object. */
  public complete(id: string, request: string): { readonly body: Buffer; readonly headers: Record<string, string> } {
    const { parts, headers } = this.find(id);
    const listed = [...request.matchAll(/<Part>(.*?)<\/Part>/gs)].map(([, part]) => ({
      number: Number(/<PartNumber>(\d+)<\/PartNumber>/.exec(part)?.[1]),
      etag: (/<ETag>(.*?)<\/ETag>/s.exec(part)?.[1] ?? '').replaceAll('&quot;', '"').replaceAll('&#34;', '"'),
    }));
    if (listed.some(({ number }, index) => index > 0 && number <= listed[index - 1].number)) {
      throw new MultipartError(400, 'InvalidPartOrder', 'The list of parts was not in ascending order.');
    }
    const bodies = listed.map(({ number, etag }) => {
      const part = parts.get(number);
      if (part?.etag !== (etag.startsWith('"') ? etag : `"${etag}"`)) {
        throw new MultipartError(400, 'InvalidPart', 'One or more of the specified parts could not be found.');
      }
      return part.body;
    });
    if (bodies.slice(0, -1).some(({ length }) => length < SMALLEST_PART)) {
      throw new MultipartError(400, 'EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size');
    }
    this.uploads.delete(id);
    return { body: Buffer.concat(bodies), headers };
  }

  public abort(id: string): void {
    this.find(id);
    this.uploads.delete(id);
  }

  /** Uploads that are neither complete nor given up: what is stored of them costs. */
  public get open(): number {
    return this.uploads.size;
  }

  private find(id: string): Upload {
    const upload = this.uploads.get(id);
    if (upload === undefined) {
      throw new MultipartError(404, 'NoSuchUpload', 'The specified multipart upload does not exist.');
    }
    return upload;
  }
}
