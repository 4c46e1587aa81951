import { ByteQueue } from './byte-queue';
import { GitAnswerError, GitBoundError } from './git-error';
import { GitObject, PackBounds, PackSummary, readPack } from './pack';
import {
  Advertisement, advertisedTags, canDeepen, canFilter, FetchRequest, fetchRequest, objectFormat, packOf, readAdvertisement, readRef, readTags, refRequest,
  requireId, tagsRequest,
} from './protocol';
import { Transport, TransportOptions } from './transport';
import { SourceUnavailableError, SourceUnreadableError } from '../errors';

const MEGABYTE = 1024 ** 2;

/** What fits into the function's memory and time. */
export const BOUNDS: PackBounds = { pack: 2_048 * MEGABYTE, objects: 2_000_000, object: 64 * MEGABYTE, kept: 256 * MEGABYTE, chain: 4_096 };

/** What a server can do, for people. */
export interface RemoteAbilities {
  readonly protocol: 0 | 2;
  /** Leaves contents out. */
  readonly filter: boolean;
  /** Leaves the history out. */
  readonly shallow: boolean;
}

export interface FetchOptions extends FetchRequest {
  /** Contents up to this size are kept. */
  readonly contentsUpTo: number;
  readonly onObject: (id: string, object: GitObject) => void;
}

/** A repository behind Git's smart HTTP: protocol 2 where the server has it, otherwise 0. Reads, and nothing else. */
export class Remote {
  public readonly transport: Transport;
  private advertisement?: Promise<Advertisement>;

  public constructor(private readonly options: TransportOptions & { readonly bounds?: PackBounds }) {
    this.transport = new Transport(options);
  }

  /** The commit that a branch points at now; undefined where there is no such branch. What the server can do is asked once, unless its refs come with it. */
  public async branch(name: string): Promise<string | undefined> {
    const ref = `refs/heads/${name}`;
    const isKnown = this.advertisement !== undefined;
    const known = await this.known();
    if (known.version === 0) {
      return requireId((isKnown ? await this.discover() : known).refs.get(ref));
    }
    const advertisement = known;
    return this.read(async () => this.transport.post(refRequest(advertisement, ref)), async (queue) => readRef(queue, ref));
  }

  /** Tags whose names begin so, and what they point at: of annotated ones what they are tags of. */
  public async tags(prefix: string): Promise<ReadonlyMap<string, string>> {
    const isKnown = this.advertisement !== undefined;
    const known = await this.known();
    if (known.version === 0) {
      return advertisedTags(isKnown ? await this.discover() : known, prefix);
    }
    return this.read(async () => this.transport.post(tagsRequest(known, prefix)), async (queue) => readTags(queue, prefix));
  }

  public async abilities(): Promise<RemoteAbilities> {
    const advertisement = await this.known();
    return { protocol: advertisement.version, filter: canFilter(advertisement), shallow: canDeepen(advertisement) };
  }

  /**
   * @throws GitRefusalError where the server refuses one of the objects
   * @throws SourceUnreadableError where they are more than is read
   */
  public async fetch({ contentsUpTo, onObject, ...request }: FetchOptions): Promise<PackSummary> {
    const advertisement = await this.known();
    return this.read(async () => this.transport.post(fetchRequest(advertisement, request)), async (queue) => (
      readPack(packOf(queue, advertisement), { bounds: this.options.bounds ?? BOUNDS, contentsUpTo, onObject })
    ));
  }

  private async known(): Promise<Advertisement> {
    this.advertisement ??= this.discover();
    return this.advertisement;
  }

  private async discover(): Promise<Advertisement> {
    const asked = this.read(async () => this.transport.discover(), async (queue) => this.advertised(queue));
    this.advertisement = asked;
    // One that failed is not kept.
    asked.catch(() => { this.advertisement = undefined; });
    return asked;
  }

  private async advertised(queue: ByteQueue): Promise<Advertisement> {
    const advertisement = await readAdvertisement(queue);
    const format = objectFormat(advertisement);
    if (format !== 'sha1') {
      throw new SourceUnreadableError(`${this.options.url} names its objects by ${format}: repositories of this format are not supported. Use one whose format is sha1.`);
    }
    return advertisement;
  }

  private async read<T>(ask: () => Promise<ByteQueue>, work: (queue: ByteQueue) => Promise<T>): Promise<T> {
    let queue: ByteQueue | undefined;
    try {
      queue = await ask();
      return await work(queue);
    } catch (error) {
      if (error instanceof GitAnswerError) {
        throw new SourceUnavailableError(`${this.options.url}: ${error.message}`, { cause: error });
      }
      throw error instanceof GitBoundError ? new SourceUnreadableError(`${this.options.url} is more than is read: ${error.message}.`) : error;
    } finally {
      await queue?.close();
    }
  }
}
