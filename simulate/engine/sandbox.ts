import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CodeCommitClient } from '@aws-sdk/client-codecommit';
import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ECRClient } from '@aws-sdk/client-ecr';
import { S3Client } from '@aws-sdk/client-s3';
import { SFNClient } from '@aws-sdk/client-sfn';
import { STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { getSchemaSerdePlugin } from '@smithy/core/schema';
import type { AwsCredentialIdentity, MiddlewareStack, Pluggable } from '@smithy/types';
import { answerDirectly } from './direct';
import { retryStrategy } from './retry-strategy';
import type { Task } from './task';
import { DOCUMENT_CONFIG } from '../../lambda/shared/clients';
import { Timing } from '../../lambda/shared/timing';
import { ServiceName, Services } from '../services/service';
import { overTheWire, Request } from '../services/wire';

/** What one run of a program works with: the SDK's own clients, whose requests never leave this process, and a clock that is not the machine's. */
export class Sandbox {
  public readonly cloudFormation = new CloudFormationClient(this.config('cloudformation'));
  public readonly codeCommit = new CodeCommitClient(this.config('codecommit'));
  public readonly codePipeline = new CodePipelineClient(this.config('codepipeline'));
  public readonly ecr = new ECRClient(this.config('ecr'));
  public readonly s3 = new S3Client({ ...this.config('s3'), forcePathStyle: true, requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED' });
  public readonly stepFunctions = new SFNClient(this.config('states'));
  public readonly sts = new STSClient(this.config('sts'));
  public readonly dynamoDb: DynamoDBDocumentClient;
  public readonly timing: Timing = {
    now: () => this.current.now(),
    sleep: async (milliseconds) => this.current.sleep(milliseconds),
    random: () => this.current.random.next(),
  };

  private task?: Task;
  private services?: Services;
  private attempts = 1;

  /** @param usesWire whether requests and responses are written and read as they are over HTTP, which takes most of a call's time */
  public constructor(usesWire: boolean) {
    const base = new DynamoDBClient({ ...this.config('dynamodb'), cacheMiddleware: false });
    const clients = {
      cloudformation: this.cloudFormation,
      codecommit: this.codeCommit,
      codepipeline: this.codePipeline,
      ecr: this.ecr,
      s3: this.s3,
      states: this.stepFunctions,
      sts: this.sts,
      dynamodb: base,
    };
    for (const [service, client] of Object.entries(clients) as [ServiceName, Client][]) {
      unburden(client);
      if (!usesWire) {
        answerDirectly(client, service, async (operation, input) => {
          const answer = this.services!;
          return this.current.call(service, operation, async () => answer(service, operation, input));
        });
      }
    }
    this.dynamoDb = withCachedMiddleware(DynamoDBDocumentClient.from(base, DOCUMENT_CONFIG));
  }

  /** Hands the sandbox to a task; whatever ran in it before has ended. */
  public enter(task: Task, services: Services, attempts: number): void {
    this.task = task;
    this.services = services;
    this.attempts = attempts;
  }

  /** Something that chance did other than by a call of AWS. */
  public noteFault(fault: string): void {
    this.current.faults.add(fault);
  }

  private get current(): Task {
    return this.task!;
  }

  private config(service: ServiceName) {
    const credentials: AwsCredentialIdentity = { accessKeyId: 'simulated', secretAccessKey: 'simulated' };
    const endpoint = { url: new URL('https://simulated'), properties: {}, headers: {} };
    return {
      region: 'eu-west-1',
      endpoint: 'https://simulated',
      credentials,
      endpointProvider: (parameters: object) => {
        const { Bucket: bucket } = parameters as { readonly Bucket?: string };
        return bucket === undefined ? endpoint : { ...endpoint, url: new URL(bucket, endpoint.url) };
      },
      ignoreConfiguredEndpointUrls: true,
      cacheMiddleware: true,
      retryStrategy: retryStrategy(() => this.attempts, async (milliseconds) => this.current.sleep(milliseconds)),
      requestHandler: {
        handle: async (request: Request) => {
          const answer = this.services!;
          const response = await overTheWire(service, request, async (operation, effect) => this.current.call(service, operation, async () => effect(answer)));
          return { response };
        },
        updateHttpClientConfig: () => undefined,
        httpHandlerConfigs: () => ({}),
      },
    };
  }
}

interface Client {
  config: object;
  readonly middlewareStack: MiddlewareStack<object, object>;
}

/** What adds headers that no one reads here, and what signs. */
const IDLE_MIDDLEWARE = [
  'getUserAgentMiddleware', 'recursionDetectionMiddleware', 'hostHeaderMiddleware', 'loggerMiddleware', 'httpAuthSchemeMiddleware', 'httpSigningMiddleware',
];

/** Takes away what costs half of a call's time and does nothing for what is simulated; what serializes, parses, retries and tells errors stays. */
function unburden(client: Client): void {
  const { middlewareStack } = client;
  IDLE_MIDDLEWARE.forEach((name) => middlewareStack.remove(name));
  // Clients copy their configuration three times for every call; one that was not put together bit by bit is copied thirty times faster.
  client.config = { ...client.config };
  middlewareStack.use(getSchemaSerdePlugin(client.config as Parameters<typeof getSchemaSerdePlugin>[0]) as Pluggable<object, object>);
}

interface DocumentCommand {
  clientCommand: unknown;
  resolveMiddleware(...parameters: unknown[]): () => Promise<{ output: unknown }>;
}

/**
 * Resolves the middleware once for each kind of command instead of once for each command, as `cacheMiddleware` does for other clients:
 * half of a call's time. The document client's commands differ in the command that they wrap alone.
 */
function withCachedMiddleware(client: DynamoDBDocumentClient): DynamoDBDocumentClient {
  const cached = new Map<unknown, { readonly first: DocumentCommand; readonly run: () => Promise<{ output: unknown }> }>();
  const send = async (command: DocumentCommand) => {
    let entry = cached.get(command.constructor);
    if (entry === undefined) {
      entry = { first: command, run: command.resolveMiddleware(client.middlewareStack, client.config, undefined) };
      cached.set(command.constructor, entry);
    }
    entry.first.clientCommand = command.clientCommand;
    return (await entry.run()).output;
  };
  return Object.assign(client, { send });
}
