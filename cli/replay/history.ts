import { readToml } from '../../lambda/shared/toml';
import { Catalogue } from '../../src/core/catalogue';
import { PathChange } from '../../src/core/comparison';
import { globShape } from '../../src/core/globs';
import { Trace, traceLockfiles } from '../../src/core/lockfile/trace';
import { makeTracedPlan } from '../../src/core/lockfile/traced-plan';
import { makePlan, PlannedChange } from '../../src/core/plan';
import { Reason } from '../../src/core/reasons';
import { discoverCatalogue } from '../discovery/discover';
import { DiscoveryMemory } from '../discovery/memory';
import { countFiles } from '../discovery/owned-share';
import { CommittedFiles, ContentCache } from '../git/committed-files';
import { readDifferencesInClone } from '../git/differences';
import { firstParentCommits } from '../git/revisions';
import { Clone } from '../git/run';
import { parseYaml } from '../yaml';

/** One commit of a history and how many components it would have changed, by different rules. */
export interface ReplayedChange {
  readonly commit: string;
  readonly components: number;
  /** Own a changed path. */
  readonly direct: number;
  /** With all that depends on them, every dependency alike; files that no component owns change nothing. */
  readonly closure: number;
  /** The same where a file that all components share affects all. */
  readonly globalClosure: number;
  /** By this library's rules. */
  readonly affected: number;
  /** Of the affected ones, those that are built again and not only tested again. */
  readonly rebuilt: number;
  /** Share of the files that belong to a component, from 0 to 1. */
  readonly owned: number;
  /** Lockfiles that could not be traced. */
  readonly warnings: readonly string[];
}

/**
 * Plans each of the last first-parent commits against the one before it, oldest first, with the catalogue discovered at it.
 *
 * @throws InputError as for reading differences
 */
export async function* replayHistory(repository: Clone, head: string, last: number): AsyncGenerator<ReplayedChange> {
  const commits = await firstParentCommits(repository, head, last + 1);
  const contents: ContentCache = new Map();
  const memory = new DiscoveryMemory();
  let before: Side | undefined;
  for (const [index, commit] of commits.entries()) {
    const files = new CommittedFiles(repository, commit, contents);
    const after: Side = { files, catalogue: discoverCatalogue(files, {}, memory).catalogue };
    if (before !== undefined) {
      const { changes } = await readDifferencesInClone(repository, commits[index - 1]!, commit);
      yield await replayChange(commit, [...changes], before, after);
    }
    before = after;
  }
}

/** One commit's files, and the catalogue that is discovered there. */
interface Side {
  readonly files: CommittedFiles;
  readonly catalogue: Catalogue;
}

async function replayChange(commit: string, changes: readonly PathChange[], before: Side, { files, catalogue }: Side): Promise<ReplayedChange> {
  const trace = await traceLockfiles({
    catalogue,
    paths: changes.map(({ path }) => path),
    read: async (side, path) => (side === 'before' ? before.files : files).read([path]).get(path),
    parseYaml,
    parseToml: readToml,
  });
  const plain = plainCatalogue(catalogue);
  const closure = changedBy(plain, commit, changes);
  // As where it deploys: what was discovered before counts as well.
  const baseline = { commit: '', catalogue: before.catalogue, goneUnread: goneUnread(before.catalogue, catalogue, files) };
  const affected = makeTracedPlan({ catalogue, head: commit, comparison: { kind: 'diff', baseline, changes } }, trace).changed;
  return {
    commit,
    components: catalogue.components.length,
    direct: closure.filter(({ reasons }) => reasons.some(({ kind }) => kind === 'Direct')).length,
    closure: closure.length,
    globalClosure: changedBy({ ...plain, globalPaths: catalogue.globalPaths }, commit, changes).length,
    affected: affected.length,
    rebuilt: affected.filter(({ component, reasons }) => reasons.some((reason) => rebuilds(component, reason, trace))).length,
    owned: ownedShare(catalogue, files.paths),
    warnings: trace.warnings.map(({ kind, path, detail }) => `${kind}: ${path}: ${detail}`),
  };
}

/** Globs of what nothing read before and that is not there any more. */
function goneUnread(before: Catalogue, after: Catalogue, { paths }: CommittedFiles): ReadonlySet<string> {
  const still = new Set(after.unread);
  const names = new Set(paths.map((path) => path.split('/', 1)[0]!));
  return new Set((before.unread ?? []).filter((glob) => !still.has(glob) && !names.has(globShape(glob).base)));
}

function ownedShare(catalogue: Catalogue, paths: readonly string[]): number {
  return paths.length === 0 ? 0 : countFiles(catalogue, paths).owned / paths.length;
}

function changedBy(catalogue: Catalogue, head: string, changes: readonly PathChange[]): readonly PlannedChange[] {
  return makePlan({ catalogue, head, comparison: { kind: 'diff', baseline: { commit: '' }, changes } }).changed;
}

/** The same components without what makes this library's rules precise, and without files next to their folders. */
function plainCatalogue({ version, components }: Catalogue): Catalogue {
  return {
    version,
    components: components.map(({ name, path, exclude, dependsOn = [], testDependsOn = [] }) =>
      ({ name, path, exclude, dependsOn: [...dependsOn, ...testDependsOn] })),
  };
}

/** Whether what is built of a component may differ for this reason. */
function rebuilds(component: string, reason: Reason, { testOnly }: Trace): boolean {
  switch (reason.kind) {
    case 'Direct': return reason.internal !== true;
    case 'TestDependency': return false;
    case 'GlobalPath': return !reason.paths.every((path) => testOnly.get(path)?.has(component));
    default: return true;
  }
}
