import { Planner } from './planner';
import { Promoter } from './promoter';
import { inEnvironments, PlanJobParameters, PlanVariables, PROMOTED } from '../../src/contract/events';
import { parsePromotion } from '../../src/core/promotion';
import { ExecutionStore } from '../shared/execution-store';
import { plannedForExecution } from '../shared/planned-for';

export interface PlanActionProps {
  readonly planner: Planner;
  readonly promoter: Promoter;
  readonly executions: ExecutionStore;
  /** Names of the environments, in the order of deployment. */
  readonly environments: readonly string[];
}

/**
 * The pipeline's Plan action: numbers the execution, and makes sure that it has what it deploys: a plan of its commit, whoever started it,
 * or the release that it promotes.
 * A plan against an earlier baseline serves as well, as every release is complete: nothing is deployed that is not the commit's.
 */
export async function planExecution(
  { planner, promoter, executions, environments }: PlanActionProps,
  { commitId, pipelineExecutionId, promotion }: Pick<PlanJobParameters, 'commitId' | 'pipelineExecutionId' | 'promotion'>,
): Promise<PlanVariables> {
  const wish = parsePromotion(promotion);
  if (wish !== undefined) {
    const sequence = await promoter.promote(wish, pipelineExecutionId);
    return { planId: PROMOTED, sequence: String(sequence), builds: 'false', environments: inEnvironments([wish.environment]) };
  }
  const sequence = await executions.sequence(pipelineExecutionId, 'planned');
  const plan = await planner.existing(commitId) ?? await planner.plan({ commitId, plannedFor: plannedForExecution(pipelineExecutionId), forced: [] });
  return { planId: plan.PlanId, sequence: String(sequence), builds: 'true', environments: inEnvironments(environments) };
}
