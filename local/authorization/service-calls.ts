import { NotEmulatedError } from '../activity';
import { Access } from './access';
import { Inventory, TableFacts } from './inventory';

/** A call of a service's API, by a role. */
export interface ServiceCall {
  /** ARN. */
  readonly role: string;
  /** As in IAM's actions, such as `dynamodb`. */
  readonly service: string;
  readonly operation: string;
  readonly region: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What a call is judged by: what is known of the resources, and whether a bucket that there is lacks an object. */
export interface Surroundings {
  readonly inventory: Inventory;
  lacksObject(bucket: string, key: string): boolean;
}

type Mapping = (call: ServiceCall, surroundings: Surroundings) => Access[];

/** The one place that says which permissions a call needs, on what. */
const SERVICES: Readonly<Record<string, Mapping>> = {
  cloudformation: ({ role, operation, region, input }) => {
    const account = accountOf(role);
    // A change set that is given by its ARN alone, as those of nested stacks are, is the resource itself.
    const stack = `arn:aws:cloudformation:${region}:${account}:stack/${String(input.StackName)}/local`;
    if (operation === 'ListImports') {
      return [access(role, 'cloudformation:ListImports', '*', account)];
    }
    return [access(role, `cloudformation:${operation}`, input.StackName === undefined ? String(input.ChangeSetName) : stack, account)];
  },
  codebuild: ({ role, operation, region, input }) => {
    const account = accountOf(role);
    // Builds are named after their project.
    const names = [input.projectName, input.id, ...(input.ids as readonly string[] | undefined) ?? []].filter((name) => name !== undefined);
    return [...new Set(names.map((name) => String(name).split(':')[0]))].map((name) => (
      access(role, `codebuild:${operation}`, `arn:aws:codebuild:${region}:${account}:project/${name}`, account)));
  },
  codecommit: ({ role, operation, region, input }) => {
    const account = accountOf(role);
    return [access(role, `codecommit:${operation}`, `arn:aws:codecommit:${region}:${account}:${String(input.repositoryName)}`, account)];
  },
  codepipeline: ({ role, operation, region, input }) => {
    const account = accountOf(role);
    const [pipeline, ...parts] = [input.pipelineName ?? input.name, input.stageName, input.actionName].filter((part) => part !== undefined);
    // Answers to jobs name no pipeline.
    const resource = pipeline === undefined ? '*' : [`arn:aws:codepipeline:${region}:${account}:${String(pipeline)}`, ...parts].join('/');
    return [access(role, `codepipeline:${operation}`, resource, account)];
  },
  dynamodb,
  ecr: ({ role, operation, region, input }) => {
    const account = accountOf(role);
    const repository = input.repositoryName;
    return [access(role, `ecr:${operation}`, repository === undefined ? '*' : `arn:aws:ecr:${region}:${account}:repository/${String(repository)}`, account)];
  },
  events: ({ role, operation, region, input }) => (input.Entries as { readonly EventBusName?: string }[]).map(({ EventBusName: bus = 'default' }) => {
    const account = accountOf(role);
    return access(role, `events:${operation}`, bus.startsWith('arn:') ? bus : `arn:aws:events:${region}:${account}:event-bus/${bus}`, account);
  }),
  lambda: ({ role, operation, region, input }) => {
    const account = accountOf(role);
    const name = String(input.functionName);
    return [access(role, `lambda:${operation}`, name.startsWith('arn:') ? name : `arn:aws:lambda:${region}:${account}:function:${name}`, account)];
  },
  logs: ({ role, operation, region, input }) => {
    const account = accountOf(role);
    return [access(role, `logs:${operation}`, `arn:aws:logs:${region}:${account}:log-group:${String(input.logGroupName)}:log-stream:${String(input.logStreamName)}`, account)];
  },
  s3,
  secretsmanager: ({ role, operation, region, input }, { inventory }) => {
    const id = String(input.SecretId);
    const keyArn = inventory.secretKey(id);
    return [
      access(role, `secretsmanager:${operation}`, id, accountOf(id)),
      ...(keyArn === undefined ? [] : [keyAccess(role, 'kms:Decrypt', { keyArn, via: `secretsmanager.${region}.amazonaws.com` }, inventory)]),
    ];
  },
  sns: ({ role, operation, input }) => [access(role, `sns:${operation}`, String(input.TopicArn), accountOf(String(input.TopicArn)))],
  states: ({ role, operation, input }) => {
    const resource = String(input.stateMachineArn ?? input.executionArn);
    return [access(role, `states:${operation}`, resource, accountOf(resource))];
  },
  ssm: ({ role, operation, region, input }) => {
    const account = accountOf(role);
    const calendars = (input.CalendarNames as string[] | undefined)?.map((name) => (
      name.startsWith('arn:') ? name : `arn:aws:ssm:${region}:${account}:document/${name}`));
    const resources = calendars ?? [`arn:aws:ssm:${region}:${account}:parameter${String(input.Name)}`];
    return resources.map((resource) => access(role, `ssm:${operation}`, resource, account));
  },
  sts: ({ role, operation, input }) => [access(role, `sts:${operation}`, String(input.RoleArn), accountOf(String(input.RoleArn)))],
};

/** The permissions that a call needs. @throws NotEmulatedError for a call of which that is not known */
export function accessesOf(call: ServiceCall, surroundings: Surroundings): Access[] {
  if (!Object.hasOwn(SERVICES, call.service)) {
    throw new NotEmulatedError(`the permissions of the call ${call.service}:${call.operation}`);
  }
  return SERVICES[call.service](call, surroundings);
}

/** Reading or writing an object, with the key of its bucket. */
export function objectAccess(
  principal: string, action: 's3:GetObject' | 's3:GetObjectVersion' | 's3:PutObject', place: { readonly bucket: string; readonly key: string }, inventory: Inventory,
): Access[] {
  const facts = inventory.bucket(place.bucket);
  const { account, region, keyArn } = facts ?? { account: accountOf(principal), region: '', keyArn: undefined };
  const accesses = [access(principal, action, `arn:aws:s3:::${place.bucket}/${place.key}`, account)];
  return keyArn === undefined
    ? accesses
    : [...accesses, keyAccess(principal, action === 's3:PutObject' ? 'kms:GenerateDataKey' : 'kms:Decrypt', { keyArn, via: `s3.${region}.amazonaws.com` }, inventory)];
}

export function accountOf(arn: string): string {
  return arn.split(':')[4] ?? '';
}

function access(principal: string, action: string, resource: string, account: string, context: Access['context'] = {}): Access {
  return { principal, action, resource, account, context };
}

function keyAccess(principal: string, action: string, { keyArn, via }: { readonly keyArn: string; readonly via: string }, inventory: Inventory): Access {
  const aliases = inventory.aliasesOf(keyArn);
  return access(principal, action, keyArn, accountOf(keyArn), { 'kms:ViaService': via, ...(aliases.length > 0 ? { 'kms:ResourceAliases': aliases } : {}) });
}

function s3({ role, operation, input }: ServiceCall, { inventory, lacksObject }: Surroundings): Access[] {
  const { bucket, key, prefix, versionId } = input as { readonly bucket: string; readonly key: string; readonly prefix?: string; readonly versionId?: string };
  const account = inventory.bucket(bucket)?.account ?? accountOf(role);
  const list = access(role, 's3:ListBucket', `arn:aws:s3:::${bucket}`, account, prefix === undefined ? {} : { 's3:prefix': prefix });
  switch (operation) {
    case 'PutObject':
      return objectAccess(role, 's3:PutObject', { bucket, key }, inventory);
    case 'GetObject':
    case 'HeadObject':
      // Who may not list is told that an object that is not there may not be read.
      return [
        ...objectAccess(role, versionId === undefined ? 's3:GetObject' : 's3:GetObjectVersion', { bucket, key }, inventory),
        ...(lacksObject(bucket, key) ? [list] : []),
      ];
    case 'ListObjectsV2':
    case 'HeadBucket':
      return [list];
    default:
      return [access(role, `s3:${operation}`, `arn:aws:s3:::${bucket}/${key}`, account)];
  }
}

type Item = Readonly<Record<string, { readonly S?: string; readonly N?: string }>>;

interface TableInput {
  readonly TableName: string;
  readonly IndexName?: string;
  readonly Key?: Item;
  readonly Item?: Item;
  readonly KeyConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Item;
  readonly RequestItems?: Readonly<Record<string, unknown>>;
}

function dynamodb({ role, operation, input }: ServiceCall, { inventory }: Surroundings): Access[] {
  const { TableName: single, RequestItems: batch, ...request } = input as unknown as TableInput;
  const tables = batch === undefined ? [[single, undefined] as const] : Object.entries(batch);
  return tables.flatMap(([name, items]) => {
    const table = inventory.table(name);
    if (table === undefined) {
      throw new NotEmulatedError(`the permissions on table ${name}, which is none of the assembly's`);
    }
    const keys = items === undefined ? singleKeys(request, table) : batchKeys(items, table);
    const resource = request.IndexName === undefined ? table.arn : `${table.arn}/index/${request.IndexName}`;
    return [
      access(role, `dynamodb:${operation}`, resource, table.account, keys.length > 0 ? { 'dynamodb:LeadingKeys': [...new Set(keys)] } : {}),
      ...(table.keyArn === undefined ? [] : [keyAccess(role, 'kms:Decrypt', { keyArn: table.keyArn, via: `dynamodb.${table.region}.amazonaws.com` }, inventory)]),
    ];
  });
}

function singleKeys(request: Omit<TableInput, 'TableName'>, { partitionKey, indexes }: TableFacts): string[] {
  const { IndexName: index, Key: key, Item: item, KeyConditionExpression: condition } = request;
  const { ExpressionAttributeNames: names = {}, ExpressionAttributeValues: values = {} } = request;
  if (condition === undefined) {
    return keyOf(key ?? item ?? {}, partitionKey);
  }
  const attribute = index === undefined ? partitionKey : indexes.get(index);
  const [, , value] = [...condition.matchAll(/([#\w]+)\s*=\s*(:\w+)/g)].find(([, name]) => (names[name] ?? name) === attribute) ?? [];
  return value === undefined ? [] : keyOf(values, value);
}

function batchKeys(items: unknown, { partitionKey }: TableFacts): string[] {
  const requests = Array.isArray(items)
    ? (items as { readonly PutRequest?: { readonly Item: Item }; readonly DeleteRequest?: { readonly Key: Item } }[])
      .map(({ PutRequest: put, DeleteRequest: remove }) => put?.Item ?? remove?.Key ?? {})
    : (items as { readonly Keys: readonly Item[] }).Keys;
  return requests.flatMap((key) => keyOf(key, partitionKey));
}

function keyOf(item: Item, attribute: string): string[] {
  const value = item[attribute]?.S ?? item[attribute]?.N;
  return value === undefined ? [] : [value];
}
