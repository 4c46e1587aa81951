import { randomUUID } from 'node:crypto';
import type { DescribeExecutionInput, StartExecutionInput, StopExecutionInput } from '@aws-sdk/client-sfn';
import { JsonService, ServiceError, timestamp } from './json-protocol';
import { Executions, StateMachineExecution } from '../engine/step-functions/executions';
import { StateMachine } from '../engine/step-functions/state-machine';

const NAME = /^[A-Za-z0-9_-]{1,80}$/;

/** Step Functions' API over the engine. */
export function stepFunctionsService(executions: Executions, machines: () => readonly StateMachine[]): JsonService {
  const find = (arn: string | undefined): StateMachineExecution => {
    const execution = executions.find(arn ?? '');
    if (execution === undefined) {
      throw new ServiceError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    }
    return execution;
  };
  return new JsonService('states', {
    StartExecution: ({ stateMachineArn, name = randomUUID(), input = '{}' }: StartExecutionInput) => {
      const machine = machines().find(({ resource }) => resource.arn === stateMachineArn);
      if (machine === undefined) {
        throw new ServiceError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${stateMachineArn}'`);
      }
      if (!NAME.test(name)) {
        throw new ServiceError('InvalidName', `Invalid Name: '${name}'`);
      }
      const known = executions.find(`${machine.resource.arn.replace(':stateMachine:', ':execution:')}:${name}`);
      // A start that is repeated while the execution runs is the same one; a name is taken for 90 days.
      if (known !== undefined && (known.status !== 'RUNNING' || known.input !== input)) {
        throw new ServiceError('ExecutionAlreadyExists', `Execution Already Exists: '${known.arn}'`);
      }
      const { arn, started } = known ?? executions.start(machine, name, input);
      return { executionArn: arn, startDate: timestamp(started) };
    },
    DescribeExecution: ({ executionArn }: DescribeExecutionInput) => {
      const { arn, name, input, machine, status, started, stopped, output, error, cause } = find(executionArn);
      return {
        executionArn: arn,
        stateMachineArn: machine.resource.arn,
        name,
        status,
        startDate: timestamp(started),
        input,
        ...(stopped === undefined ? {} : { stopDate: timestamp(stopped) }),
        ...(output === undefined ? {} : { output }),
        ...(error === undefined ? {} : { error }),
        ...(cause === undefined ? {} : { cause }),
      };
    },
    StopExecution: ({ executionArn, error, cause }: StopExecutionInput) => {
      const execution = find(executionArn);
      executions.stop(execution, error, cause);
      return { stopDate: timestamp(execution.stopped ?? new Date()) };
    },
  });
}
