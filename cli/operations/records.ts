import { GetObjectCommand, NoSuchKey, S3Client } from '@aws-sdk/client-s3';
import { BatchGetCommand, DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { PipelineDescription } from './pipeline';
import { PlaceStates, readPlaces } from './place-stacks';
import {
  BuildItem, buildsKey, DEPLOYMENTS_TABLE_KEYS, DIFF_TABLE_KEYS, DiffItem, EnvironmentItem, environmentKey, NOT_A_BUILD, planMarkerKey, toBuild,
} from '../../src/contract/tables';
import { BuildNumber, DeployedBuild, PromotableRelease, PromotionRecords } from '../../src/core/promoted-release';
import { parsePromotion } from '../../src/core/promotion';
import { Reason } from '../../src/core/reasons';
import { Release } from '../../src/core/release';
import { EnvironmentRecord, WentLive } from '../../src/core/report/environment-record';
import { Undeclared } from '../../src/core/undeclared';

/** An environment's past and present. */
export type EnvironmentHistory = Omit<EnvironmentRecord, 'name'>;

/** A build, and since when it is or was live in each environment. */
export interface RecordedBuild extends DeployedBuild {
  readonly since: ReadonlyMap<string, string>;
}

const KEYS_PER_BATCH = 100;

/** Reads what a solution's functions have recorded. Each thing is read once. */
export class Records implements PromotionRecords {
  private readonly histories = new Map<string, Promise<EnvironmentHistory>>();
  private readonly releases = new Map<string, Promise<Release | undefined>>();

  public constructor(private readonly dynamoDb: DynamoDBDocumentClient, private readonly s3: S3Client, private readonly pipeline: PipelineDescription) {}

  public async environment(name: string): Promise<EnvironmentHistory> {
    return kept(this.histories, name, async () => this.readEnvironment(name));
  }

  public async live(environment: string): Promise<PromotableRelease | undefined> {
    return (await this.environment(environment)).live;
  }

  public async wentLive(environment: string, sequence: number): Promise<PromotableRelease | undefined> {
    return (await this.environment(environment)).history.find((entry) => entry.sequence === sequence);
  }

  /** What each place of an environment has, stack by stack. */
  public async places(environment: string): Promise<PlaceStates> {
    return readPlaces(this.dynamoDb, this.pipeline, environment);
  }

  public async release(key: string): Promise<Release | undefined> {
    return kept(this.releases, key, async () => this.readRelease(key));
  }

  public async builds(ids: readonly BuildNumber[]): Promise<RecordedBuild[]> {
    const { solution, deploymentsTable } = this.pipeline;
    const components = new Map(ids.map(({ component }) => [buildsKey(solution, component), component]));
    const { partition, sort } = DEPLOYMENTS_TABLE_KEYS;
    const found: BuildItem[] = [];
    for (let start = 0; start < ids.length; start += KEYS_PER_BATCH) {
      let pending: Record<string, unknown>[] = ids.slice(start, start + KEYS_PER_BATCH)
        .map(({ component, buildNumber }) => ({ [partition]: buildsKey(solution, component), [sort]: buildNumber }));
      while (pending.length > 0) {
        const { Responses, UnprocessedKeys } = await this.dynamoDb.send(new BatchGetCommand({
          RequestItems: { [deploymentsTable]: { Keys: pending, ConsistentRead: true } },
        }));
        found.push(...(Responses?.[deploymentsTable] ?? []) as BuildItem[]);
        pending = UnprocessedKeys?.[deploymentsTable]?.Keys ?? [];
      }
    }
    return found.map((item) => toRecordedBuild(item, components.get(item.Component)!));
  }

  private async readEnvironment(name: string): Promise<EnvironmentHistory> {
    const { solution, deploymentsTable } = this.pipeline;
    const items: EnvironmentItem[] = [];
    for await (const { Items = [] } of paginateQuery({ client: this.dynamoDb }, {
      TableName: deploymentsTable,
      KeyConditionExpression: '#component = :environment',
      ExpressionAttributeNames: { '#component': DEPLOYMENTS_TABLE_KEYS.partition },
      ExpressionAttributeValues: { ':environment': environmentKey(solution, name) },
      ConsistentRead: true,
    })) {
      items.push(...Items as EnvironmentItem[]);
    }
    const live = items.find(({ BuildNumber: number }) => number === NOT_A_BUILD);
    return { ...(live ? { live: toLive(live) } : {}), history: items.filter((item) => item !== live).map(toLive) };
  }

  /** Why a plan says that components changed; nothing where it is gone, or was replaced by another for the same commit. */
  public async reasons(commitId: string, planId: string): Promise<ReadonlyMap<string, readonly Reason[]> | undefined> {
    const { solution, diffTable } = this.pipeline;
    if (diffTable === undefined) {
      return undefined;
    }
    const prefix = planMarkerKey(solution);
    const items: DiffItem[] = [];
    for await (const { Items = [] } of paginateQuery({ client: this.dynamoDb }, {
      TableName: diffTable,
      KeyConditionExpression: '#commit = :commit and begins_with(#component, :prefix)',
      ExpressionAttributeNames: { '#commit': DIFF_TABLE_KEYS.partition, '#component': DIFF_TABLE_KEYS.sort },
      ExpressionAttributeValues: { ':commit': commitId, ':prefix': prefix },
    })) {
      items.push(...Items as DiffItem[]);
    }
    const diffs = items.filter(({ Component, PlanId }) => Component !== prefix && PlanId === planId);
    return diffs.length === 0 ? undefined : new Map(diffs.map(({ Component, Reasons }) => [Component.slice(prefix.length), Reasons]));
  }

  /** What of a release does not reach its template; nothing for releases of earlier versions, which did not say. */
  public async undeclared(releaseKey: string): Promise<Undeclared | undefined> {
    return this.readJson<Undeclared>(releaseKey.replace(/\.json$/, '.undeclared.json'));
  }

  private async readRelease(key: string): Promise<Release | undefined> {
    return this.readJson<Release>(key);
  }

  private async readJson<T>(key: string): Promise<T | undefined> {
    try {
      const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: this.pipeline.artifactBucket, Key: key }));
      return JSON.parse(await Body!.transformToString()) as T;
    } catch (error) {
      if (error instanceof NoSuchKey) {
        return undefined;
      }
      throw error;
    }
  }
}

async function kept<T>(known: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> {
  const value = known.get(key) ?? read();
  known.set(key, value);
  return value;
}

function toLive({ Sequence, Release: key, Promotion, CommitId, PipelineExecutionId, Timestamp }: EnvironmentItem): WentLive {
  const promotion = Promotion === undefined ? undefined : parsePromotion(Promotion);
  return { sequence: Sequence, key, ...(promotion ? { promotion } : {}), commitId: CommitId, executionId: PipelineExecutionId, timestamp: Timestamp };
}

function toRecordedBuild(item: BuildItem, component: string): RecordedBuild {
  const deployments = Object.entries(item.Deployments ?? {});
  return {
    build: toBuild(item, component),
    environments: deployments.map(([environment]) => environment),
    since: new Map(deployments.map(([environment, { Timestamp }]) => [environment, Timestamp])),
  };
}
