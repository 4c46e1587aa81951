import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ECRClient } from '@aws-sdk/client-ecr';
import { DeleteCommand, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { unzipSync } from 'fflate';
import { Crash } from './crash';
import { DynamoDb } from './dynamodb';
import { FakeCodeCommit } from './fake-code-commit';
import { FakeCodePipeline, FakeExecution } from './fake-code-pipeline';
import { FakeS3 } from './fake-s3';
import { ManualTiming } from './timing';
import { begin } from '../../agent/begin';
import { BeginProps } from '../../agent/begin-props';
import { requireComponent } from '../../agent/component';
import { finish } from '../../agent/finish';
import { ObjectStore } from '../../agent/object-store';
import { DiffFunction } from '../../lambda/diff/diff-function';
import { RecordFunction } from '../../lambda/record/record-function';
import { ReleaseFunction } from '../../lambda/release/release-function';
import { BuildStore } from '../../lambda/shared/build-store';
import { EnvironmentStore } from '../../lambda/shared/environment-store';
import { HeadStore } from '../../lambda/shared/head-store';
import { ImageCopier } from '../../lambda/shared/image-copier';
import { createLogger } from '../../lambda/shared/logger';
import { OutcomeStore } from '../../lambda/shared/outcome-store';
import { PlanStore } from '../../lambda/shared/plan-store';
import { ReleaseStore } from '../../lambda/shared/release-store';
import { CodeCommitRepository } from '../../lambda/shared/source/codecommit/code-commit-repository';
import { SourceRepository } from '../../lambda/shared/source/source-repository';
import { inEnvironments, PlanVariables } from '../../src/contract/events';
import { releaseKey } from '../../src/contract/objects';
import { Catalogue, CatalogueComponent } from '../../src/core/catalogue';
import { ComponentGraph } from '../../src/core/graph';
import { Release } from '../../src/core/release';

export const SOLUTION = 'shop';
export const BUCKET = 'artifacts';
export const BRANCH = 'main';
export const ENVIRONMENTS = ['test', 'prod'];
const TEMPLATE = 'template';
const PLAN_RETENTION_DAYS = 90;

/** A component that leaves one file, named like itself, and gives its location to a parameter. */
export function fileComponent(name: string, more: Partial<CatalogueComponent> = {}): CatalogueComponent {
  return {
    name,
    path: name,
    build: { digest: `definition of ${name}`, kind: 'custom', artifact: { type: 'file', path: 'out' }, parameters: [{ name: `${name}Location`, part: 'location' }] },
    ...more,
  };
}

/** The template: what it leaves is what its folder holds. */
export function templateComponent(): CatalogueComponent {
  return { name: TEMPLATE, path: TEMPLATE, build: { digest: 'template', kind: 'template', artifact: { type: 'file', path: 'out' }, parameters: [] } };
}

export interface RunOptions {
  /** Components whose build fails. */
  readonly failing?: readonly string[];
  /** The environment whose deployment fails. */
  readonly failingEnvironment?: string;
  /** The environment after which the execution waits; it runs to its end where absent. */
  readonly until?: string;
}

/**
 * The functions, the agent and the stores, over a real DynamoDB server and fakes of the other services: what a pipeline does, step by step.
 * "Builds" copy the component's folder into its artifact, so that what is deployed shows what it was built from.
 */
export class World {
  public static async create(db: DynamoDb, components: readonly CatalogueComponent[], more: Partial<Catalogue> = {}): Promise<World> {
    return new World(db, await db.createTables(), { version: 1, solution: SOLUTION, components: [...components, templateComponent()], ...more });
  }

  public readonly repository = new FakeCodeCommit('repository');
  public readonly pipeline = new FakeCodePipeline('pipeline');
  public readonly s3 = new FakeS3();
  public readonly timing = new ManualTiming();
  public readonly logs: Record<string, unknown>[] = [];
  /** Each environment's stack: what each component's location holds, as deployed. */
  public readonly live: Record<string, Record<string, string>> = {};
  /** The components that built, by execution. */
  public readonly built = new Map<string, string[]>();
  public baselineBranch?: string;
  public openSource: () => SourceRepository;
  public refusesUndeclared = false;
  /** Whether the record function writes the page of what is live where. */
  public writesReport = false;
  /** What environments give the template, by environment and parameter. */
  public environmentParameters: Readonly<Record<string, Readonly<Record<string, string>>>> = {};
  /** Lets the functions and the agent die between two steps. */
  public readonly crash = new Crash();
  private jobs = 0;
  private requests = 0;

  private constructor(
    public readonly db: DynamoDb,
    public readonly tables: { readonly diffTable: string; readonly deploymentsTable: string },
    public catalogue: Catalogue,
  ) {
    this.openSource = () => new CodeCommitRepository(this.repository.client, 'repository');
  }

  // ---- events ----

  /** Commits to the branch: contents by component. */
  public push(contents: Readonly<Record<string, string | undefined>>): string {
    const parameters = this.catalogue.components.flatMap(({ build }) => build?.parameters ?? []).map(({ name }) => `  ${name}: { Type: String }\n`);
    const files = Object.entries(contents).map(([path, content]) => [path.includes('/') || path.includes('.') ? path : `${path}/source`, content]);
    return this.repository.commit(BRANCH, {
      [`${TEMPLATE}/source`]: `Parameters:\n${parameters.join('')}Resources: {}\n`,
      ...Object.fromEntries(files),
    });
  }

  /** Sends an event to the diff function. Returns the execution that it started, if it did. */
  public async diff(event: unknown = { action: 'look' }, remainingMs = 60_000, request = `request-${++this.requests}`): Promise<FakeExecution | undefined> {
    const before = this.pipeline.executions.length;
    await this.diffFunction().handle(event, remainingMs, request);
    return this.pipeline.executions.length > before ? this.pipeline.last() : undefined;
  }

  /** Pushes, and runs the execution that follows to its end. */
  public async deploy(contents: Readonly<Record<string, string | undefined>>): Promise<FakeExecution> {
    this.push(contents);
    const execution = await this.diff();
    if (execution === undefined) {
      throw new Error('Nothing was started.');
    }
    await this.run(execution);
    return execution;
  }

  /** Starts the pipeline with a promotion, and runs it to its end. */
  public async promote(promotion: string, options: RunOptions = {}): Promise<FakeExecution> {
    const execution = this.pipeline.start(await this.baseline() ?? '', { promotion });
    await this.run(execution, options);
    return execution;
  }

  // ---- the pipeline, stage by stage ----

  public async run(execution: FakeExecution, options: RunOptions = {}): Promise<void> {
    try {
      const variables = await this.plan(execution);
      if (variables.builds === 'true') {
        await this.build(execution, variables.planId, options);
      }
      const artifact = await this.release(execution, variables);
      for (const environment of ENVIRONMENTS.filter((name) => variables.environments.includes(inEnvironments([name])))) {
        this.deployTo(environment, artifact, options);
        await this.record(execution, environment);
        if (environment === options.until) {
          return;
        }
      }
      execution.status = execution.status === 'Stopping' ? 'Stopped' : 'Succeeded';
    } catch (error) {
      execution.status = 'Failed';
      throw error;
    }
  }

  public async plan({ id, commitId, promotion = 'none' }: FakeExecution): Promise<PlanVariables> {
    const variables = await this.job((event) => this.diffFunction().handle(event, 60_000, `request-${++this.requests}`), { action: 'plan', commitId, pipelineExecutionId: id, promotion });
    return variables as Record<string, string> & PlanVariables;
  }

  public async build(execution: FakeExecution, planId: string, { failing = [] }: RunOptions = {}): Promise<void> {
    for (const tranche of ComponentGraph.of(this.catalogue).tranches()) {
      // Actions that run side by side run to their ends, also where one of them fails.
      const builds = tranche.map((component) => this.buildComponent(execution, planId, component, failing.includes(component)));
      for (const result of await Promise.allSettled(builds)) {
        if (result.status === 'rejected') {
          throw result.reason;
        }
      }
    }
  }

  public async buildComponent(execution: FakeExecution, planId: string, name: string, fails = false): Promise<'built' | 'skipped'> {
    const props = this.agent(execution, planId, name);
    const { decision } = await begin(props);
    if (decision.action === 'skip') {
      return 'skipped';
    }
    this.built.set(execution.id, [...this.built.get(execution.id) ?? [], name].sort());
    if (fails) {
      throw new Error(`The commands of ${name} fail.`);
    }
    const directory = mkdtempSync(join(tmpdir(), 'world-'));
    try {
      const tree = this.repository.tree(execution.commitId);
      const { path } = requireComponent(this.catalogue, name);
      const own = Object.entries(tree).filter(([file]) => file.startsWith(`${path}/`));
      writeFileSync(join(directory, 'out'), tree[`${path}/source`] ?? JSON.stringify(own));
      await finish({
        ...props,
        ...decision,
        solution: SOLUTION,
        componentDirectory: directory,
        sourceDirectory: directory,
        pipelineExecutionId: execution.id,
        artifactBucket: BUCKET,
        objects: new ObjectStore(this.crash.watch(this.s3.client), BUCKET),
        ecr: new ECRClient({ region: 'eu-west-1' }),
        now: this.timing.now(),
      });
    } finally {
      rmSync(directory, { recursive: true });
    }
    return 'built';
  }

  /** @returns the release artifact's files */
  public async release({ id, commitId }: FakeExecution, variables: { planId: string; sequence: string }): Promise<Record<string, string>> {
    await this.job((event) => this.releaseFunction().handle(event), { commitId, pipelineExecutionId: id, ...variables }, `release-${id}.zip`);
    const files = unzipSync(this.s3.bytes(`pipeline-artifacts/release-${id}.zip`));
    return Object.fromEntries(Object.entries(files).map(([name, content]) => [name, Buffer.from(content).toString()]));
  }

  public deployTo(environment: string, artifact: Readonly<Record<string, string>>, { failingEnvironment }: RunOptions = {}): void {
    const [{ parameters }] = (JSON.parse(artifact[`${environment}.stacks.json`]) as { stacks: [{ parameters: Record<string, string> }] }).stacks;
    this.live[environment] = Object.fromEntries(Object.entries(parameters).filter(([, value]) => value.startsWith('s3://')).map(([name, location]) => (
      [name.replace(/Location$/, ''), this.s3.text(location.replace('s3://', ''))]
    )));
    if (environment === failingEnvironment) {
      throw new Error(`The tests in ${environment} fail.`);
    }
  }

  /** The last action of an environment's stage. `isLate`: the function is invoked after the execution left the stage. */
  public async record({ id }: FakeExecution, environment: string, { isLate = false } = {}): Promise<void> {
    if (!isLate) {
      this.pipeline.stages.set(environment, id);
    }
    await this.job((event) => this.recordFunction().handle(event), { environment, places: environment, stage: environment, pipelineExecutionId: id });
  }

  // ---- what there is ----

  public async baseline(): Promise<string | undefined> {
    return (await new EnvironmentStore(this.deployments()).read('test'))?.CommitId;
  }

  public releaseOf({ id }: FakeExecution): Release {
    return this.s3.json(`${BUCKET}/${releaseKey(SOLUTION, id)}`) as Release;
  }

  /** The reasons of the commit's plan, by changed component. */
  public async reasons(commitId: string): Promise<Record<string, string[]>> {
    const { Items } = await this.db.client.send(new QueryCommand({
      TableName: this.tables.diffTable,
      KeyConditionExpression: 'CommitId = :commit',
      FilterExpression: 'attribute_exists(Reasons)',
      ExpressionAttributeValues: { ':commit': commitId },
      ConsistentRead: true,
    }));
    return Object.fromEntries(Items!.map(({ Component, Reasons }) => (
      [(Component as string).split('#')[1], (Reasons as { kind: string }[]).map(({ kind }) => kind)]
    )));
  }

  public async item(table: 'diffTable' | 'deploymentsTable', key: Record<string, string | number>): Promise<Record<string, unknown> | undefined> {
    return (await this.db.client.send(new GetCommand({ TableName: this.tables[table], Key: key, ConsistentRead: true }))).Item;
  }

  public async putItem(table: 'diffTable' | 'deploymentsTable', item: object): Promise<void> {
    await this.db.client.send(new PutCommand({ TableName: this.tables[table], Item: item }));
  }

  public async deleteItem(table: 'diffTable' | 'deploymentsTable', key: Record<string, string | number>): Promise<void> {
    await this.db.client.send(new DeleteCommand({ TableName: this.tables[table], Key: key }));
  }

  // ---- the programs ----

  public diffFunction(): DiffFunction {
    return new DiffFunction({
      ...this.common(),
      catalogue: this.catalogue,
      openSource: this.openSource,
      branch: BRANCH,
      pipeline: 'pipeline',
      environments: ENVIRONMENTS,
      baselineBranch: this.baselineBranch,
      planRetentionDays: PLAN_RETENTION_DAYS,
    });
  }

  public releaseFunction(): ReleaseFunction {
    return new ReleaseFunction({
      ...this.common(),
      catalogue: this.catalogue,
      environments: ENVIRONMENTS.map((name) => ({
        name,
        environment: name,
        parameters: this.environmentParameters[name] ?? {},
        stacks: [{ id: 'template', component: 'template', stackName: 'shop', parameters: {}, tags: {}, capabilities: [], dependsOn: [] }],
      })),
      ecrIn: (region) => new ECRClient({ region }),
      refusesUndeclared: this.refusesUndeclared,
      s3In: () => this.crash.watch(this.s3.client),
      images: new ImageCopier({ ecrIn: (region) => new ECRClient({ region }), download: async () => new Uint8Array() }),
      region: 'eu-west-1',
      s3As: () => this.crash.watch(this.s3.client),
    });
  }

  public recordFunction(): RecordFunction {
    return new RecordFunction({ ...this.common(), pipeline: 'pipeline', ...(this.writesReport ? { reported: ENVIRONMENTS.map((name) => ({ name })) } : {}) });
  }

  public agent({ id, commitId }: FakeExecution, planId: string, component: string): BeginProps {
    return {
      catalogue: this.catalogue,
      component: requireComponent(this.catalogue, component),
      commitId,
      planId,
      plans: this.plans(),
      outcomes: new OutcomeStore(this.deployments(), id),
      builds: new BuildStore(this.deployments()),
      releases: new ReleaseStore(this.crash.watch(this.s3.client), BUCKET),
    };
  }

  public plans(): PlanStore {
    return new PlanStore(this.diffs());
  }

  public heads(): HeadStore {
    return new HeadStore(this.diffs());
  }

  public diffs() {
    return { client: this.crash.watch(this.db.client), tableName: this.tables.diffTable, solution: SOLUTION, timing: this.timing };
  }

  public deployments() {
    return { client: this.crash.watch(this.db.client), tableName: this.tables.deploymentsTable, solution: SOLUTION, timing: this.timing };
  }

  private common() {
    return {
      solution: SOLUTION,
      ...this.tables,
      artifactBucket: BUCKET,
      codePipeline: this.crash.watch(this.pipeline.client),
      dynamoDb: this.crash.watch(this.db.client),
      s3: this.crash.watch(this.s3.client),
      timing: this.timing,
      logger: createLogger((line) => this.logs.push(JSON.parse(line) as Record<string, unknown>), () => this.timing.now()),
    };
  }

  /** Runs an action of the pipeline. Returns its output variables; throws what it failed with. */
  private async job(handle: (event: unknown) => Promise<void>, parameters: object, output?: string): Promise<Record<string, string>> {
    const id = `job-${++this.jobs}`;
    await handle({
      'CodePipeline.job': {
        id,
        accountId: '111111111111',
        data: {
          actionConfiguration: { configuration: { FunctionName: 'function', UserParameters: JSON.stringify(parameters) } },
          inputArtifacts: [],
          outputArtifacts: output === undefined ? [] : [
            { name: 'Release', location: { type: 'S3', s3Location: { bucketName: 'pipeline-artifacts', objectKey: output } } },
          ],
          artifactCredentials: { accessKeyId: 'AKIA', secretAccessKey: 'secret', sessionToken: 'token' },
        },
      },
    });
    const result = this.pipeline.results.get(id)!;
    if (result.failure !== undefined) {
      throw new Error(result.failure);
    }
    return result.variables ?? {};
  }
}
