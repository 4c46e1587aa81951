import {
  CloudFormationClient, CloudFormationServiceException, DeleteStackCommand, DescribeStackEventsCommand, DescribeStacksCommand, GetTemplateCommand,
  ListImportsCommand, ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import { CodePipelineClient, GetPipelineCommand } from '@aws-sdk/client-codepipeline';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { run } from './support/run';
import { StageAttemptStore } from '../../lambda/shared/stage-attempt-store';
import { NOT_A_BUILD, stackKey } from '../../src/contract/tables';
import { DynamoDb, startDynamoDb } from '../support/dynamodb';
import { ManualTiming } from '../support/timing';

jest.mock('node:timers/promises', () => ({ setTimeout: async () => undefined }));

const STACK_ID = 'arn:aws:cloudformation:eu-west-1:222222222222:stack/shop-old/1';
const COMMAND = ['delete-stack', 'prod', 'shop-old', '--pipeline', 'shop-pipeline'];

function invalid(message: string): CloudFormationServiceException {
  return new CloudFormationServiceException({ name: 'ValidationError', message, $fault: 'client', $metadata: {} });
}

describe('delete-stack', () => {
  const saved = { ...process.env };
  const pipeline = mockClient(CodePipelineClient);
  const cloudFormation = mockClient(CloudFormationClient);
  const sts = mockClient(STSClient);
  let db: DynamoDb;
  let deploymentsTable: string;
  let stages: StageAttemptStore;

  beforeAll(async () => {
    db = await startDynamoDb();
    Object.assign(process.env, { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_ENDPOINT_URL_DYNAMODB: db.endpoint });
  });
  afterAll(async () => {
    process.env = saved;
    await db.stop();
  });

  beforeEach(async () => {
    [pipeline, cloudFormation, sts].forEach((mock) => mock.reset());
    ({ deploymentsTable } = await db.createTables());
    const table = { client: db.client, tableName: deploymentsTable, solution: 'shop', timing: new ManualTiming() };
    stages = new StageAttemptStore(table);
    await note('prod', { leftBehind: ['shop-old', 'shop-older'], stacks: ['shop-api'] });
    await put('prod', 'shop-old', STACK_ID);
    const record = { environment: 'prod', places: 'prod,prod.us-east-1' };
    const plan = { promotion: '', solution: 'shop', deploymentsTable, artifactBucket: 'artifacts' };
    pipeline.on(GetPipelineCommand).resolves({
      pipeline: {
        name: 'shop-pipeline',
        roleArn: 'role',
        stages: [['Plan', plan], ['Record', record]].map(([name, parameters]) => ({
          name: name as string,
          actions: [{ name: name as string, actionTypeId: undefined, configuration: { UserParameters: JSON.stringify(parameters) } }],
        })),
      },
    });
    sts.on(AssumeRoleCommand).resolves({ Credentials: { AccessKeyId: 'a', SecretAccessKey: 'b', SessionToken: 'c', Expiration: new Date() } });
    let isDeleted = false;
    cloudFormation.on(DescribeStacksCommand).callsFake(() => (
      { Stacks: [{ ...described, StackStatus: isDeleted ? 'DELETE_COMPLETE' : described.StackStatus }] }));
    cloudFormation.on(DeleteStackCommand).callsFake(() => {
      isDeleted = true;
      return {};
    });
    cloudFormation.on(DescribeStackEventsCommand).resolves({ StackEvents: [] });
    cloudFormation.on(ListImportsCommand).rejects(invalid('Export \'OldQueue\' is not imported by any stack.'));
    cloudFormation.on(GetTemplateCommand).resolves({ TemplateBody: 'Resources:\n  Bucket: { Type: AWS::S3::Bucket, DeletionPolicy: Retain }\n  Queue: { Type: AWS::SQS::Queue, Name: !Sub "x" }\n' });
    cloudFormation.on(ListStackResourcesCommand, { NextToken: undefined }).resolves({ StackResourceSummaries: [resource('Bucket', 'AWS::S3::Bucket')], NextToken: '2' });
    cloudFormation.on(ListStackResourcesCommand, { NextToken: '2' }).resolves({ StackResourceSummaries: [resource('Queue', 'AWS::SQS::Queue')] });
  });

  const described = {
    StackName: 'shop-old',
    StackId: STACK_ID,
    CreationTime: new Date(0),
    StackStatus: 'UPDATE_COMPLETE' as const,
    Outputs: [{ OutputKey: 'Q', OutputValue: 'x', ExportName: 'OldQueue' }, { OutputKey: 'Plain', OutputValue: 'y' }],
  };
  const resource = (id: string, type: string) => ({ LogicalResourceId: id, ResourceType: type, ResourceStatus: 'CREATE_COMPLETE' as const, LastUpdatedTimestamp: new Date(0) });

  async function note(place: string, more: { leftBehind: string[]; stacks: string[] }, isRecorded = true): Promise<void> {
    await stages.start('prod', place, { executionId: 'e9', contentDigest: 'c', gatesDigest: 'g', testsDigest: 't', ...more });
    if (isRecorded) {
      await stages.record('prod', place, 'e9');
    }
  }

  async function put(place: string, stack: string, stackId: string | undefined): Promise<void> {
    await db.client.send(new PutCommand({
      TableName: deploymentsTable,
      Item: {
        Component: stackKey('shop', 'prod', place, stack), BuildNumber: NOT_A_BUILD, Attempt: { Number: 1 }, ...(stackId === undefined ? {} : { Delivered: { StackId: stackId } }),
      },
    }));
  }

  const left = async (place = 'prod') => (await stages.read('prod', place))!.leftBehind;
  const deletions = () => cloudFormation.commandCalls(DeleteStackCommand).map(({ args: [{ input }] }) => input);

  it('says what would go, page by page, and deletes nothing', async () => {
    const { out, code } = await run([...COMMAND]);
    expect(code).toBe(0);
    expect(out).toBe('Stack shop-old of \'prod\', in account 222222222222, eu-west-1, has 2 resources:\n'
      + '- Bucket (AWS::S3::Bucket), whose deletion policy is Retain\n- Queue (AWS::SQS::Queue)\nNothing was deleted. Pass --yes to delete the stack.\n');
    expect(deletions()).toEqual([]);
    expect(await left()).toEqual(['shop-old', 'shop-older']);
  });

  it('deletes by ARN, as the deploy role of the stack\'s account, waits, and takes it from the list', async () => {
    const { out, code } = await run([...COMMAND, '--yes']);
    expect(code).toBe(0);
    expect(out).toContain('Stack shop-old is deleted.');
    expect(deletions()).toEqual([{ StackName: STACK_ID }]);
    expect(sts.commandCalls(AssumeRoleCommand)[0]!.args[0].input.RoleArn).toBe('arn:aws:iam::222222222222:role/cdk-hnb659fds-deploy-role-222222222222-eu-west-1');
    expect(await left()).toEqual(['shop-older']);
  });

  it('takes another role', async () => {
    await run([...COMMAND, '--role', 'arn:aws:iam::222222222222:role/operator']);
    expect(sts.commandCalls(AssumeRoleCommand)[0]!.args[0].input.RoleArn).toBe('arn:aws:iam::222222222222:role/operator');
    expect((await run([...COMMAND, '--role', 'operator'])).err).toContain('--role takes the ARN of a role, not \'operator\'.');
  });

  it.each([
    ['was deleted by hand', () => cloudFormation.on(DescribeStacksCommand).resolves({ Stacks: [{ ...described, StackStatus: 'DELETE_COMPLETE' }] })],
    ['CloudFormation forgot', () => cloudFormation.on(DescribeStacksCommand).rejects(invalid(`Stack with id ${STACK_ID} does not exist`))],
  ])('takes from the list what %s', async (_, arrange) => {
    arrange();
    expect((await run([...COMMAND])).out).toContain('is deleted already. It is not listed any more.');
    expect(await left()).toEqual(['shop-older']);
  });

  it.each([
    ['others import from', () => cloudFormation.on(ListImportsCommand).resolves({ Imports: ['shop-api'] }), 'First deliver these without that:\n- OldQueue: shop-api'],
    ['is protected', () => cloudFormation.on(DescribeStacksCommand).resolves({ Stacks: [{ ...described, EnableTerminationProtection: true }] }), 'is protected against deletion'],
    ['is being updated', () => cloudFormation.on(DescribeStacksCommand).resolves({ Stacks: [{ ...described, StackStatus: 'UPDATE_IN_PROGRESS' }] }), 'an operation is under way'],
  ])('refuses a stack that %s', async (_, arrange, message) => {
    arrange();
    const { err, code } = await run([...COMMAND, '--yes']);
    expect([code, err]).toEqual([2, expect.stringContaining(message)]);
    expect(deletions()).toEqual([]);
  });

  it('does not take a refused question for an answer', async () => {
    cloudFormation.on(ListImportsCommand).rejects(new CloudFormationServiceException({ name: 'AccessDenied', message: 'no', $fault: 'client', $metadata: {} }));
    expect(await run([...COMMAND, '--yes'])).toMatchObject({ code: 1, err: expect.stringContaining('AccessDenied') as string });
    expect(deletions()).toEqual([]);
  });

  it('refuses what is part of the release, unknown, not recorded, or was never delivered', async () => {
    expect((await run(['delete-stack', 'prod', 'shop-api', '--pipeline', 'shop-pipeline'])).err).toContain('Stack shop-api is part of the release in \'prod\'');
    expect((await run(['delete-stack', 'prod', 'other', '--pipeline', 'shop-pipeline'])).err).toContain('Left behind: shop-old, shop-older.');
    expect((await run(['delete-stack', 'prod', 'shop-older', '--pipeline', 'shop-pipeline'])).err).toContain('Stack shop-older was never delivered by this pipeline');
    await note('prod', { leftBehind: ['shop-old'], stacks: [] }, false);
    expect((await run([...COMMAND])).err).toContain('Execution e9 came to \'prod\' last, and its release is not recorded');
    expect(sts.commandCalls(AssumeRoleCommand)).toEqual([]);
  });

  it('asks for the place where several have the stack', async () => {
    await note('prod.us-east-1', { leftBehind: ['shop-old'], stacks: [] });
    await put('prod.us-east-1', 'shop-old', STACK_ID.replace('eu-west-1', 'us-east-1'));
    expect((await run([...COMMAND])).err).toContain('was left behind in \'prod\' and \'prod.us-east-1\': name one by --place.');
    expect((await run([...COMMAND, '--place', 'x'])).err).toContain('has no place \'x\'');
    expect((await run([...COMMAND, '--place', 'prod.us-east-1'])).out).toContain('in account 222222222222, us-east-1');
    expect(await left()).toEqual(['shop-old', 'shop-older']);
  });

  describe('where the deletion fails', () => {
    const event = (id: string, logicalId: string, reason: string | undefined, more: object = {}) => ({
      StackId: STACK_ID,
      StackName: 'shop-old',
      EventId: id,
      Timestamp: new Date(0),
      ResourceStatus: 'DELETE_FAILED' as const,
      LogicalResourceId: logicalId,
      PhysicalResourceId: logicalId,
      ResourceType: 'AWS::S3::Bucket',
      ResourceStatusReason: reason,
      ...more,
    });
    const own = (id: string, reason: string, more: object = {}) => event(id, 'shop-old', reason, { PhysicalResourceId: STACK_ID, ResourceType: 'AWS::CloudFormation::Stack', ...more });
    const before = [own('2', 'of last week'), event('1', 'Old', 'of last week')];

    /** A stack whose last deletion failed too: what comes after is seen when it was looked at some times. */
    function deletionFails(events: readonly ReturnType<typeof event>[], looks = 0): void {
      cloudFormation.on(DescribeStacksCommand).resolves({ Stacks: [{ ...described, StackStatus: 'DELETE_FAILED' }] });
      let asked = 0;
      cloudFormation.on(DescribeStackEventsCommand).callsFake(({ NextToken: token }: { NextToken?: string }) => {
        const all = deletions().length === 0 || asked++ < looks ? before : [...events, ...before];
        return token === undefined ? { StackEvents: all.slice(0, 2), NextToken: 'more' } : { StackEvents: all.slice(2) };
      });
    }

    it('says what could not be deleted, page by page, and keeps the stack in the list', async () => {
      deletionFails([own('5', 'The following resource(s) failed to delete: [Bucket, Queue].'), event('4', 'Bucket', 'not empty'), event('3', 'Queue', undefined)]);
      const { err } = await run([...COMMAND, '--yes']);
      expect(err).toContain('could not be deleted:\n- Bucket (AWS::S3::Bucket): not empty\n- Queue (AWS::S3::Bucket): CloudFormation gives no reason\n');
      expect(err).not.toContain('last week');
      expect(await left()).toEqual(['shop-old', 'shop-older']);
    });

    it('does not take the status of an earlier deletion for its own', async () => {
      deletionFails([own('4', 'The following resource(s) failed to delete: [Bucket].'), event('3', 'Bucket', 'not empty')], 3);
      expect((await run([...COMMAND, '--yes'])).err).toContain('could not be deleted:\n- Bucket (AWS::S3::Bucket): not empty\n');
    });

    it('says why where no resource failed', async () => {
      deletionFails([own('3', 'Export OldQueue cannot be deleted as it is in use by shop-api')]);
      expect((await run([...COMMAND, '--yes'])).err).toContain('- shop-old (AWS::CloudFormation::Stack): Export OldQueue cannot be deleted as it is in use by shop-api');
    });
  });
});
