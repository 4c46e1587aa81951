import { Archive, ArchiveBounds, ArchiveRefusedError, readable, shown } from './archive';
import { entryName, entryPath, extraField, isUnix } from './entry-name';

const END = 0x06054b50;
const END_SIZE = 22;
const LONGEST_COMMENT = 0xffff;
const ZIP64_LOCATOR = 0x07064b50;
const ZIP64_LOCATOR_SIZE = 20;
const ZIP64_END = 0x06064b50;
const ZIP64_END_SIZE = 56;
const ENTRY = 0x02014b50;
const ENTRY_SIZE = 46;
const ZIP64_EXTRA = 0x0001;
const MAX16 = 0xffff;
const MAX32 = 0xffffffff;

/** A file or a link of an archive. Folders are not entries of their own: Git does not know those that hold nothing. */
export interface ArchiveEntry {
  readonly path: string;
  /** The name as it is written, which the entry's own header repeats. */
  readonly name: Buffer;
  readonly mode: '100644' | '100755' | '120000';
  readonly method: 0 | 8;
  readonly crc: number;
  readonly compressedSize: number;
  readonly size: number;
  /** Where the entry's own header begins. */
  readonly offset: number;
}

export interface ArchiveDirectory {
  readonly entries: readonly ArchiveEntry[];
  /** Where the central directory begins: all contents are before it. */
  readonly start: number;
}

/**
 * Reads an archive's central directory, in two or three ranges, and refuses by name what different programs would unpack differently.
 * @throws ArchiveRefusedError
 */
export async function readDirectory(archive: Archive, bounds: ArchiveBounds): Promise<ArchiveDirectory> {
  const refuse = (why: string) => new ArchiveRefusedError(`${archive.name}: ${why}`);
  if (archive.size > bounds.bytes) {
    throw refuse(`it has ${archive.size} bytes, and at most ${readable(bounds.bytes)} are read: leave out what no build reads.`);
  }
  const { count, size, start } = await readEnd(archive, refuse);
  if (count > bounds.entries) {
    throw refuse(`it has ${count} entries, and at most ${bounds.entries} are read: leave out what no build reads.`);
  }
  if (size > bounds.directoryBytes) {
    throw refuse(`its list of entries has ${readable(size)}, and at most ${readable(bounds.directoryBytes)} are read: leave out what no build reads.`);
  }
  if (size < count * ENTRY_SIZE) {
    throw refuse(`it claims ${count} entries in a list of ${size} bytes: it is damaged.`);
  }
  const found = readEntries(await archive.read(start, size), count, refuse);
  const total = found.reduce((sum, { size: each }) => sum + each, 0);
  if (total > bounds.bytes) {
    throw refuse(`its contents come to ${total} bytes, and at most ${readable(bounds.bytes)} are read: leave out what no build reads.`);
  }
  return { entries: distinct(found, bounds, refuse), start };
}

type Refuse = (why: string) => ArchiveRefusedError;

interface Extent {
  readonly count: number;
  readonly size: number;
  readonly start: number;
}

async function readEnd(archive: Archive, refuse: Refuse): Promise<Extent> {
  const length = Math.min(archive.size, END_SIZE + LONGEST_COMMENT + ZIP64_LOCATOR_SIZE + ZIP64_END_SIZE);
  const tail = await archive.read(archive.size - length, length);
  const at = endOf(tail);
  if (at === undefined) {
    throw refuse('it is not a zip archive, or is cut off: it does not end in a central directory.');
  }
  const end = archive.size - length + at;
  const [disk, directoryDisk, onDisk, count] = [4, 6, 8, 10].map((offset) => tail.readUInt16LE(at + offset)) as [number, number, number, number];
  const [size, start] = [tail.readUInt32LE(at + 12), tail.readUInt32LE(at + 16)];
  const locator = zip64Locator(tail, at);
  if (locator !== undefined) {
    return zip64Extent(archive, locator, end, refuse);
  }
  if ([disk, directoryDisk, onDisk, count].includes(MAX16) || size === MAX32 || start === MAX32) {
    throw refuse('it is damaged: it says that it is a zip64 archive, and lacks what those have.');
  }
  if (disk !== 0 || directoryDisk !== 0 || onDisk !== count) {
    throw refuse('it is one part of several: pack it in one.');
  }
  if (start + size !== end) {
    throw refuse(start + size > end ? 'it is damaged: its list of entries is not where it says.'
      : 'it has other bytes before its content, as archives that unpack themselves do, or after its list of entries: pack it as a plain zip archive.');
  }
  return { count, size, start };
}

