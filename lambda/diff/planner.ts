import { createHash } from 'node:crypto';
import { LiveBaseline, compare, Compared, ComparisonOptions, readBaseline } from './comparison';
import { readInputs } from './inputs';
import { readStaleness } from './staleness';
import { PlanMarkerItem } from '../../src/contract/tables';
import { Catalogue } from '../../src/core/catalogue';
import { PlanInput } from '../../src/core/comparison';
import { canonicalJson, catalogueDigest } from '../../src/core/digest';
import { makeTracedPlan } from '../../src/core/lockfile/traced-plan';
import { makePlan, Plan } from '../../src/core/plan';
import { dueRebuilds, mayRebuild } from '../../src/core/rebuilds';
import { heldForTracing, Staleness } from '../../src/core/staleness/staleness';
import { EnvironmentStore } from '../shared/environment-store';
import { firstFew, Logger } from '../shared/logger';
import { NewPlan, PlanStore } from '../shared/plan-store';
import { ReleaseStore } from '../shared/release-store';
import { SourceRepository } from '../shared/source/source-repository';

/** What asks for a plan. */
export interface PlanRequest {
  readonly commitId: string;
  /** See `PlanMarkerItem.PlannedFor`. */
  readonly plannedFor: string;
  readonly forced: readonly string[];
}

export interface PlannerProps {
  readonly solution: string;
  readonly catalogue: Catalogue;
  readonly plans: PlanStore;
  readonly environments: EnvironmentStore;
  readonly releases: ReleaseStore;
  /** The environment whose release is the baseline. */
  readonly baselineEnvironment: string;
  readonly source: SourceRepository;
  readonly comparison: Pick<ComparisonOptions, 'baselineBranch' | 'inTime'>;
  /** Whether there is time for another file. */
  readonly filesInTime: () => boolean;
  /** Whether there is time for another component's inputs. */
  readonly inputsInTime: () => boolean;
  readonly now: () => Date;
  readonly retentionDays: number;
  readonly logger: Logger;
}

/** Traces lockfiles. A file of its own next to the function, as the parsers would cost every cold start, and few plans need them. */
function tracing(): typeof import('./tracing') {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded when it is asked for
  return require('./tracing') as typeof import('./tracing');
}

/** Makes plans and writes them. */
export class Planner {
  public readonly catalogueDigest: string;

  public constructor(private readonly props: PlannerProps) {
    this.catalogueDigest = catalogueDigest(props.catalogue);
  }

  /** The commit's plan, if it is complete and of the same catalogue. */
  public async existing(commitId: string): Promise<PlanMarkerItem | undefined> {
    const marker = await this.props.plans.marker(commitId);
    return marker?.Status === 'Complete' && marker.CatalogueDigest === this.catalogueDigest ? marker : undefined;
  }

  /** The plan that was asked for: made and written, unless it already was. */
  public async plan(request: PlanRequest): Promise<PlanMarkerItem> {
    const existing = await this.existing(request.commitId);
    return existing?.PlannedFor === request.plannedFor ? existing : this.make(request);
  }

  /** Whether a build in the baseline's release is older than it may get, and the last plan is long enough ago that another may be made for it. */
  public async isRebuildDue(plannedAt: string): Promise<boolean> {
    const { catalogue, environments, releases, baselineEnvironment } = this.props;
    const now = this.props.now();
    if (!mayRebuild(catalogue, plannedAt, now)) {
      return false;
    }
    const baseline = await readBaseline(environments, releases, baselineEnvironment);
    const builtAt = new Map(Object.entries(baseline?.release?.components ?? {}).map(([name, { timestamp }]) => [name, timestamp]));
    return dueRebuilds(catalogue, builtAt, now).length > 0;
  }

