import { CommitReport } from '../../local/report/commit-report';
import { formatLocation, formatReason, formatReport } from '../../local/report/table';
import { Reason } from '../../src/core/reasons';

test.each<[Reason, string]>([
  [{ kind: 'Direct', paths: ['a'], count: 1 }, 'Direct a'],
  [{ kind: 'Direct', paths: ['a', 'b', 'c'], count: 12 }, 'Direct a, b and 10 more'],
  [{ kind: 'GlobalPath', paths: ['lock'], count: 1, packages: ['a > b', 'c'] }, 'GlobalPath lock by a > b, c'],
  [{ kind: 'GlobalPath', paths: ['lock'], count: 1, untraced: 'lock: not JSON' }, 'GlobalPath lock (not traced: lock: not JSON)'],
  [{ kind: 'Dependency', via: 'x' }, 'Dependency via x'],
  [{ kind: 'BaselineMissing', commit: '0123456789abcdef' }, 'BaselineMissing 0123456789ab'],
  [{ kind: 'NeverDeployed' }, 'NeverDeployed'],
])('reason %j', (reason, expected) => {
  expect(formatReason(reason)).toBe(expected);
});

test.each([
  ['s3://bucket/solution/components/c/1/', 'solution/components/c/1/'],
  [`111111111111.dkr.ecr.eu-west-1.amazonaws.com/r@sha256:${'ab'.repeat(32)}`, 'sha256:abababababab'],
  ['', ''],
])('location %s', (location, expected) => {
  expect(formatLocation(location)).toBe(expected);
});

const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const NOTHING: CommitReport = { commit: COMMIT, started: false, why: 'no component changed', execution: null, plan: null, builds: [], environments: [], release: null, locations: null };

test('a commit that starts nothing says why', () => {
  expect(formatReport(NOTHING)).toBe('0123456789ab  not started: no component changed\n');
});

test('an execution has a row for each component, its failures and its environments', () => {
  const report: CommitReport = {
    ...NOTHING,
    started: true,
    why: null,
    execution: { id: 'id', status: 'Failed', summary: null, failures: [{ stage: 'Build', action: 'b', message: 'broken' }] },
    plan: {
      baseline: 'fedcba9876543210',
      unchanged: ['c'],
      changed: [{ component: 'a', reasons: [{ kind: 'NeverDeployed' }] }, { component: 'b', reasons: [{ kind: 'Forced' }] }, { component: 'd', reasons: [{ kind: 'Forced' }] }],
    },
    builds: [
      { component: 'a', action: 'built', buildNumber: 12, location: 's3://bucket/key', milliseconds: 1234 },
      { component: 'b', action: 'failed', buildNumber: null, location: null, milliseconds: 100 },
    ],
    environments: [{ name: 'test', status: 'NotReached', parameters: {} }],
    release: null,
    locations: null,
  };
  expect(formatReport(report).split('\n')).toEqual([
    '0123456789ab  Failed, compared with fedcba987654',
    '  component  verdict    reason         build  location  time',
    '  ---------  ---------  -------------  -----  --------  -----',
    '  a          built      NeverDeployed  12     key       1.2 s',
    '  b          failed     Forced                          0.1 s',
    '  d          not built  Forced',
    '  c          unchanged',
    '  Build/b failed: broken',
    '  test: NotReached',
    '',
  ]);
});
