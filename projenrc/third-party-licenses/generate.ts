import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BundledPackage, bundledFolders, Metafile, noticesOf } from './notices';

/** Writes the notices of what was bundled last. */
const root = join(__dirname, '..', '..');
const metafiles = join(root, 'node_modules', '.cache', 'bundles');
const bundles = readdirSync(metafiles).map((file) => JSON.parse(readFileSync(join(metafiles, file), 'utf8')) as Metafile);
writeFileSync(join(root, 'assets', 'THIRD_PARTY_LICENSES'), noticesOf(bundledFolders(bundles).map((folder) => describe(join(root, folder)))));
rmSync(metafiles, { recursive: true });

function describe(folder: string): BundledPackage {
  const { name, version, license, homepage } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as BundledPackage;
  const file = readdirSync(folder).find((candidate) => /^licen[sc]e(\.\w+)?$/i.test(candidate));
  return { name, version, license, homepage, text: file && readFileSync(join(folder, file), 'utf8') };
}
