import { IncomingMessage, Server, ServerResponse } from 'node:http';
import { BillingMode, CreateTableCommand, CreateTableCommandInput, DynamoDBClient, LocalSecondaryIndex } from '@aws-sdk/client-dynamodb';
import { NotEmulatedError } from '../activity';
import { ServiceHandler } from './server';
import { Resource } from '../assembly/resources';

/** What dynalite answers; every other operation would be refused by it with an error that its caller might swallow. */
const OPERATIONS = new Set([
  'BatchGetItem', 'BatchWriteItem', 'CreateTable', 'DeleteItem', 'DescribeTable', 'DescribeTimeToLive', 'GetItem', 'ListTables',
  'PutItem', 'Query', 'Scan', 'UpdateItem',
]);

// eslint-disable-next-line @typescript-eslint/no-require-imports -- dynalite ships no types.
const dynalite = require('dynalite') as (options: { createTableMs: number }) => Server;

/** DynamoDB, by the embedded server. Tables live in memory. */
export class DynamoDb implements ServiceHandler {
  private readonly server = dynalite({ createTableMs: 0 });

  public async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const operation = String(request.headers['x-amz-target']).split('.')[1];
    if (!OPERATIONS.has(operation)) {
      throw new NotEmulatedError(`the call dynamodb:${operation}`);
    }
    this.server.emit('request', request, response);
  }
}

type TableProperties = Pick<CreateTableCommandInput, 'KeySchema' | 'AttributeDefinitions' | 'GlobalSecondaryIndexes' | 'LocalSecondaryIndexes'>;

/** Creates the table that the template describes, its keys and indexes. */
export async function createTable(client: DynamoDBClient, table: Resource<TableProperties>): Promise<void> {
  const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes, LocalSecondaryIndexes } = table.properties;
  await client.send(new CreateTableCommand({
    TableName: table.name,
    KeySchema,
    AttributeDefinitions,
    BillingMode: BillingMode.PAY_PER_REQUEST,
    ...(GlobalSecondaryIndexes ? { GlobalSecondaryIndexes: GlobalSecondaryIndexes.map(withKeysOnly) } : {}),
    ...(LocalSecondaryIndexes ? { LocalSecondaryIndexes: LocalSecondaryIndexes.map(withKeysOnly) } : {}),
  }));
}

/** An index's keys and projection: its other settings, such as capacity, mean nothing here. */
function withKeysOnly<Index extends Pick<LocalSecondaryIndex, 'IndexName' | 'KeySchema' | 'Projection'>>({ IndexName, KeySchema, Projection }: Index) {
  return { IndexName, KeySchema, Projection };
}
