import { createInflate, inflateSync } from 'node:zlib';
import { ByteQueue } from './byte-queue';
import { GitAnswerError } from './git-error';

/** Objects up to this size are inflated at once; others as they arrive. */
const AT_ONCE = 1024 ** 2;
const LEAST_CHUNK = 64;
/** A stream may say in many bytes what takes few; not without end. */
const MOST_PATIENCE = 64;

/** Most that zlib makes of so many bytes: blocks that are stored as they are, and what is around them. */
function mostDeflated(size: number): number {
  return size + Math.ceil(size / 4_096) * 5 + 64;
}

/**
 * Inflates what comes next in the queue, which has to come to exactly `size` bytes.
 * @param keep false: the bytes are looked through and dropped
 */
export async function inflateNext(queue: ByteQueue, size: number, keep: boolean): Promise<Buffer | undefined> {
  if (size > AT_ONCE) {
    return inflateArriving(queue, size, keep);
  }
  const usual = mostDeflated(size);
  let more = true;
  for (let wanted = usual; more && wanted <= usual * MOST_PATIENCE; wanted *= 4) {
    more = await queue.ensure(wanted);
    const inflated = inflatedFrom(more ? queue.here.subarray(0, wanted) : queue.here, size);
    if (inflated !== undefined) {
      queue.take(inflated.consumed);
      return keep ? inflated.bytes : undefined;
    }
  }
  throw notInflated();
}

/** What a buffer begins with, inflated; nothing where it ends too early. */
function inflatedFrom(input: Buffer, size: number): { readonly bytes: Buffer; readonly consumed: number } | undefined {
  const most = Math.max(LEAST_CHUNK, size + 1);
  let inflated: { readonly buffer: Buffer; readonly engine: { readonly bytesWritten: number } };
  try {
    inflated = inflateSync(input, { info: true, chunkSize: most, maxOutputLength: most } as object) as unknown as typeof inflated;
  } catch (error) {
    switch ((error as NodeJS.ErrnoException).code) {
      case 'Z_BUF_ERROR': return undefined;
      case 'ERR_BUFFER_TOO_LARGE': throw wrongSize(size);
      default: throw notInflated(error);
    }
  }
  if (inflated.buffer.length !== size) {
    throw wrongSize(size);
  }
  return { bytes: inflated.buffer, consumed: inflated.engine.bytesWritten };
}

async function inflateArriving(queue: ByteQueue, size: number, keep: boolean): Promise<Buffer | undefined> {
  const engine = createInflate({ chunkSize: 256 * 1024 });
  const pieces: Buffer[] = [];
  let length = 0;
  let failure: Error | undefined;
  const over = new Promise<void>((resolve) => {
    engine.on('end', resolve).on('close', resolve).on('error', (error) => {
      failure ??= notInflated(error);
    });
  });
  engine.on('data', (piece: Buffer) => {
    length += piece.length;
    if (length > size) {
      failure ??= wrongSize(size);
    } else if (keep) {
      pieces.push(piece);
    }
  });
  try {
    for (let all = true; all;) {
      if (!await queue.ensure(1)) {
        throw new GitAnswerError('The pack is cut off within an object.');
      }
      const { here } = queue;
      const before = engine.bytesWritten;
      await Promise.race([new Promise<void>((resolve) => { engine.write(here, () => resolve()); }), over]);
      // What comes after the object is left where it is.
      all = engine.bytesWritten - before === here.length;
      queue.take(engine.bytesWritten - before);
      if (failure !== undefined) {
        throw failure;
      }
    }
    await over;
  } finally {
    engine.destroy();
  }
  if (failure !== undefined || length !== size) {
    throw failure ?? wrongSize(size);
  }
  return keep ? Buffer.concat(pieces, length) : undefined;
}

function notInflated(cause?: unknown): GitAnswerError {
  return new GitAnswerError('The pack is cut off or damaged: an object of it cannot be inflated.', { cause });
}

function wrongSize(size: number): GitAnswerError {
  return new GitAnswerError(`The pack is damaged: an object of it does not have the ${size} bytes that it claims.`);
}
