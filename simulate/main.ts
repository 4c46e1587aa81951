import { parseArgs } from 'node:util';
import { FaultKind } from './engine/faults';
import { DEFECTS, hunt } from './planted';
import { Simulator } from './run';
import { replayCommand, shrink } from './shrink';

const USAGE = `Usage:
  npm run simulate -- --histories N [--seed S]   run N histories, from seed S (1 where absent) on
  npm run simulate -- --replay SEED              run one history and print its log
       [--steps 0,2,3|none] [--without kill,slow]  … cut down to these steps, without these kinds of faults
  npm run simulate -- --planted [--seed S]       plant each known defect and run histories until it is caught`;

async function simulate(count: number, seed: number): Promise<boolean> {
  const simulator = new Simulator();
  const start = process.cpuUsage();
  let executions = 0;
  let calls = 0;
  try {
    for (let index = 0; index < count; index++) {
      const outcome = await simulator.run({ seed: seed + index });
      executions += outcome.executions;
      calls += outcome.calls;
      if (outcome.violation !== undefined) {
        console.log(`Seed ${seed + index}: ${outcome.violation.message}`);
        console.log(`Again: ${replayCommand({ seed: seed + index })}`);
        console.log(`Least: ${replayCommand(await shrink(simulator, seed + index, outcome.violation.rule))}`);
        return false;
      }
    }
  } finally {
    simulator.dispose();
  }
  const { user, system } = process.cpuUsage(start);
  const milliseconds = (user + system) / 1000;
  console.log(`${count} histories, ${executions} executions, ${calls} AWS calls: every rule held.`
    + ` ${(milliseconds / 1000).toFixed(0)} s of one processor, ${(milliseconds / count).toFixed(1)} ms each.`);
  return true;
}

/** Most histories that a defect may take. */
const MOST_PER_DEFECT = 3_000;

async function plant(seed: number): Promise<boolean> {
  let missed = 0;
  for (const defect of DEFECTS) {
    const { histories, rule, seed: caughtBy } = await hunt(defect, seed, MOST_PER_DEFECT);
    missed += rule === undefined ? 1 : 0;
    console.log(`${rule === undefined ? 'MISSED' : 'caught'}  ${defect.name.padEnd(40)} ${String(histories).padStart(5)} ${histories === 1 ? 'history  ' : 'histories'}`
      + `${rule === undefined ? '' : `  by seed ${caughtBy}: ${rule}`}`);
  }
  console.log(`${DEFECTS.length - missed} of ${DEFECTS.length} planted defects were caught.`);
  return missed === 0;
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
    },
  });
  let held: boolean;
  if (values.replay !== undefined) {
    const simulator = new Simulator();
    const { violation } = await simulator.run({
      seed: Number(values.replay),
      steps: values.steps === undefined ? undefined : values.steps === 'none' ? [] : values.steps.split(',').map(Number),
      without: values.without?.split(',') as FaultKind[] | undefined,
    }, (line) => console.log(line));
    simulator.dispose();
    console.log(violation === undefined ? 'Every rule held.' : violation.message);
    held = violation === undefined;
  } else if (values.planted) {
    held = await plant(Number(values.seed));
  } else if (values.histories !== undefined) {
    held = await simulate(Number(values.histories), Number(values.seed));
  } else {
    throw new Error(USAGE);
  }
  process.exitCode = held ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 2;
});
