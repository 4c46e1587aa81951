import { Outstanding, OutstandingProps } from '../../../lambda/diff/outstanding';
import type { Head } from '../../../lambda/shared/head-store';

const head = { PipelineExecutionId: 'mine' } as Head;

/** Whether the head's execution, superseded, was lost; `live` is the execution whose release the environments have. */
async function isLost(live: string, apart: string[], planned = 1): Promise<boolean> {
  return new Outstanding({
    environmentNames: ['test'],
    apart,
    environments: {
      read: async () => ({ Sequence: 1, PipelineExecutionId: live }),
      isLiveEverywhere: async (_: string[], execution: string) => execution === live,
      isAnyPromoted: async () => false,
    },
    executions: { last: async () => ({ taken: planned, planned }), find: async () => undefined },
    pipeline: { status: async () => 'Superseded' },
  } as unknown as OutstandingProps).isLost(head, 'Superseded');
}

test('an execution that was superseded is lost, unless all was live and it was only passing environments apart', async () => {
  expect(await isLost('mine', ['prod'])).toBe(false);
  expect(await isLost('another', ['prod'])).toBe(true);
  // A later execution may have reached the environment since.
  expect(await isLost('mine', ['prod'], 2)).toBe(true);
  // Without environments apart there may be stages of the user's own behind.
  expect(await isLost('mine', [])).toBe(true);
});
