import { createHash } from 'node:crypto';
import { createInflateRaw, inflateRawSync } from 'node:zlib';
import { Archive, ArchiveRefusedError, shown } from './archive';
import { ArchiveDirectory, ArchiveEntry } from './central-directory';
import { crc32 } from './crc32';
import { ByteQueue } from '../git/byte-queue';

const HEADER = 0x04034b50;
const HEADER_SIZE = 30;
/** An entry's own extra fields, whose length the list does not say. */
const LONGEST_EXTRA = 0xffff;
/** Entries up to this size are inflated at once; others as they arrive. */
const AT_ONCE = 1024 ** 2;
/** A request for each of these. */
const RANGE = 8 * 1024 ** 2;

/**
 * Git's object ID of every entry, by path. The archive is read once, from its beginning to its list of entries, a range at a time; no content is kept.
 * @throws ArchiveRefusedError where an entry is not what the list says
 */
export async function blobIds(archive: Archive, { entries, start }: ArchiveDirectory): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  const inOrder = [...entries].sort((a, b) => a.offset - b.offset);
  const from = inOrder[0]?.offset ?? 0;
  const queue = new ByteQueue(ranges(archive, from, start));
  try {
    for (const entry of inOrder) {
      await skipTo(queue, entry.offset - from, archive, entry);
      ids.set(entry.path, await blobId(queue, archive, entry));
    }
  } finally {
    await queue.close();
  }
  return ids;
}

/** The content of one entry: no more is read than it may take. */
export async function readContent(archive: Archive, entry: ArchiveEntry, { start }: ArchiveDirectory): Promise<Buffer> {
  const end = entry.offset + HEADER_SIZE + entry.name.length + LONGEST_EXTRA + entry.compressedSize;
  const queue = new ByteQueue(ranges(archive, entry.offset, Math.min(end, start)));
  const read: Buffer[] = [];
  try {
    await content(queue, archive, entry, (piece) => read.push(piece));
  } finally {
    await queue.close();
  }
  return Buffer.concat(read, entry.size);
}

/** The next range is on its way while one is worked on. */
async function* ranges(archive: Archive, from: number, to: number): AsyncGenerator<Buffer> {
  const read = async (at: number) => archive.read(at, Math.min(RANGE, to - at));
  let next = from < to ? read(from) : undefined;
  for (let at = from; at < to; at += RANGE) {
    const bytes = await next!;
    next = at + RANGE < to ? read(at + RANGE) : undefined;
    next?.catch(() => undefined);
    yield bytes;
  }
}

async function skipTo(queue: ByteQueue, position: number, archive: Archive, entry: ArchiveEntry): Promise<void> {
  if (position < queue.taken) {
    throw refused(archive, entry, 'it lies over another entry: programs would read different things');
  }
  while (queue.taken < position) {
    if (!await queue.ensure(1)) {
      throw refused(archive, entry, 'it is not where the list of entries says');
    }
    queue.take(Math.min(queue.here.length, position - queue.taken));
  }
}

async function blobId(queue: ByteQueue, archive: Archive, entry: ArchiveEntry): Promise<string> {
  const hash = createHash('sha1').update(`blob ${entry.size}\0`);
  await content(queue, archive, entry, (piece) => hash.update(piece));
  return hash.digest('hex');
}

/** Gives out an entry's content in pieces, and sees that it is of the size and checksum that the list says. */
async function content(queue: ByteQueue, archive: Archive, entry: ArchiveEntry, onPiece: (piece: Buffer) => void): Promise<void> {
  await header(queue, archive, entry);
  let length = 0;
  let checksum = 0;
  const take = (piece: Buffer) => {
    length += piece.length;
    if (length > entry.size) {
      throw refused(archive, entry, `it has more than the ${entry.size} bytes that it claims`);
    }
    checksum = crc32(piece, checksum);
    onPiece(piece);
  };
  if (entry.method === 0) {
    await pieces(queue, archive, entry, take);
  } else if (entry.size <= AT_ONCE && entry.compressedSize <= AT_ONCE) {
    take(await inflated(queue, archive, entry));
  } else {
    await inflateArriving(queue, archive, entry, take);
  }
  if (length !== entry.size || checksum !== entry.crc) {
    throw refused(archive, entry, 'its content is not what the list of entries says: the archive is damaged');
  }
}

async function header(queue: ByteQueue, archive: Archive, { name, method, ...entry }: ArchiveEntry): Promise<void> {
  const mismatch = () => refused(archive, entry, 'its own header is not what the list of entries says: the archive is damaged');
  if (!await queue.ensure(HEADER_SIZE) || queue.here.readUInt32LE(0) !== HEADER) {
    throw mismatch();
  }
  const [own, extra, ownMethod] = [26, 28, 8].map((offset) => queue.here.readUInt16LE(offset)) as [number, number, number];
  if (!await queue.ensure(HEADER_SIZE + own + extra) || ownMethod !== method || !queue.here.subarray(HEADER_SIZE, HEADER_SIZE + own).equals(name)) {
    throw mismatch();
  }
  queue.take(HEADER_SIZE + own + extra);
}

/** The compressed bytes of an entry, as they arrive. */
async function pieces(queue: ByteQueue, archive: Archive, entry: ArchiveEntry, onPiece: (piece: Buffer) => void | Promise<void>): Promise<void> {
  for (let left = entry.compressedSize; left > 0;) {
    if (!await queue.ensure(1)) {
      throw refused(archive, entry, 'its content is cut off');
    }
    const piece = queue.take(Math.min(queue.here.length, left));
    left -= piece.length;
    await onPiece(piece);
  }
}

async function inflated(queue: ByteQueue, archive: Archive, entry: ArchiveEntry): Promise<Buffer> {
  if (!await queue.ensure(entry.compressedSize)) {
    throw refused(archive, entry, 'its content is cut off');
  }
  const bytes = queue.take(entry.compressedSize);
  const most = Math.max(64, entry.size + 1);
  try {
    return inflateRawSync(bytes, { maxOutputLength: most, chunkSize: most });
  } catch {
    throw refused(archive, entry, 'it cannot be inflated to the size that it claims: the archive is damaged');
  }
}

async function inflateArriving(queue: ByteQueue, archive: Archive, entry: ArchiveEntry, onPiece: (piece: Buffer) => void): Promise<void> {
  const engine = createInflateRaw({ chunkSize: 256 * 1024 });
  let failure: unknown;
  const over = new Promise<void>((resolve) => {
    engine.on('end', resolve).on('close', resolve).on('error', () => {
      failure ??= refused(archive, entry, 'it cannot be inflated: the archive is damaged');
      resolve();
    });
  });
  engine.on('data', (piece: Buffer) => {
    try {
      if (failure === undefined) {
        onPiece(piece);
      }
    } catch (error) {
      failure = error;
      engine.destroy();
    }
  });
  try {
    await pieces(queue, archive, entry, async (piece) => {
      if (failure === undefined) {
        await Promise.race([new Promise<void>((resolve) => { engine.write(piece, () => resolve()); }), over]);
      }
      if (failure !== undefined) {
        throw failure;
      }
    });
    engine.end();
    await over;
  } finally {
    engine.destroy();
  }
  if (failure !== undefined) {
    throw failure;
  }
}

function refused(archive: Archive, { path }: { readonly path: string }, why: string): ArchiveRefusedError {
  return new ArchiveRefusedError(`${archive.name}: entry ${shown(path)} is refused: ${why}.`);
}
