import { Builds } from './builds';
import { drawCatalogue } from './catalogues';
import { artifactKey, Environments } from './environments';
import { ActionResult, CatalogueVersion, Execution } from './execution';
import { FanOut } from './fan-out';
import { FunctionName, Functions, RunProgram } from './functions';
import { Jobs } from './jobs';
import { drawTree, withDrawnFacts } from './mutations';
import { ARTIFACT_BUCKET, BRANCH, DEPLOYMENTS_TABLE, DIFF_TABLE, PIPELINE, PIPELINE_BUCKET, REPOSITORY, SOLUTION } from './names';
import { Action, PipelineEngine } from './pipeline';
import { Programs } from './programs';
import { GitRepository } from './repository';
import { Settings } from './settings';
import { TABLES } from './tables';
import { ImageCopier } from '../../lambda/shared/image-copier';
import { createLogger } from '../../lambda/shared/logger';
import { CodeCommitRepository } from '../../lambda/shared/source/codecommit/code-commit-repository';
import type { DeliveryPlace } from '../../src/contract/delivery';
import type { TrancheAnswer } from '../../src/contract/fan-out';
import { NO_PROMOTION } from '../../src/core/promotion';
import type { Release } from '../../src/core/release';
import { FaultRates, NO_FAULTS } from '../engine/faults';
import { Random } from '../engine/random';
import { Sandbox } from '../engine/sandbox';
import { Scheduler } from '../engine/scheduler';
import { Task } from '../engine/task';
import { foundCatalogue } from '../model/facts';
import { Monitor } from '../model/monitor';
import { assumeAnyRole, CloudFormation } from '../services/cloudformation';
import { CodeCommit } from '../services/codecommit';
import { CodePipeline } from '../services/codepipeline';
import { DynamoDb } from '../services/dynamodb';
import { Ecr } from '../services/ecr';
import { S3 } from '../services/s3';
import { Services } from '../services/service';

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

