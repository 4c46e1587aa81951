import { Builds } from './builds';
import { drawCatalogue } from './catalogues';
import { artifactKey, Environments } from './environments';
import { ActionResult, CatalogueVersion, Execution } from './execution';
import { FanOut } from './fan-out';
import { functionProgram } from './function-programs';
import { Functions, RunProgram } from './functions';
import { JobRunner } from './job-runner';
import { Jobs } from './jobs';
import { drawTree, withDrawnFacts } from './mutations';
import { ARTIFACT_BUCKET, BRANCH, DIFF_TABLE, SOLUTION } from './names';
import { Action, PipelineEngine } from './pipeline';
import { Programs } from './programs';
import { GitRepository } from './repository';
import { connect } from './services';
import { Settings } from './settings';
import { TABLES } from './tables';
import type { ChangeReport } from '../../src/contract/delivery';
import { EXECUTION_EVENT, TrancheAnswer } from '../../src/contract/fan-out';
import { changeSetKey } from '../../src/contract/objects';
import { NO_PROMOTION } from '../../src/core/promotion';
import type { Release } from '../../src/core/release';
import { FaultRates, NO_FAULTS } from '../engine/faults';
import { Random } from '../engine/random';
import { Sandbox } from '../engine/sandbox';
import { Scheduler } from '../engine/scheduler';
import { Task } from '../engine/task';
import { foundCatalogue } from '../model/facts';
import { Monitor } from '../model/monitor';
import { CloudFormation } from '../services/cloudformation';
import { CodeCommit } from '../services/codecommit';
import { CodePipeline } from '../services/codepipeline';
import { DynamoDb } from '../services/dynamodb';
import { Ecr } from '../services/ecr';
import { S3 } from '../services/s3';
import { Services } from '../services/service';
import { StepFunctions } from '../services/step-functions';

export interface SystemProps {
  readonly seed: number;
  readonly settings: Settings;
  readonly programs: Programs;
  /** Sandboxes that are not in use: they are costly to make. */
  readonly sandboxes: Sandbox[];
  /** Whether the SDK's clients write requests and read responses as they do over HTTP. */
  readonly usesWire: boolean;
  /** A folder of this machine, for what is packaged. */
  readonly folder: string;
  readonly log?: (text: string) => void;
  /** What stands between programs and services: a planted defect may be there. */
  readonly tamper: (services: Services, system: System) => Services;
}

const PATIENCE_MS = 3_600_000;

/** A whole solution: repository, services, functions, pipeline, builds, environments, and the model that watches them. */
export class System {
  public readonly scheduler = new Scheduler();
  public readonly repository = new GitRepository();
  public readonly versions: CatalogueVersion[];
  public readonly pipeline: PipelineEngine;
  public readonly functions: Functions;
  public readonly environments: Environments;
  public readonly monitor: Monitor;
  public readonly dynamoDb: DynamoDb;
  public readonly s3: S3;
  /** Chance has its way; otherwise nothing goes wrong any more, and anyone who is asked to approve does. */
  public isTroubled = true;
  /** The pipeline's own stack is. */
  public isBeingDeployed = false;
  private persons = 0;
  private readonly pendingApprovals: (() => void)[] = [];
  private readonly jobs = new Jobs();
  private readonly jobRunner: JobRunner;
  private readonly gates: Random;
  private readonly builds: Builds;
  private readonly cloudFormation: CloudFormation;
  private readonly stepFunctions: StepFunctions;
  private readonly services: Services;
  private readonly random: Random;

