import { zipSync, ZippableFile } from 'fflate';
import { Entry, EntryMode } from './folder';

/** The earliest time that a zip can say, the same for every entry. In local time, as fflate writes it. */
const EARLIEST = new Date(1980, 0, 1);
const UNIX = 3;
const UNIX_MODES: Readonly<Record<EntryMode, number>> = { file: 0o100644, executable: 0o100755, link: 0o120777 };

/** A zip of these entries in this order: the same bytes for the same entries. */
export function zipEntries(entries: readonly Entry[]): Uint8Array {
  const files = entries.map(({ name, mode, body }): [string, ZippableFile] => [name, [body, { os: UNIX, attrs: UNIX_MODES[mode] * 0x10000 }]]);
  return zipSync(Object.fromEntries(files), { mtime: EARLIEST });
}
