import { promises as fs } from 'node:fs';
import { basename } from 'node:path';
import { AssetStore, StoredAsset } from './asset-store';
import type { FileAsset } from '../../src/core/assembly/assets';
import { readFolder } from '../folder';
import { FileContent } from '../packaging';
import { zipEntries } from '../zip';

export interface FileAssetsProps {
  readonly store: AssetStore;
  /** Prefix of the component's assets, ending in `/`. */
  readonly prefix: string;
  /** The place of a path of the assembly on this machine. Fails for one outside of the repository. */
  readonly locate: (path: string, asset: string) => Promise<string>;
  readonly log: (line: string) => void;
}

/** Stores an asset under the CDK's hash, unless an earlier build did: it is neither zipped nor sent again. */
export async function storeFileAsset(asset: FileAsset, { store, prefix, locate, log }: FileAssetsProps): Promise<StoredAsset> {
  const key = `${prefix}${assetName(asset)}`;
  const standing = await store.find(key);
  if (standing !== undefined) {
    return standing;
  }
  const stored = await store.put(key, await contentOf(asset, await locate(asset.path, asset.title)));
  log(`${asset.title} is stored: ${stored.bytes} bytes`);
  return stored;
}

/** The hash, and the end of the key that the application gives it. */
function assetName({ id, destinations: [destination] }: FileAsset): string {
  const [extension = ''] = /\.[A-Za-z0-9]+$/.exec(basename(destination?.objectKey ?? '')) ?? [];
  return `${encodeURIComponent(id)}${extension}`;
}

async function contentOf({ packaging, title }: FileAsset, source: string): Promise<FileContent> {
  const status = await fs.stat(source);
  if (packaging === 'zip') {
    if (!status.isDirectory()) {
      throw new Error(`${title} is to be a zip of a folder, and ${source} is not a folder.`);
    }
    // As the CDK zips: links are what they point at. Some of what unzips assets knows no links.
    return { bytes: zipEntries(await readFolder(source, title, { links: 'follow' })) };
  }
  if (!status.isFile()) {
    throw new Error(`${title} is to be a file, and ${source} is not a file.`);
  }
  return { file: source, size: status.size };
}
