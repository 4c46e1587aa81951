import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { actionHandlers, ActionServices, stateMachines } from './action-handlers';
import { Activity } from './activity';
import { Assembly, readAssembly } from './assembly/manifest';
import { resolveDeclared, resolveResources } from './assembly/resources';
import { AccessDeniedError } from './authorization/access';
import { Authority } from './authorization/authority';
import { clientEnvironment, CREDENTIALS } from './client-environment';
import { ApprovalPolicy, Approvals } from './engine/actions/approval';
import { Jobs } from './engine/actions/jobs';
import { Alarms } from './engine/alarms';
import { checkPrincipals, PRINCIPAL_TYPES } from './engine/cloud-formation/first-creation';
import { ChangeSet, Stack, Stacks } from './engine/cloud-formation/stacks';
import { BuildFaults } from './engine/code-build/build-faults';
import { checkNetworks, NETWORK_TYPES } from './engine/code-build/network-rights';
import { Build } from './engine/code-build/project';
import { EventEntry } from './engine/event-bus';
import { actionEvent, branchEvent, connectionsOf, executionEvent, objectEvent, sourcesOf, tagEvent } from './engine/events';
import { HttpApiAnswer, HttpApiRequest } from './engine/http-api';
import { LambdaFunction } from './engine/lambda/function';
import { Artifacts } from './engine/pipeline/artifacts';
import { PipelineDefinition } from './engine/pipeline/definition';
import { Execution } from './engine/pipeline/execution';
import { Pipeline } from './engine/pipeline/pipeline';
import { StageRunner } from './engine/pipeline/stage-runner';
import { buildPullRequest } from './engine/pull-requests';
import { Queues } from './engine/queues';
import { Repository } from './engine/repository';
import { Slots } from './engine/slots';
import { Executions } from './engine/step-functions/executions';
import { StateMachine } from './engine/step-functions/state-machine';
import { zipDirectory } from './engine/zip';
import { LocalSystemOptions } from './options';
import { provision, Provisioned } from './provision';
import { logsService } from './services/build-logs';
import { CalendarState, ChangeCalendars } from './services/change-calendars';
import { cloudFormationService, digestOf, readTemplate } from './services/cloudformation/service';
import { CloudFront, Invalidation } from './services/cloudfront';
import { CodeBuild } from './services/codebuild';
import { CodeCommit } from './services/codecommit/service';
import { CodeDeploy, Deployment } from './services/codedeploy';
import { CodePipeline } from './services/codepipeline/service';
import { DynamoDb } from './services/dynamodb';
import { Ecr } from './services/ecr/service';
import { Ecs } from './services/ecs';
import { eventBridgeService } from './services/event-bridge';
import { Connection, GitEndpoint, GitFaults } from './services/git/git-endpoint';
import { Health, Issue } from './services/health';
import { lambdaService } from './services/lambda';
import { ResilienceHub } from './services/resilience-hub';
import { ObjectStore } from './services/s3/object-store';
import { S3Service } from './services/s3/service';
import { secretsService, secretValue } from './services/secrets';
import { AwsServer } from './services/server';
import { Message, Sns } from './services/sns';
import { ssmService } from './services/ssm';
import { stepFunctionsService } from './services/step-functions';
import { stsService } from './services/sts';
import { findTools, hostPath } from './tools';

/** What is known of next to what is emulated: keys and their aliases, for the objects that they encrypt. */
const KNOWN_TYPES = new Set([
  'AWS::CodeBuild::Project', 'AWS::DynamoDB::GlobalTable', 'AWS::DynamoDB::Table', 'AWS::KMS::Alias', 'AWS::KMS::Key', 'AWS::S3::Bucket',
  'AWS::SecretsManager::Secret',
]);

/** A synthesized system that runs on this machine. */
export class LocalSystem {
  /** @throws NotEmulatedError for what the template asks for and is not emulated */
  public static async start(options: LocalSystemOptions): Promise<LocalSystem> {
    const assembly = readAssembly(options.assembly);
    const system = new LocalSystem(assembly, options, mkdtempSync(join(tmpdir(), 'local-run-')));
    try {
      await system.bringUp();
      return system;
    } catch (error) {
      await system.stop();
      throw error;
    }
  }

