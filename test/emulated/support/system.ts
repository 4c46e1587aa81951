import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand, paginateListStackResources, StackResourceSummary } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { AgentProject, AgentProjectOptions } from './agent-project';
import { deployableAssembly, LeftOutPipeline } from './assembly';
import { BuildWorker } from './build-worker';
import { bootstrap, deploy } from './cdk';
import { MiniStack, Place } from './mini-stack';
import { projectsOf } from './projects';
import { pythonTools, ROOT } from './python-tools';
import { stepFunctions } from './step-functions';
import { Targets } from './targets';
import { Activity, NotEmulatedError } from '../../../local/activity';
import { readAssembly } from '../../../local/assembly/manifest';
import { manualApproval, Approvals } from '../../../local/engine/actions/approval';
import { codeBuild } from '../../../local/engine/actions/code-build';
import { Jobs } from '../../../local/engine/actions/jobs';
import { lambdaInvoke } from '../../../local/engine/actions/lambda';
import { codeCommitSource } from '../../../local/engine/actions/source';
import { Build, BuildMachine, BuildProject } from '../../../local/engine/code-build/project';
import { EventEntry } from '../../../local/engine/event-bus';
import { branchEvent, executionEvent, sourcesOf } from '../../../local/engine/events';
import { ActionHandler } from '../../../local/engine/pipeline/action';
import { Artifacts, ArtifactStore } from '../../../local/engine/pipeline/artifacts';
import { pipelineDefinition } from '../../../local/engine/pipeline/definition';
import { Execution } from '../../../local/engine/pipeline/execution';
import { Pipeline } from '../../../local/engine/pipeline/pipeline';
import { StageRunner } from '../../../local/engine/pipeline/stage-runner';
import { Repository } from '../../../local/engine/repository';
import { Slots } from '../../../local/engine/slots';
import { parseCommit } from '../../../local/services/codecommit/commit';
import { CodeCommit } from '../../../local/services/codecommit/service';
import { CodePipeline } from '../../../local/services/codepipeline/service';
import { AwsServer, ServiceHandler } from '../../../local/services/server';
import { findTools } from '../../../local/tools';

export interface EmulatedSystemOptions {
  /** Folder of the synthesized cloud assembly. */
  readonly assembly: string;
  /** Folder of a Git repository. Only read. */
  readonly repository: string;
  readonly branch: string;
  /** Where the CDK is bootstrapped: the pipeline's own account first. */
  readonly accounts: readonly { readonly account: string; readonly regions: readonly string[] }[];
  /** Builds of some components are the agent alone, around no commands: so that hundreds take seconds. @default - all buildspecs are run */
  readonly buildsWithoutCommands?: AgentProjectOptions;
}

/** Small pages, so that callers have to ask for the next. */
const PAGE_SIZE = 2;

/** They wait for answers most of their time. */
const BUILDS_WITHOUT_COMMANDS = 16;

/** Nothing is sent there: these services are MiniStack's. */
const ELSEWHERE: ServiceHandler = { handle: async ({ url }) => { throw new NotEmulatedError(`${url}: only CodeCommit and CodePipeline are`); } };

/**
 * A synthesized system, deployed by the CDK's command line to MiniStack: its CloudFormation, S3, DynamoDB, STS, EventBridge, Step Functions and Lambda
 * with the published bundles. What it lacks are CodeCommit's API, over a real Git repository, and CodePipeline's executions: the local run's.
 */
export class EmulatedSystem {
  public static async start(options: EmulatedSystemOptions): Promise<EmulatedSystem> {
    const python = pythonTools('emulators');
    if (python === undefined) {
      throw new Error('MiniStack needs Python.');
    }
    const system = new EmulatedSystem(options, mkdtempSync(join(tmpdir(), 'emulated-')));
    try {
      await system.bringUp(python);
      return system;
    } catch (error) {
      await system.stop();
      throw error;
    }
  }

