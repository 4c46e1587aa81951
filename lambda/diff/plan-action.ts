import { Planner } from './planner';
import { PlanVariables } from '../../src/contract/events';
import { ExecutionStore } from '../shared/execution-store';

export interface PlanActionProps {
  readonly planner: Planner;
  readonly executions: ExecutionStore;
}

/**
 * The pipeline's Plan action: numbers the execution, and makes sure that its commit has a plan, whoever started it.
 * A plan against an earlier baseline serves as well, as every release is complete: nothing is deployed that is not the commit's.
 */
export async function planExecution(
  { planner, executions }: PlanActionProps, { commitId, pipelineExecutionId }: { readonly commitId: string; readonly pipelineExecutionId: string },
): Promise<PlanVariables> {
  const sequence = await executions.sequence(pipelineExecutionId);
  const plan = await planner.existing(commitId) ?? await planner.plan({ commitId, plannedFor: `execution:${pipelineExecutionId}`, forced: [] });
  return { planId: plan.PlanId, sequence: String(sequence) };
}