  public readonly objects: ObjectStore;
  public readonly queues = new Queues();
  /** What stands in for a program that builds ask for. */
  public standIns: readonly string[] = [];
  public pipelines: readonly Pipeline[] = [];
  /** What AWS would have denied. */
  public readonly denied: AccessDeniedError[] = [];

  private readonly activity = new Activity();
  private readonly jobs = new Jobs();
  private readonly openApprovals = new Approvals();
  private readonly sns = new Sns();
  private readonly health = new Health();
  private readonly calendars = new ChangeCalendars();
  public readonly resilienceHub = new ResilienceHub();
  private readonly stacksOfRun = new Stacks((url) => readTemplate(this.objects, url), (bucket, key) => digestOf(this.objects, bucket, key), (bucket, key) => (
    this.objects.hasBucket(bucket) && this.objects.get(bucket, key) !== undefined
  ));
  private readonly alarms: Alarms;
  private readonly ecr = new Ecr();
  private readonly dynamo = new DynamoDb();
  private readonly cloudFront = new CloudFront();
  private readonly codeBuild = new CodeBuild();
  private readonly ecs = new Ecs();
  private readonly codeDeploy: CodeDeploy;
  private readonly codeCommit: CodeCommit;
  private readonly runsOfMachines = new Executions(this.activity);
  private machines: readonly StateMachine[] = [];
  private readonly codePipeline = new CodePipeline(this.jobs, this.openApprovals);
  private readonly buildsOfRun: { readonly executionId: string; readonly build: Build }[] = [];
  private readonly buildFaults: BuildFaults;
  private readonly authority: Authority;
  private readonly git: GitEndpoint;
  private server?: AwsServer;
  private client?: DynamoDBClient;
  private repository?: Repository;
  private resources?: Provisioned;
  private approvals: ApprovalPolicy;
  private clockAhead = 0;

  /** @param directory everything of the run is below, and is deleted with it */
  private constructor(private readonly assembly: Assembly, private readonly options: LocalSystemOptions, public readonly directory: string) {
    this.objects = new ObjectStore(join(directory, 'objects'), (change) => {
      const bucket = this.resources?.noticing.get(change.bucket);
      if (bucket !== undefined) {
        this.sendEvent(objectEvent(bucket, change));
      }
    });
    this.codeDeploy = new CodeDeploy(this.objects, join(directory, 'instances'), (work) => this.activity.track(work), options.deploymentGroups ?? {});
    this.codeCommit = new CodeCommit(options.differencesPageSize ?? 3);
    this.buildFaults = new BuildFaults(options);
    this.alarms = new Alarms(options.alarmMinute ?? 100);
    this.authority = new Authority(options.authorizer, this.objects, (error) => this.onDenied(error));
    this.approvals = options.approvals ?? (() => 'Approved');
    this.git = new GitEndpoint({
      directory: join(this.directory, 'repository.git'),
      findKey: (accessKeyId) => this.authority.credentials.find(accessKeyId),
      regions: [...new Set(this.assembly.stacks.map(({ region }) => region))],
      connection: (id) => this.connections.find(({ arn }) => arn.endsWith(`/${id}`)),
      require: async (accesses) => this.authority.require(accesses),
      now: () => Date.now() + this.clockAhead,
    });
  }

  /** What was published to topics. */
  public get messages(): readonly Message[] {
    return this.sns.messages;
  }

  /** Of all services. */
  public get endpoint(): string {
    return this.running(this.server).endpoint;
  }

  /** What CloudFront was asked to invalidate. */
  public get invalidations(): readonly Invalidation[] {
    return this.cloudFront.invalidations;
  }

  /** Task definitions that ECS was given. */
  public get taskDefinitions(): Ecs['taskDefinitions'] {
    return this.ecs.taskDefinitions;
  }

  /** Deployments that CodeDeploy made. */
  public get deployments(): readonly Deployment[] {
    return this.codeDeploy.deployments;
  }

  /** A client for the tables. */
  public get dynamodb(): DynamoDBClient {
    return this.running(this.client);
  }

  public get functions(): ReadonlyMap<string, LambdaFunction> {
    return this.running(this.resources).functions;
  }

  /** All executions of all pipelines, by their start. */
  public get executions(): Execution[] {
    return this.pipelines.flatMap(({ executions }) => executions);
  }

