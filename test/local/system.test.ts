import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  CodePipelineClient, GetPipelineExecutionCommand, JobNotFoundException, ListPipelinesCommand, PipelineExecutionNotFoundException,
  PipelineNotFoundException, PutJobSuccessResultCommand, StartPipelineExecutionCommand,
} from '@aws-sdk/client-codepipeline';
import { CreateTableCommandInput, DescribeTableCommand, PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { Duration, Stack } from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as actions from 'aws-cdk-lib/aws-codepipeline-actions';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { handlerFolder, removeFolders, synthesize, TestRepository } from './support';
import { LocalSystemOptions } from '../../local/options';
import { LocalSystem } from '../../local/system';

/** Starts the pipeline at the commit of the event; fails for a commit that says so. */
const STARTER = `
const { CodePipelineClient, StartPipelineExecutionCommand } = require(process.env.MODULES + '/@aws-sdk/client-codepipeline');
exports.handler = async (event) => {
  if (event.action === 'tick') { console.log('tick'); return; }
  if (process.env.FAIL) throw new Error('on purpose');
  await new CodePipelineClient({}).send(new StartPipelineExecutionCommand({
    name: 'pipeline', clientRequestToken: event.detail.commitId,
    sourceRevisions: [{ actionName: 'Source', revisionType: 'COMMIT_ID', revisionValue: event.detail.commitId }],
  }));
};`;

/** A pipeline's job: writes the output artifact, on the second call, and tells what it was given. */
const WORKER = `
const { CodePipelineClient, PutJobFailureResultCommand, PutJobSuccessResultCommand } = require(process.env.MODULES + '/@aws-sdk/client-codepipeline');
const { S3Client, PutObjectCommand } = require(process.env.MODULES + '/@aws-sdk/client-s3');
const { zipSync, strToU8 } = require(process.env.MODULES + '/fflate');
exports.handler = async (event) => {
  const { id, data } = event['CodePipeline.job'];
  const parameters = data.actionConfiguration.configuration.UserParameters;
  const pipeline = new CodePipelineClient({});
  if (parameters.endsWith('silent')) return;
  if (parameters.endsWith('refuse')) {
    await pipeline.send(new PutJobFailureResultCommand({ jobId: id, failureDetails: { type: 'JobFailed', message: 'refused' } }));
    return;
  }
  if (!data.continuationToken) {
    await pipeline.send(new PutJobSuccessResultCommand({ jobId: id, continuationToken: 'again' }));
    return;
  }
  const { bucketName, objectKey } = data.outputArtifacts[0].location.s3Location;
  const { accessKeyId, secretAccessKey, sessionToken } = data.artifactCredentials;
  const body = zipSync({
    'template.json': strToU8(JSON.stringify({ Parameters: { Commit: { Type: 'String' } }, Resources: { T: { Type: 'AWS::SNS::Topic' } } })),
    'test.json': strToU8(JSON.stringify({ Parameters: { Commit: parameters.split(' ')[0] } })),
  });
  await new S3Client({ credentials: { accessKeyId, secretAccessKey, sessionToken } }).send(new PutObjectCommand({ Bucket: bucketName, Key: objectKey, Body: body }));
  await pipeline.send(new PutJobSuccessResultCommand({ jobId: id, outputVariables: { answer: '42' } }));
};`;

const MODULES = join(__dirname, '../../node_modules');

interface Variant {
  /** What the worker is told to do. */
  readonly worker?: string;
  readonly starterFails?: boolean;
}

function assembly({ worker = 'work', starterFails = false }: Variant): string {
  return synthesize((stack) => {
    const repository = new codecommit.Repository(stack, 'Repository', { repositoryName: 'repository' });
    const deadLetters = new sqs.Queue(stack, 'DeadLetters', { queueName: 'dead-letters' });
    const handler = (id: string, source: string, environment: Record<string, string> = {}) => new lambda.Function(stack, id, {
      runtime: lambda.Runtime.NODEJS_22_X,
      handler: 'index.handler',
      code: lambda.Code.fromAsset(handlerFolder(source)),
      timeout: Duration.seconds(20),
      environment: { MODULES, ...environment },
    });
    const starter = handler('Starter', STARTER, starterFails ? { FAIL: 'yes' } : {});
    starter.configureAsyncInvoke({ retryAttempts: 1, onFailure: { bind: () => ({ destination: deadLetters.queueArn }) } });
    new events.Rule(stack, 'OnDev', {
      eventPattern: { source: ['aws.codecommit'], resources: [repository.repositoryArn], detail: { referenceType: ['branch'], referenceName: ['dev'] } },
      targets: [new targets.LambdaFunction(starter, { deadLetterQueue: deadLetters })],
    });
    new events.Rule(stack, 'Schedule', {
      schedule: events.Schedule.rate(Duration.minutes(5)),
      targets: [new targets.LambdaFunction(starter, { event: events.RuleTargetInput.fromObject({ action: 'tick' }) })],
    });
    new dynamodb.TableV2(stack, 'Table', {
      tableName: 'table',
      partitionKey: { name: 'P', type: dynamodb.AttributeType.STRING },
      sortKey: { name: 'S', type: dynamodb.AttributeType.NUMBER },
      globalSecondaryIndexes: [{ indexName: 'Index', partitionKey: { name: 'I', type: dynamodb.AttributeType.STRING } }],
    });
    pipeline(stack, repository, handler('Worker', WORKER), worker);
  });
}

function pipeline(stack: Stack, repository: codecommit.IRepository, worker: lambda.IFunction, parameters: string): void {
  const source = new codepipeline.Artifact('Source');
  const release = new codepipeline.Artifact('Release');
  const project = new codebuild.PipelineProject(stack, 'Project', {
    projectName: 'project',
    environmentVariables: { FIXED: { value: 'fixed' } },
    buildSpec: codebuild.BuildSpec.fromObject({ version: '0.2', phases: { build: { commands: ['test "$(cat file)" != bad', 'test "$ANSWER $FIXED" = "42 fixed"'] } } }),
  });
  const stackName = 'deployed';
  new codepipeline.Pipeline(stack, 'Pipeline', {
    pipelineName: 'pipeline',
    pipelineType: codepipeline.PipelineType.V2,
    stages: [
      {
        stageName: 'Source',
        actions: [new actions.CodeCommitSourceAction({ actionName: 'Source', repository, branch: 'dev', output: source, trigger: actions.CodeCommitTrigger.NONE, variablesNamespace: 'Source' })],
      },
      {
        stageName: 'Work',
        actions: [
          new actions.LambdaInvokeAction({
            actionName: 'Work', lambda: worker, outputs: [release], variablesNamespace: 'Work', userParametersString: `#{Source.CommitId} ${parameters}`,
          }),
          new actions.CodeBuildAction({ actionName: 'Build', project, input: source, runOrder: 2, environmentVariables: { ANSWER: { value: '#{Work.answer}' } } }),
        ],
      },
      {
        stageName: 'Deploy',
        actions: [
          new actions.CloudFormationCreateReplaceChangeSetAction({
            actionName: 'Prepare',
            stackName,
            changeSetName: 'changes',
            templatePath: release.atPath('template.json'),
            templateConfiguration: release.atPath('test.json'),
            adminPermissions: false,
          }),
          new actions.ManualApprovalAction({ actionName: 'Approve', runOrder: 2 }),
          new actions.CloudFormationExecuteChangeSetAction({ actionName: 'Execute', stackName, changeSetName: 'changes', runOrder: 3 }),
        ],
      },
    ],
  });
}

let system: LocalSystem | undefined;
const assemblies = new Map<string, string>();

async function start(git: TestRepository, variant: Variant = {}, options: Partial<LocalSystemOptions> = {}): Promise<LocalSystem> {
  const key = JSON.stringify(variant);
  assemblies.set(key, assemblies.get(key) ?? assembly(variant));
  system = await LocalSystem.start({ assembly: assemblies.get(key)!, repository: git.directory, branch: 'dev', standInsOnly: true, retryDelay: 1, ...options });
  return system;
}

function client(target: LocalSystem): CodePipelineClient {
  return new CodePipelineClient({ region: 'eu-west-1', endpoint: target.endpoint, credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'test' }, maxAttempts: 1 });
}

