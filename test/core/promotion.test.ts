import { PromotableRelease, promotedRelease, PromotionRecords, releaseBefore } from '../../src/core/promoted-release';
import { formatPromotion, parsePromotion } from '../../src/core/promotion';
import { Build, Release } from '../../src/core/release';

describe('the text of a promotion', () => {
  it.each([
    ['prod=12', { environment: 'prod', release: 12 }],
    ['prod/web=7', { environment: 'prod', component: 'web', build: 7 }],
    ['eu-1.live/@scope/name=1', { environment: 'eu-1.live', component: '@scope/name', build: 1 }],
  ])('%s', (text, promotion) => {
    expect(parsePromotion(text)).toEqual(promotion);
    expect(formatPromotion(promotion)).toBe(text);
  });

  it('is none where nothing is promoted', () => {
    expect(parsePromotion('none')).toBeUndefined();
  });

  it.each(['', 'prod', 'prod=', 'prod=0', 'prod=-1', 'prod=1.5', 'prod/=3', '=3', 'prod=1 ', 'prod/web', 'None', 'prod=12345678901'])('refuses %j', (text) => {
    expect(() => parsePromotion(text)).toThrow(`${JSON.stringify(text)} is no promotion`);
  });
});

const build = (component: string, buildNumber: number): Build => ({
  component,
  buildNumber,
  location: `s3://artifacts/${component}/${buildNumber}`,
  fingerprint: `fingerprint ${buildNumber}`,
  definition: 'definition',
  commitId: `commit ${buildNumber}`,
  pipelineExecutionId: `execution ${buildNumber}`,
  timestamp: '2026-03-01T12:00:00.000Z',
});

const release = (sequence: number, builds: readonly Build[], more: Partial<Release> = {}): Release => ({
  version: 1,
  solution: 'shop',
  commitId: `commit of ${sequence}`,
  planId: 'plan',
  sequence,
  pipelineExecutionId: `execution of ${sequence}`,
  timestamp: '2026-03-01T12:00:00.000Z',
  components: Object.fromEntries(builds.map((one) => [one.component, one])),
  ...more,
});

/** Releases by the environments that they went live in, the last one last; builds that exist, with where they were live. */
function records(history: Readonly<Record<string, readonly Release[]>>, builds: readonly (readonly [Build, readonly string[]])[]): PromotionRecords {
  const toLive = ({ sequence }: Release): PromotableRelease => ({ sequence, key: `releases/${sequence}` });
  const all = Object.values(history).flat();
  return {
    live: async (environment) => history[environment]?.map(toLive).at(-1),
    wentLive: async (environment, sequence) => history[environment]?.map(toLive).find((one) => one.sequence === sequence),
    release: async (key) => all.find(({ sequence }) => key === `releases/${sequence}`),
    builds: async (ids) => builds
      .filter(([one]) => ids.some(({ component, buildNumber }) => one.component === component && one.buildNumber === buildNumber))
      .map(([one, environments]) => ({ build: one, environments })),
  };
}

const ENVIRONMENTS = ['test', 'stage', 'prod'];
const FIRST = release(1, [build('web', 1), build('jobs', 1)]);
const SECOND = release(2, [build('web', 2), build('jobs', 1)]);
const BUILDS: [Build, string[]][] = [[build('web', 1), ['test', 'stage', 'prod']], [build('web', 2), ['test']], [build('jobs', 1), ['test', 'stage', 'prod']]];
const RECORDS = records({ test: [FIRST, SECOND], stage: [FIRST], prod: [FIRST] }, BUILDS);

describe('promoting a release', () => {
  it('takes its builds and its commit from what was live in the environment before', async () => {
    const promotion = { environment: 'stage', release: 2 };
    await expect(promotedRelease(promotion, ENVIRONMENTS, RECORDS)).resolves.toEqual({ commitId: 'commit of 2', components: SECOND.components, promotion });
  });

  it('takes what was live in the environment itself', async () => {
    const onlyProd = records({ prod: [FIRST, SECOND] }, BUILDS);
    await expect(promotedRelease({ environment: 'prod', release: 1 }, ENVIRONMENTS, onlyProd)).resolves.toMatchObject({ components: FIRST.components });
  });

  it('refuses one that never was live in the environment before', async () => {
    await expect(promotedRelease({ environment: 'prod', release: 2 }, ENVIRONMENTS, RECORDS)).rejects.toThrow(
      "Release 2 cannot be deployed to 'prod': it never was live in 'stage', the environment before it, nor in 'prod' itself. Promote it to 'stage' first.",
    );
  });

  it('refuses for the first environment what never was live there', async () => {
    await expect(promotedRelease({ environment: 'test', release: 9 }, ENVIRONMENTS, RECORDS)).rejects.toThrow(/Release 9 cannot be deployed to 'test': it never was live there/);
  });

  it('refuses one whose builds were deleted, and names them', async () => {
    const rest = records({ test: [FIRST] }, BUILDS.filter(([{ component }]) => component !== 'jobs'));
    await expect(promotedRelease({ environment: 'test', release: 1 }, ENVIRONMENTS, rest)).rejects.toThrow("Of release 1, these builds were deleted: 1 of 'jobs'.");
  });

  it('refuses one whose object is gone', async () => {
    const gone: PromotionRecords = { ...RECORDS, release: async () => undefined };
    await expect(promotedRelease({ environment: 'stage', release: 1 }, ENVIRONMENTS, gone)).rejects.toThrow('releases/1 is not in the artifact bucket');
  });

  it('keeps what was pinned in it', async () => {
    const pinned = records({ test: [release(1, [build('web', 1)], { pinned: ['web'] })] }, BUILDS);
    await expect(promotedRelease({ environment: 'stage', release: 1 }, ENVIRONMENTS, pinned)).resolves.toMatchObject({ pinned: ['web'] });
  });

  it('refuses an environment that does not exist', async () => {
    await expect(promotedRelease({ environment: 'live', release: 1 }, ENVIRONMENTS, RECORDS)).rejects.toThrow("There is no environment 'live'. There are 'test', 'stage', 'prod'.");
  });
});

