import { DEFECTS } from './planted';
import { Simulator, subjectWith } from './run';

/** Histories of neighbouring seeds, one after the other. */
export interface Batch {
  readonly seed: number;
  readonly count: number;
  /** Name of the defect that is planted; none where absent. */
  readonly defect?: string;
}

/** What became of a batch. It ends with the first history that breaks a rule. */
export interface BatchResult {
  /** Histories that were run, the last one included. */
  readonly histories: number;
  /** Executions that they started. */
  readonly executions: number;
  /** AWS calls that they made. */
  readonly calls: number;
  /** Time of one processor that they took. */
  readonly milliseconds: number;
  readonly violation?: { readonly seed: number; readonly rule: string; readonly message: string };
}

export async function runBatch({ seed, count, defect: name }: Batch): Promise<BatchResult> {
  const defect = DEFECTS.find((candidate) => candidate.name === name);
  if (name !== undefined && defect === undefined) {
    throw new Error(`There is no defect '${name}'. There are ${DEFECTS.map((known) => known.name).join(', ')}.`);
  }
  const start = process.cpuUsage();
  const simulator = new Simulator(subjectWith(defect));
  const restore = defect?.patch?.() ?? (() => undefined);
  let executions = 0;
  let calls = 0;
  const result = (histories: number): BatchResult => {
    const { user, system } = process.cpuUsage(start);
    return { histories, executions, calls, milliseconds: (user + system) / 1000 };
  };
  try {
    for (let index = 0; index < count; index++) {
      const { violation, ...made } = await simulator.run({ seed: seed + index });
      executions += made.executions;
      calls += made.calls;
      if (violation !== undefined) {
        return { ...result(index + 1), violation: { seed: seed + index, rule: violation.rule, message: violation.message } };
      }
    }
    return result(count);
  } finally {
    restore();
    simulator.dispose();
  }
}
