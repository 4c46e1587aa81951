import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECRClient } from '@aws-sdk/client-ecr';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { MiniStack } from './mini-stack';
import { begin } from '../../../agent/begin';
import { requireComponent } from '../../../agent/component';
import { finish } from '../../../agent/finish';
import { ObjectStore } from '../../../agent/object-store';
import { BuildStore } from '../../../lambda/shared/build-store';
import { loadCatalogue } from '../../../lambda/shared/catalogue';
import { CLIENT_CONFIG, DOCUMENT_CONFIG } from '../../../lambda/shared/clients';
import { OutcomeStore } from '../../../lambda/shared/outcome-store';
import { PlanStore } from '../../../lambda/shared/plan-store';
import { ReleaseStore } from '../../../lambda/shared/release-store';
import { systemTiming } from '../../../lambda/shared/timing';
import { Resource } from '../../../local/assembly/resources';
import { Build, BuildProject, BuildRequest, ProjectProperties } from '../../../local/engine/code-build/project';
import { unzip } from '../../../local/engine/zip';
import { BUILD_ENV } from '../../../src/contract/environment';
import { Catalogue } from '../../../src/core/catalogue';

export interface AgentProjectOptions {
  /** Whether a component's artifact is made by no command. */
  needsNoCommands(component: string): boolean;
  /** Whether a component's commands would fail. */
  fails(component: string): boolean;
}

/**
 * A project whose builds are the agent alone, in this process, around no commands: hundreds take seconds. For components whose artifacts are files of
 * the repository; other components' are run with their commands.
 */
export class AgentProject implements Pick<BuildProject, 'name' | 'requireNoSource' | 'run'> {
  private readonly s3: S3Client;
  private readonly ecr: ECRClient;
  private readonly dynamoDb: DynamoDBDocumentClient;
  private builds = 0;
  private catalogue?: Promise<Catalogue>;

  constructor(
    private readonly resource: Resource<ProjectProperties>,
    miniStack: MiniStack,
    private readonly options: AgentProjectOptions & { readonly directory: string },
    private readonly commands: BuildProject,
  ) {
    const config = { ...CLIENT_CONFIG, ...miniStack.clientConfig(resource) };
    this.s3 = new S3Client(config);
    this.ecr = new ECRClient(config);
    this.dynamoDb = DynamoDBDocumentClient.from(new DynamoDBClient(config), DOCUMENT_CONFIG);
  }

  public get name(): string {
    return this.resource.name;
  }

  public requireNoSource(): void {
    this.commands.requireNoSource();
  }

  public async run(request: BuildRequest): Promise<Build> {
    this.builds += 1;
    const environment = Object.fromEntries([
      ...(this.resource.properties.Environment?.EnvironmentVariables ?? []).map(({ Name, Value }) => [Name, Value]),
      ...request.environment.map(({ name, value }) => [name, value]),
    ]) as Record<string, string>;
    if (!this.options.needsNoCommands(environment[BUILD_ENV.component]!)) {
      return this.commands.run(request);
    }
    const build = { id: `${this.name}:${this.builds}`, project: this.name, logFile: '', milliseconds: 0, environment, exportedVariables: {} };
    if (this.options.fails(environment[BUILD_ENV.component]!)) {
      return { ...build, status: 'FAILED', phase: 'build', message: 'Error while executing command: test. Reason: exit status 1' };
    }
    await this.build(environment);
    return { ...build, status: 'SUCCEEDED' };
  }

  private async build(environment: Readonly<Record<string, string>>): Promise<void> {
    const [solution, commitId, planId, pipelineExecutionId, artifactBucket] = [
      BUILD_ENV.solution, BUILD_ENV.commitId, BUILD_ENV.planId, BUILD_ENV.pipelineExecutionId, BUILD_ENV.artifactBucket,
    ].map((name) => environment[name]!);
    const catalogue = await (this.catalogue ??= this.readCatalogue(environment[BUILD_ENV.catalogue]!));
    const component = requireComponent(catalogue, environment[BUILD_ENV.component]!);
    const table = { client: this.dynamoDb, solution, timing: systemTiming };
    const deployments = { ...table, tableName: environment[BUILD_ENV.deploymentsTable]! };
    const stores = {
      plans: new PlanStore({ ...table, tableName: environment[BUILD_ENV.diffTable]! }),
      outcomes: new OutcomeStore(deployments, pipelineExecutionId),
      builds: new BuildStore(deployments),
      releases: new ReleaseStore(this.s3, artifactBucket),
      objects: new ObjectStore(this.s3, artifactBucket),
    };
    const plan = { solution, catalogue, component, commitId, planId, ...stores };
    const { decision } = await begin(plan);
    if (decision.action === 'build') {
      const sourceDirectory = await this.source(environment[BUILD_ENV.source]!);
      const path = join(sourceDirectory, component.path);
      const componentDirectory = statSync(path).isDirectory() ? path : dirname(path);
      await finish({ ...plan, ...decision, pipelineExecutionId, artifactBucket, sourceDirectory, componentDirectory, ecr: this.ecr, now: systemTiming.now() });
    }
  }

  private async readCatalogue(location: string): Promise<Catalogue> {
    const text = (await this.fetch(location)).toString();
    return loadCatalogue(location, () => text);
  }

  /** A folder with the source, unpacked once for all builds. */
  private async source(location: string): Promise<string> {
    const folder = join(this.options.directory, createHash('sha256').update(location).digest('hex'));
    if (!existsSync(folder)) {
      const archive = await this.fetch(location);
      mkdirSync(folder, { recursive: true });
      unzip(archive, folder);
    }
    return folder;
  }

  private async fetch(location: string): Promise<Buffer> {
    const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(location)!;
    const { Body: body } = await this.s3.send(new GetObjectCommand({ Bucket, Key }));
    return Buffer.from(await body!.transformToByteArray());
  }
}
