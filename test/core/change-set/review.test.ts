import { Review, reviewPage, reviewSections, reviewText, waiver } from '../../../src/core/change-set/review';
import { Build, Release } from '../../../src/core/release';

function build(component: string, buildNumber: number): Build {
  return {
    component, buildNumber, location: 's3://b/k', fingerprint: 'f', definition: 'd', commitId: `${buildNumber}`.repeat(40), pipelineExecutionId: 'e', timestamp: '',
  };
}

function release(sequence: number, builds: Build[]): Release {
  return {
    version: 1,
    solution: 'shop',
    commitId: 'c'.repeat(40),
    planId: 'p',
    sequence,
    pipelineExecutionId: 'e',
    timestamp: '',
    components: Object.fromEntries(builds.map((each) => [each.component, each])),
  };
}

const REVIEW: Review = {
  solution: 'shop',
  environment: 'prod',
  release: release(7, [build('api', 4), build('web', 1), build('same', 2)]),
  live: release(6, [build('api', 3), build('same', 2), build('old', 9)]),
  reasons: new Map([['api', [{ kind: 'Direct', paths: ['api/<b>.ts'], count: 3 }, { kind: 'Dependency', via: 'lib' }]]]),
  changes: [
    { path: 'Api', type: 'AWS::Lambda::Function', action: 'Modify', replacement: 'False', properties: ['Code'] },
    { path: 'Data/Table', type: 'AWS::DynamoDB::Table', action: 'Modify', replacement: 'True', properties: ['KeySchema'] },
  ],
  destructive: ['Data/Table'],
  broadenings: [{ path: 'Policy', type: 'AWS::IAM::Policy', why: 'PolicyDocument allows more, or denies less' }],
};

const TEXT = `Release 7 of shop for prod, commit cccccccc
1 resource deleted or replaced:
- Data/Table (AWS::DynamoDB::Table) is replaced (KeySchema)
1 resource with broader permissions:
- Policy (AWS::IAM::Policy): PolicyDocument allows more, or denies less
3 components to deploy:
- api: build 3 → 4, commit 44444444: "api/<b>.ts" and 2 more changed; depends on lib
- web: build 1, commit 11111111
- old: no longer a component
1 resource with other changes:
- Api (AWS::Lambda::Function) is modified (Code)`;

describe('the text', () => {
  it('says what destroys first, then what grants, then components old and new with their reasons', () => {
    expect(reviewText(REVIEW)).toBe(TEXT);
  });

  it('is cut between lines, and says how much is missing', () => {
    const short = reviewText(REVIEW, 200);
    expect(short.length).toBeLessThanOrEqual(200);
    expect(short).toBe(`${TEXT.split('\n').slice(0, 3).join('\n')}\n(8 more lines are on the page behind the link)`);
    expect(reviewText(REVIEW, TEXT.length)).toBe(TEXT);
    expect(reviewText(REVIEW, 20)).toBe('Release 7 of shop fo');
  });

  it('of a first release has no builds before', () => {
    const lines = reviewSections({ ...REVIEW, live: undefined }).flatMap((section) => section.lines);
    expect(lines).toContain('api: build 4, commit 44444444: "api/<b>.ts" and 2 more changed; depends on lib');
    expect(lines).toContain('same: build 2, commit 22222222');
    expect(reviewPage({ ...REVIEW, live: undefined })).toContain('Nothing is live yet.');
  });
});

describe('the page', () => {
  it('holds all of it, and nothing active', () => {
    const page = reviewPage({ ...REVIEW, environment: '<script>alert(1)</script>' });
    expect(page).not.toContain('<script>');
    expect(page).not.toContain('<b>');
    expect(page).toContain('&#60;b&#62;.ts');
    expect(page).toContain('default-src &#39;none&#39;'.replaceAll('&#39;', "'"));
    expect(page).toContain('<li>Data/Table (AWS::DynamoDB::Table) is replaced (KeySchema)</li>');
    expect(page).toContain('Live now: release 6');
  });
});

describe('who is asked', () => {
  const none = { changes: [], destructive: [], broadenings: [] };
  const harmless = { ...none, changes: REVIEW.changes };
  it.each([
    ['ALWAYS', none, 'there is nothing to deploy'],
    ['ALWAYS', harmless, undefined],
    ['BROADENING_PERMISSIONS', none, 'there is nothing to deploy'],
    ['BROADENING_PERMISSIONS', harmless, 'no permissions broaden'],
    ['BROADENING_PERMISSIONS', { ...harmless, broadenings: REVIEW.broadenings }, undefined],
    ['BROADENING_PERMISSIONS', { ...harmless, destructive: REVIEW.destructive }, 'no permissions broaden'],
    ['REPLACEMENTS', harmless, 'no resource is deleted or replaced'],
    ['REPLACEMENTS', { ...harmless, broadenings: REVIEW.broadenings }, 'no resource is deleted or replaced'],
    ['REPLACEMENTS', { ...harmless, destructive: REVIEW.destructive }, undefined],
  ] as const)('%s, %j: %s', (mode, review, expected) => expect(waiver(mode, review)).toBe(expected));

  it('is asked for replacements only where one is not by design', () => {
    const replaced = (type: string) => ({ path: type, type, action: 'Modify', replacement: 'True', properties: [] });
    const changes = [replaced('AWS::Lambda::Version'), replaced('AWS::SQS::Queue')];
    const review = (...destructive: string[]) => waiver('REPLACEMENTS', { changes, destructive, broadenings: [] });
    expect(review('AWS::Lambda::Version')).toBe('no resource is deleted or replaced, but such that are by design');
    expect(review('AWS::Lambda::Version', 'AWS::SQS::Queue')).toBeUndefined();
  });
});