  public constructor(private readonly props: SystemProps) {
    const { seed, settings, programs } = props;
    this.random = Random.named(seed, 'system');
    this.gates = Random.named(seed, 'gates');
    const drawn = drawTree(Random.named(seed, 'tree'));
    const tree = settings.isFound ? withDrawnFacts(Random.named(seed, 'first facts'), drawn) : drawn;
    const first = this.repository.commit(tree, undefined);
    const catalogue = drawCatalogue(Random.named(seed, 'catalogue'), settings);
    this.versions = [{ number: 1, catalogue: settings.isFound ? foundCatalogue(catalogue, tree, first.id) : catalogue }];
    this.repository.branches.set(BRANCH, first.id);
    if (settings.baselineBranch !== undefined) {
      this.repository.branches.set(settings.baselineBranch, first.id);
    }
    this.s3 = new S3((location) => this.monitor.overwrote(location));
    this.dynamoDb = new DynamoDb({
      tables: TABLES,
      random: Random.named(seed, 'dynamodb'),
      now: () => this.scheduler.now,
      pageSize: settings.queryPage,
      indexLag: () => (this.isTroubled ? settings.indexLag : 0),
      partialBatches: () => (this.faults().throttle > 0 ? 0.2 : 0),
      onWrite: (table, before, after) => this.monitor.wrote(table, before, after),
    });
    this.pipeline = new PipelineEngine({
      mode: settings.mode,
      strategy: settings.strategy,
      environments: settings.environments,
      version: this.versions[0]!,
      perform: async (execution, action) => this.perform(execution, action),
      log: (text) => this.log(text),
      onStart: (execution) => this.monitor.started(execution),
      onEnd: (execution) => {
        execution.lastVersion = this.latest.number;
        execution.endedInDeployment = this.isBeingDeployed;
        this.sayThatItEnded(execution);
      },
    });
    this.monitor = new Monitor({
      repository: this.repository,
      versions: this.versions,
      baselineBranch: settings.baselineBranch,
      indexLag: settings.indexLag,
      findExecution: (id) => this.pipeline.find(id),
      knownExecutions: () => this.pipeline.known,
      readItems: (table) => this.dynamoDb.items(table),
      readRelease: (key) => this.release(key),
      readReport: (executionId, place) => this.report(executionId, place),
      environments: settings.environments,
      mayBeUnreadable: settings.faults.slow > 0 || (settings.host?.overTheBound ?? 0) > 0,
      now: () => this.scheduler.now,
      fail: (violation) => this.scheduler.fail(violation),
    });
    const ecr = new Ecr();
    const codePipeline = new CodePipeline(this.pipeline, this.jobs);
    const codeCommit = new CodeCommit(this.repository, settings.differencesPage);
    this.services = props.tamper(async (...call) => connect({
      codeCommit,
      codePipeline,
      dynamoDb: this.dynamoDb,
      ecr,
      s3: this.s3,
      cloudFormation: this.cloudFormation,
      stepFunctions: this.stepFunctions,
      monitor: this.monitor,
    }, ...call), this);
    const run: RunProgram = async (name, program, options) => this.run(name, program, options);
    this.functions = new Functions({
      programs: (name, sandbox, version) => functionProgram(name, sandbox, version, { ...props, isTroubled: () => this.isTroubled }),
      run,
      sleep: async (milliseconds) => this.scheduler.sleep(milliseconds),
      random: Random.named(seed, 'functions'),
      version: this.versions[0]!,
    });
    this.jobRunner = new JobRunner(this.jobs, this.functions, this.scheduler, Random.named(seed, 'doubles'), (random) => random.chance(this.faults().twice));
    const isFlaky = (random: Random) => random.chance(this.faults().flaky);
    this.builds = new Builds({
      programs, run, ecr, isFlaky, monitor: this.monitor, folder: props.folder, treeOf: (commitId) => this.repository.remembered(commitId).tree,
    });
    const fanOut = new FanOut({
      ask: async (event, faults) => this.functions.call('builds', event, faults) as Promise<TrancheAnswer | undefined>,
      build: async (execution, component) => this.builds.build(execution, component),
    });
    this.stepFunctions = new StepFunctions({
      run: async (input, isStopped) => fanOut.run(this.pipeline.find(input.pipelineExecutionId)!, input, isStopped),
      onStart: (executionId, running) => this.monitor.startedBuilds(executionId, running),
    });
    this.environments = new Environments({
      places: settings.environments.flatMap(({ places }) => places),
      s3: this.s3,
      monitor: this.monitor,
      random: Random.named(seed, 'environments'),
      now: () => this.scheduler.now,
      after: (milliseconds, action) => this.scheduler.after(milliseconds, action),
      isFlaky,
      isUndeployable: (value) => this.builds.isUndeployable(value),
    });
    this.cloudFormation = new CloudFormation(this.environments.stacks);
    if (settings.startsOnCreation) {
      this.pipeline.start({ by: 'creation' });
    }
    props.log?.(`settings ${JSON.stringify(settings)}`);
    props.log?.(`catalogue ${JSON.stringify(this.versions[0]!.catalogue)}`);
  }

