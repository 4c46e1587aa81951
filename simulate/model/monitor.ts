import { trueCatalogue } from './facts';
import { BuildNumbers } from './numbers';
import { Promotions } from './promotions';
import { affected, dependencies, expectedContent, unownedChanges } from './rules';
import { Starts } from './starts';
import { Violation } from './violation';
import type { AgentDecision } from '../../src/contract/agent';
import type { Release } from '../../src/core/release';
import type { StoredItem } from '../services/dynamodb-memory';
import type { CatalogueVersion, Execution } from '../world/execution';
import { Deployment } from '../world/execution';
import { DEPLOYMENTS_TABLE, DIFF_TABLE } from '../world/names';
import { GitRepository } from '../world/repository';
import type { EnvironmentSettings } from '../world/settings';

export interface MonitorProps {
  readonly repository: GitRepository;
  /** All catalogues so far, in their order. */
  readonly versions: readonly CatalogueVersion[];
  readonly findExecution: (id: string) => Execution | undefined;
  /** The executions that the pipeline knows. */
  readonly knownExecutions: () => readonly Execution[];
  readonly readItems: (table: string) => readonly StoredItem[];
  readonly readRelease: (key: string) => Release | undefined;
  readonly baselineBranch?: string;
  /** Whether calls may take minutes. */
  readonly isSlow: boolean;
  /** In the order of deployment. */
  readonly environments: readonly EnvironmentSettings[];
  readonly now: () => number;
  /** How long a build may stay unseen by others. */
  readonly indexLag: number;
  readonly fail: (violation: Violation) => void;
}

interface BuildContext {
  readonly component: string;
  readonly commitId: string;
  readonly planId: string;
  readonly executionId: string;
  readonly version: CatalogueVersion;
  /** When the agent began. */
  readonly beganAt: number;
}

/** Watches a history from outside, and knows what must be true at each point of it. */
export class Monitor {
  public readonly numbers = new BuildNumbers();
  private readonly promotions: Promotions;
  private readonly starts: Starts;
  private readonly contents = new Map<string, string>();
  private readonly locations = new Map<string, Release['components']>();
  private readonly startedFor = new Map<string, string>();
  private readonly headNumbers = new Map<string, Set<unknown>>();
  /** Markers and diffs that were ever written, by commit and plan. */
  private readonly plans = new Map<string, Map<string, StoredItem>>();
  private readonly fingerprints = new Map<string, number>();

  public constructor(private readonly props: MonitorProps) {
    this.promotions = new Promotions(props.environments.map(({ name }) => name));
    this.starts = new Starts({
      now: props.now,
      known: props.knownExecutions,
      isRecordedLive: ({ id }) => props.readItems(DEPLOYMENTS_TABLE).some((item) => item.BuildNumber!.N === '0' && item.Promotion !== undefined && text(item, 'PipelineExecutionId') === id),
    });
  }

  /** The branch moved, or somebody asked for something by hand. */
  public asked(): void {
    this.starts.asked();
  }

  /** The table of plans was emptied: numbers of heads begin again. */
  public lostDiffs(): void {
    this.starts.lostDiffs();
    this.startedFor.clear();
    this.headNumbers.clear();
  }

  /** A Record action succeeded. */
  public succeededToRecord(environment: string, { id }: Execution): void {
    this.check(() => {
      const item = this.props.readItems(DEPLOYMENTS_TABLE).find((candidate) => text(candidate, 'Environment') === environment && text(candidate, 'Place') === undefined && candidate.BuildNumber!.N === '0');
      if (item === undefined || text(item, 'PipelineExecutionId') !== id) {
        throw new Violation('what succeeded to be recorded is recorded', `${id} was recorded in ${environment} with success, and the record says ${item && text(item, 'PipelineExecutionId')}`);
      }
    });
  }

