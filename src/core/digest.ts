import { Catalogue, DIRTY } from './catalogue';

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

/**
 * Digest of what a catalogue says; the order of its components does not count, nor at which commit it was found: a catalogue that says the same and was found
 * at another commit makes no other plan, only with more or less to compare.
 */
export function catalogueDigest(catalogue: Catalogue): string {
  const { foundOn, ...found } = catalogueIdentity(catalogue);
  return sha256(canonicalJson({ ...found, components: [...found.components].sort((a, b) => (a.name < b.name ? -1 : 1)) }));
}

/**
 * What names a catalogue's file: all of it, but of the commit that it was found at only the day. So a commit that changes none of the facts leaves the
 * pipeline's template as it is, and the commits that have to be looked at since do not become more and more.
 */
export function catalogueIdentity(catalogue: Catalogue): Catalogue {
  const { foundAt } = catalogue;
  return foundAt === undefined || foundAt === DIRTY ? catalogue : { ...catalogue, foundAt: 'commit' };
}