  public get stacks(): Stack[] {
    return this.stacksOfRun.all();
  }

  /** Change sets that wait to be executed. */
  public get changeSets(): ChangeSet[] {
    return this.stacksOfRun.allChangeSets();
  }

  /** Starts of builds that were refused because of the quota. */
  public get refusedStarts(): number {
    return this.buildFaults.refused;
  }

  /** Builds of an execution's actions; of deliveries, which are started by themselves, under no execution. */
  public builds(executionId = ''): Build[] {
    return this.buildsOfRun.filter((entry) => entry.executionId === executionId).map(({ build }) => build);
  }

  /** How approvals are decided from now on. */
  public decideApprovals(policy: ApprovalPolicy): void {
    this.approvals = policy;
  }

  /** The commit that a revision names. @throws InputError if it names none */
  public async resolve(revision: string): Promise<string> {
    return this.running(this.repository).resolve(revision);
  }

  /** What AWS Health reports from now on. */
  public reportIssues(issues: readonly Issue[]): void {
    this.health.issues = issues;
  }

  /** Lets the functions' clocks go forward, for what takes longer than anybody wants to watch. */
  public passTime(milliseconds: number): void {
    this.clockAhead += milliseconds;
  }

  /** Opens or closes a change calendar, by its name or ARN. */
  public setCalendar(name: string, state: CalendarState): void {
    this.calendars.states.set(name, state);
  }

  /** Lets an alarm go off, or end, by its ARN. */
  public setAlarm(arn: string, state: 'OK' | 'ALARM'): void {
    this.alarms.set(arn, state);
  }

  /**
   * Moves the branch and sends the event that CodeCommit would send, unless it is to get lost. Where the branch is there already,
   * the event is one that arrives twice. Resolves to the commit's ID.
   *
   * @throws InputError if the revision names no commit
   */
  public async moveBranch(revision: string, options: { readonly branch?: string; readonly loseEvent?: boolean } = {}): Promise<string> {
    const repository = this.running(this.repository);
    const branch = options.branch ?? this.options.branch;
    const commit = await repository.resolve(revision);
    const before = await repository.branch(branch);
    await repository.setBranch(branch, commit);
    if (!options.loseEvent) {
      this.sendBranchEvent(commit, { branch, ...(before === undefined ? {} : { before }) });
      this.reportPush(branch);
    }
    return commit;
  }

  /** What a Git host behind a connection says of a push: it starts pipelines that have a trigger. Otherwise nothing: within a minute, the schedule looks. */
  private reportPush(branch: string): void {
    const started = this.pipelines.filter(({ definition }) => definition.startedBy.includes(branch));
    started.forEach((pipeline) => pipeline.start({ trigger: { triggerType: 'WebhookV2', triggerDetail: 'local' } }));
    if (this.connections.length > 0 && started.length === 0 && this.running(this.resources).apis.count === 0) {
      this.fireSchedules();
    }
  }

  /** Sends a request to an API of the system, and answers what its function does. */
  public async request(request: HttpApiRequest): Promise<HttpApiAnswer> {
    return this.running(this.resources).apis.answer(request);
  }

  /** What a secret of the assembly holds. @throws Error where no secret's name begins so */
  public secret(logicalId: string): string {
    const secret = this.running(this.resources).secrets.find((candidate) => candidate.logicalId.startsWith(logicalId));
    if (secret === undefined) {
      throw new Error(`The assembly has no secret '${logicalId}'.`);
    }
    return secretValue(secret.arn);
  }

  /** Tells the host's webhooks of a pull request. Resolves to the builds that they started, when those have ended. */
  public async openPullRequest(head: string, base = this.options.branch, event = 'PULL_REQUEST_CREATED'): Promise<Build[]> {
    const { builders, projects } = this.running(this.resources);
    return buildPullRequest({ head: await this.running(this.repository).resolve(head), base, event }, {
      projects: builders,
      projectByName: (name) => projects.get(name),
      repository: join(this.directory, 'repository.git'),
      directory: this.directory,
      admit: async (project) => this.authority.requireWebhookBuild(project),
    });
  }

  /** The event of a branch that has moved, without moving it: for events that come twice, late or out of order. */
  public sendBranchEvent(commit: string, options: { readonly branch?: string; readonly before?: string } = {}): void {
    const { branch = this.options.branch, before } = options;
    sourcesOf(this.running(this.resources).pipelines).forEach((source) => this.sendEvent(branchEvent(source, branch, commit, before)));
  }