afterEach(async () => {
  await system?.stop();
  expect(existsSync(system!.directory)).toBe(false);
});
afterAll(removeFolders);

test('a commit goes all the way: event, function, source, job, build, approval, stack', async () => {
  const git = new TestRepository();
  const commit = git.commit({ file: 'good' }, 'subject');
  const running = await start(git);
  expect(await running.moveBranch('HEAD')).toBe(commit);
  await running.waitUntilIdle();

  const [execution] = running.executions;
  expect(execution.latestRuns().map(({ action, status, message }) => [action, status, message])).toEqual([
    ['Source', 'Succeeded', undefined], ['Work', 'Succeeded', undefined], ['Build', 'Succeeded', undefined],
    ['Prepare', 'Succeeded', undefined], ['Approve', 'Succeeded', undefined], ['Execute', 'Succeeded', undefined],
  ]);
  expect(execution.status).toBe('Succeeded');
  expect(execution.variables.get('Source')).toMatchObject({ CommitId: commit, BranchName: 'dev', CommitMessage: 'subject\n' });
  expect(running.stacks.map(({ operations: { status }, ...stack }) => ({ ...stack, status }))).toEqual([
    expect.objectContaining({ name: 'deployed', account: '111111111111', status: 'CREATE_COMPLETE', parameters: { Commit: commit } }),
  ]);
  expect(running.builds(execution.id)).toEqual([expect.objectContaining({ project: 'project', status: 'SUCCEEDED' })]);

  const sdk = client(running);
  const { pipelineExecution } = await sdk.send(new GetPipelineExecutionCommand({ pipelineName: 'pipeline', pipelineExecutionId: execution.id }));
  expect(pipelineExecution).toMatchObject({ status: 'Succeeded', executionMode: 'SUPERSEDED', artifactRevisions: [{ name: 'Source', revisionId: commit, revisionSummary: 'subject\n' }] });
});