  public readonly builds: Build[] = [];
  /** Resources that were not deployed, by type and logical ID. */
  public leftOut: readonly string[] = [];
  /** Where the pipeline is. */
  public readonly home: Place;
  /** Stacks that were. */
  public readonly deployed: readonly (Place & { readonly name: string })[];
  private readonly activity = new Activity();
  private readonly jobs = new Jobs();
  private readonly approvals = new Approvals();
  private readonly codeCommit = new CodeCommit(PAGE_SIZE);
  private readonly codePipeline = new CodePipeline(this.jobs, this.approvals);
  private readonly started: Pipeline[] = [];
  private server?: AwsServer;
  private emulator?: MiniStack;
  private origin?: Repository;
  private worker?: BuildWorker;
  private targets?: Targets;

  private constructor(private readonly options: EmulatedSystemOptions, private readonly directory: string) {
    const [{ account, regions }] = options.accounts;
    this.home = { account, region: regions[0] };
    this.deployed = readAssembly(options.assembly).stacks;
  }

  public get miniStack(): MiniStack {
    return running(this.emulator);
  }

  public get executions(): Execution[] {
    return this.started.flatMap(({ executions }) => executions);
  }

  /** The only pipeline. */
  public get pipeline(): Pipeline {
    if (this.started.length !== 1) {
      throw new Error(`There are ${this.started.length} pipelines.`);
    }
    return this.started[0];
  }

  /** Moves the branch and sends the event that CodeCommit sends, or sends it once more. Resolves to what it started, when all is done. */
  public async moveBranch(revision: string): Promise<Execution[]> {
    const repository = running(this.origin);
    const { branch } = this.options;
    const commit = await repository.resolve(revision);
    const before = await repository.branch(branch);
    await repository.setBranch(branch, commit);
    return this.during(async () => {
      for (const source of sourcesOf(this.started.map(({ definition }) => definition))) {
        await this.send(branchEvent(source, branch, commit, before));
      }
    });
  }

  /** Lets the time of every schedule come. Resolves to what it started, when all is done. */
  public async fireSchedules(): Promise<Execution[]> {
    return this.during(async () => {
      (await running(this.targets).scheduled()).forEach((invocation) => this.activity.track(invocation()));
    });
  }

  /** What is started while `action` runs and until nothing is under way. */
  public async during(action: () => Promise<unknown>): Promise<Execution[]> {
    const known = this.executions.length;
    await action();
    await this.activity.idle();
    return this.executions.slice(known);
  }

  /** Runs the published command line against the system. Resolves to its exit code and what it printed. */
  public async cli(...args: readonly string[]): Promise<{ readonly code: number; readonly output: string }> {
    const command = join(ROOT, 'assets', 'cli', 'cdk-modular-pipeline', 'index.js');
    return new Promise((resolve) => {
      execFile(process.execPath, [command, ...args], { env: this.environment(this.home) }, (error, stdout, stderr) => (
        resolve({ code: error === null ? 0 : Number(error.code), output: `${stdout}${stderr}` })
      ));
    });
  }

  /** What CloudFormation says that a stack's parameters are; nothing where there is no such stack. */
  public async parameters(stackName: string, place = this.home): Promise<Record<string, string>> {
    const stack = await this.stack(stackName, place);
    return Object.fromEntries((stack?.Parameters ?? []).map(({ ParameterKey, ParameterValue }) => [ParameterKey!, ParameterValue!]));
  }

  /** The name that a resource of a stack was given. */
  public async physicalId(stackName: string, logicalId: string, place = this.home): Promise<string> {
    const found = (await this.resources(stackName, place)).find(({ LogicalResourceId: id }) => id === logicalId)?.PhysicalResourceId;
    if (found === undefined) {
      throw new Error(`Stack ${stackName} has no resource ${logicalId}.`);
    }
    return found;
  }

  /** Whether a stack has a resource of this name. */
  public async hasResource(stackName: string, physicalId: string, place = this.home): Promise<boolean> {
    return (await this.resources(stackName, place)).some(({ PhysicalResourceId: id }) => id === physicalId);
  }

  /** The states of all resources of a stack. */
  public async resourceStatuses(stackName: string, place = this.home): Promise<string[]> {
    return (await this.resources(stackName, place)).map(({ ResourceStatus }) => ResourceStatus!);
  }

