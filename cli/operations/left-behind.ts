import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { PipelineDescription } from './pipeline';
import { StackItem, StageAttemptItem } from '../../src/contract/ledger';
import { DEPLOYMENTS_TABLE_KEYS, NOT_A_BUILD, stackKey } from '../../src/contract/tables';
import { InputError } from '../errors';

/** How often a list is read again that executions change meanwhile. */
const MAX_FORGET = 5;

/** A stack that left the release. */
export interface LeftBehindStack {
  readonly place: string;
  readonly stackName: string;
  /** ARN of the stack that was delivered, which is another once it is deleted and created again. */
  readonly stackId: string;
  readonly account: string;
  readonly region: string;
  readonly partition: string;
}

/** Finds and forgets stacks that left the release, in the DeploymentsTable. */
export class LeftBehindStacks {
  public constructor(private readonly dynamoDb: DynamoDBDocumentClient, private readonly pipeline: PipelineDescription, private readonly environment: string) {}

  /** @throws InputError where no place, or none of that name, has such a stack, or it may come back */
  public async find(stackName: string, wantedPlace: string | undefined): Promise<LeftBehindStack> {
    const places = this.pipeline.places[this.environment] ?? [this.environment];
    if (wantedPlace !== undefined && !places.includes(wantedPlace)) {
      throw new InputError(`Environment '${this.environment}' has no place '${wantedPlace}'. It has ${places.map((name) => `'${name}'`).join(', ')}.`);
    }
    const attempts = await Promise.all((wantedPlace === undefined ? places : [wantedPlace]).map(async (place) => ({ place, item: await this.read<StageAttemptItem>(place, '') })));
    const having = attempts.filter(({ item }) => item?.LeftBehind?.includes(stackName));
    if (having.length > 1) {
      throw new InputError(`Stack ${stackName} was left behind in ${having.map(({ place }) => `'${place}'`).join(' and ')}: name one by --place.`);
    }
    const [found] = having;
    if (found === undefined) {
      const known = attempts.flatMap(({ item }) => item?.LeftBehind ?? []);
      const isDelivered = attempts.some(({ item }) => item?.Stacks?.includes(stackName));
      throw new InputError(isDelivered
        ? `Stack ${stackName} is part of the release in '${this.environment}'. Take it out of the release first; then it is left behind, and can be deleted.`
        : `No stack ${stackName} was left behind in '${this.environment}'. ${known.length === 0 ? 'None was.' : `Left behind: ${known.join(', ')}.`}`);
    }
    if (found.item!.Phase !== 'Recorded') {
      throw new InputError(`Execution ${found.item!.PipelineExecutionId} came to '${found.place}' last, and its release is not recorded: it goes on, or failed, and what others still use is not known. `
        + 'Delete the stack when a release without it is recorded.');
    }
    const stackId = (await this.read<StackItem>(found.place, stackName))?.Delivered?.StackId;
    const [, partition, region, account] = /^arn:([^:]+):cloudformation:([^:]+):(\d{12}):stack\//.exec(stackId ?? '') ?? [];
    if (stackId === undefined || partition === undefined || account === undefined || region === undefined) {
      throw new InputError(`Stack ${stackName} was never delivered by this pipeline: it is not known which stack that is. Delete it by CloudFormation.`);
    }
    return { place: found.place, stackName, stackId, account, region, partition };
  }

  /** Takes a stack from the list. Another execution may have come to the place: what it noted stays. */
  public async forget({ place, stackName }: LeftBehindStack): Promise<void> {
    for (let attempt = 0; attempt < MAX_FORGET; attempt++) {
      const { LeftBehind: list = [], PipelineExecutionId: execution } = await this.read<StageAttemptItem>(place, '') ?? {};
      const index = list.indexOf(stackName);
      if (index < 0) {
        return;
      }
      try {
        await this.dynamoDb.send(new UpdateCommand({
          TableName: this.pipeline.deploymentsTable,
          Key: this.key(place, ''),
          UpdateExpression: `REMOVE LeftBehind[${index}]`,
          ConditionExpression: `PipelineExecutionId = :execution AND LeftBehind[${index}] = :name`,
          ExpressionAttributeValues: { ':execution': execution, ':name': stackName },
        }));
        return;
      } catch (error) {
        if ((error as Error).name !== 'ConditionalCheckFailedException') {
          throw error;
        }
      }
    }
    throw new InputError(`Stack ${stackName} is deleted, and executions change the list of '${place}' all the time: run the command again to take it from there.`);
  }

  private async read<T>(place: string, stack: string): Promise<T | undefined> {
    const { Item } = await this.dynamoDb.send(new GetCommand({ TableName: this.pipeline.deploymentsTable, Key: this.key(place, stack), ConsistentRead: true }));
    return Item as T | undefined;
  }

  private key(place: string, stack: string): Record<string, string | number> {
    return {
      [DEPLOYMENTS_TABLE_KEYS.partition]: stackKey(this.pipeline.solution, this.environment, place, stack), [DEPLOYMENTS_TABLE_KEYS.sort]: NOT_A_BUILD,
    };
  }
}
