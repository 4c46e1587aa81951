import picomatch from 'picomatch';
import { FileIndex, folderOf, resolvePath } from './repository-files';
import { Fields, fieldsOf } from './values';
import { readToml } from '../../lambda/shared/toml';
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
      return [{ path, folder: folderOf(path), content: fieldsOf(parse(withoutMark(texts.get(path) ?? ''))) }];
    } catch (error) {
      warnings.push({ kind: 'BrokenManifest', path, detail: (error as Error).message.split('\n')[0]! });
      return [];
    }
  });
}

/** Text without the byte order mark that some editors put in front, and that package managers read over. */
export function withoutMark(text: string): string {
  return text.replace(/^\uFEFF/, '');
}

/**
 * Whether a folder is by its name a test's: manifests there are what tests read, unless something says that they are more.
 */
export function isFixture(folder: string): boolean {
  return /(^|\/)(tests?|__tests__|fixtures?|__fixtures__|testdata|test-data|spec|e2e|__mocks__|snapshots)(\/|$)/i.test(folder);
}

export function parseTomlManifests(index: FileIndex, paths: readonly string[], warnings: DiscoveryWarning[]): ParsedManifest[] {
  return paths.length === 0 ? [] : parseManifests(index, paths, readToml, warnings);
}

/** Tells the folders that the member patterns of a workspace at a root select. */
export function memberPredicate(members: readonly string[], excluded: readonly string[], root = '.'): (folder: string) => boolean {
  const clean = (pattern: string) => resolvePath(root, pattern) ?? '.';
  const selected = picomatch(members.map(clean), { ignore: excluded.flatMap((pattern) => [clean(pattern), `${clean(pattern)}/**`]) });
  return (folder) => selected(folder);
}
