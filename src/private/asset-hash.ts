import { createHash } from 'node:crypto';
import { CATALOGUE_FILE } from '../contract/objects';
import { Catalogue } from '../core/catalogue';
import { canonicalJson, catalogueIdentity } from '../core/digest';

/**
 * Hash of an asset of these files, by name and content. A catalogue counts by what it says, not by the commit that it was found at: else the template would
 * change with every commit. Of two catalogues that say the same, the one that was published first is used; it may have more to compare, and misses nothing.
 */
export function assetHash(files: { readonly [name: string]: string | Uint8Array }): string {
  const hash = createHash('sha256');
  for (const name of Object.keys(files).sort()) {
    const content = name === CATALOGUE_FILE ? canonicalJson(catalogueIdentity(JSON.parse(files[name].toString()) as Catalogue)) : files[name];
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}
