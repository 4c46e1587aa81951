import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Activity, NotEmulatedError } from './activity';
import { Resource } from './assembly/resources';
import { Authority } from './authorization/authority';
import { deadLetter, functionStart, ruleInvocation } from './authorization/engine-calls';
import { BuildProject, BuildMachine, ProjectProperties } from './engine/code-build/project';
import { EventBus } from './engine/event-bus';
import { HttpApis } from './engine/http-api';
import { LambdaFunction } from './engine/lambda/function';
import { pipelineDefinition, PipelineDefinition, PipelineProperties } from './engine/pipeline/definition';
import { Queues } from './engine/queues';
import { StateMachineProperties } from './engine/step-functions/state-machine';
import { unzip } from './engine/zip';
import { createTable } from './services/dynamodb';
import { Ecr } from './services/ecr/service';
import { ObjectStore } from './services/s3/object-store';

/** Where resources are brought to life. */
export interface Ground {
  readonly directory: string;
  readonly activity: Activity;
  readonly objects: ObjectStore;
  readonly dynamodb: DynamoDBClient;
  readonly ecr: Ecr;
  readonly queues: Queues;
  readonly authority: Authority;
  readonly machine: BuildMachine;
  /** Variables that lead a function's clients to the emulated services. */
  readonly clientEnvironment: Readonly<Record<string, string>>;
  /** Between attempts of a failed asynchronous invocation, in milliseconds. */
  readonly retryDelay: number;
  /** How far the functions' clocks are ahead of this machine's, in milliseconds. */
  readonly clockAhead: () => number;
}

/** The resources that act, by name. */
export interface Provisioned {
  readonly functions: ReadonlyMap<string, LambdaFunction>;
  readonly projects: ReadonlyMap<string, BuildProject>;
  readonly pipelines: readonly PipelineDefinition[];
  readonly repositoryNames: readonly string[];
  readonly bus: EventBus;
  /** Buckets that send their events to EventBridge. */
  readonly noticing: ReadonlyMap<string, { readonly account: string; readonly region: string }>;
  readonly stateMachines: readonly Resource<StateMachineProperties>[];
  readonly apis: HttpApis;
  readonly secrets: readonly Resource[];
  /** CodeBuild's projects as they are declared. */
  readonly builders: readonly Resource[];
}

interface FunctionProperties {
  readonly Handler?: string;
  readonly Role?: string;
  readonly Runtime?: string;
  readonly Code: { readonly S3Bucket?: string; readonly S3Key?: string };
  readonly MemorySize?: number;
  readonly Timeout?: number;
  readonly ReservedConcurrentExecutions?: number;
  readonly Environment?: { readonly Variables?: Readonly<Record<string, string>> };
  readonly DeadLetterConfig?: { readonly TargetArn?: string };
}

interface EventInvokeProperties {
  readonly FunctionName: string;
  readonly Qualifier: string;
  readonly MaximumRetryAttempts?: number;
  readonly DestinationConfig?: { readonly OnFailure?: { readonly Destination: string }; readonly OnSuccess?: unknown };
}

interface BucketProperties {
  readonly VersioningConfiguration?: { readonly Status?: string };
  readonly NotificationConfiguration?: { readonly [kind: string]: unknown };
}

function createBucket({ name, properties }: Resource<BucketProperties>, objects: ObjectStore): void {
  const { VersioningConfiguration: versioning, NotificationConfiguration: notifications = {} } = properties;
  const surplus = Object.keys(notifications).filter((kind) => kind !== 'EventBridgeConfiguration');
  if (surplus.length > 0) {
    throw new NotEmulatedError(`${surplus.join(', ')} of bucket '${name}'`);
  }
  objects.createBucket(name);
  if (versioning?.Status === 'Enabled') {
    objects.keepVersions(name);
  }
}

/** Lambda's own limit of an account, which no local run reaches. */
const UNLIMITED = 1000;

