import { Random } from './engine/random';

export type StepKind = 'push' | 'deploy' | 'reconcile' | 'force' | 'release-change' | 'stop' | 'retry' | 'noise' | 'older' | 'rollback' | 'promote' | 'baseline-branch'
| 'resume' | 'lose-diffs' | 'recreate' | 'meddle' | 'repair' | 'retry-all';
export type Pause = 'none' | 'short' | 'long' | 'rest';

/** One thing that people or the world do to the system. */
export interface Step {
  readonly kind: StepKind;
  /** How long after the step before. */
  readonly pause: Pause;
  /** Its own source of chance: a step does the same whichever others are left out. */
  readonly seed: number;
}

/** A history is its seed: steps, settings and chance all follow from it. */
export function drawSteps(seed: number): Step[] {
  const random = Random.named(seed, 'steps');
  // A source of its own: what was added later leaves the other steps of a seed as they were.
  const further = Random.named(seed, 'further steps');
  const count = random.integer(1, 6);
  const steps = Array.from({ length: count }, (): Step => ({
    kind: random.weighted({
      'push': 12, 'deploy': 1.5, 'reconcile': 3, 'force': 1, 'release-change': 1, 'stop': 1.5, 'retry': 1.5, 'noise': 1, 'older': 0.4, 'rollback': 0.6, 'promote': 3.5, 'baseline-branch': 0.5,
    }),
    pause: random.weighted({ none: 2, short: 4, long: 3, rest: 2 }),
    seed: random.integer(0, 0x7fff_ffff),
  }));
  const all = steps.map((step) => (further.chance(0.08) ? { ...step, kind: further.weighted({ 'resume': 3, 'lose-diffs': 2, 'recreate': 2 }) } : step));
  const deliveries = Random.named(seed, 'steps of deliveries');
  const last = all.map((step) => (deliveries.chance(0.1) ? { ...step, kind: deliveries.weighted({ 'meddle': 3, 'repair': 2, 'retry-all': 2 }) } : step));
  return [{ kind: 'push', pause: 'none', seed: 1 }, ...last];
}
