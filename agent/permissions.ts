import { chmodSync, lstatSync } from 'node:fs';
import { join } from 'node:path';
import { Listing } from '../lambda/shared/source/zip/listing';

const EXECUTABLE = 0o755;
const PLAIN = 0o644;

/**
 * Lets those files be executed, and no others, that an archive's listing says: what unpacks an archive may have lost it.
 * What is not there is left to be found missing.
 */
export function applyPermissions(listing: Listing, sourceDirectory: string): void {
  for (const { path, mode } of listing) {
    const absolute = join(sourceDirectory, path);
    const found = lstatSync(absolute, { throwIfNoEntry: false });
    if (found?.isFile() === true && mode !== '120000' && isExecutable(found.mode) !== (mode === '100755')) {
      chmodSync(absolute, mode === '100755' ? EXECUTABLE : PLAIN);
    }
  }
}

function isExecutable(mode: number): boolean {
  return Math.floor(mode / 0o100) % 2 === 1;
}