  private async make(request: PlanRequest): Promise<PlanMarkerItem> {
    const { catalogue, plans, environments, releases, baselineEnvironment, comparison } = this.props;
    const { source, inputsInTime, retentionDays, logger } = this.props;
    const { commitId, plannedFor } = request;
    const baseline = await readBaseline(environments, releases, baselineEnvironment);
    const names = new Set(catalogue.components.map(({ name }) => name));
    // One that was forced may have left the catalogue by now.
    const forced = request.forced.filter((name) => name === '*' || names.has(name));
    const compared = await compare(baseline, { ...comparison, source, catalogue, headCommitId: commitId });
    const staleness = await this.staleness(commitId, compared);
    const { changed, unchanged, unowned } = await this.decide(commitId, compared, { forced, staleness });
    const digests = await readInputs(changed.map(({ component }) => component), {
      catalogue, commitId, folders: source.folders(commitId), staleness, inTime: inputsInTime,
    });
    const plan: NewPlan = {
      commitId,
      planId: this.planId(request, baseline, forced),
      plannedFor,
      catalogueDigest: this.catalogueDigest,
      baseline: baseline?.release && { commitId: baseline.commitId, release: baseline.key },
      diffs: changed.map(({ component, reasons }) => ({
        component,
        reasons,
        inputsDigest: digests.get(component)!,
        // The same as before may come to something else by now: what it was built from elsewhere is in no fingerprint.
        forced: reasons.some(({ kind }) => kind === 'Forced' || kind === 'RebuildDue'),
      })),
      unowned,
      blind: compared.comparison.kind === 'unreadable' || compared.comparison.kind === 'baseline-missing',
    };
    const marker = await plans.write(plan, retentionDays);
    logger.info('Planned', {
      commit: commitId,
      planId: marker.PlanId,
      comparison: compared.comparison.kind,
      baseline: baseline?.commitId,
      changed: firstFew(changed.map(({ component, reasons }) => ({ component, reasons: reasons.map(({ kind }) => kind) }))),
      unchanged: unchanged.length,
      unowned: unowned.count,
      stale: staleness.everything === undefined ? firstFew([...staleness.components.keys()]) : '*',
    });
    return marker;
  }

  /** Also where everything is planned: what a build is made of has to be known whatever it is made for. */
  private async staleness(head: string, { comparison }: Compared): Promise<Staleness> {
    const { catalogue, source, filesInTime: inTime, comparison: { baselineBranch } } = this.props;
    const changes = comparison.kind === 'diff' ? [...comparison.changes] : undefined;
    const compared = comparison.kind === 'diff' || comparison.kind === 'trees' ? comparison.baseline : undefined;
    return readStaleness({
      catalogue,
      source,
      headCommitId: head,
      inTime,
      samePackages: (judging) => {
        const { packageComparer, readYamlDocuments } = tracing();
        return packageComparer(judging, readYamlDocuments);
      },
      ...(compared && { baseline: compared }),
      ...(changes && { changedSinceBaseline: changes.map(({ path }) => path) }),
      ...(changes && compared && baselineBranch === undefined && { known: { commitId: compared.commit, changes } }),
    });
  }

  private async decide(
    head: string, { comparison, traceable }: Compared, given: Pick<PlanInput, 'forced' | 'staleness'>,
  ): Promise<Plan> {
    const { catalogue, source, filesInTime, logger } = this.props;
    const now = this.props.now();
    if (comparison.kind !== 'diff' || traceable.length === 0) {
      return makePlan({ ...given, catalogue, head, comparison, now });
    }
    const held = heldForTracing(catalogue, given.staleness);
    const trace = await tracing().traceChanges(traceable, { catalogue: held, headCommitId: head, source, inTime: filesInTime });
    trace.warnings.forEach((warning) => logger.warn('Affects every component', { ...warning }));
    return makeTracedPlan({ ...given, catalogue, head, comparison, now }, trace);
  }

  private planId(request: PlanRequest, baseline: LiveBaseline | undefined, forced: readonly string[]): string {
    const identity = [this.props.solution, request, forced, baseline && [baseline.pipelineExecutionId, baseline.commitId], this.catalogueDigest];
    return createHash('sha256').update(canonicalJson(identity)).digest('hex').slice(0, 20);
  }
}
