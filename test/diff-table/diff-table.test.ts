import { RemovalPolicy } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { DiffTable, IDiffTable } from '../../src';
import { ACCOUNT, REGION, resource, testStack } from '../support/constructs';

const TABLE = 'AWS::DynamoDB::GlobalTable';

function role(scope: ReturnType<typeof testStack>): iam.Role {
  return new iam.Role(scope, 'Reader', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com') });
}

test('keys, billing and time to live are those of the contract', () => {
  const stack = testStack();
  new DiffTable(stack, 'DiffTable');
  Template.fromStack(stack).hasResourceProperties(TABLE, {
    KeySchema: [{ AttributeName: 'CommitId', KeyType: 'HASH' }, { AttributeName: 'Component', KeyType: 'RANGE' }],
    AttributeDefinitions: [{ AttributeName: 'CommitId', AttributeType: 'S' }, { AttributeName: 'Component', AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
    TimeToLiveSpecification: { AttributeName: 'ExpiresAt', Enabled: true },
  });
});

test('is retained and protected from deletion by default, and neither when told so', () => {
  const byDefault = testStack();
  new DiffTable(byDefault, 'DiffTable');
  const kept = resource(Template.fromStack(byDefault), TABLE);
  expect(kept.DeletionPolicy).toBe('Retain');
  expect(kept.Properties.Replicas[0].DeletionProtectionEnabled).toBe(true);

  const told = testStack();
  new DiffTable(told, 'DiffTable', { removalPolicy: RemovalPolicy.DESTROY, deletionProtection: false });
  const dropped = resource(Template.fromStack(told), TABLE);
  expect(dropped.DeletionPolicy).toBe('Delete');
  expect(dropped.Properties.Replicas[0].DeletionProtectionEnabled).toBe(false);
});

test('is encrypted with the customer\'s key where one is given', () => {
  const stack = testStack();
  new DiffTable(stack, 'DiffTable', { encryptionKey: new kms.Key(stack, 'Key') });
  const { SSESpecification, Replicas } = resource(Template.fromStack(stack), TABLE).Properties;
  expect(SSESpecification).toEqual({ SSEEnabled: true, SSEType: 'KMS' });
  expect(Replicas[0].SSESpecification.KMSMasterKeyId).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] });
});

test('takes the name it is given', () => {
  const stack = testStack();
  new DiffTable(stack, 'DiffTable', { tableName: 'plans' });
  Template.fromStack(stack).hasResourceProperties(TABLE, { TableName: 'plans' });
});

test('the logical ID of the table stands: another one would lose its content', () => {
  const stack = testStack();
  new DiffTable(stack, 'DiffTable');
  expect(Object.keys(Template.fromStack(stack).findResources(TABLE))).toEqual(['DiffTableFB6BABBB']);
});

describe('grants', () => {
  test('grantRead lets get and query, never write or scan', () => {
    const stack = testStack();
    new DiffTable(stack, 'DiffTable').grantRead(role(stack));
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [{
          Action: ['dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query'],
          Effect: 'Allow',
          Resource: { 'Fn::GetAtt': [Match.stringLikeRegexp('^DiffTable'), 'Arn'] },
        }],
      },
    });
  });

  test('grantReadWrite adds the writes', () => {
    const stack = testStack();
    new DiffTable(stack, 'DiffTable').grantReadWrite(role(stack));
    const [statement] = resource(Template.fromStack(stack), 'AWS::IAM::Policy').Properties.PolicyDocument.Statement;
    expect(statement.Action).toEqual([
      'dynamodb:BatchGetItem', 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:BatchWriteItem', 'dynamodb:ConditionCheckItem',
      'dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem',
    ]);
  });

  test('a grant covers the customer\'s key', () => {
    const stack = testStack();
    new DiffTable(stack, 'DiffTable', { encryptionKey: new kms.Key(stack, 'Key') }).grantRead(role(stack));
    const statements = resource(Template.fromStack(stack), 'AWS::IAM::Policy').Properties.PolicyDocument.Statement;
    expect(statements[1].Action).toContain('kms:Decrypt');
    expect(statements[1].Resource).toEqual({ 'Fn::GetAtt': [expect.stringMatching(/^Key/), 'Arn'] });
  });
});

describe('an imported table', () => {
  const resolved = (table: IDiffTable) => table.stack.resolve({ arn: table.tableArn, name: table.tableName });

  test('by name is in the stack\'s account and Region', () => {
    expect(resolved(DiffTable.fromTableName(testStack(), 'Imported', 'plans'))).toEqual({
      arn: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:dynamodb:${REGION}:${ACCOUNT}:table/plans`]] },
      name: 'plans',
    });
  });

  test('by ARN has the ARN\'s name', () => {
    const arn = 'arn:aws:dynamodb:eu-west-1:999999999999:table/plans';
    expect(resolved(DiffTable.fromTableArn(testStack(), 'Imported', arn))).toEqual({ arn, name: 'plans' });
  });

  test('grants on its key too', () => {
    const stack = testStack();
    const encryptionKey = kms.Key.fromKeyArn(stack, 'Key', 'arn:aws:kms:eu-west-1:111111111111:key/abc');
    DiffTable.fromTableAttributes(stack, 'Imported', { tableName: 'plans', encryptionKey }).grantRead(role(stack));
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Resource: 'arn:aws:kms:eu-west-1:111111111111:key/abc' })]) },
    });
  });

  test('needs a name or an ARN, and not both', () => {
    expect(() => DiffTable.fromTableAttributes(testStack(), 'Imported', {})).toThrow(
      'DiffTable.fromTableAttributes needs either tableName or tableArn, got neither.');
    expect(() => DiffTable.fromTableAttributes(testStack(), 'Imported', { tableName: 'a', tableArn: 'arn:aws:dynamodb:eu-west-1:1:table/a' })).toThrow(
      'got both');
  });
});

test('metrics name the table and take options', () => {
  const table = DiffTable.fromTableName(testStack(), 'Imported', 'plans');
  const metric = table.metricWriteThrottleEvents();
  expect(metric.namespace).toBe('AWS/DynamoDB');
  expect(metric.metricName).toBe('WriteThrottleEvents');
  expect(metric.dimensions).toEqual({ TableName: 'plans' });
  expect(metric.statistic).toBe('Sum');
  expect(table.metricReadThrottleEvents({ statistic: 'Maximum' }).statistic).toBe('Maximum');
});
