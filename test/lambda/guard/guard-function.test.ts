import { Change } from '@aws-sdk/client-cloudformation';
import { CodePipelineClient, PutJobFailureResultCommand, PutJobSuccessResultCommand } from '@aws-sdk/client-codepipeline';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { GuardFunction } from '../../../lambda/guard/guard-function';
import { zipTexts } from '../../../lambda/release/archive';
import { createLogger } from '../../../lambda/shared/logger';
import { GuardedEnvironment } from '../../../src/contract/gates';
import { allowanceKey } from '../../../src/contract/tables';
import { DynamoDb, startDynamoDb } from '../../support/dynamodb';
import { FakeChangeSet, FakeCloudFormation } from '../../support/fake-cloud-formation';
import { FakeS3 } from '../../support/fake-s3';
import { ManualTiming } from '../../support/timing';

const COMMIT = 'c'.repeat(40);

const PROD: GuardedEnvironment = {
  environment: 'prod',
  account: '222222222222',
  region: 'eu-west-1',
  stackName: 'shop',
  changeSetName: 'modular-pipeline',
  deployRoleArn: 'arn:aws:iam::222222222222:role/deploy',
  executionRoleArn: 'arn:aws:iam::222222222222:role/exec',
  capabilities: ['CAPABILITY_NAMED_IAM'],
  allowDestructiveChanges: false,
  allowTypes: [],
  allowLogicalIds: [],
};

/** Changes in the shape in which CloudFormation's API gives them. */
const ROLE_WIDENED: Change = {
  Type: 'Resource',
  ResourceChange: {
    Action: 'Modify',
    LogicalResourceId: 'Policy',
    PhysicalResourceId: 'shop-Policy-1ABC',
    ResourceType: 'AWS::IAM::Policy',
    Replacement: 'False',
    Scope: ['Properties'],
    Details: [{ Target: { Attribute: 'Properties', Name: 'PolicyDocument', RequiresRecreation: 'Never', Path: '/Properties/PolicyDocument' }, Evaluation: 'Static', ChangeSource: 'DirectModification' }],
    BeforeContext: JSON.stringify({ Properties: { PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] } } }),
    AfterContext: JSON.stringify({ Properties: { PolicyDocument: { Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }] } } }),
  },
};

function modified(logicalId: string, replacement: 'True' | 'Conditional' | 'False' = 'False', property = 'Code'): Change {
  const context = (value: string) => JSON.stringify({ Properties: { [property]: value } });
  return {
    Type: 'Resource',
    ResourceChange: {
      Action: 'Modify',
      LogicalResourceId: logicalId,
      PhysicalResourceId: `shop-${logicalId}-1ABC`,
      ResourceType: 'AWS::DynamoDB::Table',
      Replacement: replacement,
      Scope: ['Properties'],
      Details: [{ Target: { Attribute: 'Properties', Name: property }, Evaluation: replacement === 'Conditional' ? 'Dynamic' : 'Static' }],
      BeforeContext: context('a'),
      AfterContext: context('b'),
    },
  };
}

function removed(logicalId: string, policyAction: 'Delete' | 'Retain' = 'Delete'): Change {
  return {
    Type: 'Resource',
    ResourceChange: {
      PolicyAction: policyAction,
      Action: 'Remove',
      LogicalResourceId: logicalId,
      PhysicalResourceId: `shop-${logicalId}-1ABC`,
      ResourceType: 'AWS::SQS::Queue',
      Scope: [],
      Details: [],
      BeforeContext: '{"Properties":{}}',
    },
  };
}

function nestedStack(logicalId: string, changeSetId?: string): Change {
  return {
    Type: 'Resource',
    ResourceChange: {
      Action: 'Modify',
      LogicalResourceId: logicalId,
      ResourceType: 'AWS::CloudFormation::Stack',
      Replacement: 'False',
      Scope: ['Properties'],
      Details: [],
      BeforeContext: '{"Properties":{}}',
      AfterContext: '{"Properties":{}}',
      ...(changeSetId ? { ChangeSetId: changeSetId } : {}),
    },
  };
}