test('the same event again starts nothing, and the branch moves on', async () => {
  const git = new TestRepository();
  const first = git.commit({ file: '1' });
  const second = git.commit({ file: '2' });
  const running = await start(git);
  await running.moveBranch(first);
  running.sendBranchEvent(first);
  await running.waitUntilIdle();
  expect(running.executions).toHaveLength(1);
  await running.moveBranch(second);
  await running.waitUntilIdle();
  expect(running.executions.map(({ status }) => status)).toEqual(['Succeeded', 'Succeeded']);
  expect(running.stacks[0].parameters.Commit).toBe(second);
});

test('events of other branches, and lost ones, start nothing', async () => {
  const git = new TestRepository();
  git.commit({ file: '1' });
  const running = await start(git);
  await running.moveBranch('HEAD', { branch: 'other' });
  await running.moveBranch('HEAD', { loseEvent: true });
  await running.waitUntilIdle();
  expect(running.executions).toEqual([]);
  running.fireSchedules();
  await running.waitUntilIdle();
  expect(running.executions).toEqual([]);
});

test('a failed build ends the execution, and is named', async () => {
  const git = new TestRepository();
  git.commit({ file: 'bad' });
  const running = await start(git);
  await running.moveBranch('HEAD');
  await running.waitUntilIdle();
  expect(running.executions[0]).toMatchObject({ status: 'Failed', stage: 'Work' });
  expect(running.executions[0].latestRuns('Work').at(-1)!.message).toContain('Build terminated with state: FAILED');
  expect(running.stacks).toEqual([]);
});

test.each([
  ['refuse', 'refused'],
  ['silent', 'failed to return a result'],
])('a job whose worker answers by %s', async (worker, message) => {
  const git = new TestRepository();
  git.commit({ file: 'good' });
  const running = await start(git, { worker });
  await running.moveBranch('HEAD');
  await running.waitUntilIdle();
  expect(running.executions[0].status).toBe('Failed');
  expect(running.executions[0].latestRuns('Work')[0].message).toContain(message);
});

test('an event that no attempt could handle is in the dead-letter queue', async () => {
  const git = new TestRepository();
  const commit = git.commit({ file: 'good' });
  const running = await start(git, { starterFails: true });
  await running.moveBranch('HEAD');
  await running.waitUntilIdle();
  expect(running.queues.messages().get('dead-letters')).toEqual([expect.objectContaining({
    requestContext: expect.objectContaining({ approximateInvokeCount: 2 }),
    requestPayload: expect.objectContaining({ 'detail-type': 'CodeCommit Repository State Change', 'detail': expect.objectContaining({ event: 'referenceCreated', commitId: commit }) }),
  })]);
});

