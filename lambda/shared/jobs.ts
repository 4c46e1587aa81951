import { CodePipelineClient, PutJobFailureResultCommand, PutJobSuccessResultCommand, PutJobSuccessResultCommandInput } from '@aws-sdk/client-codepipeline';
import { errorFields, errorMessage, Logger } from './logger';

/** What invokes a function as an action of the pipeline: the parts of CodePipeline's event that are read here. */
export interface Job {
  readonly id: string;
  /** The action's user parameters, unparsed. */
  readonly userParameters: string;
  /** What the function answered last, when it asked to be invoked again. */
  readonly continuationToken?: string;
  readonly inputArtifacts: readonly JobArtifact[];
  readonly outputArtifacts: readonly JobArtifact[];
  readonly credentials?: JobCredentials;
  readonly encryptionKey?: string;
}

export interface JobArtifact {
  readonly bucket: string;
  readonly key: string;
}

/** For the pipeline's artifact bucket, valid as long as the job. Never to be logged. */
export interface JobCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

interface JobEvent {
  readonly 'CodePipeline.job': {
    readonly id: string;
    readonly data?: {
      readonly actionConfiguration?: { readonly configuration?: { readonly UserParameters?: string } };
      readonly continuationToken?: string;
      readonly inputArtifacts?: readonly ArtifactOfEvent[];
      readonly outputArtifacts?: readonly ArtifactOfEvent[];
      readonly artifactCredentials?: JobCredentials;
      readonly encryptionKey?: { readonly id: string };
    };
  };
}

interface ArtifactOfEvent {
  readonly location: { readonly s3Location: { readonly bucketName: string; readonly objectKey: string } };
}

/** The job in an event of CodePipeline; nothing where the event is of another kind. */
export function jobOf(event: unknown): Job | undefined {
  const job = (event as Partial<JobEvent> | null | undefined)?.['CodePipeline.job'];
  if (typeof job?.id !== 'string') {
    return undefined;
  }
  return {
    id: job.id,
    userParameters: job.data?.actionConfiguration?.configuration?.UserParameters ?? '',
    continuationToken: job.data?.continuationToken,
    inputArtifacts: artifacts(job.id, job.data?.inputArtifacts),
    outputArtifacts: artifacts(job.id, job.data?.outputArtifacts),
    credentials: job.data?.artifactCredentials,
    encryptionKey: job.data?.encryptionKey?.id,
  };
}

function artifacts(id: string, list: readonly Partial<ArtifactOfEvent>[] = []): JobArtifact[] {
  const found = Array.isArray(list) ? (list as readonly (Partial<ArtifactOfEvent> | null)[]).map((entry) => entry?.location?.s3Location) : [undefined];
  return found.map((location) => {
    if (typeof location?.bucketName !== 'string' || typeof location.objectKey !== 'string') {
      throw new Error(`Job ${id} has artifacts of which some are not in S3: the event is not one that CodePipeline sends.`);
    }
    return { bucket: location.bucketName, key: location.objectKey };
  });
}

/** The job's user parameters: an object that has a text under each of these names. */
export function jobParameters<K extends string>(job: Job, names: readonly K[]): Readonly<Record<K, string>> {
  let parameters: unknown;
  try {
    parameters = JSON.parse(job.userParameters);
  } catch {
    throw new Error(`The action's user parameters have to be JSON, but are '${job.userParameters}'.`);
  }
  for (const name of names) {
    const value = (parameters as Record<string, unknown> | null)?.[name];
    if (typeof value !== 'string' || value === '') {
      throw new Error(`The action's user parameters lack a text '${name}'. They are '${job.userParameters}'.`);
    }
  }
  return parameters as Record<K, string>;
}

const LONGEST_MESSAGE = 2_000;

/** What people see of an action while it runs and afterwards. CodePipeline documents it for actions of one's own: nothing may depend on it. */
export interface ActionDetails {
  /** At most 2,048 characters. */
  readonly summary?: string;
  /** What the action started elsewhere. */
  readonly externalExecutionId?: string;
  /** 0 to 100. */
  readonly percentComplete?: number;
}

/** Work that is not done yet: CodePipeline invokes the function again, some seconds later, with this token. */
export class Continuation {
  public constructor(public readonly token: string, public readonly details?: ActionDetails) {}
}

/** Work that is done. */
export class Success {
  public constructor(public readonly variables: Readonly<Record<string, string>>, public readonly details?: ActionDetails) {}
}

/** Work that failed in something that the action started elsewhere. */
export class ExternalFailure extends Error {
  public constructor(message: string, public readonly externalExecutionId: string) {
    super(message);
  }
}

/** What becomes of a job: output variables, or more. */
export type JobResult = Readonly<Record<string, string>> | Success | Continuation;

/** Answers CodePipeline's jobs. */
export class JobResults {
  public constructor(private readonly client: CodePipelineClient, private readonly logger: Logger) {}

  /**
   * Does a job's work and answers it: with the work's output variables, with a wish to be invoked again, or with its error.
   * An error of the work is final, as anyone who looks at the pipeline sees it at once and retries the stage; only an answer
   * that cannot be given is thrown, so that Lambda tries again.
   */
  public async answer(job: Job, work: () => Promise<JobResult>): Promise<void> {
    let result: JobResult;
    try {
      result = await work();
    } catch (error) {
      this.logger.error('The action failed', errorFields(error));
      await this.client.send(new PutJobFailureResultCommand({
        jobId: job.id,
        failureDetails: {
          type: 'JobFailed',
          message: shortened(errorMessage(error)),
          ...(error instanceof ExternalFailure ? { externalExecutionId: error.externalExecutionId } : {}),
        },
      }));
      return;
    }
    await this.client.send(new PutJobSuccessResultCommand({
      jobId: job.id,
      ...answerOf(result),
    }));
  }
}

function answerOf(result: JobResult): Omit<PutJobSuccessResultCommandInput, 'jobId'> {
  if (result instanceof Continuation) {
    return { continuationToken: result.token, ...(result.details === undefined ? {} : { executionDetails: result.details }) };
  }
  return result instanceof Success
    ? { outputVariables: result.variables, ...(result.details === undefined ? {} : { executionDetails: result.details }) }
    : { outputVariables: result };
}

function shortened(message: string): string {
  const text = message === '' ? 'The action failed without a message: see the function\'s log.' : message;
  return text.length <= LONGEST_MESSAGE ? text : `${text.slice(0, LONGEST_MESSAGE - 1)}…`;
}