  public log(text: string): void {
    this.props.log?.(`${new Date(this.scheduler.now).toISOString()} ${text}`);
  }

  public get settings(): Settings {
    return this.props.settings;
  }

  public get head(): string {
    return this.repository.branches.get(BRANCH)!;
  }

  public get latest(): CatalogueVersion {
    return this.versions[this.versions.length - 1]!;
  }

  public faults(): FaultRates {
    return this.isTroubled ? this.props.settings.faults : NO_FAULTS;
  }

  /** A release in the artifact bucket. */
  public release(key: string): Release | undefined {
    const json = this.s3.text(`s3://${ARTIFACT_BUCKET}/${key}`);
    return json === undefined ? undefined : JSON.parse(json) as Release;
  }

  /** Someone runs a program at a terminal. */
  public async byHand(program: (sandbox: Sandbox) => Promise<void>): Promise<void> {
    await this.run(`person#${++this.persons}`, program, { timeoutMs: PATIENCE_MS, faultsSeen: new Set() });
  }

  /** Someone asks the diff function for something by hand. */
  public ask(event: object): void {
    this.monitor.worksOnRequest(true);
    void this.functions.invoke('diff', event).then(() => this.monitor.worksOnRequest(false));
  }

  /** The table of plans is emptied, or is another one. */
  public loseDiffs(): void {
    this.dynamoDb.clear(DIFF_TABLE);
    this.monitor.lostDiffs();
    this.pipeline.active.forEach((execution) => {
      execution.lostItsPlan = true;
    });
  }

  /** From here on nothing goes wrong any more. */
  public calm(): void {
    this.isTroubled = false;
    this.environments.repair();
    this.pendingApprovals.splice(0).forEach((approve) => approve());
  }

  private async run(name: string, program: Parameters<RunProgram>[1], { timeoutMs, faultsSeen }: Parameters<RunProgram>[2]): Promise<Task> {
    const { seed, settings, sandboxes, usesWire } = this.props;
    const task = new Task({
      name, faultsSeen, random: Random.named(seed, name), scheduler: this.scheduler, faults: () => this.faults(), log: (text) => this.log(text),
    });
    const sandbox = sandboxes.pop() ?? new Sandbox(usesWire);
    sandbox.enter(task, this.services, settings.attempts);
    this.scheduler.after(timeoutMs, () => task.kill('timeout'));
    await task.run(async () => program(sandbox, task));
    sandboxes.push(sandbox);
    if (task.error !== undefined) {
      this.log(`${name}: ${task.error.message}`);
      if (BUGS.includes(task.error.name)) {
        this.scheduler.fail(task.error);
      }
    }
    return task;
  }

  private async perform(execution: Execution, action: Action): Promise<ActionResult> {
    const { commitId, variables } = execution;
    const pipelineExecutionId = execution.id;
    switch (action.kind) {
      case 'source': return this.fetchSource(execution);
      case 'plan': return this.jobRunner.run('diff', { action: 'plan', commitId, pipelineExecutionId, promotion: execution.request.promotion ?? NO_PROMOTION });
      case 'build': return this.builds.build(execution, action.component);
      case 'fan-out': {
        const result = await this.jobRunner.run('builds', { commitId, planId: variables.planId, pipelineExecutionId, source: variables.source });
        return result.ok ? result : { ...result, injected: result.injected || this.stepFunctions.isExcused(execution.id) };
      }
      case 'release': return this.jobRunner.run('release', { commitId, pipelineExecutionId, ...variables }, { output: artifactKey(execution) });
      case 'prepare': return this.deliver(execution, action.kind, action.place);
      case 'approve': return this.approval(execution, action.environment);
      case 'test': return this.test();
      case 'deploy': {
        const began = this.scheduler.now;
        this.monitor.deliveries.came(action.environment, execution.id, this.contentOf(execution, action.environment));
        const result = await this.deliver(execution, action.kind, action.place);
        if (result.ok) {
          this.monitor.check(() => this.environments.delivered(action.environment, action.place, execution, began));
        }
        return result;
      }
      case 'record': return this.record(execution, action.environment);
    }
  }