describe('approvals', () => {
  test('may be rejected', async () => {
    const git = new TestRepository();
    git.commit({ file: 'good' });
    const running = await start(git, {}, { approvals: () => 'Rejected' });
    await running.moveBranch('HEAD');
    await running.waitUntilIdle();
    expect(running.executions[0].latestRuns('Deploy').map(({ action, status }) => [action, status])).toEqual([['Prepare', 'Succeeded'], ['Approve', 'Failed']]);
    expect(running.stacks.map(({ operations: { status } }) => status)).toEqual(['REVIEW_IN_PROGRESS']);
  });

  test('that are pending leave the system idle', async () => {
    const git = new TestRepository();
    git.commit({ file: 'good' });
    let approve: (decision: 'Approved') => void = () => undefined;
    const running = await start(git, {}, { approvals: async () => new Promise((resolve) => { approve = resolve; }) });
    await running.moveBranch('HEAD');
    await running.waitUntilIdle();
    expect(running.executions[0].status).toBe('InProgress');
    approve('Approved');
    await running.waitUntilIdle();
    expect(running.executions[0].status).toBe('Succeeded');
  });
});

test("CodePipeline's API: tokens, and what is not there", async () => {
  const git = new TestRepository();
  git.commit({ file: 'good' });
  const running = await start(git);
  await running.moveBranch('HEAD', { loseEvent: true });
  const sdk = client(running);
  const request = new StartPipelineExecutionCommand({ name: 'pipeline', clientRequestToken: 'token' });
  const { pipelineExecutionId } = await sdk.send(request);
  expect((await sdk.send(request)).pipelineExecutionId).toBe(pipelineExecutionId);
  await running.waitUntilIdle();
  expect(running.executions.map(({ id, status }) => [id, status])).toEqual([[pipelineExecutionId, 'Succeeded']]);

  await expect(sdk.send(new StartPipelineExecutionCommand({ name: 'none' }))).rejects.toBeInstanceOf(PipelineNotFoundException);
  await expect(sdk.send(new GetPipelineExecutionCommand({ pipelineName: 'pipeline', pipelineExecutionId: '00000000-0000-0000-0000-000000000000' })))
    .rejects.toBeInstanceOf(PipelineExecutionNotFoundException);
  await expect(sdk.send(new PutJobSuccessResultCommand({ jobId: 'none' }))).rejects.toBeInstanceOf(JobNotFoundException);
});

describe('tables', () => {
  test('have the keys and indexes of the template', async () => {
    const git = new TestRepository();
    git.commit({ file: 'good' });
    const running = await start(git);
    const { Table } = await running.dynamodb.send(new DescribeTableCommand({ TableName: 'table' }));
    const keys: CreateTableCommandInput['KeySchema'] = [{ AttributeName: 'P', KeyType: 'HASH' }, { AttributeName: 'S', KeyType: 'RANGE' }];
    expect(Table!.KeySchema).toEqual(keys);
    expect(Table!.GlobalSecondaryIndexes!.map(({ IndexName, Projection }) => [IndexName, Projection!.ProjectionType])).toEqual([['Index', 'ALL']]);
    await running.dynamodb.send(new PutItemCommand({ TableName: 'table', Item: { P: { S: 'x' }, S: { N: '1' } } }));
  });

  test('refuse what the embedded server cannot do, and end the run with its name', async () => {
    const git = new TestRepository();
    git.commit({ file: 'good' });
    const running = await start(git);
    await expect(running.dynamodb.send(new TransactWriteItemsCommand({ TransactItems: [{ Delete: { TableName: 'none', Key: { id: { S: 'x' } } } }] }))).rejects.toThrow();
    await expect(running.waitUntilIdle()).rejects.toThrow('Not emulated: the call dynamodb:TransactWriteItems');
  });
});

test('a call that is not emulated ends the run with its name', async () => {
  const git = new TestRepository();
  git.commit({ file: 'good' });
  const running = await start(git);
  await expect(client(running).send(new ListPipelinesCommand({}))).rejects.toThrow();
  await expect(running.waitUntilIdle()).rejects.toThrow('Not emulated: the call codepipeline:ListPipelines');
});

test('a repository that is none is named', async () => {
  const git = new TestRepository();
  git.commit({ file: 'good' });
  await start(git);
  await expect(LocalSystem.start({ assembly: [...assemblies.values()][0], repository: '/dev', branch: 'dev' })).rejects.toThrow("'/dev' is not a Git repository that can be read");
});
