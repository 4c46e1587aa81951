import { anotherAttempt, newHead, nextStep, Sight, startToken, wasLost } from '../../../lambda/diff/head';
import { Head } from '../../../lambda/shared/head-store';

const NOW = new Date('2026-03-01T12:00:00Z');
const sight = (more: Partial<Sight> = {}): Sight => ({ solution: 'shop', headCommitId: 'a', catalogueDigest: 'c', forced: [], resumed: false, now: NOW, ...more });
const head = (more: Partial<Head> = {}): Head => ({
  HeadNumber: 4, HeadCommitId: 'a', CatalogueDigest: 'c', Forced: [], Status: 'Started', Attempt: 1, PipelineExecutionId: 'e', Timestamp: 't', ...more,
});

describe('nextStep', () => {
  it.each<[string, Head | undefined, Sight, string]>([
    ['a branch seen for the first time', undefined, sight(), 'advance-unasked'],
    ['a moved branch', head(), sight({ headCommitId: 'b' }), 'advance'],
    ['a moved branch that was planned but not started', head({ Status: 'Planning' }), sight({ headCommitId: 'b' }), 'advance'],
    ['a changed catalogue', head(), sight({ catalogueDigest: 'd' }), 'advance-unasked'],
    ['a changed catalogue while a moved branch was not started yet', head({ Status: 'Planning', Origin: 'Moved' }), sight({ catalogueDigest: 'd' }), 'advance'],
    ['a changed catalogue while the head was to be started again', head({ Status: 'Planning', Origin: 'Again' }), sight({ catalogueDigest: 'd' }), 'advance-unasked'],
    ['a branch that is to flow again', head(), sight({ resumed: true }), 'advance'],
    ['a branch that is to flow again, where it was about to be started by itself', head({ Status: 'Planning', Origin: 'Again' }), sight({ resumed: true }), 'advance'],
    ['a branch that is made to flow again already', head({ Status: 'Planning', Origin: 'Asked' }), sight({ resumed: true }), 'complete'],
    ['a wish to force', head(), sight({ forced: ['x'] }), 'advance'],
    ['a wish to force where nothing had changed', head({ Status: 'NothingChanged' }), sight({ forced: ['x'] }), 'advance'],
    ['a further wish', head({ Status: 'Planning', Forced: ['y'] }), sight({ forced: ['x'] }), 'advance'],
    ['a wish that is being carried out', head({ Status: 'Planning', Forced: ['x', 'y'] }), sight({ forced: ['x'] }), 'complete'],
    ['a head that nobody completed', head({ Status: 'Planning' }), sight(), 'complete'],
    ['a head that was started', head(), sight(), 'check-execution'],
    ['a head without changes', head({ Status: 'NothingChanged' }), sight(), 'check-baseline'],
  ])('for %s', (_name, last, seen, step) => {
    expect(nextStep(last, seen).step).toBe(step);
  });
});

describe('newHead', () => {
  it('counts on, and remembers the last execution', () => {
    expect(newHead(head({ Attempt: 3, PlanId: 'p', Baseline: 'b' }), sight({ headCommitId: 'b', forced: ['x'] }), 'Moved')).toEqual({
      HeadNumber: 5,
      HeadCommitId: 'b',
      CatalogueDigest: 'c',
      Forced: ['x'],
      Status: 'Planning',
      Origin: 'Moved',
      Attempt: 1,
      PipelineExecutionId: 'e',
      Timestamp: NOW.toISOString(),
    });
  });

  it('keeps what was forced and never started, and drops what was', () => {
    expect(newHead(head({ Status: 'Planning', Forced: ['y'] }), sight({ forced: ['x'] }), 'Asked').Forced).toEqual(['x', 'y']);
    expect(newHead(head({ Status: 'Started', Forced: ['y'] }), sight(), 'Again').Forced).toEqual([]);
  });

  it('keeps that somebody asked, until it is started', () => {
    expect(newHead(head({ Status: 'Planning', Origin: 'Asked' }), sight({ headCommitId: 'b' }), 'Moved').Origin).toBe('Asked');
    expect(newHead(head({ Status: 'Started', Origin: 'Asked' }), sight({ headCommitId: 'b' }), 'Moved').Origin).toBe('Moved');
  });
});

describe('startToken', () => {
  it('is one that CodePipeline takes', () => {
    expect(startToken('shop', head())).toMatch(/^[a-zA-Z0-9-]{1,128}$/);
  });

  it('is the same for the same attempt, whatever became of it', () => {
    expect(startToken('shop', head({ Status: 'Planning', PlanId: 'p', PipelineExecutionId: undefined }))).toBe(startToken('shop', head()));
  });

  it.each<[string, string, Head]>([
    ['solution', 'other', head()],
    ['head number', 'shop', head({ HeadNumber: 5 })],
    ['attempt', 'shop', anotherAttempt(head())],
    ['commit, should the table have been emptied', 'shop', head({ HeadCommitId: 'b' })],
    ['time, should the table have been emptied', 'shop', head({ Timestamp: 'u' })],
  ])('is another one for another %s', (_name, solution, other) => {
    expect(startToken(solution, other)).not.toBe(startToken('shop', head()));
  });
});

it('wasLost tells what had no chance from what had one', () => {
  expect(['Cancelled', 'Superseded', 'Failed', 'Stopped', 'Stopping', 'Succeeded', 'InProgress', undefined].map(wasLost))
    .toEqual([true, true, false, false, false, false, false, false]);
});
