import { parseArgs } from 'node:util';
import { Batch, BatchResult } from './batch';
import { FaultKind } from './engine/faults';
import { inParallel } from './parallel/pool';
import { DEFECTS } from './planted';
import { Simulator } from './run';
import { replayCommand, shrink } from './shrink';

/** Most histories that a defect may take. */
const MOST_PER_DEFECT = 3_000;

const USAGE = `Usage:
  npm run simulate -- --histories N [--seed S]   run N histories, from seed S (1 where absent) on
  npm run simulate -- --replay SEED              run one history and print its log
       [--steps 0,2,3|none] [--without kill,slow]  … cut down to these steps, without these kinds of faults
  npm run simulate -- --planted [--seed S]       plant each known defect and run histories until it is caught
       [--histories N]                           … at most N for each (${MOST_PER_DEFECT} where absent)
       [--defects NAME,NAME]                     … these alone
       [--brief]                                 … without those that take many histories`;

/** Histories of one batch: enough that a process has something to do, few enough that the processes end at the same time. */
const BATCH = 20;
/** Histories after which a long run says that it is still there. */
const REPORT_EVERY = 1_000;

async function simulate(count: number, seed: number): Promise<boolean> {
  const batches = Array.from({ length: Math.ceil(count / BATCH) }, (_, index): Batch => (
    { seed: seed + index * BATCH, count: Math.min(BATCH, count - index * BATCH) }
  ));
  let [histories, executions, calls, milliseconds] = [0, 0, 0, 0];
  for await (const { violation, ...result } of inParallel(batches)) {
    histories += result.histories;
    executions += result.executions;
    calls += result.calls;
    milliseconds += result.milliseconds;
    if (violation !== undefined) {
      console.log(`Seed ${violation.seed}, after ${histories} histories: ${violation.message}`);
      console.log(`Again: ${replayCommand({ seed: violation.seed })}`);
      const simulator = new Simulator();
      console.log(`Least: ${replayCommand(await shrink(simulator, violation.seed, violation.rule))}`);
      simulator.dispose();
      return false;
    }
    if (histories % REPORT_EVERY === 0 && histories < count) {
      console.log(`${histories} histories: every rule held so far.`);
    }
  }
  console.log(`${histories} histories, ${executions} executions, ${calls} AWS calls: every rule held.`
    + ` ${(milliseconds / 1000).toFixed(0)} s of one processor, ${(milliseconds / histories).toFixed(1)} ms each.`);
  return true;
}

interface Planting {
  readonly seed: number;
  /** Most histories for each. */
  readonly count: number;
  /** Names of defects, with commas between them; all where absent. */
  readonly only?: string;
  /** Leaves out those that take many histories. */
  readonly isBrief: boolean;
}

async function plant({ seed, count, only, isBrief }: Planting): Promise<boolean> {
  const defects = DEFECTS.filter(({ name, isRare }) => (only === undefined || only.split(',').includes(name)) && !(isBrief && isRare));
  const hunts = inParallel(defects.map(({ name: defect }) => ({ seed, count, defect })));
  let missed = 0;
  for (const defect of defects) {
    const { histories, violation } = (await hunts.next()).value as BatchResult;
    missed += violation === undefined ? 1 : 0;
    console.log(`${violation === undefined ? 'MISSED' : 'caught'}  ${defect.name.padEnd(40)} ${String(histories).padStart(5)} ${histories === 1 ? 'history  ' : 'histories'}`
      + `${violation === undefined ? '' : `  by seed ${violation.seed}: ${violation.rule}`}`);
  }
  await hunts.return(undefined);
  console.log(`${defects.length - missed} of ${defects.length} planted defects were caught.`);
  return missed === 0;
}

/** @throws for what is no positive whole number */
function positive(option: string, value: string): number {
  if (!/^[1-9]\d{0,8}$/.test(value)) {
    throw new Error(`--${option} is '${value}': pass a whole number from 1 to 999999999.\n\n${USAGE}`);
  }
  return Number(value);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      histories: { type: 'string' },
      seed: { type: 'string', default: '1' },
      replay: { type: 'string' },
      steps: { type: 'string' },
      without: { type: 'string' },
      planted: { type: 'boolean' },
      defects: { type: 'string' },
      brief: { type: 'boolean' },
    },
  });
  let held: boolean;
  if (values.replay !== undefined) {
    const simulator = new Simulator();
    const { violation } = await simulator.run({
      seed: positive('replay', values.replay),
      steps: values.steps === undefined ? undefined : values.steps === 'none' ? [] : values.steps.split(',').map(Number),
      without: values.without?.split(',') as FaultKind[] | undefined,
    }, (line) => console.log(line));
    simulator.dispose();
    console.log(violation === undefined ? 'Every rule held.' : violation.message);
    held = violation === undefined;
  } else if (values.planted) {
    held = await plant({
      seed: positive('seed', values.seed), count: positive('histories', values.histories ?? String(MOST_PER_DEFECT)), only: values.defects, isBrief: values.brief === true,
    });
  } else if (values.histories !== undefined) {
    held = await simulate(positive('histories', values.histories), positive('seed', values.seed));
  } else {
    throw new Error(USAGE);
  }
  process.exitCode = held ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 2;
});
