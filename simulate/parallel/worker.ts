import { Batch, runBatch } from '../batch';

// A process of its own: runs one batch after the other for the one that started it, and ends with it, in the middle of a batch if need be.
process.on('disconnect', () => process.exit());
process.on('message', (batch: Batch) => {
  runBatch(batch).then(
    (result) => process.send!({ result }),
    (error: unknown) => process.send!({ error: (error as Error).stack ?? String(error) }),
  );
});
