import { parseNpmLockfile } from './npm-lockfile';
import { readPnpmLockfile } from './pnpm-lockfile';
import { LockfileError, ResolvedGraph } from './resolved-graph';
import { isYarnClassic, Manifests, readYarnBerryLockfile, readYarnClassicLockfile } from './yarn-lockfile';

/** Gives the documents of a text in YAML; throws where it is none. */
export type YamlParser = (text: string) => readonly unknown[];

/**
 * The content of a text that has no more than one document: what is in others must not go unread.
 *
 * @throws LockfileError where there are more
 */
export function onlyDocument(documents: readonly unknown[]): unknown {
  if (documents.length > 1) {
    throw new LockfileError(`it holds ${documents.length} documents instead of one`);
  }
  return documents[0];
}

/** Whether a lockfile leaves out what the repository's own packages depend on. */
export function needsManifests(path: string, text: string): boolean {
  return path.endsWith('yarn.lock') && isYarnClassic(text);
}

/**
 * The graph in a lockfile of npm (2, 3), pnpm (6, 9) or Yarn (1, 2 and later), told apart by its name and content.
 *
 * @param manifests of the repository's own packages, where `needsManifests`
 * @throws LockfileError, or what the YAML parser throws, where it can't be read
 */
export function readLockfile(path: string, text: string, parseYaml: YamlParser, manifests: Manifests = new Map()): ResolvedGraph {
  if (path.endsWith('.json')) {
    return parseNpmLockfile(text);
  }
  if (path.endsWith('pnpm-lock.yaml')) {
    return readPnpmLockfile(parseYaml(text));
  }
  return isYarnClassic(text) ? readYarnClassicLockfile(text, manifests) : readYarnBerryLockfile(onlyDocument(parseYaml(text)));
}