  /** All items of the table whose name contains this. */
  public async items(table: string): Promise<Record<string, any>[]> {
    const client = DynamoDBDocumentClient.from(new DynamoDBClient(this.miniStack.clientConfig(this.home)));
    const { TableNames: names } = await this.miniStack.call<{ TableNames: string[] }>(this.home, 'dynamodb', 'DynamoDB_20120810.ListTables', {});
    const { Items: items = [] } = await client.send(new ScanCommand({ TableName: names.find((name) => name.includes(table)) }));
    client.destroy();
    return items;
  }

  /** Component and number of every build of the DeploymentsTable. */
  public async recordedBuilds(): Promise<string[]> {
    const builds = (await this.items('Deployments')).filter(({ Location }) => Location !== undefined);
    return builds.map(({ Component, BuildNumber }) => `${String(Component).split('#')[1]} ${BuildNumber}`).sort();
  }

  /** Keys in the pipeline's bucket that contain this. */
  public async keys(part: string): Promise<string[]> {
    const client = new S3Client(this.miniStack.clientConfig(this.home));
    const { Contents: objects = [] } = await client.send(new ListObjectsV2Command({ Bucket: this.pipeline.definition.artifactBucket }));
    client.destroy();
    return objects.map(({ Key }) => Key!).filter((key) => key.includes(part));
  }

  /** Ends all processes and deletes everything of the run. */
  public async stop(): Promise<void> {
    this.started.forEach((pipeline) => pipeline.cancelAll());
    await this.worker?.stop();
    this.origin?.close();
    await this.emulator?.stop();
    await this.server?.stop();
    rmSync(this.directory, { recursive: true, force: true, maxRetries: 3 });
  }

  private async bringUp(python: string): Promise<void> {
    this.server = await AwsServer.start({
      targets: { CodeCommit_20150413: this.codeCommit.service, CodePipeline_20150709: this.codePipeline.service },
      queries: {},
      s3: ELSEWHERE,
      registry: ELSEWHERE,
    }, (error) => this.activity.fail(error));
    this.origin = await Repository.over(this.options.repository, join(this.directory, 'repository.git'));
    this.emulator = await MiniStack.start(python, this.directory, this.home, this.shims());
    this.targets = new Targets(this.emulator, this.home);
    for (const { account, regions } of this.options.accounts) {
      await bootstrap(this.emulator, this.directory, account, regions, this.home.account);
    }
    const assembly = join(this.directory, 'assembly');
    const { pipelines, leftOut } = deployableAssembly(this.options.assembly, assembly);
    this.leftOut = leftOut;
    await deploy(this.emulator, this.directory, this.home, assembly);
    for (const pipeline of pipelines) {
      await this.run(pipeline);
    }
  }

  /** Lets the engine execute a pipeline's definition. */
  private async run(leftOut: LeftOutPipeline): Promise<void> {
    const { name, account, region, logicalId, stackName } = leftOut;
    const outputs = Object.fromEntries(((await this.stack(stackName, leftOut))?.Outputs ?? []).map(({ OutputKey, OutputValue }) => [OutputKey!, OutputValue!]));
    const definition = pipelineDefinition({
      type: 'AWS::CodePipeline::Pipeline',
      arn: `arn:aws:codepipeline:${region}:${account}:${name}`,
      properties: leftOut.resolve(outputs),
      ...{ logicalId, name, account, region },
    });
    const artifacts = new Artifacts(this.artifactStore(leftOut), definition.artifactBucket, name, join(this.directory, 'artifacts'));
    const runner = new StageRunner(definition, await this.handlers(leftOut), artifacts, this.activity);
    const pipeline = new Pipeline(definition, runner, this.activity, (execution, state) => (
      this.activity.track(this.send(executionEvent(definition, execution, state)))
    ));
    this.codePipeline.add(pipeline);
    this.started.push(pipeline);
    sourcesOf([definition]).forEach(({ repositoryName }) => this.codeCommit.add(repositoryName, running(this.origin)));
  }

