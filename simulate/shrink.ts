import { FaultKind, NO_FAULTS } from './engine/faults';
import { drawSteps } from './history';
import { HistoryOptions, Simulator } from './run';

/** Finds a smaller history that breaks the same rule: without kinds of faults, then without steps, as long as something can be left out. */
export async function shrink(simulator: Simulator, seed: number, rule: string): Promise<HistoryOptions> {
  let smallest: Required<Omit<HistoryOptions, 'usesWire' | 'isFound'>> = { seed, steps: drawSteps(seed).map((_step, index) => index), without: [] };
  const attempt = async (candidate: Required<Omit<HistoryOptions, 'usesWire' | 'isFound'>>): Promise<boolean> => {
    const { violation } = await simulator.run(candidate);
    if (violation?.rule === rule) {
      smallest = candidate;
      return true;
    }
    return false;
  };
  for (let progress = true; progress;) {
    progress = false;
    for (const kind of (Object.keys(NO_FAULTS) as FaultKind[]).filter((candidate) => !smallest.without.includes(candidate))) {
      progress = await attempt({ ...smallest, without: [...smallest.without, kind] }) || progress;
    }
    for (const step of [...smallest.steps].reverse()) {
      progress = await attempt({ ...smallest, steps: smallest.steps.filter((other) => other !== step) }) || progress;
    }
  }
  return smallest;
}

/** The command that runs a history again, with its log. */
export function replayCommand({ seed, steps, without }: HistoryOptions): string {
  return [
    `npm run simulate -- --replay ${seed}`,
    ...(steps === undefined ? [] : [`--steps ${steps.length === 0 ? 'none' : steps.join(',')}`]),
    ...(without === undefined || without.length === 0 ? [] : [`--without ${without.join(',')}`]),
  ].join(' ');
}
