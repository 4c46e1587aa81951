import { BuildContext, BuildRules } from './builds';
import { Deliveries } from './deliveries';
import { trueCatalogue } from './facts';
import { text } from './items';
import { BuildNumbers } from './numbers';
import { Promotions } from './promotions';
import { Records } from './records';
import { expectedContent, unownedChanges } from './rules';
import { Starts } from './starts';
import { Violation } from './violation';
import type { AgentDecision } from '../../src/contract/agent';
import type { ChangeReport } from '../../src/contract/delivery';
import { HEAD_PARTITION, planMarkerKey } from '../../src/contract/tables';
import type { Release } from '../../src/core/release';
import type { StoredItem } from '../services/dynamodb-memory';
import type { CatalogueVersion, Execution } from '../world/execution';
import { Deployment } from '../world/execution';
import { DEPLOYMENTS_TABLE, DIFF_TABLE, SOLUTION } from '../world/names';
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
  /** What an execution's Prepare action reported of a place. */
  readonly readReport: (executionId: string, place: string) => ChangeReport | undefined;
  readonly baselineBranch?: string;
  /** Whether differences may be impossible to read: in the time there is, or at all. */
  readonly mayBeUnreadable: boolean;
  /** In the order of deployment. */
  readonly environments: readonly EnvironmentSettings[];
  readonly now: () => number;
  /** How long a build may stay unseen by others. */
  readonly indexLag: number;
  readonly fail: (violation: Violation) => void;
}

/** Watches a history from outside, and knows what must be true at each point of it. */
export class Monitor {
  public readonly numbers = new BuildNumbers();
  public readonly deliveries: Deliveries;
  private readonly promotions: Promotions;
  private readonly starts: Starts;
  private readonly builds: BuildRules;
  private readonly records: Records;
  private readonly contents = new Map<string, string>();
  private readonly locations = new Map<string, Release['components']>();
  private readonly startedFor = new Map<string, string>();
  private readonly headNumbers = new Map<string, Set<unknown>>();

  public constructor(private readonly props: MonitorProps) {
    this.promotions = new Promotions(props.environments.map(({ name }) => name));
    this.deliveries = new Deliveries(props);
    this.builds = new BuildRules(props);
    this.records = new Records(props, this.promotions);
    this.starts = new Starts({
      now: props.now,
      known: props.knownExecutions,
      isRecordedLive: ({ id }) => props.readItems(DEPLOYMENTS_TABLE).some((item) => item.BuildNumber!.N === '0' && item.Promotion !== undefined && text(item, 'PipelineExecutionId') === id),
    });
  }

  /** The branch moved. */
  public asked(): void {
    this.starts.asked();
  }

  /** What someone asked for by hand is worked on, or no longer. */
  public worksOnRequest(isWorking: boolean): void {
    this.starts.worksOnRequest(isWorking);
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

  /** The pipeline was started again. */
  public started(execution: Execution): void {
    this.check(() => this.starts.started(execution));
    const { id, request } = execution;
    const head = this.props.readItems(DIFF_TABLE).find(isHead);
    if (request.by === 'person' || head === undefined || text(head, 'Status') !== 'Planning' || text(head, 'HeadCommitId') !== request.commitId) {
      return;
    }
    // A late start may be an earlier attempt's, or that of an earlier head with the same commit: harmless, and not to be distinguished from outside.
    if (head.Attempt!.N !== '1' || this.headNumbers.get(request.commitId!)!.size > 1) {
      return;
    }
    const number = head.HeadNumber!.N as string;
    this.check(() => {
      const before = this.startedFor.get(number);
      // A pipeline that was made again knows neither the execution nor its token.
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
      this.builds.checkOrder(context);
      this.builds.checkNeeded(context, decision.fingerprint);
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
      this.builds.notePlan(after);
      return;
    }
    this.check(() => {
      const item = after ?? before!;
      if (text(item, 'Place') !== undefined) {
        if (item.Attempt !== undefined) {
          this.deliveries.wrote(before, after);
        }
        return;
      }
      if (text(item, 'Environment') !== undefined) {
        this.records.checkEnvironment(before, after);
      } else if (Number(item.BuildNumber!.N) > 0) {
        this.records.checkBuild(before, after);
        if (before === undefined) {
          this.builds.noteBuild(after!);
        }
      }
    });
  }

  private noteHead(item: StoredItem | undefined): void {
    if (item !== undefined && isHead(item)) {
      const commitId = text(item, 'HeadCommitId')!;
      const numbers = this.headNumbers.get(commitId) ?? new Set();
      this.headNumbers.set(commitId, numbers.add(item.HeadNumber!.N));
    }
  }

  /** @param running - the execution's runs of the state machine that are under way */
  public startedBuilds(executionId: string, running: number): void {
    this.check(() => {
      if (running > 1) {
        throw new Violation('an execution has one run of its builds', `${executionId} has ${running} at the same time`);
      }
    });
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
      || baselineBranch !== undefined || this.props.mayBeUnreadable || repository.find(baseline.commitId) === undefined) {
      return;
    }
    const [unowned] = unownedChanges(catalogue, repository.remembered(baseline.commitId).tree, repository.remembered(commitId).tree);
    if (unowned !== undefined) {
      throw new Violation('changes without an owner are refused', `${id} deploys ${commitId}, although ${unowned} differs from ${baseline.commitId}`);
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

/** What is remembered of the source is in the head's partition too. */
function isHead(item: StoredItem): boolean {
  return text(item, 'CommitId') === HEAD_PARTITION && text(item, 'Component') === planMarkerKey(SOLUTION);
}
