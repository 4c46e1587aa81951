import { parseBunLockfile } from './bun-lockfile';
import { parseNpmLockfile } from './npm-lockfile';
import { readPnpmLockfile } from './pnpm-lockfile';
import { asOptionalRecord, LockfileError, ResolvedGraph } from './resolved-graph';
import { readYarnBerryLockfile } from './yarn-berry-lockfile';
import { isYarnClassic, Manifests, readYarnClassicLockfile } from './yarn-classic-lockfile';

/** Gives the documents of a text in YAML; throws where it is none. */
export type YamlParser = (text: string) => readonly unknown[];

/** What is written elsewhere than in a lockfile, and needed to read it. */
export interface LockfileContext {
  /** Of the repository's own packages, by folder; the root's is `.`. */
  readonly manifests: Manifests;
  /** What `.yarnrc.yml` next to the lockfile holds. */
  readonly yarnSettings?: unknown;
  /** Whether pnpm's settings have it lay packages out as npm does (`nodeLinker: hoisted`). */
  readonly pnpmHoists?: boolean;
}

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

/**
 * Which manifests reading a lockfile takes: those of all of the repository's packages, as Yarn 1 writes nothing about them;
 * the root's, with `.yarnrc.yml`, as later versions write no resolutions; or none.
 */
export function neededManifests(path: string, text: string): 'all' | 'root' | 'none' {
  return !path.endsWith('yarn.lock') ? 'none' : isYarnClassic(text) ? 'all' : 'root';
}

/**
 * The graph in a lockfile of npm (2, 3), pnpm (6, 9), Yarn (1, 2 and later) or bun (text), distinguished by its name and content.
 *
 * @param context what `neededManifests` asks for
 * @throws LockfileError, or what the YAML parser throws, where it can't be read
 */
export function readLockfile(path: string, text: string, parseYaml: YamlParser, context: LockfileContext = { manifests: new Map() }): ResolvedGraph {
  if (path.endsWith('.json')) {
    return parseNpmLockfile(text);
  }
  if (path.endsWith('bun.lock')) {
    return parseBunLockfile(text);
  }
  if (path.endsWith('pnpm-lock.yaml')) {
    return readPnpmLockfile(parseYaml(text), context.pnpmHoists);
  }
  if (isYarnClassic(text)) {
    return readYarnClassicLockfile(text, context.manifests);
  }
  return readYarnBerryLockfile(onlyDocument(parseYaml(text)), context.manifests.get('.'), asOptionalRecord(context.yarnSettings, '.yarnrc.yml'));
}
