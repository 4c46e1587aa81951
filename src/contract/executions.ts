import { PROMOTION_VARIABLE } from './events';
import { NO_PROMOTION } from '../core/promotion';

/** The parts of CodePipeline's description of an execution that say what it deploys. */
export interface DescribedExecution {
  readonly variables?: readonly { readonly name?: string; readonly resolvedValue?: string }[];
  readonly rollbackMetadata?: { readonly rollbackTargetPipelineExecutionId?: string };
}

/** Where people chose what an execution deploys, as it promotes or is a rollback by AWS: what they read of it. */
export function chosenByHand({ variables, rollbackMetadata }: DescribedExecution): string | undefined {
  if (rollbackMetadata?.rollbackTargetPipelineExecutionId !== undefined) {
    return `the rollback to execution ${rollbackMetadata.rollbackTargetPipelineExecutionId}`;
  }
  const promotion = variables?.find(({ name }) => name === PROMOTION_VARIABLE)?.resolvedValue;
  return promotion === undefined || promotion === NO_PROMOTION ? undefined : `the promotion ${promotion}`;
}