  /** What runs each kind of action. */
  private async handlers(place: Place): Promise<Record<string, ActionHandler>> {
    const miniStack = this.miniStack;
    const { buildsWithoutCommands } = this.options;
    const slots = new Slots(buildsWithoutCommands === undefined ? availableParallelism() : BUILDS_WITHOUT_COMMANDS);
    const tools = findTools(this.directory, { standInsOnly: true });
    const buildDirectory = join(this.directory, 'builds');
    mkdirSync(buildDirectory, { recursive: true });
    const machine: BuildMachine = {
      directory: buildDirectory,
      environment: (privileged) => ({ ...this.environment(place), PATH: privileged ? tools.privilegedPath : tools.path }),
    };
    const projects = new Map((await projectsOf(miniStack, place)).map((resource) => {
      const project = new BuildProject(resource, machine);
      return [resource.name, buildsWithoutCommands === undefined
        ? project
        : new AgentProject(resource, miniStack, { ...buildsWithoutCommands, directory: join(this.directory, 'sources') }, project)];
    }));
    const buildServices = {
      project: (name: string) => projects.get(name),
      schedule: async <T>(build: () => Promise<T>) => slots.run(build),
      onBuild: (build: Build) => { this.builds.push(build); },
    };
    const emptyFolder = join(this.directory, 'empty');
    mkdirSync(emptyFolder, { recursive: true });
    this.worker ??= await BuildWorker.start(miniStack, place, { ...buildServices, emptyFolder }, (error) => this.activity.fail(error));
    const builds = codeBuild(buildServices);
    return {
      'Source/CodeCommit': codeCommitSource({
        repository: (name) => this.codeCommit.repository(name),
        describe: (text) => {
          const { message, author, committer } = parseCommit(text);
          return { message, authorDate: author.date, committerDate: committer.date };
        },
      }),
      'Invoke/Lambda': lambdaInvoke({
        jobs: this.jobs,
        functionByName: (name) => ({ name, invokeAsync: async (event) => miniStack.invoke(place, name, event) }),
        track: (invocation) => this.activity.track(invocation),
        credentials: (roleArn) => ({ accessKeyId: roleArn.split(':')[4], secretAccessKey: 'local', sessionToken: 'local' }),
        continuationDelay: 200,
      }),
      'Invoke/StepFunctions': stepFunctions(miniStack),
      'Build/CodeBuild': builds,
      'Test/CodeBuild': builds,
      'Approval/Manual': manualApproval(this.approvals, () => () => 'Approved', async (work) => this.activity.parked(work)),
    };
  }

  /** What the rules of EventBridge do with an event. */
  private async send(entry: EventEntry): Promise<void> {
    const invocations = await running(this.targets).invocations(entry);
    invocations.forEach((invocation) => this.activity.track(invocation()));
  }

  private async stack(name: string, place: Place) {
    const client = new CloudFormationClient(this.miniStack.clientConfig(place));
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    client.destroy();
    return stack;
  }

  private async resources(name: string, place: Place): Promise<StackResourceSummary[]> {
    const client = new CloudFormationClient(this.miniStack.clientConfig(place));
    const resources: StackResourceSummary[] = [];
    for await (const { StackResourceSummaries: page = [] } of paginateListStackResources({ client }, { StackName: name })) {
      resources.push(...page);
    }
    client.destroy();
    return resources;
  }

  private artifactStore(place: Place): ArtifactStore {
    const client = new S3Client(this.miniStack.clientConfig(place));
    return {
      put: async (Bucket, Key, Body, headers) => client.send(new PutObjectCommand({ Bucket, Key, Body, ContentType: headers['content-type'] })),
      find: async (Bucket, Key) => {
        try {
          return await (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToByteArray();
        } catch (error) {
          if (error instanceof NoSuchKey) {
            return undefined;
          }
          throw error;
        }
      },
    };
  }

  private environment(place: Place): Record<string, string> {
    return { ...this.miniStack.environment(place), ...this.shims(), PATH: process.env.PATH ?? '', LANG: 'C.UTF-8' };
  }

  private shims(): Record<string, string> {
    const { endpoint } = running(this.server);
    return { AWS_ENDPOINT_URL_CODECOMMIT: endpoint, AWS_ENDPOINT_URL_CODEPIPELINE: endpoint };
  }
}

function running<T>(part: T | undefined): T {
  if (part === undefined) {
    throw new Error('The emulated system is not running.');
  }
  return part;
}
