import { createHash } from 'node:crypto';
import { ByteQueue } from './byte-queue';
import { applyDelta } from './delta';
import { GitAnswerError, GitBoundError } from './git-error';
import { inflateNext } from './inflate';

export type ObjectType = 'commit' | 'tree' | 'blob' | 'tag';

export interface GitObject {
  readonly type: ObjectType;
  readonly data: Buffer;
}

/** What is read at most; beyond it, `GitBoundError` names which. */
export interface PackBounds {
  /** Bytes of the whole pack. */
  readonly pack: number;
  readonly objects: number;
  /** Bytes of one object that is kept. */
  readonly object: number;
  /** Bytes of all objects that are kept. */
  readonly kept: number;
  /** Deltas upon deltas. */
  readonly chain: number;
}

export interface PackOptions {
  readonly bounds: PackBounds;
  /** Contents up to this size are kept; others are looked through and dropped. */
  readonly contentsUpTo: number;
  /** Given each object that is kept. */
  readonly onObject: (id: string, object: GitObject) => void;
}

/** What was in a pack. */
export interface PackSummary {
  readonly bytes: number;
  /** Contents that were dropped. */
  readonly dropped: number;
}

const TYPES: readonly (ObjectType | undefined)[] = [undefined, 'commit', 'tree', 'blob', 'tag'];
const OFFSET_DELTA = 6;
const REFERENCE_DELTA = 7;
const HEADER_BYTES = 12;
const ID_BYTES = 20;
const LONGEST_HEADER = 64;
const VERSIONS = [2, 3];

/** An object of the pack, as later ones refer to it. */
interface Placed {
  readonly type: ObjectType;
  readonly depth: number;
  /** Absent where it was dropped. */
  readonly object?: GitObject;
}

interface Pending {
  readonly offset: number;
  readonly base: string;
  readonly delta: Buffer;
}

/**
 * Reads a pack as it arrives. Commits and folders are kept, and contents where they are asked for: a delta refers to what came before it, so that
 * the type of each object is known when it comes. Every size is checked before anything is allocated for it.
 *
 * @throws GitAnswerError where the pack is cut off or damaged
 * @throws GitBoundError where it is more than is read
 */
export async function readPack(source: AsyncIterator<Buffer>, options: PackOptions): Promise<PackSummary> {
  return new PackReader(source, options).read();
}

class PackReader {
  private readonly queue: ByteQueue;
  private readonly hash = createHash('sha1');
  private readonly byOffset = new Map<number, Placed>();
  private readonly byId = new Map<string, Placed>();
  private pending: Pending[] = [];
  private kept = 0;
  private dropped = 0;

  public constructor(source: AsyncIterator<Buffer>, private readonly options: PackOptions) {
    const { bounds } = options;
    let bytes = 0;
    this.queue = new ByteQueue(source, (taken) => {
      this.hash.update(taken);
      bytes += taken.length;
      if (bytes > bounds.pack) {
        throw new GitBoundError(`the pack has more than ${bounds.pack} bytes`);
      }
    });
  }

  public async read(): Promise<PackSummary> {
    const { bounds } = this.options;
    const header = await this.take(HEADER_BYTES);
    const [version, count] = [header.readUInt32BE(4), header.readUInt32BE(8)];
    if (header.toString('latin1', 0, 4) !== 'PACK' || !VERSIONS.includes(version)) {
      throw new GitAnswerError('The answer of the Git server holds no pack of version 2 or 3.');
    }
    if (count > bounds.objects) {
      throw new GitBoundError(`the pack has ${count} objects, and at most ${bounds.objects} are read`);
    }
    for (let index = 0; index < count; index++) {
      await this.readObject();
    }
    this.resolvePending();
    await this.readChecksum();
    return { bytes: this.queue.taken, dropped: this.dropped };
  }

  private async readChecksum(): Promise<void> {
    const expected = this.hash.copy().digest();
    if (!expected.equals(await this.take(ID_BYTES))) {
      throw new GitAnswerError('The pack is damaged: it does not have the checksum that it claims.');
    }
    if (await this.queue.ensure(1)) {
      throw new GitAnswerError('The pack is damaged: it goes on after its checksum.');
    }
  }

