import { existsSync, readFileSync } from 'node:fs';
import { Catalogue } from '../../src/core/catalogue';
import { BaselineState } from '../../src/core/comparison';
import { mayBeTraced } from '../../src/core/lockfile/traceable';
import { makePlan, Plan } from '../../src/core/plan';
import { heldForTracing } from '../../src/core/staleness/staleness';
import { catalogueOfAssembly } from '../catalogue/assembly';
import { parseCatalogue } from '../catalogue/parse';
import { Command, CommandContext, OptionValues, textOption } from '../command';
import { InputError, UsageError } from '../errors';
import { Differences, readDifferencesInClone } from '../git/differences';
import { parseNameStatus } from '../git/name-status';
import { Clone } from '../git/run';
import { analysis } from '../lazy/parts';

/** Options that name a catalogue. */
export const CATALOGUE_OPTIONS = {
  catalogue: { type: 'string' },
  app: { type: 'string' },
  solution: { type: 'string' },
} as const satisfies Command['options'];

export const CATALOGUE_HELP = `  --catalogue FILE  the catalogue, as JSON; without it, that of a cloud assembly
  --app FOLDER      the cloud assembly (default: cdk.out)
  --solution NAME   which catalogue, where the assembly holds several
`;

/** Options that name what to compare. */
export const COMPARISON_OPTIONS = {
  repo: { type: 'string' },
  base: { type: 'string' },
  head: { type: 'string' },
  changes: { type: 'string' },
} as const satisfies Command['options'];

export const COMPARISON_HELP = `  --base REV        the revision to compare with: what is deployed. The two revisions' contents
                    are compared, whichever way they are related; for what a branch alone has
                    changed, pass $(git merge-base main HEAD)
  --head REV        the revision to plan (default: HEAD)
                    Two zip archives are compared as well: --base old.zip --head new.zip
  --repo FOLDER     the Git repository (default: .)
  --changes FILE    instead of a repository: the bytes of git diff --name-status -z; - for standard input.
                    The catalogue is taken to hold for the head
`;

/** @throws InputError where the catalogue is not there or not valid */
export function catalogueOfOptions(values: OptionValues): Catalogue {
  const file = textOption(values, 'catalogue');
  if (file === undefined) {
    return catalogueOfAssembly(textOption(values, 'app') ?? 'cdk.out', textOption(values, 'solution'));
  }
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputError(`The catalogue '${file}' can't be read: ${(error as Error).message}`);
  }
  return parseCatalogue(text, file);
}

/** A plan, with the commits that it compares where they are known. */
export interface ComparedPlan {
  readonly catalogue: Catalogue;
  readonly plan: Plan;
  readonly base?: string;
  readonly head?: string;
}

/** Makes the plan that the options ask for. What can't be traced is told on standard error. */
export async function planFromOptions(values: OptionValues, context: CommandContext): Promise<ComparedPlan> {
  const [base, file] = [textOption(values, 'base'), textOption(values, 'changes')];
  if ((base === undefined) === (file === undefined)) {
    throw new UsageError(base === undefined ? 'What to compare is missing: pass --base REV, or --changes FILE.' : 'Pass either --base or --changes, not both.');
  }
  if (file !== undefined) {
    if (textOption(values, 'repo') !== undefined || textOption(values, 'head') !== undefined) {
      throw new UsageError('--changes stands for a repository: leave --repo and --head out.');
    }
    const catalogue = catalogueOfOptions(values);
    const changes = parseNameStatus(file === '-' ? await context.readInput() : readChangesFile(file));
    return { catalogue, plan: makePlan({ catalogue, head: '', comparison: { kind: 'diff', baseline: { commit: '' }, changes } }) };
  }
  const head = textOption(values, 'head');
  if (isArchive(base) || isArchive(head)) {
    if (!isArchive(base) || !isArchive(head)) {
      throw new UsageError('An archive is compared with an archive: pass --base FILE.zip and --head FILE.zip.');
    }
    return analysis().planArchives(catalogueOfOptions(values), { base: base!, head: head! }, context);
  }
  const repository = { folder: textOption(values, 'repo') ?? '.', environment: context.environment };
  // Git works while the catalogue is read.
  const reading = readDifferencesInClone(repository, base!, textOption(values, 'head') ?? 'HEAD');
  reading.catch(() => undefined);
  const catalogue = catalogueOfOptions(values);
  const differences = await reading;
  const plan = await planDifferences(catalogue, differences, repository, context);
  return { catalogue, plan, base: differences.base, head: differences.head };
}

/** Git takes no revision for a file that is there, unless it is said to be one: `refs/heads/x.zip`. */
function isArchive(name: string | undefined): boolean {
  return name !== undefined && name.endsWith('.zip') && existsSync(name);
}

/** @param deployed what is known of the release at the base */
export async function planDifferences(
  catalogue: Catalogue, { base, head, changes }: Differences, repository: Clone, context: CommandContext, deployed: Omit<BaselineState, 'commit'> = {},
): Promise<Plan> {
  const baseline: BaselineState = { ...deployed, commit: base };
  // Where nothing says what the base was planned with, it is taken to be this catalogue; one that was found at the head says nothing of the base then.
  const before = deployed.catalogue ?? (catalogue.foundAt === head ? undefined : catalogue);
  const holdsForHead = catalogue.foundAt === undefined || (catalogue.foundAt === head && (catalogue.dirtyPaths ?? []).length === 0);
  const found = !holdsForHead || (catalogue.foundAt !== undefined && before?.foundAt !== undefined && before.foundAt !== base);
  if (catalogue.traceLockfiles !== true && !found) {
    return makePlan({ catalogue, head, comparison: { kind: 'diff', baseline, changes } });
  }
  const kept = [...changes];
  const comparison = { kind: 'diff', baseline, changes: kept } as const;
  const traced = catalogue.traceLockfiles === true && kept.some(({ path }) => mayBeTraced(path));
  if (kept.length === 0 || (!traced && !found)) {
    return makePlan({ catalogue, head, comparison });
  }
  const { readStalenessInClone, readTrace, makeTracedPlan } = analysis();
  const staleness = found ? await readStalenessInClone(catalogue, {
    repository, base, head, changedSinceBaseline: kept.map(({ path }) => path), ...(before && { before }),
  }) : undefined;
  if (!traced) {
    return makePlan({ catalogue, head, comparison, staleness });
  }
  const trace = await readTrace(heldForTracing(catalogue, staleness), kept.map(({ path }) => path), repository, base, head);
  trace.warnings.forEach(({ kind, path, detail }) => context.err(`Warning: ${kind}: '${path}' affects every component: ${detail}.\n`));
  return makeTracedPlan({ catalogue, head, comparison, staleness }, trace);
}

function readChangesFile(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new InputError(`The changes '${file}' can't be read: ${(error as Error).message}`);
  }
}
