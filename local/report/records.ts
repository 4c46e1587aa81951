import { DynamoDBDocumentClient, GetCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { releaseKey } from '../../src/contract/objects';
import {
  BuildItem, buildsKey, DEPLOYMENTS_TABLE_KEYS, DIFF_TABLE_KEYS, DiffItem, EnvironmentItem, environmentKey, HEAD_PARTITION, HeadItem, NOT_A_BUILD,
  OutcomeItem, outcomeKey, PlanMarkerItem, planMarkerKey,
} from '../../src/contract/tables';
import { Release } from '../../src/core/release';
import { LocalSystem } from '../system';
import { Solution } from './solution';

/** Reads what a solution's functions and builds have recorded. */
export class Records {
  private readonly client: DynamoDBDocumentClient;

  constructor(private readonly system: LocalSystem, private readonly solution: Solution) {
    this.client = DynamoDBDocumentClient.from(system.dynamodb);
  }

  /** The plan for a commit, or `undefined`. */
  public async plan(commit: string): Promise<{ readonly marker: PlanMarkerItem; readonly diffs: readonly DiffItem[] } | undefined> {
    const { partition, sort } = DIFF_TABLE_KEYS;
    const items: unknown[] = [];
    for await (const { Items = [] } of paginateQuery({ client: this.client }, {
      TableName: this.solution.diffTable,
      KeyConditionExpression: '#commit = :commit AND begins_with(#component, :solution)',
      ExpressionAttributeNames: { '#commit': partition, '#component': sort },
      ExpressionAttributeValues: { ':commit': commit, ':solution': planMarkerKey(this.solution.name) },
      ConsistentRead: true,
    })) {
      items.push(...Items);
    }
    // The marker sorts before the diffs.
    const [marker, ...diffs] = items as [PlanMarkerItem | undefined, ...DiffItem[]];
    return marker && { marker, diffs };
  }

  /** The branch's head as the diff function last saw it. */
  public async head(): Promise<HeadItem | undefined> {
    const { partition, sort } = DIFF_TABLE_KEYS;
    return this.get<HeadItem>(this.solution.diffTable, { [partition]: HEAD_PARTITION, [sort]: planMarkerKey(this.solution.name) });
  }

  public async outcome(component: string, executionId: string): Promise<OutcomeItem | undefined> {
    return this.deployments<OutcomeItem>(outcomeKey(this.solution.name, component, executionId), NOT_A_BUILD);
  }

  public async build(component: string, buildNumber: number): Promise<BuildItem | undefined> {
    return this.deployments<BuildItem>(buildsKey(this.solution.name, component), buildNumber);
  }

  /** What is live in an environment. */
  public async environment(name: string): Promise<EnvironmentItem | undefined> {
    return this.deployments<EnvironmentItem>(environmentKey(this.solution.name, name), NOT_A_BUILD);
  }

  /** The release that an execution assembled, or `undefined` where it didn't come that far. */
  public release(executionId: string): Release | undefined {
    const { artifactBucket, name } = this.solution;
    const key = releaseKey(name, executionId);
    return this.system.objects.get(artifactBucket, key) && JSON.parse(this.system.objects.read(artifactBucket, key).toString()) as Release;
  }

  private async deployments<Item>(component: string, buildNumber: number): Promise<Item | undefined> {
    const { partition, sort } = DEPLOYMENTS_TABLE_KEYS;
    return this.get<Item>(this.solution.deploymentsTable, { [partition]: component, [sort]: buildNumber });
  }

  private async get<Item>(table: string, key: Record<string, unknown>): Promise<Item | undefined> {
    return (await this.client.send(new GetCommand({ TableName: table, Key: key, ConsistentRead: true }))).Item as Item | undefined;
  }
}
