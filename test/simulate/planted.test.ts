import { DEFECTS, hunt } from '../../simulate/planted';
import { Simulator } from '../../simulate/run';
import { replayCommand, shrink } from '../../simulate/shrink';
import { PROGRAMS } from '../../simulate/world/programs';

describe('planted defects', () => {
  // `npm run simulate -- --planted` catches the rare ones too.
  it.each(DEFECTS.filter(({ isRare }) => !isRare).map((defect) => [defect.name, defect] as const))('%s is caught', async (_name, defect) => {
    const { rule } = await hunt(defect, 1, 60);
    expect(rule).toBeDefined();
  });

  it('leave the real classes as they were', async () => {
    const simulator = new Simulator();
    const { violation } = await simulator.run({ seed: 1 });
    simulator.dispose();
    expect(violation).toBeUndefined();
  });

  it('are shrunk to what breaks the same rule, and can be run again by one command', async () => {
    const defect = DEFECTS.find(({ name }) => name === 'first-page-of-differences')!;
    const { seed, rule } = await hunt(defect, 1, 25);
    const simulator = new Simulator({ programs: PROGRAMS, tamper: defect.tamper! });
    const smallest = await shrink(simulator, seed!, rule!);
    const { violation } = await simulator.run(smallest);
    simulator.dispose();
    expect(violation?.rule).toBe(rule);
    expect(smallest.without).toHaveLength(7);
    expect(replayCommand(smallest)).toBe(`npm run simulate -- --replay ${seed} --steps ${smallest.steps!.join(',')} --without ${smallest.without!.join(',')}`);
  });
});