  /** The pipeline was started anew. */
  public started(execution: Execution): void {
    this.check(() => this.starts.started(execution));
    const { id, request } = execution;
    const head = this.props.readItems(DIFF_TABLE).find((item) => text(item, 'CommitId') === 'head');
    if (request.by === 'person' || head === undefined || text(head, 'Status') !== 'Planning' || text(head, 'HeadCommitId') !== request.commitId) {
      return;
    }
    // A late start may be an earlier attempt's, or that of an earlier head with the same commit: harmless, and not to be told apart from outside.
    if (head.Attempt!.N !== '1' || this.headNumbers.get(request.commitId!)!.size > 1) {
      return;
    }
    const number = head.HeadNumber!.N as string;
    this.check(() => {
      const before = this.startedFor.get(number);
      // A pipeline that was made anew knows neither the execution nor its token.
      if (before !== undefined && this.props.knownExecutions().some((known) => known.id === before)) {
        throw new Violation('one head starts one execution', `head ${number} started ${before} and ${id}`);
      }
      this.startedFor.set(number, id);
    });
  }

  /** The agent decided about a component. */
  public decided(context: BuildContext, decision: AgentDecision, highestBefore: number): void {
    if (decision.action === 'skip') {
      return;
    }
    this.check(() => {
      this.numbers.give(context.component, decision.buildNumber, highestBefore);
      this.checkOrder(context);
      this.checkNeeded(context, decision.fingerprint);
    });
  }

  /** The component's commands came to their end. */
  public built(component: string, buildNumber: number, content: string): void {
    this.contents.set(`${component}#${buildNumber}`, content);
  }

  /** The stack in one of an environment's places was updated. */
  public deployed(environment: string, place: string, { execution, release, parameters }: Deployment): void {
    execution.places.add(place);
    const { places } = this.props.environments.find(({ name }) => name === environment)!;
    if (places.every((other) => execution.places.has(other))) {
      execution.deployedIn.add(environment);
    }
    this.check(() => {
      this.starts.deployed(execution);
      const source = execution.releasedBy;
      const { commitId } = source;
      this.checkOrigin(environment, source, release);
      this.checkUnowned(source, release);
      this.promotions.deployed(environment, execution, release);
      if (source.request.promotion !== undefined) {
        return;
      }
      const end = (execution === source ? undefined : source.lastVersion) ?? this.props.versions.length;
      const versions = this.props.versions.filter(({ number }) => number >= source.version.number && number <= end);
      if (!versions.some(({ catalogue }) => catalogue.components.length === Object.keys(release.components).length
        && catalogue.components.every(({ name }) => Object.hasOwn(release.components, name)))) {
        throw new Violation('releases are complete', `${environment} got ${Object.keys(release.components).join(', ')} of ${commitId}`);
      }
      for (const name of Object.keys(release.components)) {
        const problems = versions.filter(({ catalogue }) => catalogue.components.some((component) => component.name === name))
          // While the pipeline's own stack is deployed, who builds and who binds locations may have different catalogues.
          .map(({ catalogue }) => this.contentProblem(catalogue, name, commitId!, release, versions.length === 1 ? parameters : undefined));
        if (!problems.includes(undefined)) {
          throw new Violation('what is deployed is the commit\'s', `${environment}, ${execution.id}: ${problems[0]}`);
        }
      }
    });
  }

  /** What is wrong with a component of a release of a commit, if anything. */
  public contentProblem(
    catalogue: CatalogueVersion['catalogue'], name: string, commitId: string, release: Release, parameters: Deployment['parameters'] | undefined,
  ): string | undefined {
    const build = release.components[name];
    if (build === undefined) {
      return `component ${name} of commit ${commitId} is missing`;
    }
    const { build: definition } = catalogue.components.find((component) => component.name === name)!;
    for (const parameter of parameters === undefined ? [] : definition?.parameters ?? []) {
      if (parameters?.[parameter.name] !== build.location) {
        return `parameter ${parameter.name} is ${parameters?.[parameter.name]}, not the location of build ${build.buildNumber} of ${name}`;
      }
    }
    const { tree } = this.props.repository.remembered(commitId);
    const expected = expectedContent(trueCatalogue(catalogue, tree), name, tree);
    const found = this.contents.get(`${name}#${build.buildNumber}`);
    return expected === found ? undefined : `build ${build.buildNumber} of ${name} holds\n  ${found}\nbut commit ${commitId} has\n  ${expected}`;
  }

