import { Access } from './access';
import { Inventory } from './inventory';
import { accountOf, objectAccess } from './service-calls';
import { Resource } from '../assembly/resources';
import { ActionRequest } from '../engine/pipeline/action';

/** What CodePipeline, CodeBuild, Lambda, EventBridge and Step Functions do themselves, with the roles that they were given. */

interface Executed {
  readonly Role?: string;
  readonly ServiceRole?: string;
  readonly Source?: { readonly Auth?: { readonly Resource?: string } };
  readonly LoggingConfig?: { readonly LogGroup?: string };
  readonly LogsConfig?: { readonly CloudWatchLogs?: { readonly GroupName?: string } };
}

/** A new execution environment of a function: its role is assumed, its log stream created. */
export function functionStart({ account, region, properties }: Resource<object>): Access[] {
  const { Role: role = '', LoggingConfig: logging } = properties as Executed;
  return [assumption('lambda.amazonaws.com', role), ...logStream(role, logging?.LogGroup, { account, region })];
}

/** A failed event is sent to the function's dead-letter queue or failure destination. */
export function deadLetter({ properties }: Resource<object>, queueArn: string): Access[] {
  return [{ principal: (properties as Executed).Role ?? '', action: 'sqs:SendMessage', resource: queueArn, account: accountOf(queueArn) }];
}

/** A rule invokes its target. */
export function ruleInvocation(ruleArn: string, functionArn: string): Access[] {
  const context = { 'aws:SourceArn': ruleArn, 'aws:SourceAccount': accountOf(ruleArn) };
  return [{ principal: 'events.amazonaws.com', action: 'lambda:InvokeFunction', resource: functionArn, account: accountOf(functionArn), context }];
}

/** A build: its role is assumed, reads the sources and writes the log. */
export function buildStart(
  project: Resource<object>,
  sources: readonly { readonly bucket: string; readonly key: string }[],
  inventory: Inventory,
  overrides: { readonly role?: string; readonly logGroup?: string } = {},
): Access[] {
  const { account, region } = project;
  const { ServiceRole: own = '', LogsConfig: logs } = project.properties as Executed;
  const role = overrides.role ?? own;
  return [
    assumption('codebuild.amazonaws.com', role),
    ...logStream(role, overrides.logGroup ?? logs?.CloudWatchLogs?.GroupName, { account, region }),
    ...sources.flatMap((place) => objectAccess(role, 's3:GetObject', place, inventory)),
  ];
}

/** A build that a host's webhook starts: what clones the source and reports to the host is made for the project's role. */
export function webhookBuild(project: Resource<object>, inventory: Inventory): Access[] {
  const { ServiceRole: role = '', Source: source } = project.properties as Executed;
  const connection = source?.Auth?.Resource;
  const actions = connection === undefined ? [] : ['GetConnection', 'GetConnectionToken', 'UseConnection'];
  return [
    ...buildStart(project, [], inventory),
    ...actions.map((action) => ({ principal: role, action: `${connection!.split(':')[2]}:${action}`, resource: connection!, account: accountOf(connection!) })),
  ];
}

/** What a pipeline does to run an action, next to what the action's own program does. */
export function actionAccesses(request: ActionRequest, inventory: Inventory): Access[] {
  const { pipeline, action } = request;
  const role = action.roleArn;
  return [
    assumption('codepipeline.amazonaws.com', pipeline.roleArn),
    ...(role === pipeline.roleArn ? [] : [assumption(pipeline.roleArn, role)]),
    ...(ACTIONS[action.kind] ?? (() => []))(request, inventory),
  ];
}

