import { ArnFormat, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { FINGERPRINT_INDEX } from '../contract/tables';

/** What the tables' public grants let read. Scans are left out: nothing here needs them. */
export const READ_ACTIONS = ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'];

export const WRITE_ACTIONS = [
  'dynamodb:BatchWriteItem',
  'dynamodb:ConditionCheckItem',
  'dynamodb:DeleteItem',
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
];

/** Which permissions on a table, and on which of its items. */
export interface TableGrant {
  readonly actions: readonly string[];
  /** ARN of the table, or of one of its indexes. */
  readonly resourceArns: readonly string[];
  readonly encryptionKey?: kms.IKey;
  /** Patterns of partition keys; all items where absent. */
  readonly leadingKeys?: readonly string[];
}

/** Grants on the items of a table; with a customer's key, DynamoDB reads and writes with the caller's own right to use it. */
export function grantOnTable(grantee: iam.IGrantable, grant: TableGrant): iam.Grant {
  const items = iam.Grant.addToPrincipal({
    grantee,
    actions: [...grant.actions],
    resourceArns: [...grant.resourceArns],
    ...(grant.leadingKeys ? { conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [...grant.leadingKeys] } } } : {}),
  });
  return grant.encryptionKey ? items.combine(grantUseOfKey(grantee, grant.encryptionKey)) : items;
}

/** `kms:Encrypt` and `kms:ReEncrypt*` are DynamoDB's own business: a caller only ever opens and makes data keys. */
function grantUseOfKey(grantee: iam.IGrantable, key: kms.IKey): iam.Grant {
  return key.grant(grantee, 'kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey');
}

/** A metric of a table in the namespace `AWS/DynamoDB`. */
export function tableMetric(tableName: string, metricName: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
  return new cloudwatch.Metric({ namespace: 'AWS/DynamoDB', metricName, statistic: cloudwatch.Stats.SUM, dimensionsMap: { TableName: tableName }, ...props });
}

/** A string key attribute. */
export function stringKey(name: string): dynamodb.Attribute {
  return { name, type: dynamodb.AttributeType.STRING };
}

/** A number key attribute. */
export function numberKey(name: string): dynamodb.Attribute {
  return { name, type: dynamodb.AttributeType.NUMBER };
}

/** Name and ARN of an imported table, whichever of the two was given. */
export function identifyTable(
  scope: Construct, kind: string, attributes: { readonly tableName?: string; readonly tableArn?: string },
): { readonly tableArn: string; readonly tableName: string } {
  const stack = Stack.of(scope);
  if ((attributes.tableArn === undefined) === (attributes.tableName === undefined)) {
    throw new Error(`${kind}.fromTableAttributes needs either tableName or tableArn, got ${attributes.tableArn === undefined ? 'neither' : 'both'}.`);
  }
  if (attributes.tableArn !== undefined) {
    return { tableArn: attributes.tableArn, tableName: stack.splitArn(attributes.tableArn, ArnFormat.SLASH_RESOURCE_NAME).resourceName! };
  }
  return {
    tableArn: stack.formatArn({ service: 'dynamodb', resource: 'table', resourceName: attributes.tableName! }),
    tableName: attributes.tableName!,
  };
}

/** ARN of the DeploymentsTable's index. */
export function fingerprintIndexArn(tableArn: string): string {
  return `${tableArn}/index/${FINGERPRINT_INDEX.name}`;
}
