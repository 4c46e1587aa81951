import { bytesResponse, errorResponse, Request, ServiceError } from './protocol';
import type { Response } from '../engine/task';

/** Objects in buckets. Every write is reported. */
export class S3 {
  private readonly objects = new Map<string, Uint8Array>();

  /** @param onOverwrite hears of objects that are written although there was one already */
  public constructor(private readonly onOverwrite: (location: string) => void) {}

  public handle({ method, path, headers, body }: Request): Response {
    const [, bucket, ...rest] = path.split('/');
    const location = `s3://${bucket}/${rest.map(decodeURIComponent).join('/')}`;
    const present = this.objects.get(location);
    if (method === 'HEAD') {
      return { statusCode: present === undefined ? 404 : 200, headers: {}, body: new Uint8Array() };
    }
    if (method === 'GET') {
      return present === undefined
        ? errorResponse('s3', new ServiceError('NoSuchKey', 'The specified key does not exist.', 404))
        : bytesResponse(present);
    }
    if (method !== 'PUT') {
      throw new Error(`S3's ${method} is not simulated.`);
    }
    if (headers['if-none-match'] === '*' && present !== undefined) {
      return errorResponse('s3', new ServiceError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412));
    }
    // A change report is written again by every retry.
    if (present !== undefined && !location.includes('/change-sets/')) {
      this.onOverwrite(location);
    }
    this.objects.set(location, typeof body === 'string' ? new TextEncoder().encode(body) : Uint8Array.from(body ?? []));
    return { statusCode: 200, headers: { etag: '"0"' }, body: new Uint8Array() };
  }

  public get(location: string): Uint8Array | undefined {
    return this.objects.get(location);
  }

  public text(location: string): string | undefined {
    const bytes = this.objects.get(location);
    return bytes && new TextDecoder().decode(bytes);
  }
}