/** The last record whose comment ends where the archive ends. */
function endOf(tail: Buffer): number | undefined {
  for (let at = tail.length - END_SIZE; at >= 0; at--) {
    if (tail.readUInt32LE(at) === END && at + END_SIZE + tail.readUInt16LE(at + 20) === tail.length) {
      return at;
    }
  }
  return undefined;
}

/** Where the zip64 record is, by what stands before the end: the tail reaches that far back, however long the comment is. */
function zip64Locator(tail: Buffer, end: number): number | undefined {
  const at = end - ZIP64_LOCATOR_SIZE;
  return at >= ZIP64_END_SIZE && tail.readUInt32LE(at) === ZIP64_LOCATOR ? Number(tail.readBigUInt64LE(at + 8)) : undefined;
}

async function zip64Extent(archive: Archive, at: number, end: number, refuse: Refuse): Promise<Extent> {
  if (at > end - ZIP64_LOCATOR_SIZE - ZIP64_END_SIZE) {
    throw refuse('it is damaged: its zip64 record is not where it says.');
  }
  const record = await archive.read(at, ZIP64_END_SIZE);
  const own = Number(record.readBigUInt64LE(4)) + 12;
  const [onDisk, count, size, start] = [24, 32, 40, 48].map((offset) => Number(record.readBigUInt64LE(offset))) as [number, number, number, number];
  if (record.readUInt32LE(0) !== ZIP64_END || at + own !== end - ZIP64_LOCATOR_SIZE || start + size !== at) {
    throw refuse('it is damaged, or has other bytes than its content: its zip64 record is not where it says.');
  }
  if (record.readUInt32LE(16) !== 0 || record.readUInt32LE(20) !== 0 || onDisk !== count) {
    throw refuse('it is one part of several: pack it in one.');
  }
  return { count, size, start };
}

interface Found extends ArchiveEntry {
  readonly isFolder: boolean;
}

function readEntries(directory: Buffer, count: number, refuse: Refuse): Found[] {
  const found: Found[] = [];
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (at + ENTRY_SIZE > directory.length || directory.readUInt32LE(at) !== ENTRY) {
      throw refuse(`it is damaged: entry ${index + 1} of ${count} is not in its list.`);
    }
    const lengths = [28, 30, 32].map((offset) => directory.readUInt16LE(at + offset)) as [number, number, number];
    const next = at + ENTRY_SIZE + lengths[0] + lengths[1] + lengths[2];
    if (next > directory.length) {
      throw refuse(`it is damaged: entry ${index + 1} of ${count} is cut off.`);
    }
    found.push(readEntry(directory.subarray(at, next), lengths[0], lengths[1], refuse));
    at = next;
  }
  if (at !== directory.length) {
    throw refuse('it is damaged: its list of entries is longer than they are.');
  }
  return found;
}

function readEntry(record: Buffer, nameLength: number, extraLength: number, refuse: Refuse): Found {
  const name = record.subarray(ENTRY_SIZE, ENTRY_SIZE + nameLength);
  const extra = record.subarray(ENTRY_SIZE + nameLength, ENTRY_SIZE + nameLength + extraLength);
  const flags = record.readUInt16LE(8);
  const host = record[5]!;
  const text = entryName({ bytes: name, isUtf8: hasBit(flags, 11), host, extra });
  const refuseEntry = (why: string) => refuse(`entry ${shown(text ?? name.toString('latin1'))} is refused: ${why}.`);
  if (text === undefined) {
    throw refuseEntry('its name is in a code page that the archive does not say: pack it with a tool that writes UTF-8');
  }
  const path = entryPath(text);
  if ('refused' in path) {
    throw refuseEntry(path.refused);
  }
  if (hasBit(flags, 0) || hasBit(flags, 6) || hasBit(flags, 13)) {
    throw refuseEntry('it is encrypted: pack it without a password; a bucket\'s own encryption does not matter');
  }
  const method = record.readUInt16LE(10);
  if (method !== 0 && method !== 8) {
    throw refuseEntry(`it is compressed by method ${method}: stored (0) and deflated (8) entries are read`);
  }
  const [compressedSize, size, offset] = extents(record, extra, refuseEntry);
  if (method === 0 && size !== compressedSize) {
    throw refuseEntry('it is stored as it is, and claims two sizes');
  }
  const mode = modeOf(record.readUInt32LE(38), host, path.isFolder, refuseEntry);
  return { path: path.path, name, isFolder: path.isFolder, mode, method, crc: record.readUInt32LE(16), compressedSize, size, offset };
}

