import picomatch from 'picomatch';
import { FileIndex, folderOf } from './repository-files';
import { Fields, fieldsOf } from './values';
import { DiscoveryWarning } from '../../src/contract/discovery';

/** A parsed manifest and where it is. */
export interface ParsedManifest {
  readonly path: string;
  readonly folder: string;
  readonly content: Fields;
}

/** Parses manifests; one that can't be parsed becomes a warning and is left out. */
export function parseManifests(
  index: FileIndex, paths: readonly string[], parse: (text: string) => unknown, warnings: DiscoveryWarning[],
): ParsedManifest[] {
  const texts = index.files.read(paths);
  return paths.flatMap((path) => {
    try {
      return [{ path, folder: folderOf(path), content: fieldsOf(parse(texts.get(path) ?? '')) }];
    } catch (error) {
      warnings.push({ kind: 'BrokenManifest', path, detail: (error as Error).message.split('\n')[0]! });
      return [];
    }
  });
}

export function parseTomlManifests(index: FileIndex, paths: readonly string[], warnings: DiscoveryWarning[]): ParsedManifest[] {
  return paths.length === 0 ? [] : parseManifests(index, paths, loadTomlParser(), warnings);
}

function loadTomlParser(): (text: string) => unknown {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- Its types say that it is an ES module alone; it has a CommonJS half as well.
  return (require('smol-toml') as { parse(text: string): unknown }).parse;
}

/** Tells the folders that a workspace's member patterns select. */
export function memberPredicate(members: readonly string[], excluded: readonly string[]): (folder: string) => boolean {
  const clean = (pattern: string) => pattern.replace(/^\.\//, '').replace(/\/+$/, '') || '.';
  const selected = picomatch(members.map(clean), { ignore: excluded.flatMap((pattern) => [clean(pattern), `${clean(pattern)}/**`]) });
  return (folder) => selected(folder);
}
