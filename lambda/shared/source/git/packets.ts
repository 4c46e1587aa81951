import { ByteQueue } from './byte-queue';
import { GitAnswerError, GitRefusalError } from './git-error';

/** Special packets, which carry nothing. */
export type Marker = 'flush' | 'delimiter' | 'response-end';

export const FLUSH = '0000';
export const DELIMITER = '0001';

const MARKERS: Readonly<Record<string, Marker>> = { '0000': 'flush', '0001': 'delimiter', '0002': 'response-end' };
const LENGTH_BYTES = 4;

/** A text as a packet. */
export function packet(text: string): string {
  return `${(Buffer.byteLength(text) + LENGTH_BYTES + 1).toString(16).padStart(LENGTH_BYTES, '0')}${text}\n`;
}

/** The next packet; nothing at the end. A refusal is thrown. */
export async function readPacket(queue: ByteQueue): Promise<Buffer | Marker | undefined> {
  if (!await queue.ensure(LENGTH_BYTES)) {
    if (queue.here.length > 0) {
      throw new GitAnswerError('The answer of the Git server is cut off within a packet.');
    }
    return undefined;
  }
  const header = queue.take(LENGTH_BYTES).toString('latin1');
  const marker = MARKERS[header];
  if (marker !== undefined) {
    return marker;
  }
  const length = /^[0-9a-f]{4}$/i.test(header) ? parseInt(header, 16) - LENGTH_BYTES : -1;
  if (length < 0) {
    throw new GitAnswerError(`The answer is not of Git's protocol: a packet begins with ${JSON.stringify(header)}.`);
  }
  if (!await queue.ensure(length)) {
    throw new GitAnswerError('The answer of the Git server is cut off within a packet.');
  }
  const payload = queue.take(length);
  if (payload.length > LENGTH_BYTES && payload.toString('latin1', 0, LENGTH_BYTES) === 'ERR ') {
    throw new GitRefusalError(packetText(payload.subarray(LENGTH_BYTES)));
  }
  return payload;
}

/** A packet's text, without the line feed that may end it. */
export function packetText(payload: Buffer): string {
  return payload.toString('utf8').replace(/\n$/, '');
}

/** What is in a pack that a server sends in packets of bands: 1 the pack, 2 progress, 3 an error. Ends with the flush that has to close it. */
export async function* bandedPack(queue: ByteQueue): AsyncGenerator<Buffer, void> {
  for (;;) {
    const next = await readPacket(queue);
    if (next === undefined) {
      throw new GitAnswerError('The answer of the Git server is cut off: its closing packet is missing.');
    }
    if (next === 'flush') {
      return;
    }
    if (typeof next === 'string' || next.length === 0) {
      throw new GitAnswerError('The answer is not of Git\'s protocol: a packet within the pack has no band.');
    }
    const [band] = next;
    if (band === 3) {
      throw new GitRefusalError(packetText(next.subarray(1)));
    }
    if (band !== 1 && band !== 2) {
      throw new GitAnswerError(`The answer is not of Git's protocol: a packet within the pack has the band ${band}.`);
    }
    if (band === 1 && next.length > 1) {
      yield next.subarray(1);
    }
  }
}

/** A pack without bands: everything that follows. */
export async function* plainPack(queue: ByteQueue): AsyncGenerator<Buffer, void> {
  while (await queue.ensure(1)) {
    yield queue.take(queue.here.length);
  }
}