const JOB_TIMEOUT_MS = 1_200_000;
const PATIENCE_MS = 3_600_000;
/** Between a function's wish to be invoked again and that invocation: AWS does not say how long. */
const CONTINUATION_MS = 30_000;

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
  /** Chance has its way; otherwise nothing goes wrong any more, and whoever is asked to approve does. */
  public isTroubled = true;
  /** The pipeline's own stack is. */
  public isBeingDeployed = false;
  private persons = 0;
  private readonly pendingApprovals: (() => void)[] = [];
  private readonly jobs = new Jobs();
  private readonly builds: Builds;
  private readonly cloudFormation: CloudFormation;
  private readonly fanOut: FanOut;
  private readonly services: Services;
  private readonly random: Random;

  public constructor(private readonly props: SystemProps) {
    const { seed, settings, programs } = props;
    this.random = Random.named(seed, 'system');
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
      environments: settings.environments,
      isSlow: settings.faults.slow > 0,
      now: () => this.scheduler.now,
      fail: (violation) => this.scheduler.fail(violation),
    });
    const ecr = new Ecr();
    this.services = props.tamper(this.connect(ecr), this);
    const run: RunProgram = async (name, program, options) => this.run(name, program, options);
    this.functions = new Functions({
      programs: (name, sandbox, version) => this.program(name, sandbox, version),
      run,
      sleep: async (milliseconds) => this.scheduler.sleep(milliseconds),
      random: Random.named(seed, 'functions'),
      version: this.versions[0]!,
    });
    const isFlaky = (random: Random) => random.chance(this.faults().flaky);
    this.builds = new Builds({
      programs, run, ecr, isFlaky, monitor: this.monitor, folder: props.folder, treeOf: (commitId) => this.repository.remembered(commitId).tree,
    });
    this.fanOut = new FanOut({
      ask: async (event, faults) => this.functions.call('builds', event, faults) as Promise<TrancheAnswer | undefined>,
      build: async (execution, component) => this.builds.build(execution, component),
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

  /** Somebody runs a program at a terminal. */
  public async byHand(program: (sandbox: Sandbox) => Promise<void>): Promise<void> {
    await this.run(`person#${++this.persons}`, program, { timeoutMs: PATIENCE_MS, faultsSeen: new Set() });
  }

  /** Somebody asks the diff function for something by hand. */
  public ask(event: object): void {
    this.monitor.asked();
    void this.functions.invoke('diff', event).then(() => this.monitor.asked());
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

  private connect(ecr: Ecr): Services {
    const codeCommit = new CodeCommit(this.repository, this.props.settings.differencesPage);
    const codePipeline = new CodePipeline(this.pipeline, this.jobs);
    return async (service, operation, input) => {
      switch (service) {
        case 'dynamodb': return this.dynamoDb.handle(operation, input);
        case 's3': return this.s3.handle(operation, input as Parameters<S3['handle']>[1]);
        case 'codecommit': return codeCommit.handle(operation, input as Record<string, unknown>);
        case 'codepipeline': return codePipeline.handle(operation, input as Record<string, unknown>);
        case 'ecr': return ecr.handle(operation, input);
        case 'cloudformation': return this.cloudFormation.handle(operation, input as Record<string, string | undefined>);
        case 'sts': return assumeAnyRole();
      }
    };
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

  private program(name: FunctionName, sandbox: Sandbox, { catalogue }: CatalogueVersion) {
    const { programs, settings } = this.props;
    const { codePipeline, codeCommit, dynamoDb, s3, timing } = sandbox;
    const common = {
      solution: SOLUTION,
      diffTable: DIFF_TABLE,
      deploymentsTable: DEPLOYMENTS_TABLE,
      artifactBucket: ARTIFACT_BUCKET,
      pipeline: PIPELINE,
      catalogue,
      codePipeline,
      dynamoDb,
      s3,
      timing,
      logger: createLogger(() => undefined, timing.now),
    };
    const { environments, baselineBranch } = settings;
    switch (name) {
      case 'diff': return programs.diff({
        ...common,
        openSource: () => new CodeCommitRepository(codeCommit, REPOSITORY),
        baselineBranch,
        branch: BRANCH,
        environments: environments.map((environment) => environment.name),
        planRetentionDays: 30,
      });
      case 'release': return programs.release({
        ...common,
        environments: environments.flatMap(({ name: environment, places }) => places.map((place) => ({
          name: place,
          environment,
          parameters: {},
          stacks: [{ id: 'template', component: 'template', stackName: place, parameters: {}, tags: {}, capabilities: [], dependsOn: [] }],
        }))),
        region: 'eu-west-1',
        ecrIn: () => sandbox.ecr,
        refusesUndeclared: false,
        s3As: () => s3,
        s3In: () => s3,
        images: new ImageCopier({ ecrIn: () => sandbox.ecr, download: async () => new Uint8Array() }),
      });
      case 'builds': return programs.builds({
        ...common,
        targets: Object.fromEntries(catalogue.components.map((component) => [component.name, { project: 'builds', role: component.name }])),
        roleArnPrefix: 'arn:aws:iam::111111111111:role/',
        maxConcurrency: 40,
        pipelineBucket: PIPELINE_BUCKET,
      });
      case 'delivery': return programs.delivery({
        ...common,
        configuration: {
          places: Object.fromEntries(environments.flatMap(({ name: environment, places }) => (
            places.map((place) => [place, deliveryPlace(environment, place)])))),
        },
        s3As: () => s3,
        sts: sandbox.sts,
        cloudFormationAs: () => sandbox.cloudFormation,
        bucketsAs: () => s3,
        ecrAs: () => sandbox.ecr,
        images: new ImageCopier({ ecrIn: () => sandbox.ecr, download: async () => new Uint8Array() }),
      });
      case 'record': return programs.record(common);
    }
  }

  private async perform(execution: Execution, action: Action): Promise<ActionResult> {
    const { commitId, variables } = execution;
    const pipelineExecutionId = execution.id;
    switch (action.kind) {
      case 'source': return this.fetchSource(execution);
      case 'plan': return this.runJob('diff', { action: 'plan', commitId, pipelineExecutionId, promotion: execution.request.promotion ?? NO_PROMOTION });
      case 'build': return this.builds.build(execution, action.component);
      case 'fan-out': return this.fanOut.run(execution);
      case 'release': return this.runJob('release', { commitId, pipelineExecutionId, ...variables }, { output: artifactKey(execution) });
      case 'prepare': return this.deliver(execution, action.kind, action.place);
      case 'approve': return this.approval();
      case 'deploy': {
        const began = this.scheduler.now;
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
    const result = await this.runJob('record', {
      environment, places: this.placesOf(environment).join(','), stage: environment, pipelineExecutionId: execution.id,
    });
    if (result.ok) {
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

  private placesOf(environment: string): readonly string[] {
    return this.settings.environments.find(({ name }) => name === environment)!.places;
  }

  private async deliver(execution: Execution, action: 'prepare' | 'deploy', place: string): Promise<ActionResult> {
    this.environments.forgive(place);
    const result = await this.runJob('delivery', { action, place, pipelineExecutionId: execution.id }, { input: artifactKey(execution) });
    return result.ok ? result : { ...result, injected: result.injected || this.environments.isExcused(place) };
  }

  private async runJob(name: FunctionName, parameters: object, artifacts: Artifacts = {}): Promise<ActionResult> {
    const faults = new Set<string>();
    for (let continuationToken: string | undefined; ;) {
      const answer = await this.runOneJob(name, parameters, { ...artifacts, continuationToken }, faults);
      if (!answer.ok) {
        return { ...answer, injected: answer.injected || faults.size > 0 };
      }
      if (answer.continuationToken === undefined) {
        return answer;
      }
      continuationToken = answer.continuationToken;
      await this.scheduler.sleep(CONTINUATION_MS);
    }
  }

  private async runOneJob(name: FunctionName, parameters: object, artifacts: Artifacts, faults: Set<string>): Promise<ActionResult> {
    const { id, result } = this.jobs.create();
    void this.functions.invoke(name, jobEvent(id, parameters, artifacts), faults);
    this.scheduler.after(JOB_TIMEOUT_MS, () => {
      if (this.jobs.isOpen(id)) {
        this.jobs.answer(id, { ok: false, why: 'The function did not answer.', injected: true });
      }
    });
    return result;
  }

  private async approval(): Promise<ActionResult> {
    if (this.isTroubled) {
      const answer = this.random.weighted({ approve: 8, reject: 1, forget: 1 });
      if (answer !== 'forget') {
        await this.scheduler.sleep(this.random.duration(1_000, 7_200_000));
        return answer === 'approve' ? { ok: true } : { ok: false, why: 'The approval was refused.', injected: true };
      }
      await new Promise<void>((resolve) => this.pendingApprovals.push(resolve));
    }
    return { ok: true };
  }
}

/** Errors that no input may cause. */
const BUGS = ['TypeError', 'RangeError', 'ReferenceError', 'SyntaxError'];

/** What CodePipeline hands to a job. */
interface Artifacts {
  readonly input?: string;
  readonly output?: string;
  readonly continuationToken?: string;
}

function jobEvent(id: string, parameters: object, { input, output, continuationToken }: Artifacts): object {
  const artifact = (key: string | undefined) => (key === undefined ? [] : [
    { name: 'Release', location: { type: 'S3', s3Location: { bucketName: PIPELINE_BUCKET, objectKey: key } } },
  ]);
  return {
    'CodePipeline.job': {
      id,
      accountId: '111111111111',
      data: {
        actionConfiguration: { configuration: { FunctionName: 'function', UserParameters: JSON.stringify(parameters) } },
        inputArtifacts: artifact(input),
        outputArtifacts: artifact(output),
        artifactCredentials: { accessKeyId: 'job', secretAccessKey: 'job', sessionToken: 'job' },
        ...(continuationToken === undefined ? {} : { continuationToken }),
      },
    },
  };
}

function deliveryPlace(environment: string, place: string): DeliveryPlace {
  return {
    environment,
    account: '111111111111',
    region: 'eu-west-1',
    stackNames: [place],
    refusedStackNames: [],
    adopt: true,
    deployRoleArn: 'arn:aws:iam::111111111111:role/deploy',
    executionRoleArn: 'arn:aws:iam::111111111111:role/execution',
    allowDestructiveChanges: false,
    allowTypes: [],
    allowLogicalIds: [],
    gateOutputs: [],
    gatesDigest: 'gates',
    gatesReadCommit: false,
  };
}
