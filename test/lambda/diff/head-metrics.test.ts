import { headMetrics } from '../../../lambda/diff/head-metrics';
import { LiveRelease } from '../../../lambda/shared/environment-store';
import { Head } from '../../../lambda/shared/head-store';
import { DynamoDb, startDynamoDb } from '../../support/dynamodb';
import { fileComponent, World } from '../../support/world';

const NOW = new Date('2026-03-01T12:00:00Z');
const head = (more: Partial<Head> = {}): Head => ({
  HeadNumber: 1, HeadCommitId: 'head', CatalogueDigest: 'c', Forced: [], Status: 'Started', Attempt: 1, Timestamp: '2026-03-01T11:58:20Z', ...more,
});
const live = (more: Partial<LiveRelease> = {}): LiveRelease => ({
  Sequence: 1, CommitId: 'earlier', Release: 'key', PipelineExecutionId: 'execution', Timestamp: '2026-02-28T12:00:00Z', ...more,
});

test.each<[string, Head, LiveRelease | undefined, number, number]>([
  ['a head that is to be planned waits for both', head({ Status: 'Planning' }), live(), 100, 100],
  ['one that was started waits to be live', head(), live(), 0, 100],
  ['also where nothing ever was', head(), undefined, 0, 100],
  ['one that is live waits for nothing', head(), live({ CommitId: 'head' }), 0, 0],
  ['nor does one that changes nothing', head({ Status: 'NothingChanged' }), live(), 0, 0],
  ['nor one in whose place something was promoted', head(), live({ Promotion: 'test=release' }), 0, 0],
  ['a clock that is behind makes no negative wait', head({ Timestamp: '2026-03-01T12:00:05Z' }), live(), 0, 0],
])('%s', (_, given, release, unstarted, unreleased) => {
  expect(headMetrics('shop', given, { live: release }, NOW)).toMatchObject({ UnstartedSeconds: unstarted, UnreleasedSeconds: unreleased });
});

test('is in CloudWatch\'s embedded metric format', () => {
  expect(headMetrics('shop', head({ BlindPlans: 2 }), { source: { FailedSince: '2026-03-01T11:59:00Z' } }, NOW)).toEqual({
    _aws: {
      Timestamp: NOW.getTime(),
      CloudWatchMetrics: [{
        Namespace: 'ModularPipeline',
        Dimensions: [['Solution']],
        Metrics: [{ Name: 'UnstartedSeconds', Unit: 'Seconds' }, { Name: 'UnreleasedSeconds', Unit: 'Seconds' }, { Name: 'UnreadableSeconds', Unit: 'Seconds' },
          { Name: 'PlannedBlind', Unit: 'Count' }],
      }],
    },
    Solution: 'shop',
    UnstartedSeconds: 0,
    UnreleasedSeconds: 100,
    UnreadableSeconds: 60,
    PlannedBlind: 2,
  });
});

describe('the diff function', () => {
  let db: DynamoDb;
  beforeAll(async () => { db = await startDynamoDb(); });
  afterAll(async () => db.stop());

  test('writes it whenever the schedule lets it look, and at no other time', async () => {
    const world = await World.create(db, [fileComponent('x')]);
    const waiting = () => world.logs.filter(({ message }) => message === 'Waiting');
    await world.deploy({ x: 'x1' });
    expect(waiting()).toEqual([]);
    await world.diff({ action: 'reconcile' });
    expect(waiting()).toEqual([expect.objectContaining({ Solution: expect.any(String), UnstartedSeconds: 0, UnreleasedSeconds: 0 })]);
  });
});
