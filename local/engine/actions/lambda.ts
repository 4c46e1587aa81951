import { setTimeout as sleep } from 'node:timers/promises';
import { Jobs, JobSuccess } from './jobs';
import { ActionHandler, ActionRequest, required } from '../pipeline/action';
import { ActionFailure } from '../pipeline/action-failure';
import { ArtifactLocation } from '../pipeline/artifacts';

/** A function, as far as its invocation goes. */
export interface InvokedFunction {
  readonly name: string;
  /** Resolves when it has ended for good, whatever became of it. */
  invokeAsync(event: unknown): Promise<unknown>;
}

export interface LambdaActionOptions {
  readonly jobs: Jobs;
  /** Before a function that answered with a continuation token is asked again, in milliseconds. */
  readonly continuationDelay: number;
  /** What a job's artifacts are read and written with: credentials of the action's role. */
  credentials(roleArn: string): { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken: string };
  functionByName(name: string): InvokedFunction | undefined;
  /** Told of invocations: a function may go on after it has reported its result. */
  track(invocation: Promise<unknown>): void;
}

/** Invoke/Lambda: the function gets a job and reports its result. */
export function lambdaInvoke(options: LambdaActionOptions): ActionHandler {
  return async (request) => {
    const name = required(request, 'FunctionName');
    const target = options.functionByName(name);
    if (target === undefined) {
      throw new ActionFailure(`The AWS Lambda function ${name} does not exist`);
    }
    let continuationToken: string | undefined;
    for (;;) {
      const success = await runJob(options, request, target, continuationToken);
      const { summary, externalExecutionId: externalId } = success.executionDetails ?? {};
      if (success.continuationToken === undefined) {
        return { variables: success.outputVariables ?? {}, externalId, summary };
      }
      request.onProgress({ externalId, summary });
      continuationToken = success.continuationToken;
      await sleep(options.continuationDelay, undefined, { signal: request.abandoned }).catch(() => {
        throw new ActionFailure('Action was abandoned');
      });
    }
  };
}

async function runJob(options: LambdaActionOptions, request: ActionRequest, target: InvokedFunction, continuationToken?: string): Promise<JobSuccess> {
  const { id, result } = options.jobs.create();
  const invoked = target.invokeAsync(jobEvent(id, options, request, continuationToken));
  options.track(invoked);
  // A held action asks many times: each time listens for itself alone.
  const reportedOrNever = new AbortController();
  const abandoned = new Promise<undefined>((resolve) => {
    request.abandoned.addEventListener('abort', () => resolve(undefined), { once: true, signal: reportedOrNever.signal });
  });
  // The result may come before the function ends. Once it has ended for good, none will come any more.
  const reported = await Promise.race([result, abandoned, invoked.then(async () => options.jobs.isOpen(id) ? undefined : result)])
    .finally(() => reportedOrNever.abort());
  if (reported === undefined) {
    options.jobs.abandon(id);
    throw new ActionFailure(request.abandoned.aborted
      ? 'Action was abandoned'
      : `The AWS Lambda function ${target.name} failed to return a result. Check the function to verify that it has permission to call the PutJobSuccessResult action and that it made a call to PutJobSuccessResult.`);
  }
  if ('failure' in reported) {
    throw new ActionFailure(reported.failure.message, reported.failure.externalExecutionId);
  }
  return reported.success;
}

function jobEvent(id: string, { credentials }: Pick<LambdaActionOptions, 'credentials'>, request: ActionRequest, continuationToken?: string): object {
  const { pipeline, action, configuration, inputs, outputs } = request;
  const artifact = ([name, { bucket, key }]: [string, ArtifactLocation]) => ({
    name,
    revision: null,
    location: { type: 'S3', s3Location: { bucketName: bucket, objectKey: key } },
  });
  return {
    'CodePipeline.job': {
      id,
      accountId: action.account,
      data: {
        actionConfiguration: { configuration },
        inputArtifacts: [...inputs].map(artifact),
        outputArtifacts: [...outputs].map(artifact),
        artifactCredentials: credentials(action.roleArn),
        ...(continuationToken === undefined ? {} : { continuationToken }),
        ...(pipeline.encryptionKey ? { encryptionKey: pipeline.encryptionKey } : {}),
      },
    },
  };
}
