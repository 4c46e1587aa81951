import { isUtf8 } from 'node:buffer';
import { crc32 } from './crc32';

const UNIX = 3;
const MAC = 19;
const UNICODE_PATH = 0x7075;
/** As Linux has it. */
const LONGEST_PATH = 4_095;

export interface WrittenName {
  readonly bytes: Buffer;
  /** Whether the entry says that its name is UTF-8. */
  readonly isUtf8: boolean;
  /** Where it was made: PKWARE's number of a host system. */
  readonly host: number;
  readonly extra: Buffer;
}

/**
 * The name as text: UTF-8 where the entry says so, or where it is ASCII, or carries a second name in Unicode, or was written on Unix or a Mac and is
 * valid UTF-8. Nothing where that leaves a guess: other systems write the code page of anyone who made the archive.
 */
export function entryName({ bytes, isUtf8: says, host, extra }: WrittenName): string | undefined {
  if (bytes.every((byte) => byte < 0x80)) {
    return bytes.toString('latin1');
  }
  const unicode = unicodeName(bytes, extra);
  if (unicode !== undefined) {
    return unicode;
  }
  return (says || isUnix(host)) && isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}

/** Whether a host system, by PKWARE's number, writes UTF-8 and permissions. */
export function isUnix(host: number): boolean {
  return host === UNIX || host === MAC;
}

/** Info-ZIP's Unicode name, which counts while the checksum of the other name is the one that it was made for. */
function unicodeName(bytes: Buffer, extra: Buffer): string | undefined {
  const field = extraField(extra, UNICODE_PATH);
  if (field === undefined || field.length < 6 || field[0] !== 1 || field.readUInt32LE(1) !== crc32(bytes)) {
    return undefined;
  }
  const name = field.subarray(5);
  return isUtf8(name) ? name.toString('utf8') : undefined;
}

/** One field of an entry's extra ones. */
export function extraField(extra: Buffer, wanted: number): Buffer | undefined {
  for (let at = 0; at + 4 <= extra.length;) {
    const [id, size] = [extra.readUInt16LE(at), extra.readUInt16LE(at + 2)];
    if (id === wanted && at + 4 + size <= extra.length) {
      return extra.subarray(at + 4, at + 4 + size);
    }
    at += 4 + size;
  }
  return undefined;
}

/** A path in the archive, by stated rules; or why it is refused. */
export type EntryPath = { readonly path: string; readonly isFolder: boolean } | { readonly refused: string };

/**
 * Empty and `.` segments are left out. What leads elsewhere on the machine that unpacks it, or means different things to different programs, is refused:
 * `..`, absolute paths, backslashes, drive letters, and NUL.
 */
export function entryPath(name: string): EntryPath {
  if (name.includes('\\')) {
    return { refused: 'its name has backslashes, which some programs take for folders and others do not: pack it with a tool that writes "/"' };
  }
  if (name.startsWith('/') || /^[A-Za-z]:(\/|$)/.test(name)) {
    return { refused: 'its path is absolute: pack it relative to the application\'s folder' };
  }
  if (name.includes('\0')) {
    return { refused: 'its name holds a NUL byte' };
  }
  if (Buffer.byteLength(name) > LONGEST_PATH) {
    return { refused: `its path is longer than ${LONGEST_PATH} bytes` };
  }
  const segments = name.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (segments.includes('..')) {
    return { refused: 'its path leads out of the archive by "..": pack it from within the application\'s folder' };
  }
  return { path: segments.join('/'), isFolder: name.endsWith('/') || segments.length === 0 };
}
