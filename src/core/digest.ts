import { Catalogue } from './catalogue';

/** SHA-256 of a text, in hexadecimal. */
export function sha256(text: string): string {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- Loading it takes as long as a small plan: whoever hashes nothing goes without.
  const { createHash } = require('node:crypto') as typeof import('node:crypto');
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

/** JSON that depends on the value alone: keys sorted, absent and `undefined` alike, no white space. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, entry: unknown) =>
    entry !== null && typeof entry === 'object' && !Array.isArray(entry)
      ? Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1)))
      : entry);
}

/** Digest of a catalogue's content; the order of its components does not count. */
export function catalogueDigest(catalogue: Catalogue): string {
  return sha256(canonicalJson({
    ...catalogue,
    components: [...catalogue.components].sort((a, b) => (a.name < b.name ? -1 : 1)),
  }));
}
