import { strToU8, zipSync } from 'fflate';

/** The earliest time that a zip can say, for every entry: the same content makes the same bytes. In local time, as fflate writes it. */
const EARLIEST = new Date(1980, 0, 1);

/** Zips texts by file name. */
export function zipTexts(files: Readonly<Record<string, string>>): Uint8Array {
  const entries = Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, text]) => [name, strToU8(text)]);
  return zipSync(Object.fromEntries(entries) as Record<string, Uint8Array>, { mtime: EARLIEST });
}
