import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve, sep } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { Zippable, zipSync } from 'fflate';

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const SYMLINK_MODE = 0o120000;

export interface ZipEntry {
  readonly name: string;
  /** Unix mode with its file type; 0 where the archive has none. */
  readonly mode: number;
  readonly content: Buffer;
}

/** Entries of a zip archive with the Unix modes that `git archive` and the usual tools store; of the first 4 GB. */
export function readZip(archive: Buffer): ZipEntry[] {
  const end = archive.lastIndexOf(Buffer.from([0x50, 0x4b, 0x05, 0x06]));
  if (end < 0 || archive.readUInt32LE(end) !== END_OF_DIRECTORY) {
    throw new Error('Not a zip archive: it has no central directory.');
  }
  const entries: ZipEntry[] = [];
  let position = archive.readUInt32LE(end + 16);
  for (let count = archive.readUInt16LE(end + 10); count > 0; count -= 1) {
    if (archive.readUInt32LE(position) !== DIRECTORY_ENTRY) {
      throw new Error(`Malformed zip archive: no directory entry at byte ${position}.`);
    }
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map((offset) => archive.readUInt16LE(position + offset));
    const name = archive.toString('utf8', position + 46, position + 46 + nameLength);
    entries.push({ name, mode: archive.readUInt16LE(position + 40), content: readContent(archive, position, name) });
    position += 46 + nameLength + extraLength + commentLength;
  }
  return entries;
}

function readContent(archive: Buffer, entry: number, name: string): Buffer {
  const method = archive.readUInt16LE(entry + 10);
  const size = archive.readUInt32LE(entry + 20);
  const header = archive.readUInt32LE(entry + 42);
  const start = header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
  const data = archive.subarray(start, start + size);
  if (method !== 0 && method !== 8) {
    throw new Error(`Zip entry '${name}' is compressed by method ${method}; only stored and deflated entries can be read.`);
  }
  return method === 0 ? data : inflateRawSync(data);
}

/**
 * Unpacks an archive into a folder, modes and symbolic links included.
 *
 * @throws if an entry would land outside of the folder
 */
export function unzip(archive: Buffer, directory: string): void {
  for (const { name, mode, content } of readZip(archive)) {
    const target = resolve(directory, name);
    if (target !== directory && !target.startsWith(directory + sep)) {
      throw new Error(`Zip entry '${name}' leads out of the archive.`);
    }
    if (name.endsWith('/')) {
      mkdirSync(target, { recursive: true });
      continue;
    }
    mkdirSync(dirname(target), { recursive: true });
    if (isSymlink(mode)) {
      symlinkSync(content.toString(), target);
    } else {
      writeFileSync(target, content);
      if (isExecutable(mode)) {
        chmodSync(target, 0o755);
      }
    }
  }
}

/** Zips a folder's content. Stored, not deflated: it goes no further than this machine, and deflating the functions would be most of a system's start. */
export function zipDirectory(directory: string): Uint8Array {
  const files: Zippable = {};
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) {
      const path = join(entry.parentPath, entry.name);
      files[path.slice(directory.length + 1).split(sep).join('/')] = [readFileSync(path), { attrs: statSync(path).mode * 0x10000, os: 3 }];
    }
  }
  return zipSync(files, { level: 0 });
}

/** The file type is the mode's upper four bits. */
function isSymlink(mode: number): boolean {
  return mode - (mode % 0o10000) === SYMLINK_MODE;
}

function isExecutable(mode: number): boolean {
  return Math.floor(mode / 0o100) % 2 === 1;
}
