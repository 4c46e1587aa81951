import { RemovalPolicy } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { DeploymentsTable } from '../../src';
import { ACCOUNT, REGION, resource, testStack } from '../support/constructs';

const TABLE = 'AWS::DynamoDB::GlobalTable';

function tableOf(props?: ConstructorParameters<typeof DeploymentsTable>[2]): any {
  const stack = testStack();
  new DeploymentsTable(stack, 'DeploymentsTable', props);
  return resource(Template.fromStack(stack), TABLE);
}

test('keys, billing and time to live are those of the contract', () => {
  const { Properties } = tableOf();
  expect(Properties.KeySchema).toEqual([{ AttributeName: 'Component', KeyType: 'HASH' }, { AttributeName: 'BuildNumber', KeyType: 'RANGE' }]);
  expect(Properties.AttributeDefinitions).toEqual(expect.arrayContaining([
    { AttributeName: 'Component', AttributeType: 'S' }, { AttributeName: 'BuildNumber', AttributeType: 'N' },
  ]));
  expect(Properties.BillingMode).toBe('PAY_PER_REQUEST');
  expect(Properties.TimeToLiveSpecification).toEqual({ AttributeName: 'ExpiresAt', Enabled: true });
});

test('builds are found by their fingerprint, with all their attributes', () => {
  expect(tableOf().Properties.GlobalSecondaryIndexes).toEqual([{
    IndexName: 'ByFingerprint',
    KeySchema: [{ AttributeName: 'Fingerprint', KeyType: 'HASH' }, { AttributeName: 'BuildNumber', KeyType: 'RANGE' }],
    Projection: { ProjectionType: 'ALL' },
  }]);
});

test('point-in-time recovery is on, and off when told so', () => {
  const recovery = (table: any) => table.Properties.Replicas[0].PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled;
  expect(recovery(tableOf())).toBe(true);
  expect(recovery(tableOf({ pointInTimeRecovery: false }))).toBe(false);
});

test('is retained and protected from deletion by default, and neither when told so', () => {
  const kept = tableOf();
  expect(kept.DeletionPolicy).toBe('Retain');
  expect(kept.UpdateReplacePolicy).toBe('Retain');
  expect(kept.Properties.Replicas[0].DeletionProtectionEnabled).toBe(true);
  const dropped = tableOf({ removalPolicy: RemovalPolicy.DESTROY, deletionProtection: false });
  expect(dropped.DeletionPolicy).toBe('Delete');
  expect(dropped.Properties.Replicas[0].DeletionProtectionEnabled).toBe(false);
});

test('the logical ID of the table stands: another one would lose its content', () => {
  const stack = testStack();
  new DeploymentsTable(stack, 'DeploymentsTable');
  expect(Object.keys(Template.fromStack(stack).findResources(TABLE))).toEqual(['DeploymentsTable3540638D']);
});

describe('grants', () => {
  function statements(grant: (table: DeploymentsTable, role: iam.Role) => void, props?: { key: boolean }): any[] {
    const stack = testStack();
    const encryptionKey = props?.key ? new kms.Key(stack, 'Key') : undefined;
    const role = new iam.Role(stack, 'Role', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
    grant(new DeploymentsTable(stack, 'DeploymentsTable', { encryptionKey }), role);
    return resource(Template.fromStack(stack), 'AWS::IAM::Policy').Properties.PolicyDocument.Statement;
  }

  test('cover the table and its index, and no other', () => {
    const [{ Action, Resource }] = statements((table, role) => table.grantRead(role));
    expect(Action).toEqual(['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query']);
    const arn = { 'Fn::GetAtt': [expect.stringMatching(/^DeploymentsTable/), 'Arn'] };
    expect(Resource).toEqual([arn, { 'Fn::Join': ['', [arn, '/index/ByFingerprint']] }]);
  });

  test('grantReadWrite adds the writes', () => {
    const [{ Action }] = statements((table, role) => table.grantReadWrite(role));
    expect(Action).toEqual(expect.arrayContaining(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem']));
  });

  test('cover the customer\'s key', () => {
    const [, keyStatement] = statements((table, role) => table.grantRead(role), { key: true });
    expect(keyStatement.Action).toContain('kms:Decrypt');
  });
});

test('an imported table has its ARN from its name, or its name from its ARN', () => {
  const stack = testStack();
  const byName = DeploymentsTable.fromTableName(stack, 'ByName', 'builds');
  expect(stack.resolve(byName.tableArn)).toEqual({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:dynamodb:${REGION}:${ACCOUNT}:table/builds`]] });
  const byArn = DeploymentsTable.fromTableArn(stack, 'ByArn', 'arn:aws:dynamodb:eu-west-1:999999999999:table/builds');
  expect(byArn.tableName).toBe('builds');
  expect(byArn.env.account).toBe('999999999999');
});

test('an imported table needs a name or an ARN, and not both', () => {
  expect(() => DeploymentsTable.fromTableAttributes(testStack(), 'Imported', {})).toThrow(
    'DeploymentsTable.fromTableAttributes needs either tableName or tableArn, got neither.');
});

test('metrics name the table', () => {
  const metric = DeploymentsTable.fromTableName(testStack(), 'Imported', 'builds').metric('ConsumedWriteCapacityUnits');
  expect(metric.dimensions).toEqual({ TableName: 'builds' });
  expect(metric.metricName).toBe('ConsumedWriteCapacityUnits');
});
