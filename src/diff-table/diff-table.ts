import { IResource, RemovalPolicy, Resource } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { DIFF_TABLE_KEYS, EXPIRES_AT } from '../contract/tables';
import { grantOnTable, identifyTable, READ_ACTIONS, stringKey, tableMetric, WRITE_ACTIONS } from '../private/tables';

/** The table of plans: which components changed at a commit, and why. */
export interface IDiffTable extends IResource {
  /**
   * ARN of the table.
   * @attribute
   */
  readonly tableArn: string;

  /**
   * Name of the table.
   * @attribute
   */
  readonly tableName: string;

  /** The customer's key that encrypts the table, if there is one. */
  readonly encryptionKey?: kms.IKey;

  /** Lets `grantee` read plans (and use the table's key, if it has one). */
  grantRead(grantee: iam.IGrantable): iam.Grant;

  /** Lets `grantee` read and write plans (and use the table's key, if it has one). */
  grantReadWrite(grantee: iam.IGrantable): iam.Grant;

  /**
   * A metric of the table in the namespace `AWS/DynamoDB`.
   * Sum over five minutes unless `props` says otherwise.
   */
  metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** Requests that DynamoDB throttled: reads. Sum over five minutes by default. */
  metricReadThrottleEvents(props?: cloudwatch.MetricOptions): cloudwatch.Metric;

  /** Requests that DynamoDB throttled: writes. Sum over five minutes by default. */
  metricWriteThrottleEvents(props?: cloudwatch.MetricOptions): cloudwatch.Metric;
}

/** Properties of a `DiffTable`. */
export interface DiffTableProps {
  /**
   * Name of the table.
   * @default - a name that CloudFormation makes
   */
  readonly tableName?: string;

  /**
   * Customer's key to encrypt the table with.
   * @default - a key that DynamoDB owns
   */
  readonly encryptionKey?: kms.IKey;

  /**
   * Keep backups from which the table can be restored as it was at any second of the last 35 days.
   * @default true
   */
  readonly pointInTimeRecovery?: boolean;

  /**
   * Refuse to delete the table while this is on.
   * @default true
   */
  readonly deletionProtection?: boolean;

  /**
   * What becomes of the table when it leaves the stack.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** An existing table to use as `IDiffTable`. One of `tableName` and `tableArn` is needed. */
export interface DiffTableAttributes {
  /**
   * Name of the table, in the stack's account and Region.
   * @default - taken from `tableArn`
   */
  readonly tableName?: string;

  /**
   * ARN of the table.
   * @default - made from `tableName`
   */
  readonly tableArn?: string;

  /**
   * The customer's key that encrypts the table.
   * @default - a key that DynamoDB owns
   */
  readonly encryptionKey?: kms.IKey;
}

abstract class DiffTableBase extends Resource implements IDiffTable {
  public abstract readonly tableArn: string;
  public abstract readonly tableName: string;
  public abstract readonly encryptionKey?: kms.IKey;

  public grantRead(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, READ_ACTIONS);
  }

  public grantReadWrite(grantee: iam.IGrantable): iam.Grant {
    return this.grant(grantee, [...READ_ACTIONS, ...WRITE_ACTIONS]);
  }

  public metric(metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return tableMetric(this.tableName, metricName, props).attachTo(this);
  }

  public metricReadThrottleEvents(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('ReadThrottleEvents', props);
  }

  public metricWriteThrottleEvents(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.metric('WriteThrottleEvents', props);
  }

  private grant(grantee: iam.IGrantable, actions: string[]): iam.Grant {
    return grantOnTable(grantee, { actions, resourceArns: [this.tableArn], encryptionKey: this.encryptionKey });
  }
}

/**
 * The table of plans. Partition key `CommitId`, sort key `Component`, on-demand, with a time to live (`ExpiresAt`).
 *
 * Several pipelines may share one: their solution names keep their items apart.
 */
export class DiffTable extends DiffTableBase {
  /** Uses the table of this name, in the stack's account and Region. */
  public static fromTableName(scope: Construct, id: string, tableName: string): IDiffTable {
    return DiffTable.fromTableAttributes(scope, id, { tableName });
  }

  /** Uses the table with this ARN. */
  public static fromTableArn(scope: Construct, id: string, tableArn: string): IDiffTable {
    return DiffTable.fromTableAttributes(scope, id, { tableArn });
  }

  /**
   * Uses an existing table.
   * @throws when neither or both of `tableName` and `tableArn` are given
   */
  public static fromTableAttributes(scope: Construct, id: string, attributes: DiffTableAttributes): IDiffTable {
    class Import extends DiffTableBase {
      public readonly tableArn: string;
      public readonly tableName: string;
      public readonly encryptionKey = attributes.encryptionKey;

      constructor() {
        const table = identifyTable(scope, 'DiffTable', attributes);
        super(scope, id, { environmentFromArn: table.tableArn });
        this.tableArn = table.tableArn;
        this.tableName = table.tableName;
      }
    }
    return new Import();
  }

  public readonly tableArn: string;
  public readonly tableName: string;
  public readonly encryptionKey?: kms.IKey;

  /** The table itself. */
  public readonly table: dynamodb.ITableV2;

  constructor(scope: Construct, id: string, props: DiffTableProps = {}) {
    super(scope, id);
    const table = new dynamodb.TableV2(this, 'Table', {
      tableName: props.tableName,
      partitionKey: stringKey(DIFF_TABLE_KEYS.partition),
      sortKey: stringKey(DIFF_TABLE_KEYS.sort),
      billing: dynamodb.Billing.onDemand(),
      timeToLiveAttribute: EXPIRES_AT,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: props.pointInTimeRecovery ?? true },
      encryption: props.encryptionKey ? dynamodb.TableEncryptionV2.customerManagedKey(props.encryptionKey) : undefined,
      deletionProtection: props.deletionProtection ?? true,
      removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
    });
    this.table = table;
    this.tableArn = table.tableArn;
    this.tableName = table.tableName;
    this.encryptionKey = props.encryptionKey;
  }
}