  private async readObject(): Promise<void> {
    const { options, queue } = this;
    const offset = queue.taken;
    // More than any header has; at the pack's end there are fewer.
    await queue.ensure(LONGEST_HEADER);
    const { code, size } = this.objectHeader();
    if (code === OFFSET_DELTA || code === REFERENCE_DELTA) {
      await this.readDelta(offset, size, code === OFFSET_DELTA ? offset - this.baseOffset() : this.takeHere(ID_BYTES).toString('hex'));
      return;
    }
    const type = TYPES[code];
    if (type === undefined) {
      throw new GitAnswerError(`The pack is damaged: it has an object of the type ${code}.`);
    }
    const keep = type !== 'blob' || size <= options.contentsUpTo;
    if (keep) {
      this.reserve(size);
    }
    const data = await inflateNext(queue, size, keep);
    this.place(offset, { type, depth: 0, ...(data === undefined ? {} : { object: { type, data } }) });
  }

  private async readDelta(offset: number, size: number, base: number | string): Promise<void> {
    const found = typeof base === 'number' ? this.byOffset.get(base) : this.byId.get(base);
    if (found === undefined && typeof base === 'number') {
      throw new GitAnswerError('The pack is damaged: a delta refers to no object before it.');
    }
    // One that refers by ID to what has not come yet may still be a folder.
    const keep = found === undefined || found.object !== undefined;
    if (keep) {
      this.reserve(size);
    }
    const delta = await inflateNext(this.queue, size, keep);
    if (found === undefined) {
      this.pending.push({ offset, base: base as string, delta: delta! });
      return;
    }
    if (delta !== undefined) {
      this.kept -= delta.length;
    }
    this.place(offset, this.resolved(found, delta));
  }

  private resolved(base: Placed, delta: Buffer | undefined): Placed {
    const { bounds, contentsUpTo } = this.options;
    const { type } = base;
    const depth = base.depth + 1;
    if (depth > bounds.chain) {
      throw new GitBoundError(`a delta of the pack stands on more than ${bounds.chain} others`);
    }
    if (base.object === undefined || delta === undefined) {
      return { type, depth };
    }
    const data = applyDelta(base.object.data, delta, Math.min(bounds.object, bounds.kept - this.kept));
    if (type === 'blob' && data.length > contentsUpTo) {
      return { type, depth };
    }
    this.reserve(data.length);
    return { type, depth, object: { type, data } };
  }

  private place(offset: number, placed: Placed): void {
    this.byOffset.set(offset, placed);
    if (placed.object === undefined) {
      this.dropped += 1;
      return;
    }
    const id = idOf(placed.object);
    this.byId.set(id, placed);
    this.options.onObject(id, placed.object);
  }

  /** Deltas whose base came after them. What stands on contents that were dropped is dropped, too. */
  private resolvePending(): void {
    for (let rest = this.pending.length + 1; this.pending.length < rest;) {
      rest = this.pending.length;
      const waiting = this.pending;
      this.pending = [];
      for (const one of waiting) {
        const base = this.byId.get(one.base);
        if (base === undefined) {
          this.pending.push(one);
        } else {
          this.place(one.offset, this.resolved(base, one.delta));
        }
      }
    }
    this.dropped += this.pending.length;
  }

  private reserve(size: number): void {
    const { bounds } = this.options;
    if (size > bounds.object) {
      throw new GitBoundError(`an object of ${size} bytes, and at most ${bounds.object} are read`);
    }
    this.kept += size;
    if (this.kept > bounds.kept) {
      throw new GitBoundError(`the commits' folders have more than ${bounds.kept} bytes`);
    }
  }

  private objectHeader(): { readonly code: number; readonly size: number } {
    let byte = this.byte();
    const code = (byte >> 4) & 7;
    let size = byte & 15;
    for (let unit = 16; byte >= 128; unit *= 128) {
      byte = this.byte();
      size += (byte & 127) * unit;
      if (size > Number.MAX_SAFE_INTEGER) {
        throw new GitAnswerError('The pack is damaged: an object claims a size without end.');
      }
    }
    return { code, size };
  }

  private baseOffset(): number {
    let byte = this.byte();
    let offset = byte & 127;
    while (byte >= 128) {
      byte = this.byte();
      offset = (offset + 1) * 128 + (byte & 127);
      if (offset > Number.MAX_SAFE_INTEGER) {
        throw new GitAnswerError('The pack is damaged: a delta refers to no object before it.');
      }
    }
    return offset;
  }

  private byte(): number {
    return this.takeHere(1)[0]!;
  }

  private async take(length: number): Promise<Buffer> {
    await this.queue.ensure(length);
    return this.takeHere(length);
  }

  private takeHere(length: number): Buffer {
    if (this.queue.here.length < length) {
      throw new GitAnswerError('The pack is cut off.');
    }
    return this.queue.take(length);
  }
}

/** The ID that Git gives an object. */
export function idOf({ type, data }: GitObject): string {
  return createHash('sha1').update(`${type} ${data.length}\0`).update(data).digest('hex');
}
