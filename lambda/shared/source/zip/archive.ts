/** A zip archive that is read in ranges: of one version of an object, or a file. Its content does not change while it is read. */
export interface Archive {
  /** How messages name it. */
  readonly name: string;
  readonly size: number;
  /** Bytes from an offset; `from + length` is at most `size`. */
  read(from: number, length: number): Promise<Buffer>;
}

/** The archive is none, is damaged, holds something that is refused, or is too large. The message names the archive, the entry and what to do. */
export class ArchiveRefusedError extends Error {
  public readonly name = 'ArchiveRefusedError';
}

/** What is read at most. */
export interface ArchiveBounds {
  /** Of the archive; and of all contents together. */
  readonly bytes: number;
  readonly entries: number;
  /** Of the central directory, which is held in memory. */
  readonly directoryBytes: number;
}

export const ARCHIVE_BOUNDS: ArchiveBounds = { bytes: 1024 ** 3, entries: 200_000, directoryBytes: 64 * 1024 ** 2 };

/** Names an entry in messages, however it is written. */
export function shown(name: string): string {
  return JSON.stringify(name.length > 300 ? `${name.slice(0, 300)}…` : name);
}

/** Bytes for people. */
export function readable(bytes: number): string {
  return bytes >= 1024 ** 3 && bytes % 1024 ** 3 === 0 ? `${bytes / 1024 ** 3} GB` : bytes >= 1024 ** 2 ? `${Math.floor(bytes / 1024 ** 2)} MB` : `${bytes} bytes`;
}
