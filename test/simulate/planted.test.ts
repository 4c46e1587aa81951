import { runBatch } from '../../simulate/batch';
import { DEFECTS } from '../../simulate/planted';
import { Simulator, subjectWith } from '../../simulate/run';
import { replayCommand, shrink } from '../../simulate/shrink';

describe('planted defects', () => {
  // `npm run simulate -- --planted` catches the rare ones too.
  it.each(DEFECTS.filter(({ isRare }) => !isRare).map((defect) => [defect.name, defect] as const))('%s is caught', async (_name, defect) => {
    const { violation } = await runBatch({ seed: 1, count: 60, defect: defect.name });
    expect(violation).toBeDefined();
  });

  it('leave the real classes as they were', async () => {
    const simulator = new Simulator();
    const { violation } = await simulator.run({ seed: 1 });
    simulator.dispose();
    expect(violation).toBeUndefined();
  });

  it('are shrunk to what breaks the same rule, and can be run again by one command', async () => {
    const defect = DEFECTS.find(({ name }) => name === 'first-page-of-differences')!;
    const { seed, rule } = (await runBatch({ seed: 1, count: 25, defect: defect.name })).violation!;
    const simulator = new Simulator(subjectWith(defect));
    const smallest = await shrink(simulator, seed, rule);
    const { violation } = await simulator.run(smallest);
    simulator.dispose();
    expect(violation?.rule).toBe(rule);
    expect(smallest.without).toHaveLength(8);
    expect(replayCommand(smallest)).toBe(`npm run simulate -- --replay ${seed} --steps ${smallest.steps!.join(',')} --without ${smallest.without!.join(',')}`);
  });
});
