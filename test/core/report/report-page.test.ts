import { Build, Release } from '../../../src/core/release';
import { layOut, shortName } from '../../../src/core/report/graph-layout';
import { releaseKeys, makeReport, ReportInput } from '../../../src/core/report/report';
import { reportPage } from '../../../src/core/report/report-page';

const NOW = '2026-03-31T12:00:00.000Z';

function build(component: string, buildNumber: number): Build {
  return { component, buildNumber, location: '', fingerprint: 'f', definition: 'd', commitId: `${buildNumber}`.repeat(40).slice(0, 40), pipelineExecutionId: 'e', timestamp: NOW };
}

function release(sequence: number, builds: Record<string, number>): Release {
  return {
    version: 1,
    solution: 'shop',
    commitId: 'c'.repeat(40),
    planId: `plan-${sequence}`,
    sequence,
    pipelineExecutionId: `e${sequence}`,
    timestamp: NOW,
    components: Object.fromEntries(Object.entries(builds).map(([name, number]) => [name, build(name, number)])),
    catalogue: { version: 1, components: Object.keys(builds).map((name) => ({ name, path: name })) },
  };
}

function live(sequence: number, timestamp = '2026-03-30T12:00:00.000Z') {
  return { sequence, key: `r${sequence}`, commitId: 'c'.repeat(40), executionId: `e${sequence}`, timestamp };
}

const INPUT: ReportInput = {
  solution: 'shop',
  pipeline: 'shop-pipeline',
  now: NOW,
  environments: [
    { name: 'test', live: live(3), history: [live(1), live(2), live(3)] },
    { name: 'prod', live: live(2), history: [live(2)] },
    { name: 'later', history: [] },
  ],
  releases: new Map([release(1, { api: 1, gone: 1 }), release(2, { api: 1, web: 1 }), release(3, { api: 2, web: 1 })].map((one) => [`r${one.sequence}`, one])),
  since: ({ component }) => (component === 'api' ? '2026-03-28T12:00:00.000Z' : undefined),
  reasons: (planId) => (planId === 'plan-3' ? new Map([['api', [{ kind: 'Direct', paths: ['api/a.py'], count: 1 }]]]) : undefined),
  started: new Map([['e3', '2026-03-30T11:50:00.000Z']]),
  last: 20,
  days: 30,
};

describe('a report', () => {
  it('needs the objects of what is live and listed, and of what these are compared with', () => {
    expect(releaseKeys(INPUT.environments, 1).sort()).toEqual(['r2', 'r3']);
    expect(releaseKeys(INPUT.environments, 2).sort()).toEqual(['r1', 'r2', 'r3']);
    expect(releaseKeys([{ name: 'test', history: [] }], 5)).toEqual([]);
  });

  it('says of each component what is live where, and where it differs from the environment before', () => {
    const { components } = makeReport(INPUT);
    expect(components.map(({ component, environments }) => [component, environments.map(({ build: number, behind }) => [number, behind])])).toEqual([
      ['api', [[2, undefined], [1, 'test'], [undefined, 'prod']]],
      ['web', [[1, undefined], [1, undefined], [undefined, 'prod']]],
    ]);
    expect(components[0].environments[0].since).toBe('2026-03-28T12:00:00.000Z');
  });

  it('lists releases, the newest first, with what each changed where it went live first', () => {
    const { releases, affected } = makeReport(INPUT);
    expect(releases.map(({ release: number, environments, changes }) => [
      number, environments.map(({ name, live: isLive, seconds }) => [name, isLive, seconds]), changes?.map(({ component, from, to }) => [component, from, to]),
    ])).toEqual([
      [3, [['test', true, 600]], [['api', 1, 2]]],
      [2, [['test', false, undefined], ['prod', true, undefined]], [['web', undefined, 1], ['gone', 1, undefined]]],
      [1, [['test', false, undefined]], [['api', undefined, 1], ['gone', undefined, 1]]],
    ]);
    expect(affected).toEqual(['api']);
    expect(releases[0].changes![0].reasons).toEqual([{ kind: 'Direct', paths: ['api/a.py'], count: 1 }]);
    expect(makeReport({ ...INPUT, last: 1 }).releases).toHaveLength(1);
    expect(makeReport({ ...INPUT, releases: new Map() }).releases[0].changes).toBeUndefined();
  });
});

describe('the page of a report', () => {
  it('is one file that loads nothing and runs nothing', () => {
    const page = reportPage(makeReport(INPUT));
    expect(page).toContain("default-src 'none'; style-src 'unsafe-inline'");
    expect(page).not.toMatch(/<script|<link|<img|<iframe|\son[a-z]+=|https?:/);
    expect(page).toContain('<td class="marked">build 1<br>');
    expect(page).toContain('api: build 1 → 2: &#34;api/a.py&#34; changed');
    expect(page).toContain('10 minutes after the execution started');
  });

  it('shows names as they are, whatever they hold', () => {
    const evil = '<img src=x onerror="alert(1)">&';
    const page = reportPage(makeReport({
      ...INPUT, solution: evil, pipeline: evil, held: evil, releases: new Map([['r3', release(3, { [evil]: 1 })], ['r2', release(2, { [evil]: 2 })]]),
    }));
    expect(page).not.toContain('<img');
    expect(page).not.toContain('onerror="');
    expect(page.split('&#60;img src=x').length).toBeGreaterThan(4);
  });

  it('says so where nothing was ever deployed', () => {
    const page = reportPage(makeReport({ ...INPUT, environments: [{ name: 'prod', history: [] }] }));
    expect(page).toContain('nothing was ever deployed');
    expect(page).toContain('Nothing went live yet.');
  });
});

describe('the picture of the components', () => {
  const components = [{ name: 'app', path: 'a', dependsOn: ['lib'] }, { name: 'lib', path: 'l' }, { name: 'tool', path: 't', testDependsOn: ['app'] }];

  it('has every component to the right of what it depends on, without overlap', () => {
    const { nodes, edges, left } = layOut({ components }, new Set());
    const at = new Map(nodes.map((node) => [node.component, node]));
    expect(edges.map(({ from, to, test }) => [from.component, to.component, test])).toEqual([['lib', 'app', false], ['app', 'tool', true]]);
    edges.forEach(({ from, to }) => expect(at.get(from.component)!.x + from.width).toBeLessThan(to.x));
    expect(left).toBe(0);
  });

  it('places the members of a cycle too', () => {
    expect(layOut({ components: [{ name: 'a', path: 'a', dependsOn: ['b'] }, { name: 'b', path: 'b', dependsOn: ['a'] }] }, new Set()).nodes).toHaveLength(2);
  });

  it('of many components, has those that changed and what is next to them', () => {
    const many = Array.from({ length: 81 }, (_, index) => ({ name: `c${index}`, path: `c${index}`, ...(index > 0 ? { dependsOn: [`c${index - 1}`] } : {}) }));
    expect(layOut({ components: many.slice(0, 80) }, new Set()).nodes).toHaveLength(80);
    const { nodes, left } = layOut({ components: many }, new Set(['c40']));
    expect(nodes.map(({ component }) => component)).toEqual(['c39', 'c40', 'c41']);
    expect(left).toBe(78);
    expect(layOut({ components: many }, new Set(many.map(({ name }) => name))).nodes).toHaveLength(80);
  });

  it('cuts names that are too long', () => {
    expect([shortName('x'.repeat(40)), shortName('x'.repeat(41))]).toEqual(['x'.repeat(40), `${'x'.repeat(39)}…`]);
  });
});