  /**
   * Gives a tag to what is tagged so in the repository, or deletes it where it is there no more, and sends the event that CodeCommit would send.
   * @param object the commit, or the object of an annotated tag
   */
  public async pushTag(name: string, object: string | undefined): Promise<void> {
    await this.running(this.repository).setTag(name, object);
    if (object !== undefined) {
      sourcesOf(this.running(this.resources).pipelines).forEach((source) => this.sendEvent(tagEvent(source, name, object)));
    }
    if (this.connections.length > 0) {
      this.fireSchedules();
    }
  }

  /** What goes wrong at the Git host, from now on. */
  public setGitFaults(faults: GitFaults): void {
    this.git.faults = faults;
  }

  /** Requests to Git endpoints so far. */
  public get gitRequests(): number {
    return this.git.requests;
  }

  private get connections(): Connection[] {
    return connectionsOf(this.running(this.resources).pipelines);
  }

  public sendEvent(entry: EventEntry): void {
    this.running(this.resources).bus.send(entry);
  }

  /** Lets the time of every schedule come. */
  public fireSchedules(): void {
    const { account, region } = this.assembly.stacks[0];
    this.running(this.resources).bus.fireSchedules(account, region);
  }

  /** Resolves when nothing is under way. Rejects with what ended the run, such as a call that is not emulated. */
  public async waitUntilIdle(): Promise<void> {
    return this.activity.idle();
  }