const ACTIONS: Readonly<Record<string, (request: ActionRequest, inventory: Inventory) => Access[]>> = {
  'Source/CodeCommit': ({ action, configuration, outputs }, inventory) => [
    ...['GetBranch', 'GetCommit', 'UploadArchive', 'GetUploadArchiveStatus'].map((operation) => ({
      principal: action.roleArn,
      action: `codecommit:${operation}`,
      resource: `arn:aws:codecommit:${action.region}:${action.account}:${configuration.RepositoryName}`,
      account: action.account,
    })),
    ...[...outputs.values()].flatMap((place) => objectAccess(action.roleArn, 's3:PutObject', place, inventory)),
  ],
  'Source/CodeStarSourceConnection': ({ action, configuration, outputs }, inventory) => [
    {
      principal: action.roleArn,
      action: `${configuration.ConnectionArn.split(':')[2]}:UseConnection`,
      resource: configuration.ConnectionArn,
      account: action.account,
      context: { [`${configuration.ConnectionArn.split(':')[2]}:FullRepositoryId`]: configuration.FullRepositoryId },
    },
    ...[...outputs.values()].flatMap((place) => [
      ...objectAccess(action.roleArn, 's3:PutObject', place, inventory),
      { principal: action.roleArn, action: 's3:PutObjectAcl', resource: `arn:aws:s3:::${place.bucket}/${place.key}`, account: action.account },
    ]),
  ],
  'Source/S3': ({ action, configuration, outputs }, inventory) => [
    { principal: action.roleArn, action: 's3:GetBucketVersioning', resource: `arn:aws:s3:::${configuration.S3Bucket}`, account: action.account },
    ...(['s3:GetObject', 's3:GetObjectVersion'] as const).flatMap((operation) => (
      objectAccess(action.roleArn, operation, { bucket: configuration.S3Bucket, key: configuration.S3ObjectKey }, inventory)
    )),
    ...[...outputs.values()].flatMap((place) => objectAccess(action.roleArn, 's3:PutObject', place, inventory)),
  ],
  'Invoke/Lambda': ({ action, configuration }) => [{
    principal: action.roleArn,
    action: 'lambda:InvokeFunction',
    resource: `arn:aws:lambda:${action.region}:${action.account}:function:${configuration.FunctionName}`,
    account: action.account,
  }],
  'Invoke/StepFunctions': ({ action, configuration }) => [
    { principal: action.roleArn, action: 'states:StartExecution', resource: configuration.StateMachineArn, account: action.account },
    { principal: action.roleArn, action: 'states:DescribeStateMachine', resource: configuration.StateMachineArn, account: action.account },
    {
      principal: action.roleArn,
      action: 'states:DescribeExecution',
      resource: `${configuration.StateMachineArn.replace(':stateMachine:', ':execution:')}:${EXECUTION}`,
      account: action.account,
    },
  ],
  'Build/CodeBuild': codeBuild,
  'Test/CodeBuild': codeBuild,
  'Deploy/CloudFormation': ({ action, configuration, inputs }, inventory) => {
    const stack = (operation: string): Access => ({
      principal: action.roleArn,
      action: `cloudformation:${operation}`,
      resource: `arn:aws:cloudformation:${action.region}:${action.account}:stack/${configuration.StackName}/local`,
      account: action.account,
    });
    const operations = configuration.ActionMode === 'CHANGE_SET_EXECUTE'
      ? ['ExecuteChangeSet', 'DescribeStacks']
      : ['DescribeStacks', 'DeleteChangeSet', 'CreateChangeSet', 'DescribeChangeSet'];
    return [
      ...operations.map(stack),
      ...[...inputs.values()].flatMap((place) => objectAccess(action.roleArn, 's3:GetObject', place, inventory)),
      ...(configuration.RoleArn === undefined ? [] : [passing(action.roleArn, configuration.RoleArn, 'cloudformation.amazonaws.com')]),
    ];
  },
};

/** Stands for an ID that no one knows before. */
const EXECUTION = 'local';

function codeBuild({ action, configuration, inputs }: ActionRequest, inventory: Inventory): Access[] {
  const project = inventory.find<object>('AWS::CodeBuild::Project', configuration.ProjectName);
  if (project === undefined) {
    return [];
  }
  return [
    ...projectAccesses(action.roleArn, project, ['StartBuild', 'BatchGetBuilds']),
    ...buildStart(project, [...inputs.values()], inventory),
  ];
}

export function projectAccesses(role: string, { arn, account }: Resource<object>, operations: readonly string[]): Access[] {
  return operations.map((operation) => ({ principal: role, action: `codebuild:${operation}`, resource: arn, account }));
}

export function assumption(principal: string, roleArn: string): Access {
  return { principal, action: 'sts:AssumeRole', resource: roleArn, account: accountOf(roleArn) };
}

export function passing(principal: string, roleArn: string, service: string): Access {
  return { principal, action: 'iam:PassRole', resource: roleArn, account: accountOf(roleArn), context: { 'iam:PassedToService': service } };
}

/** Without a group of its own, a program writes to one that the service names after it; here, every one has its own. */
function logStream(role: string, logGroup: string | undefined, { account, region }: Pick<Resource, 'account' | 'region'>): Access[] {
  const resource = `arn:aws:logs:${region}:${account}:log-group:${logGroup}:log-stream:local`;
  return ['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => ({ principal: role, action, resource, account }));
}
