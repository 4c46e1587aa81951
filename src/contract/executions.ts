import { PROMOTION_VARIABLE } from './events';
import { NO_PROMOTION } from '../core/promotion';

/** The parts of CodePipeline's description of an execution that say what it deploys. */
export interface DescribedExecution {
  readonly variables?: readonly { readonly name?: string; readonly resolvedValue?: string }[];
  readonly rollbackMetadata?: { readonly rollbackTargetPipelineExecutionId?: string };
}

/** The environment that an execution promotes to; nothing where it promotes nothing, or is a rollback by AWS. */
export function promotedTo(execution: DescribedExecution): string | undefined {
  const promotion = promotionOf(execution);
  return promotion === undefined ? undefined : promotion.split(/[/=]/, 1)[0];
}

/** Where people chose what an execution deploys, as it promotes or is a rollback by AWS: what they read of it. */
export function chosenByHand(execution: DescribedExecution): string | undefined {
  const { rollbackMetadata } = execution;
  if (rollbackMetadata?.rollbackTargetPipelineExecutionId !== undefined) {
    return `the rollback to execution ${rollbackMetadata.rollbackTargetPipelineExecutionId}`;
  }
  const promotion = promotionOf(execution);
  return promotion === undefined ? undefined : `the promotion ${promotion}`;
}

function promotionOf({ variables }: DescribedExecution): string | undefined {
  const promotion = variables?.find(({ name }) => name === PROMOTION_VARIABLE)?.resolvedValue;
  return promotion === NO_PROMOTION ? undefined : promotion;
}
