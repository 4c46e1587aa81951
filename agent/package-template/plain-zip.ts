import { unzipSync } from 'fflate';
import { Entry } from '../folder';
import { zipEntries } from '../zip';

const END = 0x06054b50;
const ENTRY = 0x02014b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const MAX_COMMENT = 65_535;
const UNIX = 3;
const DEFLATED = 8;
const REGULAR_FILE = 0o100000;

/**
 * A zip that the AWS CLI made of a folder, with the same files in an order and with times of its own: equal for equal files. The AWS CLI writes files in
 * the order and with the times of the file system, so that each build's zip differs from the last one's.
 *
 * @returns undefined for what the AWS CLI didn't make: any other zip, such as a JAR, stays what it is, byte for byte
 */
export function plainZip(bytes: Buffer): Buffer | undefined {
  const modes = filesOf(bytes);
  if (modes === undefined) {
    return undefined;
  }
  const contents = unzipSync(bytes);
  const entries = [...modes].map(([name, mode]): Entry => {
    const body = contents[name];
    if (body === undefined) {
      throw new Error(`The zip of the AWS CLI has no content for '${name}'.`);
    }
    return { name, mode: Math.floor(mode / 0o100) % 2 === 1 ? 'executable' : 'file', body };
  });
  return Buffer.from(zipEntries(entries.sort((a, b) => (a.name < b.name ? -1 : 1))));
}

/** The Unix modes of the files, where all that is in the zip are plain files as Python writes them: without directories, extra fields or comments. */
function filesOf(bytes: Buffer): Map<string, number> | undefined {
  const end = endOf(bytes);
  if (end === undefined || bytes.readUInt16LE(end + 20) !== 0) {
    return undefined;
  }
  const count = bytes.readUInt16LE(end + 10);
  const modes = new Map<string, number>();
  let at = bytes.readUInt32LE(end + 16);
  for (let index = 0; index < count; index++) {
    if (at + ENTRY_BYTES > bytes.length || bytes.readUInt32LE(at) !== ENTRY) {
      return undefined;
    }
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset));
    const mode = bytes.readUInt16LE(at + 40);
    const isPlain = bytes[at + 5] === UNIX && bytes.readUInt16LE(at + 10) === DEFLATED && extraBytes === 0 && commentBytes === 0
      && Math.floor(mode / 0o10000) * 0o10000 === REGULAR_FILE;
    const name = bytes.toString('utf8', at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes!);
    if (!isPlain || name === '__proto__' || modes.has(name)) {
      return undefined;
    }
    modes.set(name, mode);
    at += ENTRY_BYTES + nameBytes!;
  }
  return count > 0 && at === end ? modes : undefined;
}

function endOf(bytes: Buffer): number | undefined {
  for (let at = bytes.length - END_BYTES; at >= Math.max(0, bytes.length - END_BYTES - MAX_COMMENT); at--) {
    if (bytes.readUInt32LE(at) === END) {
      return at;
    }
  }
  return undefined;
}