/** Sizes and offset: of zip64's extra field those that the record has no room for, in this order. */
function extents(record: Buffer, extra: Buffer, refuseEntry: Refuse): [compressedSize: number, size: number, offset: number] {
  const [compressed, size, offset] = [record.readUInt32LE(20), record.readUInt32LE(24), record.readUInt32LE(42)];
  if (record.readUInt16LE(34) !== 0) {
    throw refuseEntry('it begins in another part of the archive');
  }
  const long = extraField(extra, ZIP64_EXTRA);
  let at = 0;
  const read = (value: number) => {
    if (value !== MAX32) {
      return value;
    }
    if (long === undefined || at + 8 > long.length) {
      throw refuseEntry('its size is missing: the archive is damaged');
    }
    at += 8;
    return Number(long.readBigUInt64LE(at - 8));
  };
  const wholeSize = read(size);
  const wholeCompressed = read(compressed);
  return [wholeCompressed, wholeSize, read(offset)];
}

const FILE_TYPES: Readonly<Record<number, ArchiveEntry['mode'] | 'folder'>> = { 0o00: '100644', 0o04: 'folder', 0o10: '100644', 0o12: '120000' };

/** What the archive says of permissions; where it was made on a system without them, nothing may be executed. */
function modeOf(attributes: number, host: number, isFolder: boolean, refuseEntry: Refuse): ArchiveEntry['mode'] {
  if (!isUnix(host)) {
    return '100644';
  }
  const mode = Math.floor(attributes / 0x10000);
  const type = FILE_TYPES[Math.floor(mode / 0o10000)];
  if (type === undefined) {
    throw refuseEntry('it is neither file, folder nor symbolic link');
  }
  if (type === 'folder') {
    if (!isFolder) {
      throw refuseEntry('it is a folder whose name does not end in "/"');
    }
    return '100644';
  }
  return type === '100644' && Math.floor(mode / 0o100) % 2 === 1 ? '100755' : type;
}

function hasBit(flags: number, bit: number): boolean {
  return Math.floor(flags / 2 ** bit) % 2 === 1;
}

/** Files and links, each path once. What is below `.git` does not count. */
function distinct(found: readonly Found[], bounds: ArchiveBounds, refuse: Refuse): ArchiveEntry[] {
  const files = new Map<string, ArchiveEntry>();
  const folders = new Set<string>();
  for (const { isFolder, ...entry } of found) {
    const { path } = entry;
    if (isFolder) {
      if (entry.size !== 0) {
        throw refuse(`entry ${shown(path)} is refused: it is a folder with content.`);
      }
      if (path !== '') {
        folders.add(path);
      }
      continue;
    }
    if (files.has(path)) {
      throw refuse(`entry ${shown(path)} is refused: it is there twice, and programs differ in which of them they take.`);
    }
    files.set(path, entry);
  }
  for (const path of files.keys()) {
    for (let slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
      const above = path.slice(0, slash);
      if (folders.has(above)) {
        break;
      }
      folders.add(above);
    }
    if (folders.size > bounds.entries) {
      throw refuse(`it has more than ${bounds.entries} folders: leave out what no build reads.`);
    }
  }
  const both = [...files.keys()].find((path) => folders.has(path));
  if (both !== undefined) {
    throw refuse(`entry ${shown(both)} is refused: it is a file, and a folder of other entries.`);
  }
  return [...files.values()].filter(({ path }) => path !== '.git' && !path.startsWith('.git/'));
}
