import { drawSteps } from '../../simulate/history';
import { HistoryOptions, Simulator } from '../../simulate/run';

describe('histories', () => {
  let simulator: Simulator;
  beforeAll(() => {
    simulator = new Simulator();
  });
  afterAll(() => {
    simulator.dispose();
  });

  it('break no rule', async () => {
    let executions = 0;
    for (let seed = 1; seed <= 40; seed++) {
      const outcome = await simulator.run({ seed });
      if (outcome.violation !== undefined) {
        throw new Error(`Seed ${seed}, npm run simulate -- --replay ${seed}: ${outcome.violation.message}`);
      }
      executions += outcome.executions;
    }
    expect(executions).toBeGreaterThan(80);
  });

  // Each once broke a rule.
  it.each<[string, HistoryOptions]>([
    ['a plan by new definitions, built by old ones', { seed: 529738388, steps: [0, 1, 2], without: ['before', 'after', 'throttle', 'kill', 'slow', 'flaky', 'twice'] }],
    ['a single build promoted while a rollback by AWS was under way', { seed: 404002370, steps: [0, 1, 3, 4], without: ['before', 'after', 'throttle', 'kill', 'slow', 'flaky', 'events', 'twice'] }],
    ['the execution of the creation was adopted, and an older one deployed after it', { seed: 310, isFound: false, steps: [0, 1, 2], without: ['before', 'after', 'throttle', 'kill', 'slow', 'flaky', 'events', 'twice'] }],
    ['the pipeline was made anew in the middle of a deployment', { seed: 319, steps: [0, 2, 3, 4, 5], without: ['before', 'after', 'throttle', 'kill', 'slow', 'flaky', 'events', 'twice'] }],
    ['the pipeline was made anew while the head waited for its second environment', { seed: 11000072, steps: [0, 1, 3], without: ['flaky', 'events', 'after', 'kill', 'before', 'throttle', 'slow', 'twice'] }],
    ['the table of plans was emptied while a head was being planned', { seed: 23000134, steps: [0, 2, 3, 4, 5], without: ['before', 'throttle', 'flaky', 'twice'] }],
    ['a worker of an execution that was stopped finds the stack as the one after it left it', { seed: 772344067, isFound: false }],
    ['the answer to a start was lost, and the pipeline made anew', { seed: 241362965 }],
    ['the table of plans was emptied after the execution of the creation was planned', { seed: 193091996 }],
    ['the pipeline was made anew while a release waited for its second environment, and the head equalled it', { seed: 251059014, steps: [0, 3, 4, 5, 6], without: ['before', 'after', 'throttle', 'kill', 'slow', 'flaky', 'events', 'twice'] }],
    ['a person stopped the execution that a new pipeline had started by itself', { seed: 513 }],
  ])('break no rule any more: %s', async (_name, options) => {
    expect((await simulator.run(options)).violation).toBeUndefined();
  });

  // Commits change what the deployed catalogue was made of, and the catalogue is deployed later, or never.
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('miss no change behind a catalogue that lags (%i)', async (seed) => {
    expect((await simulator.run({ seed, isFound: true })).violation).toBeUndefined();
  });

  it.each([1, 7, 90])('are the same again from the same seed (%i)', async (seed) => {
    const run = async () => {
      const lines: string[] = [];
      await simulator.run({ seed }, (line) => lines.push(line));
      return lines;
    };
    const first = await run();
    expect(first.length).toBeGreaterThan(50);
    expect(await run()).toEqual(first);
  });

  it.each([2, 5, 310])('are the same whether or not the clients write and read HTTP (%i)', async (seed) => {
    const run = async (usesWire: boolean) => {
      const lines: string[] = [];
      await simulator.run({ seed, usesWire }, (line) => lines.push(line));
      return lines;
    };
    expect(await run(true)).toEqual(await run(false));
  });

  it('differ from seed to seed', () => {
    const histories = new Set(Array.from({ length: 100 }, (_, seed) => JSON.stringify(drawSteps(seed))));
    expect(histories.size).toBe(100);
  });

  it('can be cut down to some of their steps, without some kinds of faults', async () => {
    const lines: string[] = [];
    const { violation } = await simulator.run({ seed: 3, steps: [0], without: ['before', 'after', 'throttle', 'kill', 'slow', 'flaky', 'events', 'twice'] }, (line) => lines.push(line));
    expect(violation).toBeUndefined();
    expect(lines.filter((line) => / step /.test(line))).toHaveLength(1);
    expect(lines.filter((line) => /\[(before|after|throttle|kill)/.test(line))).toEqual([]);
  });
});
