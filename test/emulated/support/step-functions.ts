import { setTimeout as sleep } from 'node:timers/promises';
import { MiniStack } from './mini-stack';
import { NotEmulatedError } from '../../../local/activity';
import { ActionHandler, required } from '../../../local/engine/pipeline/action';
import { ActionFailure } from '../../../local/engine/pipeline/action-failure';

const LOOK_EVERY_MS = 200;

interface Description {
  readonly status: 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  readonly error?: string;
  readonly cause?: string;
}

/** Invoke/StepFunctions, by Step Functions' API: starts an execution and waits for its end. */
export function stepFunctions(miniStack: MiniStack): ActionHandler {
  return async (request) => {
    const { action, configuration, abandoned } = request;
    const unknown = Object.keys(configuration).find((key) => !['StateMachineArn', 'InputType', 'Input'].includes(key));
    if (unknown !== undefined || configuration.InputType !== 'Literal') {
      throw new NotEmulatedError(`${unknown ?? `input of type ${configuration.InputType}`} of Step Functions action '${action.name}'`);
    }
    const stateMachineArn = required(request, 'StateMachineArn');
    const call = async <Output>(operation: string, input: object) => miniStack.call<Output>(action, 'states', `AWSStepFunctions.${operation}`, input);
    const { executionArn } = await call<{ executionArn: string }>('StartExecution', { stateMachineArn, input: required(request, 'Input') });
    for (;;) {
      const { status, error, cause } = await call<Description>('DescribeExecution', { executionArn });
      if (status === 'SUCCEEDED') {
        return { externalId: executionArn };
      }
      if (status !== 'RUNNING') {
        throw new ActionFailure(`The execution ${executionArn} is ${status}. ${error}: ${cause}`, executionArn);
      }
      if (abandoned.aborted) {
        await call('StopExecution', { executionArn });
        throw new ActionFailure('Action was abandoned', executionArn);
      }
      await sleep(LOOK_EVERY_MS);
    }
  };
}
