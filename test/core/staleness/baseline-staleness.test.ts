import { Catalogue } from '../../../src/core/catalogue';
import { bothStale, findBaselineStaleness } from '../../../src/core/staleness/baseline-staleness';
import { TextUnreadableError } from '../../../src/core/staleness/find-staleness';
import { NOT_STALE, Staleness } from '../../../src/core/staleness/staleness';

const FOUND = 'f'.repeat(40);
const BASELINE = 'b'.repeat(40);
const HEAD = 'a'.repeat(40);
const BEFORE: Catalogue = {
  version: 1,
  components: [{ name: 'web', path: 'web', dependsOn: ['ui'] }, { name: 'ui', path: 'ui' }],
  unownedPaths: 'ignore',
  foundAt: FOUND,
  foundFrom: ['**/package.json', 'package-lock.json', 'facts.json', '**/tsconfig.json'],
  references: { web: ['web'], ui: ['ui'] },
};
const manifest = (version: string, dependencies: object = {}) => JSON.stringify({ name: 'web', version, dependencies });

interface Given {
  readonly before?: Partial<Catalogue>;
  readonly catalogue?: Catalogue;
  readonly commit?: string;
  readonly changedSince?: readonly string[];
  readonly maxFiles?: number;
  readonly found?: Readonly<Record<string, string>>;
  readonly baseline?: Readonly<Record<string, string>>;
}

async function staleness({ before, catalogue = { ...BEFORE, foundAt: HEAD }, commit = BASELINE, changedSince, found = {}, baseline = {}, maxFiles }: Given) {
  const read: string[] = [];
  const result = await findBaselineStaleness({
    before: { ...BEFORE, ...before },
    catalogue,
    commit,
    ...(changedSince && { changedSince }),
    ...(maxFiles !== undefined && { maxFiles }),
    read: async (side, path) => {
      read.push(`${side} ${path}`);
      const text = (side === 'found' ? found : baseline)[path];
      if (text === 'unreadable') {
        throw new TextUnreadableError('it is a link');
      }
      return text;
    },
  });
  return { stale: named(result), read, result };
}

function named({ everything, components }: Staleness): 'all' | string[] {
  return everything !== undefined ? 'all' : [...components.keys()].sort();
}

describe('a file of facts that changed since the baseline', () => {
  it.each<[string, Given, 'all' | string[]]>([
    ['which said something else there', { found: { 'web/package.json': manifest('1') }, baseline: { 'web/package.json': manifest('1', { ui: '*' }) } }, ['web']],
    ['which said the same there, in other words', { found: { 'web/package.json': manifest('1') }, baseline: { 'web/package.json': manifest('2') } }, []],
    ['which was the same there', { found: { 'web/package.json': manifest('1') }, baseline: { 'web/package.json': manifest('1') } }, []],
    ['which was not there yet when the catalogue was found', { baseline: { 'web/package.json': manifest('1') } }, ['web']],
    ['which was gone there', { found: { 'web/package.json': manifest('1') } }, ['web']],
    ['which was there at neither', {}, []],
    ['which nobody owns', { found: { 'facts.json': '{}' }, baseline: { 'facts.json': '{"globalPaths":["x"]}' } }, 'all'],
    ['which can\'t be read', { found: { 'web/package.json': manifest('1') }, baseline: { 'web/package.json': 'unreadable' } }, ['web']],
    ['of settings', { found: { 'web/tsconfig.json': '{}' }, baseline: { 'web/tsconfig.json': '{"baseUrl":"x"}' } }, ['web']],
    ['which is no file of facts', { found: { 'web/x.txt': '1' }, baseline: { 'web/x.txt': 'ui' } }, []],
  ])('%s', async (_title, given, expected) => {
    const changedSince = [...new Set([...Object.keys(given.found ?? {}), ...Object.keys(given.baseline ?? {}), 'web/package.json'])];
    expect((await staleness({ ...given, changedSince })).stale).toEqual(expected);
  });

  it('is asked for once, also where two comparisons name it', async () => {
    const { read } = await staleness({ changedSince: ['facts.json', 'facts.json'] });
    expect(read).toEqual(['found facts.json', 'baseline facts.json']);
  });

  it('counts as not known beyond the files that may be read', async () => {
    const { stale, read } = await staleness({ changedSince: ['ui/package.json', 'web/package.json'], maxFiles: 1 });
    expect([stale, read.length]).toEqual([['web'], 2]);
  });

  it('counts as not known where the work tree had it otherwise than the commit', async () => {
    expect((await staleness({ changedSince: ['web/package.json'], before: { foundAt: BASELINE, dirtyPaths: ['web/package.json'] } })).stale).toEqual(['web']);
    expect((await staleness({ changedSince: ['web/package.json'], before: { foundAt: 'dirty' } })).stale).toEqual(['web']);
  });

  it('makes all unknown where its owner is gone since', async () => {
    const { stale, result } = await staleness({
      changedSince: ['web/package.json'], baseline: { 'web/package.json': manifest('1') }, catalogue: { ...BEFORE, foundAt: HEAD, components: [{ name: 'ui', path: 'ui' }] },
    });
    expect([stale, result.everything?.paths]).toEqual(['all', ['web/package.json']]);
  });
});

describe('a baseline', () => {
  it.each<[string, Partial<Catalogue>]>([
    ['whose catalogue was found at its own commit', { foundAt: BASELINE }],
    ['whose catalogue was written by hand', { foundAt: undefined }],
  ])('%s holds, and costs nothing', async (_title, before) => {
    expect(await staleness({ before, changedSince: ['facts.json'], baseline: { 'facts.json': 'x' } })).toMatchObject({ stale: [], read: [] });
    expect(await staleness({ before })).toMatchObject({ stale: [], read: [] });
  });

  it('is not known where it is not known what changed since, and its catalogue is of another commit', async () => {
    const { stale, result } = await staleness({});
    expect([stale, result.everything?.detail]).toEqual(['all', expect.stringContaining('too much changed since the baseline')]);
  });
});

test('what one of two does not know is not known', () => {
  const web: Staleness = { components: new Map([['web', { paths: ['w'], count: 1 }]]), unknown: new Set(['x']), packageUse: { paths: ['p'], count: 1 } };
  const all: Staleness = { everything: { paths: ['a'], count: 1 }, components: new Map([['ui', { paths: ['u'], count: 1 }]]), unknown: new Set(['y']) };
  for (const both of [bothStale(web, all), bothStale(all, web)]) {
    expect(both).toEqual({ ...web, ...all, components: new Map([...web.components, ...all.components]), unknown: new Set(['x', 'y']) });
  }
  expect(bothStale(NOT_STALE, NOT_STALE)).toEqual(NOT_STALE);
});
