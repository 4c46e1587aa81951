import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { holds, queryItems, readItem, readItems, TableAccess } from './table';
import { BuildItem, buildsKey, DEPLOYMENTS_TABLE_KEYS, DeploymentRecord, FINGERPRINT_INDEX, NOT_A_BUILD, toBuild } from '../../src/contract/tables';
import { DeployedBuild } from '../../src/core/promoted-release';
import { Build } from '../../src/core/release';
import { BuildSince } from '../../src/core/report/read-report';

export interface BuildId {
  readonly component: string;
  readonly buildNumber: number;
}

/** Builds and their numbers, in the DeploymentsTable. */
export class BuildStore {
  public constructor(private readonly table: TableAccess) {}

  /** Takes the component's next build number. A number whose build fails is a gap: it is never given again. */
  public async nextNumber(component: string): Promise<number> {
    const { Attributes } = await this.table.client.send(new UpdateCommand({
      TableName: this.table.tableName,
      Key: this.key({ component, buildNumber: NOT_A_BUILD }),
      UpdateExpression: 'ADD LastBuildNumber :one',
      ExpressionAttributeValues: { ':one': 1 },
      ReturnValues: 'UPDATED_NEW',
    }));
    return Attributes!.LastBuildNumber as number;
  }

  public async get(id: BuildId): Promise<Build | undefined> {
    const item = await readItem<BuildItem>(this.table, this.key(id));
    return item && toBuild(item, id.component);
  }

  /** The builds of these IDs, as far as they exist. */
  public async getAll(ids: readonly BuildId[]): Promise<Build[]> {
    return (await this.deployed(ids)).map(({ build }) => build);
  }

  /** The builds of these IDs, as far as they exist, and where each was ever live. */
  public async deployed(ids: readonly BuildId[]): Promise<DeployedBuild[]> {
    return (await this.since(ids)).map(({ build, since }) => ({ build, environments: [...since.keys()] }));
  }

  /** The builds of these IDs, as far as they exist, and since when each is or was live where. */
  public async since(ids: readonly BuildId[]): Promise<BuildSince[]> {
    const components = new Map(ids.map(({ component }) => [buildsKey(this.table.solution, component), component]));
    const items = await readItems<BuildItem>(this.table, ids.map((id) => this.key(id)));
    return items.map((item) => ({
      build: toBuild(item, components.get(item.Component)!),
      since: new Map(Object.entries(item.Deployments ?? {}).map(([environment, { Timestamp }]) => [environment, Timestamp])),
    }));
  }

  /** The newest build of the component that was made from the same. The index lags behind: one just written may be missed. */
  public async findByFingerprint(component: string, fingerprint: string): Promise<Build | undefined> {
    for await (const found of queryItems<BuildItem>(this.table, {
      IndexName: FINGERPRINT_INDEX.name,
      KeyConditionExpression: 'Fingerprint = :fingerprint',
      FilterExpression: 'Component = :component',
      ExpressionAttributeValues: { ':fingerprint': fingerprint, ':component': buildsKey(this.table.solution, component) },
      ScanIndexForward: false,
    })) {
      const build = await this.get({ component, buildNumber: found.BuildNumber });
      if (build?.fingerprint === fingerprint) {
        return build;
      }
    }
    return undefined;
  }

  /** Records a build. A build is written once: another one under its number is an error, the same again is not. */
  public async put(build: Build): Promise<void> {
    const item: BuildItem = {
      Component: buildsKey(this.table.solution, build.component),
      BuildNumber: build.buildNumber,
      Solution: this.table.solution,
      Location: build.location,
      Timestamp: build.timestamp,
      CommitId: build.commitId,
      Fingerprint: build.fingerprint,
      ArtifactDigest: build.artifactDigest,
      Definition: build.definition,
      PipelineExecutionId: build.pipelineExecutionId,
      Deployments: {},
    };
    const written = await holds(this.table.client.send(new PutCommand({
      TableName: this.table.tableName,
      Item: item,
      ConditionExpression: 'attribute_not_exists(Component)',
    })));
    if (!written) {
      const existing = await this.get(build);
      const isSame = (['pipelineExecutionId', 'fingerprint', 'location'] as const).every((attribute) => existing?.[attribute] === build[attribute]);
      if (!isSame) {
        throw new Error(`Build ${build.buildNumber} of component ${build.component} is already recorded with location '${existing?.location}' from execution`
          + ` ${existing?.pipelineExecutionId}. Builds are never overwritten: start the pipeline again to get a new number.`);
      }
    }
  }

  /** Records on the build that it is live in an environment. */
  public async recordDeployment(id: BuildId, environment: string, record: DeploymentRecord): Promise<void> {
    const recorded = await holds(this.table.client.send(new UpdateCommand({
      TableName: this.table.tableName,
      Key: this.key(id),
      UpdateExpression: 'SET Deployments.#environment = :record',
      ConditionExpression: 'attribute_exists(Component)',
      ExpressionAttributeNames: { '#environment': environment },
      ExpressionAttributeValues: { ':record': record },
    })));
    if (!recorded) {
      throw new Error(`Build ${id.buildNumber} of component ${id.component} is not in table ${this.table.tableName}, although the release holds it. Was it deleted?`);
    }
  }

  private key({ component, buildNumber }: BuildId) {
    return { [DEPLOYMENTS_TABLE_KEYS.partition]: buildsKey(this.table.solution, component), [DEPLOYMENTS_TABLE_KEYS.sort]: buildNumber };
  }
}
