import { ServiceError } from './service';

interface ObjectInput {
  readonly Bucket: string;
  readonly Key: string;
  readonly Body?: string | Uint8Array;
  readonly IfNoneMatch?: string;
}

/** Objects in buckets. Every write is reported. */
export class S3 {
  private readonly objects = new Map<string, Uint8Array>();

  /** @param onOverwrite hears of objects that are written although there was one already */
  public constructor(private readonly onOverwrite: (location: string) => void) {}

  public handle(operation: string, { Bucket, Key, Body, IfNoneMatch }: ObjectInput): object {
    const location = `s3://${Bucket}/${Key}`;
    const present = this.objects.get(location);
    switch (operation) {
      case 'HeadObject':
        if (present === undefined) {
          throw new ServiceError('NotFound', 'UnknownError', 404);
        }
        return {};
      case 'GetObject':
        if (present === undefined) {
          throw new ServiceError('NoSuchKey', 'The specified key does not exist.', 404);
        }
        return { Body: present };
      case 'PutObject':
        if (IfNoneMatch === '*' && present !== undefined) {
          throw new ServiceError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', 412);
        }
        // Change reports and outputs of an execution are written again by every retry.
        if (present !== undefined && !location.includes('/change-sets/') && !location.includes('/outputs/')) {
          this.onOverwrite(location);
        }
        this.objects.set(location, typeof Body === 'string' ? new TextEncoder().encode(Body) : Uint8Array.from(Body ?? []));
        return { ETag: '"0"' };
      default: throw new Error(`S3's ${operation} is not simulated.`);
    }
  }

  public get(location: string): Uint8Array | undefined {
    return this.objects.get(location);
  }

  public text(location: string): string | undefined {
    const bytes = this.objects.get(location);
    return bytes && new TextDecoder().decode(bytes);
  }
}