  /** An item of a table was written. */
  public wrote(table: string, before: StoredItem | undefined, after: StoredItem | undefined): void {
    if (table !== DEPLOYMENTS_TABLE) {
      this.noteHead(after);
      this.notePlan(after);
      return;
    }
    this.check(() => {
      const item = after ?? before!;
      if (text(item, 'Place') !== undefined) {
        return;
      }
      if (text(item, 'Environment') !== undefined) {
        this.checkEnvironment(before, after);
      } else if (Number(item.BuildNumber!.N) > 0) {
        this.checkBuild(before, after);
      }
    });
  }

  private noteHead(item: StoredItem | undefined): void {
    if (item !== undefined && text(item, 'CommitId') === 'head') {
      const commitId = text(item, 'HeadCommitId')!;
      const numbers = this.headNumbers.get(commitId) ?? new Set();
      this.headNumbers.set(commitId, numbers.add(item.HeadNumber!.N));
    }
  }

  /** Another plan for the same commit may take its place. */
  private notePlan(item: StoredItem | undefined): void {
    const planId = item && text(item, 'PlanId');
    if (planId !== undefined) {
      const key = `${text(item!, 'CommitId')} ${planId}`;
      this.plans.set(key, (this.plans.get(key) ?? new Map()).set(text(item!, 'Component')!, item!));
    }
  }

  /** An object was written where one was. */
  public overwrote(location: string): void {
    this.check(() => {
      if (location.startsWith('s3://artifacts/')) {
        throw new Violation('locations are never rewritten', `${location} was written again`);
      }
    });
  }

  /** Where unowned files are an error, no release is made of a plan that would have to leave some out. */
  private checkUnowned({ id, version: { catalogue } }: Execution, { commitId, baseline, promotion }: Release): void {
    const { repository, baselineBranch } = this.props;
    if (catalogue.unownedPaths !== 'error' || this.props.versions.length > 1 || promotion !== undefined || baseline === undefined
      || baselineBranch !== undefined || this.props.isSlow || repository.find(baseline.commitId) === undefined) {
      return;
    }
    const [unowned] = unownedChanges(catalogue, repository.remembered(baseline.commitId).tree, repository.remembered(commitId).tree);
    if (unowned !== undefined) {
      throw new Violation('changes that nobody owns are refused', `${id} deploys ${commitId}, although ${unowned} differs from ${baseline.commitId}`);
    }
  }

  /** Both environments get the very same builds from one execution. */
  private checkOrigin(environment: string, execution: Execution, release: Release): void {
    const first = this.locations.get(execution.id);
    this.locations.set(execution.id, release.components);
    if (first !== undefined && JSON.stringify(first) !== JSON.stringify(release.components)) {
      throw new Violation('built once', `${environment} got other builds from ${execution.id} than the environment before`);
    }
  }

  private checkEnvironment(before: StoredItem | undefined, after: StoredItem | undefined): void {
    if (after === undefined) {
      throw new Violation('baselines move forward', 'an environment\'s record was deleted');
    }
    const environment = text(after, 'Environment')!;
    const isCurrent = Number(after.BuildNumber!.N) === 0;
    if (isCurrent && before !== undefined && Number(after.Sequence!.N) < Number(before.Sequence!.N)) {
      throw new Violation('baselines move forward', `${environment} went from ${before.Sequence!.N} back to ${after.Sequence!.N}`);
    }
    this.checkDeployed(environment, text(after, 'PipelineExecutionId')!, 'is recorded as live');
    const release = this.props.readRelease(text(after, 'Release')!);
    if (release?.commitId !== text(after, 'CommitId')) {
      throw new Violation('only what was deployed is recorded', `${environment}: the recorded release is of ${release?.commitId}, not ${text(after, 'CommitId')}`);
    }
    if (isCurrent) {
      this.promotions.recorded(environment, this.props.findExecution(text(after, 'PipelineExecutionId')!)!, text(after, 'Promotion'), release!);
    }
  }