/** Brings the resources to life. @throws NotEmulatedError for what they ask for and is not emulated */
export async function provision(resources: readonly Resource[], ground: Ground): Promise<Provisioned> {
  const of = <Properties>(...types: string[]) => resources.filter(({ type }) => types.includes(type)) as unknown as Resource<Properties>[];

  of<BucketProperties>('AWS::S3::Bucket').forEach((bucket) => createBucket(bucket, ground.objects));
  of('AWS::SQS::Queue').forEach(({ name, arn }) => ground.queues.create(name, arn));
  of<{ ImageTagMutability?: string }>('AWS::ECR::Repository').forEach(({ name, account, properties }) =>
    ground.ecr.createRepository(name, { registryId: account, immutable: properties.ImageTagMutability === 'IMMUTABLE' }));
  for (const table of of<object>('AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable')) {
    await createTable(ground.dynamodb, table);
  }

  const functions = new Map(of<FunctionProperties>('AWS::Lambda::Function').map((resource) => [resource.name, lambdaFunction(resource, ground)]));
  of<EventInvokeProperties>('AWS::Lambda::EventInvokeConfig').forEach(({ properties }) => configureAsync(functions, of<object>('AWS::Lambda::Function'), properties, ground));
  const bus = new EventBus({
    functionByArn: (arn) => [...functions.values()].find(({ options }) => options.arn === arn),
    admits: async (ruleArn, targetArn) => ground.authority.allows(ruleInvocation(ruleArn, targetArn)),
  }, ground.activity);
  of<object>('AWS::Events::Rule').forEach((rule) => bus.addRule(rule));

  return {
    functions,
    bus,
    noticing: new Map(of<BucketProperties>('AWS::S3::Bucket')
      .filter(({ properties }) => properties.NotificationConfiguration?.EventBridgeConfiguration !== undefined)
      .map(({ name, account, region }) => [name, { account, region }])),
    projects: new Map(of<ProjectProperties>('AWS::CodeBuild::Project').map((project) => [project.name, new BuildProject(project, ground.machine)])),
    pipelines: of<PipelineProperties>('AWS::CodePipeline::Pipeline').map(pipelineDefinition),
    stateMachines: of<StateMachineProperties>('AWS::StepFunctions::StateMachine'),
    apis: new HttpApis(resources, {
      functionByArn: (arn) => [...functions.values()].find(({ options }) => options.arn === arn),
      require: async (accesses) => ground.authority.require(accesses),
    }),
    secrets: of('AWS::SecretsManager::Secret'),
    builders: of('AWS::CodeBuild::Project'),
    repositoryNames: of('AWS::CodeCommit::Repository').map(({ name }) => name),
  };
}

function lambdaFunction(resource: Resource<FunctionProperties>, ground: Ground): LambdaFunction {
  const { name, arn, region, properties } = resource;
  const { S3Bucket: bucket, S3Key: key } = properties.Code;
  if (bucket === undefined || key === undefined) {
    throw new NotEmulatedError(`function '${name}' whose code is no asset: ${Object.keys(properties.Code).join(', ')}`);
  }
  if (!properties.Runtime?.startsWith('nodejs')) {
    throw new NotEmulatedError(`runtime ${properties.Runtime} of function '${name}'`);
  }
  const codeDirectory = join(ground.directory, 'functions', name);
  mkdirSync(codeDirectory, { recursive: true });
  unzip(ground.objects.read(bucket, key), codeDirectory);
  const memoryMegabytes = properties.MemorySize ?? 128;
  const target = new LambdaFunction({
    functionName: name,
    arn,
    handler: properties.Handler ?? 'index.handler',
    codeDirectory,
    memoryMegabytes,
    timeoutSeconds: properties.Timeout ?? 3,
    logFile: join(ground.directory, 'functions', `${name}.log`),
    clockAhead: ground.clockAhead,
    environment: {
      ...ground.clientEnvironment,
      ...ground.authority.credentials.variables(properties.Role ?? ''),
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_LAMBDA_FUNCTION_NAME: name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMegabytes),
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      ...properties.Environment?.Variables,
    },
  }, properties.ReservedConcurrentExecutions ?? UNLIMITED, ground.retryDelay, () => ground.activity.track(ground.authority.allows(functionStart(resource))));
  const deadLetters = properties.DeadLetterConfig?.TargetArn;
  if (deadLetters !== undefined) {
    // A dead-letter queue gets the event, a failure destination the whole record.
    target.configureAsync({ onFailure: (record) => sendDeadLetter(resource, deadLetters, (record as { requestPayload: unknown }).requestPayload, ground) });
  }
  return target;
}

function sendDeadLetter(resource: Resource<object>, queueArn: string, message: unknown, { activity, authority, queues }: Ground): void {
  activity.track(authority.allows(deadLetter(resource, queueArn)).then((allowed) => { if (allowed) { queues.send(queueArn, message); } }));
}

function configureAsync(
  functions: ReadonlyMap<string, LambdaFunction>, resources: readonly Resource<object>[], properties: EventInvokeProperties, ground: Ground,
): void {
  const { FunctionName: name, Qualifier: qualifier, MaximumRetryAttempts: retryAttempts, DestinationConfig: destinations = {} } = properties;
  const target = functions.get(name);
  const resource = resources.find((candidate) => candidate.name === name);
  if (target === undefined || resource === undefined || qualifier !== '$LATEST' || destinations.OnSuccess !== undefined) {
    throw new NotEmulatedError(`asynchronous invocation settings of '${name}' (${qualifier}) with ${Object.keys(destinations).join(', ') || 'no destination'}`);
  }
  const destination = destinations.OnFailure?.Destination;
  target.configureAsync({
    ...(retryAttempts === undefined ? {} : { retryAttempts }),
    ...(destination === undefined ? {} : { onFailure: (record: object) => sendDeadLetter(resource, destination, record, ground) }),
  });
}
