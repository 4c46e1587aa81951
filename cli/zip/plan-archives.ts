import { FileArchive } from './file-archive';
import { ARCHIVE_BOUNDS, ArchiveRefusedError } from '../../lambda/shared/source/zip/archive';
import { ArchiveDirectory, readDirectory } from '../../lambda/shared/source/zip/central-directory';
import { readContent } from '../../lambda/shared/source/zip/contents';
import { commitOf, ListedTree, listArchive } from '../../lambda/shared/source/zip/listing';
import { readToml } from '../../lambda/shared/toml';
import { Catalogue } from '../../src/core/catalogue';
import { traceLockfiles } from '../../src/core/lockfile/trace';
import { mayBeTraced } from '../../src/core/lockfile/traceable';
import { makeTracedPlan } from '../../src/core/lockfile/traced-plan';
import { makePlan } from '../../src/core/plan';
import { allStale } from '../../src/core/staleness/find-staleness';
import { heldForTracing } from '../../src/core/staleness/staleness';
import type { CommandContext } from '../command';
import type { ComparedPlan } from '../commands/comparison';
import { InputError } from '../errors';
import { parseYaml } from '../yaml';

/** Plans what differs between two archives, as a pipeline does whose source is in S3. @throws InputError where one of them is refused */
export async function planArchives(
  catalogue: Catalogue, names: { readonly base: string; readonly head: string }, context: CommandContext,
): Promise<ComparedPlan> {
  const opened: FileArchive[] = [];
  const open = async (name: string) => {
    const archive = await FileArchive.open(name);
    opened.push(archive);
    const listing = await listArchive(archive);
    const directory = await readDirectory(archive, ARCHIVE_BOUNDS);
    return { commit: commitOf(listing), tree: new ListedTree(listing), read: async (path: string) => readText(archive, directory, path) };
  };
  try {
    const [base, head] = [await open(names.base), await open(names.head)];
    return await planned(catalogue, base, head, context);
  } catch (error) {
    throw error instanceof ArchiveRefusedError ? new InputError(error.message) : error;
  } finally {
    await Promise.all(opened.map(async (archive) => archive.close()));
  }
}

interface Side {
  readonly commit: string;
  readonly tree: ListedTree;
  readonly read: (path: string) => Promise<string | undefined>;
}

async function planned(catalogue: Catalogue, base: Side, head: Side, context: CommandContext): Promise<ComparedPlan> {
  const changes = base.tree.differencesTo(head.tree);
  const comparison = { kind: 'diff', baseline: { commit: base.commit }, changes } as const;
  const staleness = catalogue.foundAt === undefined ? undefined : allStale('it was found in a Git repository, which an archive cannot be compared with');
  const found = { catalogue, base: base.commit, head: head.commit };
  const traced = changes.map(({ path }) => path).filter(mayBeTraced);
  if (catalogue.traceLockfiles !== true || traced.length === 0) {
    return { ...found, plan: makePlan({ catalogue, head: head.commit, comparison, staleness }) };
  }
  const trace = await traceLockfiles({
    catalogue: heldForTracing(catalogue, staleness), paths: new Set(traced), parseYaml, parseToml: readToml, read: async (side, path) => (side === 'before' ? base : head).read(path),
  });
  trace.warnings.forEach(({ kind, path, detail }) => context.err(`Warning: ${kind}: '${path}' affects every component: ${detail}.\n`));
  return { ...found, plan: makeTracedPlan({ catalogue, head: head.commit, comparison, staleness }, trace) };
}

async function readText(archive: FileArchive, directory: ArchiveDirectory, path: string): Promise<string | undefined> {
  const entry = directory.entries.find((candidate) => candidate.path === path);
  return entry === undefined ? undefined : (await readContent(archive, entry, directory)).toString('utf8');
}