  /** Ends all processes and deletes everything of the run. */
  public async stop(): Promise<void> {
    this.pipelines.forEach((pipeline) => pipeline.cancelAll());
    this.runsOfMachines.stopAll();
    this.resources?.functions.forEach((target) => target.stop());
    this.repository?.close();
    this.client?.destroy();
    await this.server?.stop();
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 3 });
  }

  private async bringUp(): Promise<void> {
    this.repository = await Repository.over(this.options.repository, join(this.directory, 'repository.git'));
    mkdirSync(join(this.directory, 'empty'));
    this.server = await AwsServer.start({
      git: this.git,
      targets: {
        AmazonEC2ContainerRegistry_V20150921: this.ecr.service,
        CodeBuild_20161006: this.codeBuild.service,
        CodeDeploy_20141006: this.codeDeploy.service,
        AmazonEC2ContainerServiceV20141113: this.ecs.service,
        CodeCommit_20150413: this.codeCommit.service,
        CodePipeline_20150709: this.codePipeline.service,
        AWSHealth_20160804: this.health.service,
        AWSStepFunctions: stepFunctionsService(this.runsOfMachines, () => this.machines),
        AWSEvents: eventBridgeService(this.assembly.stacks[0], (entry) => this.sendEvent(entry)),
        AmazonSSM: ssmService(this.calendars),
        Logs_20140328: logsService((id) => this.build(id)),
        secretsmanager: secretsService(() => this.running(this.resources).secrets),
        DynamoDB_20120810: this.dynamo,
      },
      queries: {
        cloudfront: this.cloudFront,
        cloudformation: cloudFormationService(this.stacksOfRun, this.objects, this.alarms, this.options.changesPageSize ?? 2),
        sns: this.sns.service,
        sts: stsService(this.authority.credentials),
      },
      s3: new S3Service(this.objects),
      lambda: lambdaService((name) => this.functions.get(name), (work) => this.activity.track(work)),
      registry: this.ecr.registry,
    }, (error) => this.activity.fail(error), async (request, body) => this.authority.requireRequest(request, body));
    this.authority.know(resolveDeclared(this.assembly, KNOWN_TYPES));
    checkNetworks(resolveDeclared(this.assembly, NETWORK_TYPES));
    checkPrincipals(resolveDeclared(this.assembly, PRINCIPAL_TYPES), this.assembly.stacks);
    this.client = new DynamoDBClient({ endpoint: this.endpoint, region: this.assembly.stacks[0]?.region ?? 'us-east-1', credentials: CREDENTIALS });
    this.publishAssets();
    this.resources = await this.provision();
    const services: ActionServices = {
      activity: this.activity,
      authority: this.authority,
      objects: this.objects,
      codeCommit: this.codeCommit,
      jobs: this.jobs,
      approvals: this.openApprovals,
      approvalPolicy: () => this.approvals,
      stacks: this.stacksOfRun,
      alarms: this.alarms,
      slots: new Slots(this.options.buildConcurrency ?? availableParallelism()),
      resilienceHub: this.resilienceHub,
      buildFaults: this.buildFaults,
      taskRetryDelay: this.options.retryDelay ?? 100,
      repository: () => this.running(this.repository),
      emptyFolder: join(this.directory, 'empty'),
      onBuild: (build, executionId) => { this.buildsOfRun.push({ executionId, build }); },
    };
    this.machines = stateMachines(this.resources, services);
    const handlers = actionHandlers(this.resources, this.machines, services);
    const slots = new Slots(this.options.buildConcurrency ?? availableParallelism());
    this.codeBuild.use({
      objects: this.objects,
      directory: join(this.directory, 'deliveries'),
      project: (name) => this.running(this.resources).projects.get(name),
      schedule: async (build) => slots.run(build),
      track: (build) => this.activity.track(build),
      find: (id) => this.build(id),
      onBuild: (build) => { this.buildsOfRun.push({ executionId: '', build }); },
    });
    this.pipelines = this.resources.pipelines.map((definition) => this.pipeline(definition, handlers));
    const names = [...this.resources.repositoryNames, ...sourcesOf(this.resources.pipelines).map(({ repositoryName }) => repositoryName)];
    for (const name of new Set(names)) {
      this.codeCommit.add(name, this.repository);
    }
    const { createdAt, branch } = this.options;
    if (createdAt !== undefined) {
      await this.repository.setBranch(branch, await this.repository.resolve(createdAt));
      this.pipelines.forEach((pipeline) => pipeline.startByCreation());
    }
  }

  private publishAssets(): void {
    for (const { path, packaging, destinations } of this.assembly.assets) {
      const content = packaging === 'zip' ? zipDirectory(path) : readFileSync(path);
      for (const { bucket, key } of destinations) {
        this.objects.createBucket(bucket);
        this.objects.put(bucket, key, content);
      }
    }
  }

  private async provision(): Promise<Provisioned> {
    const tools = findTools(this.directory, { standInsOnly: this.options.standInsOnly ?? false });
    this.standIns = tools.standIns;
    const builds = join(this.directory, 'builds');
    mkdirSync(builds);
    const environment = clientEnvironment(this.endpoint);
    return provision(resolveResources(this.assembly), {
      directory: this.directory,
      activity: this.activity,
      objects: this.objects,
      dynamodb: this.dynamodb,
      ecr: this.ecr,
      queues: this.queues,
      authority: this.authority,
      clientEnvironment: { ...environment, PATH: hostPath() },
      machine: {
        directory: builds,
        environment: (privileged, role) => ({
          ...environment,
          ...this.authority.credentials.variables(role),
          PATH: privileged ? tools.privilegedPath : tools.path,
          ...this.options.machineVariables,
        }),
        secret: (name) => this.options.secrets?.[name],
      },
      retryDelay: this.options.retryDelay ?? 100,
      clockAhead: () => this.clockAhead,
    });
  }

  private pipeline(definition: PipelineDefinition, handlers: ReturnType<typeof actionHandlers>): Pipeline {
    const artifacts = new Artifacts(this.objects, definition.artifactBucket, definition.name, join(this.directory, 'artifacts'));
    const runner = new StageRunner(definition, handlers, artifacts, this.activity, (execution, action, run) => (
      this.sendEvent(actionEvent(definition, execution, action, run))));
    const pipeline = new Pipeline(definition, runner, this.activity, (execution, state) => this.sendEvent(executionEvent(definition, execution, state)));
    this.codePipeline.add(pipeline);
    return pipeline;
  }

  private build(id: string): Build | undefined {
    return this.buildsOfRun.find(({ build }) => build.id === id)?.build;
  }

  private onDenied(error: AccessDeniedError): void {
    this.denied.push(error);
    if (!this.options.tolerateDenied) {
      this.activity.fail(error);
    }
  }

  private running<T>(part: T | undefined): T {
    if (part === undefined) {
      throw new Error('The local system is not running.');
    }
    return part;
  }
}
