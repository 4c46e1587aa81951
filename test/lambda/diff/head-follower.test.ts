import { HeadFollower, HeadFollowerProps } from '../../../lambda/diff/head-follower';
import { Head } from '../../../lambda/shared/head-store';
import { SourcePins, SourceRevision } from '../../../lambda/shared/source/source-repository';
import { ManualTiming } from '../../support/timing';

const head = (more: Partial<Head> = {}): Head => ({
  HeadNumber: 1, HeadCommitId: 'a', CatalogueDigest: 'c', Forced: [], Status: 'Planning', Origin: 'Moved', Attempt: 1, Timestamp: '2026-03-01T12:00:00.000Z', ...more,
});

/** A head item in memory, and a pipeline that notes what is started; while a head is planned, something else may happen. */
function surroundings(first: Head | undefined, branch: () => string, whilePlanning: (set: (next: Head) => void) => void, pins?: Pick<SourcePins, 'revisionOf'>) {
  let stored = first;
  const started: string[] = [];
  const props = {
    solution: 'shop',
    branch: 'main',
    environmentNames: ['test'],
    apart: [],
    source: { branchHead: async () => branch(), pins },
    heads: {
      read: async () => stored,
      replace: async (last: Head | undefined, next: Head) => {
        const isSame = last?.HeadNumber === stored?.HeadNumber && last?.Attempt === stored?.Attempt && last?.Status === stored?.Status;
        stored = isSame ? next : stored;
        return isSame;
      },
    },
    planner: {
      catalogueDigest: 'c',
      isRebuildDue: async () => false,
      plan: async ({ commitId }: { commitId: string }) => {
        whilePlanning((next) => { stored = next; });
        return { PlanId: `plan of ${commitId}`, Changed: 1 };
      },
    },
    pipeline: {
      start: async ({ type, value }: SourceRevision) => {
        started.push(type === 'COMMIT_ID' ? value : `${type} ${value}`);
        return `execution of ${value}`;
      },
      status: async () => 'InProgress',
      promotedLast: async () => undefined,
    },
    executions: { last: async () => ({ taken: 0, planned: 0 }), find: async () => undefined },
    environments: { read: async () => undefined },
    planning: { invocation: 'request', endsAt: new Date('2026-03-01T12:15:00Z') },
    timing: new ManualTiming(),
    logger: { info: () => undefined, warn: () => undefined, error: () => undefined },
  } as unknown as HeadFollowerProps;
  return { follower: new HeadFollower(props), started, stored: () => stored };
}

test('a head is planned, started and noted', async () => {
  const { follower, started, stored } = surroundings(undefined, () => 'a', () => undefined);
  await follower.follow();
  expect(started).toEqual(['a']);
  expect(stored()).toMatchObject({ Status: 'Started', PipelineExecutionId: 'execution of a', PlanId: 'plan of a' });
});

test('where the source is an object, a start is pinned to a version that holds the head', async () => {
  const { follower, started } = surroundings(undefined, () => 's3-a', () => undefined, {
    revisionOf: async (commit) => ({ type: 'S3_OBJECT_VERSION_ID', value: `version of ${commit}` }),
  });
  await follower.follow();
  expect(started).toEqual(['S3_OBJECT_VERSION_ID version of s3-a']);
});

test('a head that somebody else started while it was planned is not started again', async () => {
  const other = head({ Status: 'Started', PipelineExecutionId: 'theirs' });
  const { follower, started } = surroundings(head(), () => 'a', (set) => set(other));
  expect(await follower.follow()).toEqual(other);
  expect(started).toEqual([]);
});

test('a head that someone else wrote again while it was planned, as the table was emptied, is theirs to start, whatever its number', async () => {
  const other = head({ Timestamp: '2026-03-01T12:00:01.000Z', PlannedBy: 'another', PlannedUntil: '2026-03-01T23:00:00.000Z' });
  const { follower, started } = surroundings(head(), () => 'a', (set) => set(other));
  expect(await follower.follow()).toEqual(other);
  expect(started).toEqual([]);
});

test('a head that the branch moved away from while it was planned is not started: the newer one is', async () => {
  let commit = 'a';
  const { follower, started } = surroundings(head(), () => commit, (set) => {
    if (commit === 'a') {
      commit = 'b';
      set(head({ HeadNumber: 2, HeadCommitId: 'b' }));
    }
  });
  await follower.follow();
  expect(started).toEqual(['b']);
});