/** A resource of which one property refers to another resource that changes. */
function dynamic(logicalId: string, type: string, property: string, cause: string): Change {
  const context = (value: string) => JSON.stringify({ Properties: { [property]: value } });
  return {
    Type: 'Resource',
    ResourceChange: {
      Action: 'Modify',
      LogicalResourceId: logicalId,
      PhysicalResourceId: `shop-${logicalId}-1ABC`,
      ResourceType: type,
      Replacement: 'Conditional',
      PolicyAction: 'ReplaceAndDelete',
      Scope: ['Properties'],
      Details: [{ Target: { Attribute: 'Properties', Name: property, RequiresRecreation: 'Always' }, Evaluation: 'Dynamic', ChangeSource: 'ResourceAttribute', CausingEntity: cause }],
      BeforeContext: context('arn:aws:lambda:eu-west-1:222222222222:function:shop'),
      AfterContext: context('{{changeSet:KNOWN_AFTER_APPLY}}'),
    },
  };
}

describe('guard', () => {
  let db: DynamoDb;
  beforeAll(async () => { db = await startDynamoDb(); });
  afterAll(async () => db.stop());

  async function setUp(changeSet: FakeChangeSet | undefined, more: Partial<GuardedEnvironment> = {}, template = 'Resources: {}\n') {
    const { deploymentsTable } = await db.createTables();
    const cloudFormation = new FakeCloudFormation();
    if (changeSet) {
      cloudFormation.changeSets.set(PROD.changeSetName, { Status: 'CREATE_COMPLETE', ExecutionStatus: 'AVAILABLE', ...changeSet });
    }
    const s3 = new FakeS3();
    s3.objects.set('pipeline/Release/1', {
      body: Buffer.from(zipTexts({
        'release.json': JSON.stringify({ commitId: COMMIT, components: { 'template.yml': { location: 's3://artifacts/shop/components/template yml/3/packaged.yml' } } }),
        'template.yml': template,
        'eu-south-1.template.yml': template,
        'prod.template-configuration.json': JSON.stringify({ Parameters: { Secret: 'hush' }, Tags: { team: 'shop' } }),
      })),
      input: { Bucket: 'pipeline', Key: 'Release/1' },
    });
    const codePipeline = new CodePipelineClient({ region: 'eu-west-1' });
    const answers = mockClient(codePipeline);
    const sts = new STSClient({ region: 'eu-west-1' });
    const assumed = mockClient(sts);
    assumed.on(AssumeRoleCommand).resolves({ Credentials: { AccessKeyId: 'k', SecretAccessKey: 's', SessionToken: 't', Expiration: new Date(0) } });
    const clientsFor: unknown[] = [];
    const timing = new ManualTiming();
    const lines: string[] = [];
    const guard = new GuardFunction({
      solution: 'shop',
      pipeline: 'shop-pipeline',
      configuration: { template: 'template.yml', environments: { prod: { ...PROD, ...more } } },
      deploymentsTable,
      artifactBucket: 'artifacts',
      codePipeline,
      dynamoDb: db.client,
      s3: s3.client,
      s3As: () => s3.client,
      sts,
      cloudFormationAs: (credentials, region) => {
        clientsFor.push({ credentials, region });
        return cloudFormation.client;
      },
      timing,
      logger: createLogger((line) => lines.push(line), () => timing.now()),
    });
    const run = async (continuationToken?: string) => {
      answers.reset();
      await guard.handle({
        'CodePipeline.job': {
          id: 'job',
          data: {
            actionConfiguration: { configuration: { UserParameters: JSON.stringify({ environment: 'prod', pipelineExecutionId: 'e1' }) } },
            inputArtifacts: [{ location: { s3Location: { bucketName: 'pipeline', objectKey: 'Release/1' } } }],
            artifactCredentials: { accessKeyId: 'a', secretAccessKey: 'b', sessionToken: 'c' },
            ...(continuationToken ? { continuationToken } : {}),
          },
        },
      });
      const success = answers.commandCalls(PutJobSuccessResultCommand)[0]?.args[0].input;
      return {
        variables: success?.outputVariables,
        token: success?.continuationToken,
        failure: answers.commandCalls(PutJobFailureResultCommand)[0]?.args[0].input.failureDetails?.message,
      };
    };
    return { run, cloudFormation, s3, assumed, clientsFor, deploymentsTable, timing, lines, report: () => s3.json('artifacts/shop/change-sets/e1/prod.json') };
  }

  it('lets a change set pass that destroys nothing, and tells what it saw', async () => {
    const { run, cloudFormation, report } = await setUp({ changes: [modified('A'), modified('B'), modified('C'), ROLE_WIDENED, modified('D')] });
    expect(await run()).toEqual({ variables: { changes: '5', destructive: '0', broadening: '1' }, token: undefined, failure: undefined });
    expect(cloudFormation.described).toBe(3);
    expect(cloudFormation.deleted).toEqual([]);
    expect(report()).toMatchObject({
      version: 1,
      stackName: 'shop',
      commitId: COMMIT,
      destructive: [],
      broadenings: [{ path: 'Policy', type: 'AWS::IAM::Policy' }],
    });
    expect((report() as { changes: unknown[] }).changes).toHaveLength(5);
  });

  it('writes no content of resources into its report', async () => {
    const { run, s3 } = await setUp({ changes: [ROLE_WIDENED] });
    await run();
    expect(s3.text('artifacts/shop/change-sets/e1/prod.json')).not.toContain('s3:GetObject');
  });

  it.each<[string, Change, string]>([
    ['a deletion', removed('Old'), '- Old (AWS::SQS::Queue) is deleted'],
    ['a deletion that retains', removed('Old', 'Retain'), '- Old (AWS::SQS::Queue) leaves the stack and is retained'],
    ['a replacement', modified('Table', 'True', 'TableName'), '- Table (AWS::DynamoDB::Table) is replaced (TableName)'],
    ['a conditional replacement', modified('Table', 'Conditional', 'KeySchema'), '- Table (AWS::DynamoDB::Table) may be replaced (KeySchema)'],
  ])('refuses %s on the last page, deletes the change set and says so', async (_, change, expected) => {
    const { run, cloudFormation, s3 } = await setUp({ changes: [modified('A'), modified('B'), modified('C'), modified('D'), change] });
    const { failure, variables } = await run();
    expect(variables).toBeUndefined();
    expect(failure).toContain('stack shop (environment prod) would delete or replace a resource');
    expect(failure).toContain(expected);
    expect(failure).toContain(`cdk-modular-pipeline allow prod --pipeline shop-pipeline --commit ${COMMIT}`);
    expect(cloudFormation.deleted).toEqual(['modular-pipeline']);
    expect([...s3.objects.keys()].filter((key) => key.includes('change-sets'))).toEqual([]);
  });

  it('refuses a replacement two nested stacks deep, and names it by its whole path', async () => {
    const { run, cloudFormation } = await setUp({ IncludeNestedStacks: true, changes: [modified('A'), modified('B'), nestedStack('Data', 'arn:nested:1')] });
    cloudFormation.changeSets.set('arn:nested:1', { Status: 'CREATE_COMPLETE', changes: [modified('C'), modified('D'), nestedStack('Deep', 'arn:nested:2')] });
    cloudFormation.changeSets.set('arn:nested:2', { Status: 'CREATE_COMPLETE', changes: [modified('E'), modified('F'), modified('Table', 'True')] });
    const { failure } = await run();
    expect(failure).toContain('- Data/Deep/Table (AWS::DynamoDB::Table) is replaced (Code)');
    expect(cloudFormation.deleted).toEqual(['modular-pipeline']);
  });

  it('refuses a nested stack whose changes cannot be read; one without changes passes', async () => {
    const { run, cloudFormation } = await setUp({ IncludeNestedStacks: true, changes: [nestedStack('Data', 'arn:nested:1'), nestedStack('Web', 'arn:nested:2'), nestedStack('Dark')] });
    cloudFormation.changeSets.set('arn:nested:1', { Status: 'FAILED', StatusReason: 'No updates are to be performed.' });
    cloudFormation.changeSets.set('arn:nested:2', { Status: 'FAILED', StatusReason: 'Access denied' });
    const { failure } = await run();
    expect(failure).toContain('- Web (AWS::CloudFormation::Stack) is a nested stack whose changes cannot be seen');
    expect(failure).toContain('- Dark (AWS::CloudFormation::Stack) is a nested stack whose changes cannot be seen');
    expect(failure).not.toContain('- Data');
  });

  it('makes a change set anew that hides its nested stacks, from what the release says', async () => {
    const { run, cloudFormation } = await setUp({ changes: [nestedStack('Data')] });
    cloudFormation.nameTakenFor = 2;
    cloudFormation.onCreate = () => ({ Status: 'CREATE_COMPLETE', IncludeNestedStacks: true, pendingFor: 2, changes: [nestedStack('Data', 'arn:nested:1')] });
    cloudFormation.changeSets.set('arn:nested:1', { Status: 'CREATE_COMPLETE', changes: [removed('Queue')] });
    const { failure } = await run();
    expect(cloudFormation.created).toEqual([{
      StackName: 'shop',
      ChangeSetName: 'modular-pipeline',
      ChangeSetType: 'UPDATE',
      RoleARN: PROD.executionRoleArn,
      IncludeNestedStacks: true,
      Capabilities: ['CAPABILITY_NAMED_IAM'],
      // CloudFormation would have shown the parameter's value as ****.
      Parameters: [{ ParameterKey: 'Secret', ParameterValue: 'hush' }],
      Tags: [{ Key: 'team', Value: 'shop' }],
      TemplateBody: 'Resources: {}\n',
    }]);
    expect(failure).toContain('- Data/Queue (AWS::SQS::Queue) is deleted');
  });

  it('sends a large template by its location', async () => {
    const { run, cloudFormation } = await setUp({ changes: [nestedStack('Data')] }, {}, `Description: ${'x'.repeat(52_000)}\n`);
    cloudFormation.onCreate = () => ({ Status: 'CREATE_COMPLETE', IncludeNestedStacks: true, changes: [modified('A')] });
    expect((await run()).variables).toMatchObject({ changes: '1' });
    expect(cloudFormation.created[0]).toMatchObject({ TemplateURL: 'https://artifacts.s3.eu-west-1.amazonaws.com/shop/components/template%20yml/3/packaged.yml' });
    expect(cloudFormation.created[0].TemplateBody).toBeUndefined();
  });

  it.each([
    ['of another Region', { region: 'eu-south-1', artifactBucket: 'copies' }, 'https://copies.s3.eu-south-1.amazonaws.com/'],
    ['of another partition', { region: 'cn-north-1', deployRoleArn: 'arn:aws-cn:iam::222222222222:role/deploy' }, 'https://artifacts.s3.cn-north-1.amazonaws.com.cn/'],
  ])('sends a large template by the location %s', async (_, environment, expected) => {
    const { run, cloudFormation } = await setUp({ changes: [nestedStack('Data')] }, environment, `Description: ${'x'.repeat(52_000)}\n`);
    cloudFormation.onCreate = () => ({ Status: 'CREATE_COMPLETE', IncludeNestedStacks: true, changes: [modified('A')] });
    await run();
    expect(cloudFormation.created[0].TemplateURL).toBe(`${expected}shop/components/template%20yml/3/packaged.yml`);
  });

  it('waits for a change set that is being made, over several invocations, and makes it anew once only', async () => {
    const { run, cloudFormation, timing } = await setUp({ changes: [nestedStack('Data')] });
    cloudFormation.onCreate = () => ({ Status: 'CREATE_COMPLETE', pendingFor: 70, changes: [nestedStack('Data')] });
    const { token } = await run();
    expect(token).toBe('replaced');
    expect(timing.slept.reduce((sum, wait) => sum + wait, 0)).toBeLessThan(240_000);
    expect((await run(token)).failure).toContain('cannot be seen');
    expect(cloudFormation.created).toHaveLength(1);
  });

  it('puts alarms under watch, which CloudFormation rolls the deployment back for', async () => {
    const rollback = { triggers: [{ arn: 'arn:aws:cloudwatch:eu-west-1:222222222222:alarm:errors', type: 'AWS::CloudWatch::Alarm' as const }], minutes: 10 };
    const watched = { RollbackTriggers: [{ Arn: rollback.triggers[0].arn, Type: rollback.triggers[0].type }], MonitoringTimeInMinutes: 10 };
    const { run, cloudFormation } = await setUp({ changes: [modified('A')] }, { rollback });
    cloudFormation.onCreate = ({ RollbackConfiguration }) => ({ Status: 'CREATE_COMPLETE', RollbackConfiguration, changes: [modified('A')] });
    expect((await run()).variables).toMatchObject({ changes: '1' });
    expect(cloudFormation.created).toEqual([expect.objectContaining({ RollbackConfiguration: watched })]);
    // Retried, it finds them.
    await run();
    expect(cloudFormation.created).toHaveLength(1);
  });

  it('puts alarms under watch of a change set that took more than one invocation to be made', async () => {
    const rollback = { triggers: [{ arn: 'arn:aws:cloudwatch:eu-west-1:222222222222:alarm:errors', type: 'AWS::CloudWatch::Alarm' as const }], minutes: 10 };
    const { run, cloudFormation } = await setUp({ changes: [modified('A')], pendingFor: 70 }, { rollback });
    cloudFormation.onCreate = ({ RollbackConfiguration }) => ({ Status: 'CREATE_COMPLETE', RollbackConfiguration, changes: [modified('A')] });
    const { token } = await run();
    expect(cloudFormation.created).toHaveLength(0);
    expect((await run(token)).variables).toMatchObject({ changes: '1' });
    expect(cloudFormation.created).toHaveLength(1);
  });

  it('makes a change set anew that watches the alarms for another time', async () => {
    const rollback = { triggers: [{ arn: 'arn:aws:cloudwatch:eu-west-1:222222222222:alarm:errors', type: 'AWS::CloudWatch::Alarm' as const }], minutes: 10 };
    const watched = (MonitoringTimeInMinutes: number) => ({
      RollbackConfiguration: { RollbackTriggers: [{ Arn: rollback.triggers[0].arn, Type: rollback.triggers[0].type }], MonitoringTimeInMinutes },
    });
    const { run, cloudFormation } = await setUp({ changes: [modified('A')], ...watched(5) }, { rollback });
    cloudFormation.onCreate = () => ({ Status: 'CREATE_COMPLETE', changes: [modified('A')] });
    await run();
    expect(cloudFormation.created).toMatchObject([watched(10)]);
    const same = await setUp({ changes: [modified('A')], ...watched(10) }, { rollback });
    await same.run();
    expect(same.cloudFormation.created).toEqual([]);
  });

  it('fails where the change set\'s name stays taken', async () => {
    const { run, cloudFormation } = await setUp({ changes: [nestedStack('Data')] });
    cloudFormation.nameTakenFor = Infinity;
    expect((await run()).failure).toContain('cannot be created due to a mismatch');
  });

  it('does without nested stacks where CloudFormation cannot show them: refuses these by name, with the nested cause, and lets them be allowed', async () => {
    const nested = 'arn:aws:cloudformation:eu-west-1:222222222222:changeSet/modular-pipeline-Data-1ABC/11111111-1111-1111-1111-111111111111';
    const { run, cloudFormation, deploymentsTable, timing } = await setUp({ changes: [nestedStack('Data')] });
    cloudFormation.onCreate = ({ IncludeNestedStacks }) => (IncludeNestedStacks
      ? { Status: 'FAILED', IncludeNestedStacks, StatusReason: `Nested change set ${nested} was not successfully created: Currently in FAILED.` }
      : { Status: 'CREATE_COMPLETE', IncludeNestedStacks, changes: [nestedStack('Data')] });
    cloudFormation.changeSets.set(nested, { Status: 'FAILED', StackName: 'shop-Data-1ABC', StatusReason: 'Template error: Fn::Select cannot select nonexistent value at index 1' });
    const { failure } = await run();
    expect(cloudFormation.created.map(({ IncludeNestedStacks }) => IncludeNestedStacks)).toEqual([true, false]);
    expect(failure).toContain('- Data (AWS::CloudFormation::Stack) is a nested stack whose changes cannot be seen');
    expect(failure).toContain('nested stacks: nested stack shop-Data-1ABC: Template error: Fn::Select cannot select nonexistent value at index 1');
    cloudFormation.changeSets.set('modular-pipeline', { Status: 'CREATE_COMPLETE', changes: [nestedStack('Data')] });
    await db.client.send(new PutCommand({
      TableName: deploymentsTable,
      Item: { Component: allowanceKey('shop', 'prod', COMMIT), BuildNumber: 0, LogicalIds: ['Data'], ExpiresAt: timing.now().getTime() / 1000 + 60 },
    }));
    expect((await run()).variables).toEqual({ changes: '1', destructive: '1', broadening: '1' });
  });

  it('goes on with the change set without nested stacks in the next invocation, and makes no other', async () => {
    const { run, cloudFormation } = await setUp({ changes: [nestedStack('Data')] });
    cloudFormation.onCreate = ({ IncludeNestedStacks }) => (IncludeNestedStacks
      ? { Status: 'FAILED', IncludeNestedStacks, StatusReason: 'Duplicate Export names' }
      : { Status: 'CREATE_COMPLETE', pendingFor: 70, changes: [nestedStack('Data')] });
    const { token } = await run();
    expect(token).toBe('plain: Duplicate Export names');
    expect((await run(token)).failure).toContain('Duplicate Export names');
    expect(cloudFormation.created).toHaveLength(2);
  });

  it('leaves nested stacks hidden where everything is allowed, also when alarms are put under watch', async () => {
    const { run, cloudFormation } = await setUp({ changes: [nestedStack('Data')] }, { allowDestructiveChanges: true });
    expect((await run()).variables).toMatchObject({ changes: '1' });
    expect(cloudFormation.created).toEqual([]);
    const rollback = { triggers: [{ arn: 'arn:aws:cloudwatch:eu-west-1:222222222222:alarm:errors', type: 'AWS::CloudWatch::Alarm' as const }], minutes: 10 };
    const watching = await setUp({ changes: [nestedStack('Data')] }, { allowDestructiveChanges: true, rollback });
    await watching.run();
    expect(watching.cloudFormation.created).toMatchObject([{ IncludeNestedStacks: false, RollbackConfiguration: { MonitoringTimeInMinutes: 10 } }]);
  });

  it('passes what refers to a function whose code changes, and refuses it where the function is replaced', async () => {
    const permission = dynamic('Url', 'AWS::Lambda::Url', 'TargetFunctionArn', 'Function.Arn');
    const code = (replacement: 'True' | 'False') => ({ ResourceChange: { ...modified('Function', replacement).ResourceChange, ResourceType: 'AWS::Lambda::Function' } });
    expect((await (await setUp({ changes: [permission, code('False')] })).run()).variables).toEqual({ changes: '2', destructive: '0', broadening: '0' });
    const { failure } = await (await setUp({ changes: [permission, code('True')] })).run();
    expect(failure).toContain('- Url (AWS::Lambda::Url) may be replaced (TargetFunctionArn): TargetFunctionArn may change by Function.Arn, and Function is not certain to stay');
  });

  it('lets a stack be created, without alarms that it may be about to create itself', async () => {
    const { run, cloudFormation } = await setUp(
      { changes: [{ Type: 'Resource', ResourceChange: { Action: 'Add', LogicalResourceId: 'Data', ResourceType: 'AWS::CloudFormation::Stack', Scope: [], Details: [] } }] },
      { rollback: { triggers: [{ arn: 'a', type: 'AWS::CloudWatch::Alarm' }], minutes: 1 } },
    );
    cloudFormation.stackStatus = 'REVIEW_IN_PROGRESS';
    expect((await run()).variables).toEqual({ changes: '1', destructive: '0', broadening: '1' });
    expect(cloudFormation.created).toEqual([]);
  });

  it.each([
    'The submitted information didn\'t contain changes. Submit different information to create a change set.',
    'No updates are to be performed.',
  ])('lets an empty change set pass: %s', async (StatusReason) => {
    const { run, cloudFormation } = await setUp({ Status: 'FAILED', ExecutionStatus: 'UNAVAILABLE', StatusReason });
    expect((await run()).variables).toEqual({ changes: '0', destructive: '0', broadening: '0' });
    expect(cloudFormation.deleted).toEqual([]);
  });

  it('fails for a change set that failed for another reason', async () => {
    const { run } = await setUp({ Status: 'FAILED', StatusReason: 'Parameters: [X] must have values' });
    expect((await run()).failure).toBe('The change set of stack shop cannot be executed: Parameters: [X] must have values');
  });

  it('fails where the change set is gone: a retry after a refusal must not deploy nothing and call it live', async () => {
    const { run } = await setUp(undefined);
    expect((await run()).failure).toContain('Retry the stage with all of its actions.');
  });

  it('allows by type, by path and altogether', async () => {
    const changes = [removed('Old'), modified('Table', 'True')];
    expect((await (await setUp({ changes }, { allowTypes: ['AWS::SQS::Queue'], allowLogicalIds: ['Table'] })).run()).variables).toMatchObject({ destructive: '2' });
    expect((await (await setUp({ changes }, { allowTypes: ['AWS::SQS::Queue'] })).run()).failure).toContain('- Table');
    expect((await (await setUp({ changes }, { allowDestructiveChanges: true })).run()).variables).toMatchObject({ destructive: '2' });
  });

  it('allows for one release in every Region of the environment', async () => {
    const { run, deploymentsTable, timing } = await setUp({ changes: [removed('Old')] }, { environment: 'live' });
    await db.client.send(new PutCommand({
      TableName: deploymentsTable,
      Item: { Component: allowanceKey('shop', 'live', COMMIT), BuildNumber: 0, LogicalIds: ['Old'], ExpiresAt: timing.now().getTime() / 1000 + 60 },
    }));
    expect((await run()).variables).toMatchObject({ changes: '1', destructive: '1' });
  });

  it('allows for one release: this commit, this environment, until it expires', async () => {
    const { run, deploymentsTable, timing, cloudFormation } = await setUp({ changes: [removed('Old')] });
    const allow = async (environment: string, commitId: string, LogicalIds: string[], lifetime: number) => db.client.send(new PutCommand({
      TableName: deploymentsTable,
      Item: { Component: allowanceKey('shop', environment, commitId), BuildNumber: 0, LogicalIds, ExpiresAt: timing.now().getTime() / 1000 + lifetime },
    }));
    const changeSet = cloudFormation.changeSets.get('modular-pipeline')!;
    const again = async () => {
      cloudFormation.changeSets.set('modular-pipeline', changeSet);
      return run();
    };
    await allow('test', COMMIT, ['*'], 60);
    await allow('prod', 'd'.repeat(40), ['*'], 60);
    await allow('prod', COMMIT, ['*'], -1);
    expect((await again()).failure).toContain('- Old');
    await allow('prod', COMMIT, ['Other'], 60);
    expect((await again()).failure).toContain('- Old');
    await allow('prod', COMMIT, ['Old'], 60);
    expect((await again()).variables).toMatchObject({ changes: '1', destructive: '1' });
  });

  it('acts with the deploy role, held to this stack\'s change sets, which it cannot execute', async () => {
    const { run, assumed, clientsFor } = await setUp({ changes: [modified('A')] });
    await run();
    const { RoleArn, Policy } = assumed.commandCalls(AssumeRoleCommand)[0].args[0].input;
    expect(RoleArn).toBe(PROD.deployRoleArn);
    const [changeSets, nested] = (JSON.parse(Policy!) as { Statement: { Action: string[]; Resource: string[] }[] }).Statement;
    expect(changeSets.Action).toEqual([
      'cloudformation:CreateChangeSet', 'cloudformation:DeleteChangeSet', 'cloudformation:DescribeChangeSet', 'cloudformation:DescribeStacks',
    ]);
    expect(changeSets.Resource).toEqual([
      'arn:aws:cloudformation:eu-west-1:222222222222:stack/shop/*',
      'arn:aws:cloudformation:eu-west-1:222222222222:stack/shop-*/*',
      'arn:aws:cloudformation:eu-west-1:aws:transform/*',
      'arn:aws:cloudformation:eu-west-1:222222222222:transform/*',
    ]);
    expect(Policy).toContain('{"Effect":"Allow","Action":["ssm:GetParameters"],"Resource":["arn:aws:ssm:eu-west-1:222222222222:parameter/*"]}');
    expect(nested).toEqual({
      Effect: 'Allow', Action: ['cloudformation:DescribeChangeSet'], Resource: ['arn:aws:cloudformation:eu-west-1:222222222222:changeSet/modular-pipeline-*/*'],
    });
    expect(Policy!.length).toBeLessThan(2048);
    expect(clientsFor).toMatchObject([{ credentials: { accessKeyId: 'k', secretAccessKey: 's', sessionToken: 't' }, region: 'eu-west-1' }]);
  });

  it('logs no credentials', async () => {
    const { run, lines } = await setUp({ changes: [modified('A')] });
    await run();
    expect(lines.join('\n')).not.toMatch(/secretAccessKey|sessionToken/);
  });
});
