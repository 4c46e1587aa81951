import { BUILDING } from './building';
import { Defect } from './defect';
import { PLANNING } from './planning';
import { Simulator } from '../run';
import { PROGRAMS } from '../world/programs';

export const DEFECTS: readonly Defect[] = [...PLANNING, ...BUILDING];

/** What became of a defect. */
export interface Hunt {
  readonly defect: Defect;
  /** Histories that it took; `rule` is absent where they did not suffice. */
  readonly histories: number;
  readonly rule?: string;
  readonly seed?: number;
}

/** Plants a defect and runs histories until one breaks a rule. */
export async function hunt(defect: Defect, seed: number, most: number): Promise<Hunt> {
  const simulator = new Simulator({
    programs: defect.programs?.(PROGRAMS) ?? PROGRAMS,
    tamper: defect.tamper ?? ((services) => services),
  });
  const restore = defect.patch?.() ?? (() => undefined);
  try {
    for (let index = 0; index < most; index++) {
      const { violation } = await simulator.run({ seed: seed + index });
      if (violation !== undefined) {
        return { defect, histories: index + 1, rule: violation.rule, seed: seed + index };
      }
    }
    return { defect, histories: most };
  } finally {
    restore();
    simulator.dispose();
  }
}