describe('promoting one build', () => {
  it('puts it into what is live, and pins it', async () => {
    const promotion = { environment: 'test', component: 'web', build: 1 };
    await expect(promotedRelease(promotion, ENVIRONMENTS, RECORDS)).resolves.toEqual({
      commitId: 'commit of 2',
      components: FIRST.components,
      pinned: ['web'],
      promotion,
      baseline: { commitId: 'commit of 2', pipelineExecutionId: 'execution of 2' },
    });
  });

  it('pins beside what is pinned already', async () => {
    const mixed = records({ test: [release(3, [build('web', 1), build('jobs', 1)], { pinned: ['jobs'] })] }, BUILDS);
    await expect(promotedRelease({ environment: 'test', component: 'web', build: 2 }, ENVIRONMENTS, mixed)).resolves.toMatchObject({ pinned: ['jobs', 'web'] });
  });

  it('pins nothing where it is live already', async () => {
    expect(await promotedRelease({ environment: 'test', component: 'web', build: 2 }, ENVIRONMENTS, RECORDS)).not.toHaveProperty('pinned');
  });

  it('refuses a build that never was live in the environment before', async () => {
    await expect(promotedRelease({ environment: 'prod', component: 'web', build: 2 }, ENVIRONMENTS, RECORDS)).rejects.toThrow(
      "Build 2 of component 'web' cannot be deployed to 'prod': it never was live in 'stage'",
    );
  });

  it('takes any build for the first environment', async () => {
    const fresh = records({ test: [FIRST] }, [[build('web', 5), []], ...BUILDS]);
    await expect(promotedRelease({ environment: 'test', component: 'web', build: 5 }, ENVIRONMENTS, fresh)).resolves.toMatchObject({ components: { web: { buildNumber: 5 } } });
  });

  it('refuses a build that does not exist, a component that is not live, and an environment without a release', async () => {
    await expect(promotedRelease({ environment: 'test', component: 'web', build: 8 }, ENVIRONMENTS, RECORDS)).rejects.toThrow("Component 'web' has no build 8");
    await expect(promotedRelease({ environment: 'test', component: 'app', build: 1 }, ENVIRONMENTS, RECORDS)).rejects.toThrow("has no component 'app'. It has 'jobs', 'web'.");
    await expect(promotedRelease({ environment: 'stage', component: 'web', build: 1 }, ENVIRONMENTS, records({}, BUILDS))).rejects.toThrow("Nothing is live in 'stage'");
  });
});

describe('the release before', () => {
  const live = (sequence: number, again?: number): PromotableRelease => (
    { sequence, key: `releases/${sequence}`, ...(again === undefined ? {} : { promotion: { environment: 'prod', release: again } }) }
  );
  const before = (...history: PromotableRelease[]) => releaseBefore(history, history.at(-1)!)?.sequence;

  it('is the one that went live before', () => {
    expect(before(live(5), live(8), live(12))).toBe(8);
  });

  it('is further back after going back', () => {
    expect(before(live(5), live(8), live(12), live(13, 8))).toBe(5);
    expect(before(live(5), live(8), live(12), live(13, 8), live(14, 13))).toBe(5);
  });

  it('is what was gone back to, after going on', () => {
    expect(before(live(5), live(8), live(12), live(13, 8), live(15))).toBe(13);
  });

  it('takes a release that came from the environment before as new', () => {
    expect(before(live(5), live(9, 7))).toBe(5);
  });

  it('takes a single build as a release of its own', () => {
    const pinned: PromotableRelease = { sequence: 13, key: 'releases/13', promotion: { environment: 'prod', component: 'web', build: 1 } };
    expect(before(live(5), live(12), pinned)).toBe(12);
  });

  it('is none for the first', () => {
    expect(before(live(5))).toBeUndefined();
  });
});
