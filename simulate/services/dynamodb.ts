import { Parser, rememberExpressions } from './dynamodb-expressions';
import { MemoryStore, StoredItem } from './dynamodb-memory';
import { ServiceError } from './service';
import { Random } from '../engine/random';

interface Validation {
  readonly types: object;
  readonly custom: unknown;
}

type Action = (store: MemoryStore, data: object, callback: (error: ActionError | null, answer?: Answer) => void) => void;
type ActionError = Error & { readonly statusCode?: number; readonly body?: object };
type Answer = Record<string, unknown> & { Items?: StoredItem[] };

interface Validations {
  checkTypes(data: object, types: object): Record<string, unknown>;
  checkValidations(data: object, types: object, custom: unknown, store: MemoryStore): void;
}

/* eslint-disable @typescript-eslint/no-require-imports -- dynalite's answers to requests, without its server: it has neither types nor an entry for them. */
const validations = require('dynalite/validations') as Validations;
const { createKey } = require('dynalite/db') as { createKey(item: StoredItem, table: object): string };
const OPERATIONS = ['BatchGetItem', 'BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'] as const;
const handlers = new Map(OPERATIONS.map((name) => {
  const file = `${name[0]!.toLowerCase()}${name.slice(1)}`;
  return [name as string, {
    action: require(`dynalite/actions/${file}`) as Action,
    validation: require(`dynalite/validations/${file}`) as Validation,
  }];
}));
['condition', 'update'].forEach((name) => rememberExpressions(require(`dynalite/db/${name}Parser`) as Parser));
/* eslint-enable @typescript-eslint/no-require-imports */

export interface TableDefinition {
  readonly TableName: string;
  readonly AttributeDefinitions: readonly object[];
  readonly KeySchema: readonly { readonly AttributeName: string; readonly KeyType: string }[];
  readonly GlobalSecondaryIndexes?: readonly object[];
}

export interface DynamoDbProps {
  readonly tables: readonly TableDefinition[];
  readonly random: Random;
  readonly now: () => number;
  /** Most items of a query's page. */
  readonly pageSize: number;
  /** How long an index may lag behind its table, in milliseconds. */
  readonly indexLag: () => number;
  /** How often a batch is answered in part. */
  readonly partialBatches: () => number;
  /** Sees each item before and after it is written. */
  readonly onWrite: (table: string, before: StoredItem | undefined, after: StoredItem | undefined) => void;
}

/** DynamoDB: conditions, updates and queries by dynalite; small pages, late indexes and partial batches as the service may have them. */
export class DynamoDb {
  private readonly store = new MemoryStore();
  private readonly createdAt = new Map<string, number>();
  /** dynalite's keys: making one takes hashes. */
  private readonly keys = new Map<string, string>();

  public constructor(private readonly props: DynamoDbProps) {
    for (const table of props.tables) {
      this.store.tableDb.put(table.TableName, { ...table, TableStatus: 'ACTIVE' }, () => undefined);
    }
  }

  public items(table: string): StoredItem[] {
    return this.store.items(table);
  }

  public clear(table: string): void {
    this.store.clear(table);
  }

  public async handle(operation: string, input: object): Promise<object> {
    const handler = handlers.get(operation);
    if (handler === undefined) {
      throw new Error(`DynamoDB's ${operation} is not simulated.`);
    }
    const body = { ...input } as Record<string, unknown>;
    const table = body.TableName as string;
    const unprocessed = operation === 'BatchGetItem' ? this.leaveUnprocessed(body) : {};
    if (operation === 'Query') {
      body.Limit = this.props.pageSize;
    }
    try {
      const data = validations.checkTypes(body, handler.validation.types);
      validations.checkValidations(data, handler.validation.types, handler.validation.custom, this.store);
      const key = isWrite(operation) ? this.keyOf(table, (data.Item ?? data.Key) as StoredItem) : undefined;
      const before = key === undefined ? undefined : this.find(table, key);
      const answer = await perform(handler.action, this.store, data);
      if (key !== undefined) {
        this.observe(table, key, before);
      }
      if (body.IndexName !== undefined && answer.Items !== undefined) {
        answer.Items = answer.Items.filter((item) => this.isIndexed(table, item));
      }
      return { ...answer, ...unprocessed };
    } catch (error) {
      const { statusCode, body: answer } = error as ActionError;
      if (statusCode === undefined || answer === undefined) {
        throw error;
      }
      const { __type: type, message, Message = message } = answer as Readonly<Record<string, string>>;
      throw new ServiceError(type!.replace(/^.*#/, ''), Message!, statusCode);
    }
  }

  /** Takes some keys out of the request. */
  private leaveUnprocessed(body: Record<string, unknown>): object {
    const { random, partialBatches } = this.props;
    if (!random.chance(partialBatches())) {
      return {};
    }
    const items = body.RequestItems as Record<string, { Keys: unknown[] }>;
    const [[table, request]] = Object.entries(items) as [[string, { Keys: unknown[] }]];
    const count = random.integer(0, request.Keys.length - 1);
    const left = request.Keys.splice(count);
    if (request.Keys.length === 0) {
      request.Keys = left.splice(0, 1);
    }
    return left.length === 0 ? {} : { UnprocessedKeys: { [table]: { ...request, Keys: left } } };
  }

  private observe(table: string, key: string, before: StoredItem | undefined): void {
    if (before === undefined) {
      this.createdAt.set(`${table} ${key}`, this.props.now());
    }
    this.props.onWrite(table, before, this.find(table, key));
  }

  /** dynalite puts another item in its place, and leaves this one as it is. */
  private find(table: string, key: string): StoredItem | undefined {
    let found: StoredItem | undefined;
    this.store.getItemDb(table).get(key, (_error, item) => {
      found = item;
    });
    return found;
  }

  private isIndexed(table: string, item: StoredItem): boolean {
    return this.props.now() - this.createdAt.get(`${table} ${this.keyOf(table, item)}`)! >= this.props.indexLag();
  }

  private keyOf(table: string, item: StoredItem): string {
    const definition = this.props.tables.find(({ TableName }) => TableName === table)!;
    const name = [table, ...definition.KeySchema.map(({ AttributeName }) => Object.values(item[AttributeName]!)[0])].join('\n');
    let key = this.keys.get(name);
    if (key === undefined) {
      key = createKey(item, definition);
      this.keys.set(name, key);
    }
    return key;
  }
}

function isWrite(operation: string): boolean {
  return operation === 'PutItem' || operation === 'UpdateItem' || operation === 'DeleteItem';
}

async function perform(action: Action, store: MemoryStore, data: object): Promise<Answer> {
  return new Promise((resolve, reject) => action(store, data, (error, answer) => {
    if (error) {
      reject(error);
    } else {
      resolve(answer!);
    }
  }));
}
