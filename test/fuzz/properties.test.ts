import { PROPERTIES } from './properties';
import { hostileText } from './support/hostile';
import { property } from './support/property';

describe.each(Object.entries(PROPERTIES))('%s', (_inputs, properties) => {
  it.each(properties.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
    const { inputs, failure } = await one.check();
    expect(failure).toBeUndefined();
    expect(inputs).toBeGreaterThan(0);
  });
});

describe('a property', () => {
  const [events] = Object.values(PROPERTIES);

  it('gets the same inputs from the same seed', async () => {
    const run = async (seed: number) => [...(await events![3]!.check({ seed, runs: 300 })).outcomes].sort();
    expect(await run(1)).toEqual(await run(1));
    expect(await run(1)).not.toEqual(await run(2));
  });

  it('says what breaks it, and how to run that again', async () => {
    const broken = property('nothing is as long as this', [hostileText], () => {
      throw new Error('too long');
    });
    const { failure } = await broken.check({ seed: 7 });
    expect(failure).toContain('seed: 7');
    expect(failure).toContain('too long');
  });
});
