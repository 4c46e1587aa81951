import { NotEmulatedError } from '../../activity';
import { ActionHandler, required } from '../pipeline/action';
import { ActionFailure } from '../pipeline/action-failure';
import { StateMachine, StatesError } from '../step-functions/state-machine';

/** Invoke/StepFunctions: runs a state machine to its end. */
export function stepFunctions(stateMachine: (arn: string) => StateMachine | undefined): ActionHandler {
  return async (request) => {
    const { configuration, executionId, abandoned } = request;
    const unknown = Object.keys(configuration).find((key) => !['StateMachineArn', 'InputType', 'Input'].includes(key));
    if (unknown !== undefined || configuration.InputType !== 'Literal') {
      throw new NotEmulatedError(`${unknown ?? `input of type ${configuration.InputType}`} of Step Functions action '${request.action.name}'`);
    }
    const arn = required(request, 'StateMachineArn');
    const target = stateMachine(arn);
    if (target === undefined) {
      throw new ActionFailure(`State Machine Does Not Exist: '${arn}'`);
    }
    try {
      await target.run(JSON.parse(required(request, 'Input')), { pipelineExecutionId: executionId, stop: abandoned });
    } catch (error) {
      throw error instanceof StatesError ? new ActionFailure(`The execution of ${target.resource.name} failed. ${error.name}: ${error.message}`) : error;
    }
    if (abandoned.aborted) {
      throw new ActionFailure('Action was abandoned');
    }
    return {};
  };
}
