import { CloudFormationClient, GetTemplateCommand } from '@aws-sdk/client-cloudformation';
import { Judge } from './judge';
import { ownAttempt, PrepareOptions, settledFor } from './prepare';
import { StackDelivery } from './stack-delivery';
import { parsedTemplate } from './template';
import { StackReport } from '../../src/contract/delivery';
import { ResourceChange } from '../../src/core/change-set/resource-change';
import { comparedResources, createdResources, lateChanges, LateInputs } from '../../src/core/delivery/deferred';
import { Ledger } from '../shared/attempt-store';

/** A stack that takes values from stacks which change in the same delivery. */
export interface DeferredStack {
  readonly client: CloudFormationClient;
  /** With the values that the other stacks give at present. */
  readonly delivery: StackDelivery;
  readonly judge: Judge;
  /** The template, with functions in their long form. */
  readonly template: unknown;
  readonly late: LateInputs;
  /** IDs of those other stacks. */
  readonly waitsFor: readonly string[];
  /** Whether every value that it takes exists at present. */
  readonly isComplete: boolean;
}

/**
 * Reports what is to change in a stack whose change set is made when its turn comes: with the values of the present where they exist, and by comparing
 * its templates otherwise. What may change beside, because other stacks' values do, is marked so.
 * @returns the report; nothing where it takes longer than patience lasts
 */
export async function deferStack(stack: DeferredStack, options: PrepareOptions): Promise<StackReport | undefined> {
  const { delivery, judge, template, late, waitsFor } = stack;
  const settled = await settledFor(delivery, options);
  if (settled === undefined) {
    return undefined;
  }
  const { ledger, look } = settled;
  if (look.condition === 'absent') {
    return judge.report(ledger?.Attempt.Number ?? 0, 'deferred', createdResources(template), { waitsFor, creates: true });
  }
  const foreseen = stack.isComplete ? await provisional(stack, ledger, options) : { changes: await compared(stack) };
  if (foreseen === undefined) {
    return undefined;
  }
  const known = new Set(foreseen.changes.map(({ path }) => path));
  const changes = [...foreseen.changes, ...lateChanges(template, late).filter(({ path }) => !known.has(path))];
  const refusal = await judge.refusal(changes);
  if (refusal !== undefined) {
    throw new Error(refusal);
  }
  return judge.report(ledger?.Attempt.Number ?? 0, 'deferred', changes, { waitsFor });
}

/** What a change set with the values of the present would do. It is made to be read, and deleted. */
async function provisional(
  stack: DeferredStack, ledger: Ledger | undefined, { patience, progress }: PrepareOptions,
): Promise<{ readonly changes: readonly ResourceChange[] } | undefined> {
  const { delivery, judge } = stack;
  const result = await delivery.make(ownAttempt(ledger, progress) ?? await delivery.begin(ledger), false, patience);
  if (result === undefined) {
    return undefined;
  }
  const { made } = result;
  const changes = made.kind === 'empty' ? [] : (await judge.judge(made.changeSet, result.ledger.Attempt.Hidden)).changes;
  if (made.kind === 'changes') {
    await delivery.stack.delete(made.arn);
  }
  await delivery.write(result.ledger, { ...result.ledger.Attempt, Phase: 'Deferred' });
  return { changes };
}

/** What the deployed template and the one of the release say. */
async function compared({ client, delivery, template, late }: DeferredStack): Promise<ResourceChange[]> {
  const { address: { stackName }, content: { parameters } } = delivery.delivery;
  const { TemplateBody: text = '' } = await client.send(new GetTemplateCommand({ StackName: stackName, TemplateStage: 'Original' }));
  const before = parsedTemplate(text);
  const deployed = await delivery.stack.parameters();
  const changed = new Set(Object.keys(parameters).filter((name) => parameters[name] !== deployed[name]));
  return comparedResources({ before, after: template, changed, late });
}
