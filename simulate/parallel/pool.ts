import { ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Batch, BatchResult } from '../batch';

interface Answer {
  readonly result?: BatchResult;
  readonly error?: string;
}

/**
 * Runs batches in as many processes as there are processors, and gives their results in the batches' order: what comes out does not depend
 * on how many there are, nor on which one is faster. Anyone who stops asking ends the processes.
 */
export async function* inParallel(batches: readonly Batch[]): AsyncGenerator<BatchResult> {
  const free = Array.from({ length: Math.min(availableParallelism(), batches.length) }, () => fork(join(__dirname, 'worker.ts')));
  const workers = [...free];
  const running: Promise<BatchResult>[] = [];
  const idle: ((worker: ChildProcess) => void)[] = [];
  let isOver = false;
  const release = (worker: ChildProcess): void => {
    const waiting = isOver ? undefined : idle.shift();
    if (waiting === undefined) {
      free.push(worker);
    } else {
      waiting(worker);
    }
  };
  const run = async (batch: Batch): Promise<BatchResult> => {
    const worker = free.shift() ?? await new Promise<ChildProcess>((resolve) => idle.push(resolve));
    try {
      return await ask(worker, batch);
    } finally {
      release(worker);
    }
  };
  for (const batch of batches) {
    const result = run(batch);
    // Anyone who comes to it hears of its error; it may come before anybody does.
    result.catch(() => undefined);
    running.push(result);
  }
  try {
    for (const result of running) {
      yield await result;
    }
  } finally {
    isOver = true;
    workers.forEach((worker) => worker.kill());
  }
}

async function ask(worker: ChildProcess, batch: Batch): Promise<BatchResult> {
  return new Promise((resolve, reject) => {
    const died = (code: number | null): void => reject(new Error(`The process that ran ${JSON.stringify(batch)} ended with ${code}.`));
    worker.once('exit', died);
    worker.once('message', ({ result, error }: Answer) => {
      worker.off('exit', died);
      if (result === undefined) {
        reject(new Error(error));
      } else {
        resolve(result);
      }
    });
    worker.send(batch);
  });
}
