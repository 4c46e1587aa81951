import { Resource } from '../assembly/resources';

/** A table as far as conditions on its items depend on it. */
export interface TableFacts {
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly partitionKey: string;
  /** Partition keys of its indexes, by their names. */
  readonly indexes: ReadonlyMap<string, string>;
  /** ARN of the customer's key, if it has one. */
  readonly keyArn?: string;
}

export interface BucketFacts {
  readonly account: string;
  readonly region: string;
  readonly keyArn?: string;
}

interface KeyElement {
  readonly AttributeName: string;
  readonly KeyType: string;
}

interface TableProperties {
  readonly KeySchema: readonly KeyElement[];
  readonly GlobalSecondaryIndexes?: readonly { readonly IndexName: string; readonly KeySchema: readonly KeyElement[] }[];
  readonly Replicas?: readonly { readonly Region: string; readonly SSESpecification?: { readonly KMSMasterKeyId?: string } }[];
}

interface BucketProperties {
  readonly BucketEncryption?: {
    readonly ServerSideEncryptionConfiguration: readonly { readonly ServerSideEncryptionByDefault?: { readonly KMSMasterKeyID?: string } }[];
  };
}

interface SecretProperties {
  readonly KmsKeyId?: string;
}

interface AliasProperties {
  readonly TargetKeyId?: string;
}

/** What is known of the resources that calls name. */
export class Inventory {
  private readonly byName: ReadonlyMap<string, Resource>;

  constructor(private readonly resources: readonly Resource[]) {
    this.byName = new Map(resources.map((resource) => [`${resource.type} ${resource.name}`, resource]));
  }

  /** ARN of the customer's key of a secret, if it has one. */
  public secretKey(arn: string): string | undefined {
    const secret = this.resources.find((resource) => resource.type === 'AWS::SecretsManager::Secret' && resource.arn === arn) as Resource<SecretProperties> | undefined;
    return secret?.properties.KmsKeyId && this.keyArn(secret.properties.KmsKeyId);
  }

  public table(name: string): TableFacts | undefined {
    const table = this.find<TableProperties>('AWS::DynamoDB::GlobalTable', name) ?? this.find<TableProperties>('AWS::DynamoDB::Table', name);
    if (table === undefined) {
      return undefined;
    }
    const { arn, account, region, properties: { KeySchema, GlobalSecondaryIndexes = [], Replicas = [] } } = table;
    const keyArn = Replicas.find((replica) => replica.Region === region)?.SSESpecification?.KMSMasterKeyId;
    return {
      arn,
      account,
      region,
      partitionKey: partitionOf(KeySchema),
      indexes: new Map(GlobalSecondaryIndexes.map((index) => [index.IndexName, partitionOf(index.KeySchema)])),
      ...(keyArn === undefined ? {} : { keyArn: this.keyArn(keyArn) }),
    };
  }

  /** A bucket of the assembly; of the bootstrap's asset buckets, whose names tell where they are. */
  public bucket(name: string): BucketFacts | undefined {
    const bucket = this.find<BucketProperties>('AWS::S3::Bucket', name);
    if (bucket !== undefined) {
      const key = bucket.properties.BucketEncryption?.ServerSideEncryptionConfiguration[0]?.ServerSideEncryptionByDefault?.KMSMasterKeyID;
      return { account: bucket.account, region: bucket.region, ...(key === undefined ? {} : { keyArn: this.keyArn(key) }) };
    }
    const [, account, region] = /^cdk-[a-z0-9]+-assets-(\d{12})-([a-z0-9-]+)$/.exec(name) ?? [];
    return account === undefined ? undefined : { account, region };
  }

  public find<Properties>(type: string, name: string): Resource<Properties> | undefined {
    return this.byName.get(`${type} ${name}`) as Resource<Properties> | undefined;
  }

  /** Names of a key's aliases: policies may have conditions on them. */
  public aliasesOf(keyArn: string): string[] {
    return this.aliases().filter(({ properties: { TargetKeyId: target = '' } }) => this.keyArn(target) === keyArn).map(({ name }) => name);
  }

  private aliases(): Resource<AliasProperties>[] {
    return this.resources.filter(({ type }) => type === 'AWS::KMS::Alias');
  }

  /** A key may be named by its ID, or by an alias: rights are rights on the key itself. */
  private keyArn(key: string): string {
    const [, region, account, alias] = /^arn:[a-z-]+:kms:([^:]+):(\d{12}):(alias\/.+)$/.exec(key) ?? [];
    if (alias !== undefined) {
      const named = this.aliases().find((candidate) => candidate.name === alias && candidate.region === region && candidate.account === account);
      const target = named?.properties.TargetKeyId;
      return target === undefined ? key : this.keyArn(target);
    }
    return key.startsWith('arn:') ? key : this.resources.find(({ type, arn }) => type === 'AWS::KMS::Key' && arn.endsWith(`/${key}`))?.arn ?? key;
  }
}

function partitionOf(schema: readonly KeyElement[]): string {
  return schema.find(({ KeyType }) => KeyType === 'HASH')!.AttributeName;
}
