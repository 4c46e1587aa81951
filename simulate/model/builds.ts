import { text } from './items';
import { affected, dependencies } from './rules';
import { Violation } from './violation';
import type { Release } from '../../src/core/release';
import type { StoredItem } from '../services/dynamodb-memory';
import type { CatalogueVersion } from '../world/execution';
import { DEPLOYMENTS_TABLE } from '../world/names';
import { GitRepository } from '../world/repository';

export interface BuildRulesProps {
  readonly repository: GitRepository;
  /** All catalogues so far, in their order. */
  readonly versions: readonly CatalogueVersion[];
  readonly readItems: (table: string) => readonly StoredItem[];
  readonly readRelease: (key: string) => Release | undefined;
  readonly baselineBranch?: string;
  /** Whether differences may be impossible to read: in the time there is, or at all. */
  readonly mayBeUnreadable: boolean;
  readonly now: () => number;
  /** How long a build may stay unseen by others. */
  readonly indexLag: number;
}

export interface BuildContext {
  readonly component: string;
  readonly commitId: string;
  readonly planId: string;
  readonly executionId: string;
  readonly version: CatalogueVersion;
  /** When the agent began. */
  readonly beganAt: number;
}

/** What is built, when, and why. */
export class BuildRules {
  /** Markers and diffs that were ever written, by commit and plan. */
  private readonly plans = new Map<string, Map<string, StoredItem>>();
  private readonly fingerprints = new Map<string, number>();

  public constructor(private readonly props: BuildRulesProps) {}

  /** Another plan for the same commit may take its place. */
  public notePlan(item: StoredItem | undefined): void {
    const planId = item && text(item, 'PlanId');
    if (planId !== undefined) {
      const key = `${text(item!, 'CommitId')} ${planId}`;
      this.plans.set(key, (this.plans.get(key) ?? new Map()).set(text(item!, 'Component')!, item!));
    }
  }

  /** A build was recorded. */
  public noteBuild(item: StoredItem): void {
    const key = `${text(item, 'Component')} ${text(item, 'Fingerprint')}`;
    this.fingerprints.set(key, Math.min(this.fingerprints.get(key) ?? Infinity, this.props.now()));
  }

  /** What a component depends on was built before it, as far as it changed. */
  public checkOrder({ component, commitId, planId, executionId, version: { catalogue } }: BuildContext): void {
    const planned = this.plans.get(`${commitId} ${planId}`)!;
    const decided = new Set(this.props.readItems(DEPLOYMENTS_TABLE).map((item) => text(item, 'Component')));
    const unbuilt = dependencies(catalogue, component).find((name) => planned.has(`shop#${name}`) && !decided.has(`shop#${name}#${executionId}`));
    if (unbuilt !== undefined) {
      throw new Violation('builds wait for what they depend on', `${executionId} built ${component} before ${unbuilt}`);
    }
  }

  /** A component is built only if it is affected, and only if no build was made from the same. */
  public checkNeeded({ component, commitId, planId, beganAt, version }: BuildContext, fingerprint: string): void {
    const plan = this.plans.get(`${commitId} ${planId}`)!;
    const diff = plan.get(`shop#${component}`);
    const marker = plan.get('shop#');
    if ([...plan.values()].some((item) => item.Forced?.BOOL === true)) {
      return;
    }
    const madeAt = this.fingerprints.get(`shop#${component} ${fingerprint}`);
    if (madeAt !== undefined && beganAt - madeAt > this.props.indexLag) {
      throw new Violation('nothing is built twice', `${component} was built from the same ${beganAt - madeAt} ms before`);
    }
    const baseline = marker && text(marker, 'BaselineCommitId');
    const release = marker && this.props.readRelease(text(marker, 'BaselineRelease') ?? '');
    // What a catalogue does not hold for is built, whether or not it changed.
    if (version.catalogue.foundAt !== undefined || this.props.baselineBranch !== undefined || diff === undefined || baseline === undefined
      || release === undefined
      || isUnknown(JSON.stringify(diff.Reasons), this.props.mayBeUnreadable)) {
      return;
    }
    const { repository } = this.props;
    const paths = GitRepository.differences(repository.remembered(baseline).tree, repository.remembered(commitId).tree).map(({ path }) => path);
    // The function that planned may have a later catalogue already than the build.
    const isAffected = this.props.versions.filter(({ number }) => number >= version.number).some(({ catalogue }) => {
      // What someone chose by hand is not what its commit has.
      const redefined = catalogue.components
        .filter(({ name, build }) => release.components[name]?.definition !== build!.digest || release.pinned?.includes(name))
        .map(({ name }) => name);
      return affected(catalogue, paths, redefined).has(component);
    });
    if (!isAffected) {
      throw new Violation('only what is affected is built', `${component} was built at ${commitId}, although nothing that it reads differs from ${baseline}`);
    }
  }
}

/** What cannot be known is built: the baseline's commit is gone, or differences came too slowly or not at all. */
function isUnknown(reasons: string, mayBeUnreadable: boolean): boolean {
  return reasons.includes('BaselineMissing') || (mayBeUnreadable && reasons.includes('DiffUnreadable'));
}