  private async record(execution: Execution, environment: string): Promise<ActionResult> {
    this.monitor.deliveries.passed(environment, execution.id);
    const result = await this.jobRunner.run('record', {
      environment, places: this.placesOf(environment).join(','), stage: environment, pipelineExecutionId: execution.id,
    });
    // Of one that ended meanwhile, as its pipeline was made again, no one learns how its action went.
    if (result.ok && execution.isActive) {
      this.monitor.succeededToRecord(environment, execution);
    }
    return result;
  }

  private async fetchSource(execution: Execution): Promise<ActionResult> {
    await this.scheduler.sleep(this.random.duration(500, 5_000));
    execution.commitId = execution.request.commitId ?? this.head;
    return this.repository.find(execution.commitId) === undefined
      ? { ok: false, why: `Commit ${execution.commitId} is gone.`, injected: true }
      : { ok: true };
  }

  /** EventBridge's event of an execution that ended before its time: it may be late, come twice, or get lost. */
  private sayThatItEnded({ id, status }: Execution): void {
    const state = ({ Stopped: 'STOPPED', Cancelled: 'CANCELED', Superseded: 'SUPERSEDED' } as Record<string, string | undefined>)[status];
    const rates = this.faults();
    if (state === undefined || this.settings.strategy !== 'fan-out' || this.random.chance(rates.events * 0.3)) {
      return;
    }
    const event = { 'detail-type': EXECUTION_EVENT, 'detail': { 'execution-id': id, state } };
    for (let copies = this.random.chance(rates.events * 0.5) ? 2 : 1; copies > 0; copies--) {
      this.scheduler.after(this.random.duration(50, this.random.chance(rates.events) ? 1_800_000 : 2_000), () => {
        void this.functions.invoke('builds', event);
      });
    }
  }

  private placesOf(environment: string): readonly string[] {
    return this.settings.environments.find(({ name }) => name === environment)!.places;
  }

  private async deliver(execution: Execution, action: 'prepare' | 'deploy', place: string): Promise<ActionResult> {
    this.environments.forgive(place);
    const result = await this.jobRunner.run('delivery', { action, place, pipelineExecutionId: execution.id }, { input: artifactKey(execution) });
    return result.ok ? result : { ...result, injected: result.injected || this.environments.isExcused(place) };
  }

  /** Where no place of the environment changes, and what is there passed all gates, the library answers in the approver's place. */
  private async approval(execution: Execution, environment: string): Promise<ActionResult> {
    const answer = this.isTroubled ? this.random.weighted({ approve: 8, reject: 1, forget: 1 }) : 'approve';
    const reports = this.placesOf(environment).map((place) => this.report(execution.id, place));
    if (reports.every((report) => report?.changes.length === 0 && report.ask === undefined)) {
      this.monitor.check(() => this.monitor.deliveries.passedOver(environment, execution.id, this.contentOf(execution, environment)));
      return { ok: true };
    }
    if (this.isTroubled && answer === 'forget') {
      await new Promise<void>((resolve) => this.pendingApprovals.push(resolve));
    } else if (this.isTroubled) {
      await this.scheduler.sleep(this.random.duration(1_000, 7_200_000));
    }
    return answer === 'reject' ? { ok: false, why: 'The approval was refused.', injected: true } : { ok: true };
  }

  /** Tests of what was deployed. */
  private async test(): Promise<ActionResult> {
    await this.scheduler.sleep(this.gates.duration(1_000, 60_000));
    return this.gates.chance(this.faults().flaky) ? { ok: false, why: 'The tests failed.', injected: true } : { ok: true };
  }

  /** What an execution brings to an environment. */
  private contentOf(execution: Execution, environment: string): string {
    return this.placesOf(environment).map((place) => this.environments.brought(execution, place)).join('\n');
  }

  private report(executionId: string, place: string): ChangeReport | undefined {
    const json = this.s3.text(`s3://${ARTIFACT_BUCKET}/${changeSetKey(SOLUTION, executionId, place)}`);
    return json === undefined ? undefined : JSON.parse(json) as ChangeReport;
  }
}

/** Errors that no input may cause. */
const BUGS = ['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError'];