  private checkBuild(before: StoredItem | undefined, after: StoredItem | undefined): void {
    const name = `build ${(after ?? before!).BuildNumber!.N} of ${text((after ?? before)!, 'Component')}`;
    if (after === undefined) {
      throw new Violation('builds are never rewritten', `${name} was deleted`);
    }
    for (const attribute of ['Location', 'Fingerprint', 'CommitId', 'PipelineExecutionId', 'ArtifactDigest']) {
      if (before !== undefined && text(before, attribute) !== text(after, attribute)) {
        throw new Violation('builds are never rewritten', `${attribute} of ${name} was ${text(before, attribute)} and became ${text(after, attribute)}`);
      }
    }
    if (before === undefined) {
      const key = `${text(after, 'Component')} ${text(after, 'Fingerprint')}`;
      this.fingerprints.set(key, Math.min(this.fingerprints.get(key) ?? Infinity, this.props.now()));
    }
    const deployments = (after.Deployments?.M ?? {}) as Record<string, { M: StoredItem }>;
    for (const [environment, { M: record }] of Object.entries(deployments)) {
      this.checkDeployed(environment, text(record, 'PipelineExecutionId')!, `has ${name} recorded`);
    }
  }

  private checkDeployed(environment: string, executionId: string, what: string): void {
    if (this.props.findExecution(executionId)?.deployedIn.has(environment) !== true) {
      throw new Violation('only what was deployed is recorded', `${executionId} ${what} in ${environment}, where it was not deployed everywhere`);
    }
  }

  /** What a component depends on was built before it, as far as it changed. */
  private checkOrder({ component, commitId, planId, executionId, version: { catalogue } }: BuildContext): void {
    const planned = this.plans.get(`${commitId} ${planId}`)!;
    const decided = new Set(this.props.readItems(DEPLOYMENTS_TABLE).map((item) => text(item, 'Component')));
    const unbuilt = dependencies(catalogue, component).find((name) => planned.has(`shop#${name}`) && !decided.has(`shop#${name}#${executionId}`));
    if (unbuilt !== undefined) {
      throw new Violation('builds wait for what they depend on', `${executionId} built ${component} before ${unbuilt}`);
    }
  }

  /** A component is built only if it is affected, and only if no build was made from the same. */
  private checkNeeded({ component, commitId, planId, beganAt, version }: BuildContext, fingerprint: string): void {
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
      || isUnknown(JSON.stringify(diff.Reasons), this.props.isSlow)) {
      return;
    }
    const { repository } = this.props;
    const paths = GitRepository.differences(repository.remembered(baseline).tree, repository.remembered(commitId).tree).map(({ path }) => path);
    // The function that planned may have a later catalogue already than the build.
    const isAffected = this.props.versions.filter(({ number }) => number >= version.number).some(({ catalogue }) => {
      // What somebody chose by hand is not what its commit has.
      const redefined = catalogue.components
        .filter(({ name, build }) => release.components[name]?.definition !== build!.digest || release.pinned?.includes(name))
        .map(({ name }) => name);
      return affected(catalogue, paths, redefined).has(component);
    });
    if (!isAffected) {
      throw new Violation('only what is affected is built', `${component} was built at ${commitId}, although nothing that it reads differs from ${baseline}`);
    }
  }

  public check(rule: () => void): void {
    try {
      rule();
    } catch (error) {
      if (!(error instanceof Violation)) {
        throw error;
      }
      this.props.fail(error);
    }
  }
}

/** What cannot be known is built: the baseline's commit is gone, or differences came too slowly. */
function isUnknown(reasons: string, isSlow: boolean): boolean {
  return reasons.includes('BaselineMissing') || (isSlow && reasons.includes('DiffUnreadable'));
}

function text(item: StoredItem, attribute: string): string | undefined {
  return item[attribute]?.S as string | undefined;
}
