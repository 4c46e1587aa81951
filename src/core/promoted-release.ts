import { Promotion, PromotionError } from './promotion';
import { Build, Release } from './release';
import { buildOf } from './release-assembly';

/** A release as it went live in an environment. */
export interface PromotableRelease {
  /** Its number there. */
  readonly sequence: number;
  /** Key of the release's object. */
  readonly key: string;
  /** The promotion that brought it, if one did. */
  readonly promotion?: Promotion;
}

/** A build, and the environments that it was ever live in. */
export interface DeployedBuild {
  readonly build: Build;
  readonly environments: readonly string[];
}

export interface BuildNumber {
  readonly component: string;
  readonly buildNumber: number;
}

/** What is recorded about a solution: the pipeline and the command line read it each in their own way. */
export interface PromotionRecords {
  /** What is live in the environment. */
  live(environment: string): Promise<PromotableRelease | undefined>;
  /** The release that went live in the environment under this number. */
  wentLive(environment: string, sequence: number): Promise<PromotableRelease | undefined>;
  release(key: string): Promise<Release | undefined>;
  /** These builds, as far as they exist. */
  builds(ids: readonly BuildNumber[]): Promise<readonly DeployedBuild[]>;
}

/** What a promotion deploys. */
export type PromotedRelease = Pick<Release, 'commitId' | 'components' | 'pinned' | 'promotion' | 'baseline' | 'catalogue'>;

/**
 * Puts together what a promotion deploys.
 *
 * A release has to have been live in the environment itself or in the one before it; so has a single build, but for the first environment,
 * which takes any that exists.
 *
 * @param environments in the order of deployment
 * @throws PromotionError that says why it can't be
 */
export async function promotedRelease(promotion: Promotion, environments: readonly string[], records: PromotionRecords): Promise<PromotedRelease> {
  const index = environments.indexOf(promotion.environment);
  if (index < 0) {
    throw new PromotionError(`There is no environment '${promotion.environment}'. There are ${list(environments)}.`);
  }
  // The environment itself first: what was live there needs no other proof.
  const proofs = [promotion.environment, ...environments.slice(Math.max(0, index - 1), index)];
  return 'release' in promotion ? wholeRelease(promotion, proofs, records) : oneBuild(promotion, proofs, records);
}

async function wholeRelease(
  promotion: Extract<Promotion, { release: number }>, proofs: readonly string[], records: PromotionRecords,
): Promise<PromotedRelease> {
  const { environment, release: number } = promotion;
  for (const proof of proofs) {
    const found = await records.wentLive(proof, number);
    if (found) {
      const { commitId, components, pinned, catalogue } = await requireRelease(found, records);
      await assertBuildsExist(Object.values(components), `release ${number}`, records);
      return { commitId, components, ...(pinned ? { pinned } : {}), promotion, ...(catalogue && { catalogue }) };
    }
  }
  throw new PromotionError(`Release ${number} cannot be deployed to '${environment}': it never was live ${proofs.length > 1
    ? `in '${proofs[1]}', the environment before it, nor in '${environment}' itself. Promote it to '${proofs[1]}' first.`
    : 'there, and a first environment takes only what it had. Anything else comes by a commit.'}`);
}

async function oneBuild(
  promotion: Extract<Promotion, { component: string }>, proofs: readonly string[], records: PromotionRecords,
): Promise<PromotedRelease> {
  const { environment, component, build: buildNumber } = promotion;
  const live = await records.live(environment);
  if (!live) {
    throw new PromotionError(`Nothing is live in '${environment}' that a single build could go into: promote a whole release first.`);
  }
  const base = await requireRelease(live, records);
  const present = buildOf(base, component);
  if (!present) {
    throw new PromotionError(`The release that is live in '${environment}' has no component '${component}'. It has ${list(Object.keys(base.components).sort())}.`);
  }
  const [found] = await records.builds([{ component, buildNumber }]);
  if (!found) {
    throw new PromotionError(`Component '${component}' has no build ${buildNumber}: its number was lost by a build that failed, was never given, or the build was deleted.`);
  }
  if (proofs.length > 1 && !proofs.some((proof) => found.environments.includes(proof))) {
    throw new PromotionError(`Build ${buildNumber} of component '${component}' cannot be deployed to '${environment}': it never was live in '${proofs[1]}', `
      + `the environment before it, nor in '${environment}' itself. Promote it to '${proofs[1]}' first.`);
  }
  const others = Object.values(base.components).filter((build) => build.component !== component);
  await assertBuildsExist(others, `the release that is live in '${environment}'`, records);
  const chosen = present.buildNumber === buildNumber ? [] : [component];
  const pinned = [...new Set([...base.pinned ?? [], ...chosen])].sort();
  return {
    commitId: base.commitId,
    components: { ...base.components, [component]: found.build },
    ...(pinned.length > 0 ? { pinned } : {}),
    promotion,
    baseline: { commitId: base.commitId, pipelineExecutionId: base.pipelineExecutionId },
    ...(base.catalogue && { catalogue: base.catalogue }),
  };
}

async function requireRelease({ sequence, key }: PromotableRelease, records: PromotionRecords): Promise<Release> {
  const release = await records.release(key);
  if (!release) {
    throw new PromotionError(`Release ${sequence} is recorded, but its object ${key} is not in the artifact bucket any more.`);
  }
  return release;
}

/** Anyone who deletes an artifact deletes its build's record first. */
async function assertBuildsExist(builds: readonly Build[], what: string, records: PromotionRecords): Promise<void> {
  const existing = await records.builds(builds);
  const found = new Set(existing.map(({ build: { component, buildNumber } }) => `${component}#${buildNumber}`));
  const gone = builds.filter(({ component, buildNumber }) => !found.has(`${component}#${buildNumber}`));
  if (gone.length > 0) {
    throw new PromotionError(`Of ${what}, these builds were deleted: ${gone.map(({ component, buildNumber }) => `${buildNumber} of '${component}'`).join(', ')}.`);
  }
}

/**
 * The release that was live before the one that is. A release that was deployed again stands where it stood: going back twice leads to the one
 * before it, and not to the one that was given up.
 *
 * @param history what went live in the environment, in any order
 */
export function releaseBefore(history: readonly PromotableRelease[], live: PromotableRelease): PromotableRelease | undefined {
  const bySequence = new Map(history.map((entry) => [entry.sequence, entry]));
  let place = live;
  for (let again = originOf(place); again !== undefined && bySequence.has(again); again = originOf(place)) {
    place = bySequence.get(again)!;
  }
  return history.filter(({ sequence }) => sequence < place.sequence).sort((a, b) => b.sequence - a.sequence)[0];
}

function originOf({ sequence, promotion }: PromotableRelease): number | undefined {
  return promotion && 'release' in promotion && promotion.release < sequence ? promotion.release : undefined;
}

function list(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(', ');
}
