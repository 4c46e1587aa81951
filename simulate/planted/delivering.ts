import { changingRequests, Defect, replaceMethod } from './defect';
import { Judge } from '../../lambda/delivery/judge';
import { entryOf } from '../../lambda/delivery/prepare';
import { StackClient, StackLook } from '../../lambda/delivery/stack-client';
import { Settled, StackDelivery } from '../../lambda/delivery/stack-delivery';
import { Ledger } from '../../lambda/shared/attempt-store';
import { StageAttemptStore } from '../../lambda/shared/stage-attempt-store';
import { AttemptRecord } from '../../src/contract/ledger';
import { StageAttempt, whyDeliver } from '../../src/core/delivery/skipping';

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
  {
    name: 'executed-before-written',
    mistake: 'A change set is executed first and written down as executing then, so that a crash between both leaves an update that nothing knows of.',
    patch: () => {
      const held = new WeakMap<StackClient, () => unknown>();
      const restoreWrite = replaceMethod(StackDelivery.prototype, 'write', (real) => async function (this: StackDelivery, last: Ledger | undefined, attempt: AttemptRecord, ...more: never[]) {
        const write = (): unknown => Reflect.apply(real, this, [last, attempt, ...more]);
        if (attempt.Phase !== 'Executing' || last?.Attempt.Phase !== 'Prepared') {
          return write();
        }
        held.set(this.stack, write);
        return last;
      });
      const restoreExecute = replaceMethod(StackClient.prototype, 'execute', (real) => async function (this: StackClient, ...parameters: never[]) {
        const answer = await Reflect.apply(real, this, parameters) as unknown;
        await held.get(this)?.();
        return answer;
      });
      return () => {
        restoreWrite();
        restoreExecute();
      };
    },
  },
  {
    name: 'executed-beyond-the-report',
    isRare: true,
    mistake: 'A change set that had to be made again is executed, whatever it does beyond what was reported and approved.',
    patch: () => {
      let isReported = false;
      const restoreReport = replaceMethod(Judge.prototype, 'report', (real) => function (this: Judge, ...parameters: never[]) {
        isReported = true;
        const report = Reflect.apply(real, this, parameters) as unknown;
        isReported = false;
        return report;
      });
      const restoreSummary = replaceMethod(Judge.prototype, 'summary', (real) => function (this: Judge, ...parameters: never[]) {
        const summary = Reflect.apply(real, this, parameters) as ReturnType<Judge['summary']>;
        return isReported ? summary : { ...summary, changes: [], destructive: [], broadenings: [] };
      });
      return () => {
        restoreReport();
        restoreSummary();
      };
    },
  },
  {
    name: 'two-workers',
    isRare: true,
    mistake: 'A worker writes its attempt over what another one of the same job wrote meanwhile.',
    tamper: changingRequests('PutItem', (input) => {
      if ((input.Item as { readonly StackName?: unknown }).StackName !== undefined) {
        delete input.ConditionExpression;
        delete input.ExpressionAttributeValues;
      }
    }),
  },
  {
    name: 'skipped-in-spite-of-failed-tests',
    isRare: true,
    mistake: 'Nobody is asked about what was delivered before, although its tests failed then, or it was not recorded.',
    patch: () => replaceMethod(StageAttemptStore.prototype, 'read', (real) => async function (this: StageAttemptStore, ...parameters: never[]) {
      const last = await (Reflect.apply(real, this, parameters) as Promise<StageAttempt | undefined>);
      return last && { ...last, phase: 'Recorded' };
    }),
  },
  skippedByAnEarlierLook(),
];

/** What was seen of stacks is the history's own. */
function skippedByAnEarlierLook(): Defect {
  const seen = new Map<string, { readonly executionId: string; readonly settled: Settled }>();
  return {
    name: 'skipped-by-an-earlier-look',
    mistake: 'Whether a stack needs anything is decided before its stage is entered, while another execution delivers to it.',
    tamper: (services) => {
      seen.clear();
      return services;
    },
    patch: () => replaceMethod(StackDelivery.prototype, 'settled', (real) => async function (this: StackDelivery, ...parameters: never[]) {
      const settled = await (Reflect.apply(real, this, parameters) as Promise<Settled | undefined>);
      const { address: { stackName }, executionId, digest, late } = this.delivery;
      const earlier = seen.get(stackName);
      if (earlier !== undefined && earlier.executionId !== executionId) {
        const { settled: { ledger, look } } = earlier;
        if (whyDeliver(entryOf(ledger), digest, look.facts, late) === undefined) {
          return earlier.settled;
        }
      }
      if (settled !== undefined) {
        seen.set(stackName, { executionId, settled });
      }
      return settled;
    }),
  };
}
