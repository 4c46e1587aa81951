import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { Judge } from './judge';
import { StackDelivery } from './stack-delivery';
import { PlacedStack } from '../../src/core/delivery/place-stacks';
import { StackLinks } from '../../src/core/delivery/stack-order';
import { TemplateFacts } from '../../src/core/delivery/template-facts';
import { limitConcurrency } from '../shared/concurrency';

/** A stack of a place as the release brings it, before its parameters are known. */
export interface PlannedStack {
  readonly stack: PlacedStack;
  readonly links: StackLinks;
  readonly facts: TemplateFacts;
  readonly text: string;
  /** The template, with functions in their long form. */
  readonly template: unknown;
  /** Digest of what the release brings to it. */
  readonly releasedDigest: string;
}

/** A stack whose parameters are known. */
export interface StackCase {
  readonly client: CloudFormationClient;
  readonly delivery: StackDelivery;
  readonly judge: Judge;
}

/** Outputs of a stack, by name. */
export type Outputs = Readonly<Record<string, string>>;

/** Stacks that are worked on at the same time: CloudFormation answers only so many calls a second. */
const AT_ONCE = 10;

/**
 * Does something for all stacks of a place, each as soon as those before it are done, independent ones at once. A stack is left out where one before it
 * failed or takes longer.
 *
 * @param before IDs of the stacks that one has to wait for
 * @param work what is done; nothing comes back where it takes longer
 * @returns what came of each: its result, an error, or nothing where it is not done
 */
export async function inOrder<T>(
  stacks: readonly PlannedStack[], before: (links: StackLinks) => readonly string[],
  work: (stack: PlannedStack, done: ReadonlyMap<string, T>) => Promise<T | undefined>,
): Promise<{ readonly done: ReadonlyMap<string, T>; readonly failed: ReadonlyMap<string, unknown> }> {
  const done = new Map<string, T>();
  const failed = new Map<string, unknown>();
  const started = new Map<string, Promise<void>>();
  const inTurn = limitConcurrency(AT_ONCE);
  for (const stack of stacks) {
    const earlier = before(stack.links);
    started.set(stack.stack.id, (async () => {
      await Promise.all(earlier.map((id) => started.get(id)));
      if (!earlier.every((id) => done.has(id))) {
        return;
      }
      try {
        const result = await inTurn(async () => work(stack, done));
        if (result !== undefined) {
          done.set(stack.stack.id, result);
        }
      } catch (error) {
        failed.set(stack.stack.id, error);
      }
    })());
  }
  await Promise.all(started.values());
  return { done, failed };
}
