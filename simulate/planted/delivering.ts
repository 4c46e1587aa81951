import { Defect, replaceMethod } from './defect';
import { StackClient, StackLook } from '../../lambda/delivery/stack-client';
import { Settled, StackDelivery } from '../../lambda/delivery/stack-delivery';

/** Mistakes in bringing releases to stacks. */
export const DELIVERING: readonly Defect[] = [
  {
    name: 'status-taken-for-success',
    isRare: true,
    mistake: 'A stack whose status is a success counts as deployed, whichever operation ended so.',
    patch: () => replaceMethod(StackClient.prototype, 'outcome', () => async function (this: StackClient) {
      const { condition, status = '' } = await this.look();
      return { state: condition === 'ready' ? 'succeeded' : condition === 'busy' ? 'running' : 'failed', status };
    }),
  },
  {
    name: 'skipped-by-the-ledger-alone',
    mistake: 'A stack is skipped because the ledger says that it was delivered, whatever became of it since.',
    patch: () => replaceMethod(StackClient.prototype, 'look', (real) => async function (this: StackClient) {
      const look = await (Reflect.apply(real, this, []) as Promise<StackLook>);
      return look.facts === undefined ? look : { ...look, facts: { ...look.facts, stackId: 'any', status: 'UPDATE_COMPLETE', updated: 'always' } };
    }),
  },
  {
    name: 'skipped-by-what-is-recorded',
    mistake: 'A stack is skipped because this content was delivered last, whatever was attempted, and became of it, since.',
    patch: () => replaceMethod(StackDelivery.prototype, 'settled', (real) => async function (this: StackDelivery, ...parameters: never[]) {
      const settled = await (Reflect.apply(real, this, parameters) as Promise<Settled | undefined>);
      const delivered = settled?.ledger?.Delivered;
      return settled === undefined || delivered === undefined ? settled : {
        ledger: { ...settled.ledger!, Attempt: { ...settled.ledger!.Attempt, Phase: 'Succeeded' } },
        look: {
          ...settled.look,
          facts: { stackId: delivered.StackId, status: delivered.Status, updated: delivered.Updated, outputsDigest: delivered.OutputsDigest },
        },
      };
    }),
  },
];
