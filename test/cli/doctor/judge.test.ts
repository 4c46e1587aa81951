import { judgeSite, unseenSite } from '../../../cli/doctor/judge';
import { quotaName } from '../../../cli/doctor/quotas';
import { ecrImage, Facts, Site } from '../../../cli/doctor/requirements';

const ACCOUNT = '222222222222';
const REGION = 'eu-west-1';
const PARAMETER = '/cdk-bootstrap/hnb659fds/version';
const NONE: Omit<Site, 'lookupRoleArn'> = { account: ACCOUNT, region: REGION, bootstraps: [], roles: [], stacks: [], builds: [], images: [], connections: [], health: false };
const NOTHING_SEEN: Facts = {
  bootstraps: new Map(),
  roles: new Map(),
  stacks: new Map(),
  buildQuotas: { known: new Map() },
  curatedImages: { known: new Set() },
  images: new Map(),
  secrets: new Map(),
  connections: new Map(),
  health: { known: true },
};

/** The one line about the one thing that a site needs. */
function verdict(needs: Partial<Site>, facts: Partial<Facts>): string {
  const lines = judgeSite({ ...NONE, ...needs }, { ...NOTHING_SEEN, ...facts });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatchObject({ account: ACCOUNT, region: REGION });
  return `${lines[0]!.mark} ${lines[0]!.text}`;
}

describe('a bootstrap', () => {
  const need = { qualifier: 'hnb659fds', parameter: PARAMETER, version: 6 };
  const of = (version: string | undefined, more: object = {}) => (
    verdict({ bootstraps: [{ ...need, ...more }] }, { bootstraps: new Map([[PARAMETER, { known: version }]]) }));

  test.each([['6', 'ok'], ['21', 'ok'], ['5', 'fails'], [undefined, 'fails'], ['latest', 'fails'], ['', 'fails']])('of version %s: %s', (version, mark) => {
    expect(of(version)).toMatch(new RegExp(`^${mark} `));
  });

  test('says the command, with trust and qualifier where these are needed', () => {
    expect(of(undefined)).toContain(`"cdk bootstrap aws://${ACCOUNT}/${REGION}"`);
    expect(of('5', { trusts: '111111111111', qualifier: 'shop' })).toContain(
      `"cdk bootstrap --trust 111111111111 --cloudformation-execution-policies POLICIES --qualifier shop aws://${ACCOUNT}/${REGION}"`);
  });
});

describe('a role', () => {
  const ARN = `arn:aws:iam::${ACCOUNT}:role/cdk-hnb659fds-deploy-role-${ACCOUNT}-${REGION}`;
  const trust = (principal: unknown, effect = 'Allow') => ({ Version: '2012-10-17', Statement: [{ Effect: effect, Principal: principal, Action: 'sts:AssumeRole' }] });
  const of = (known: unknown, trusts: Site['roles'][number]['trusts'] = { account: '111111111111' }) => (
    verdict({ roles: [{ arn: ARN, trusts, purpose: 'the pipeline' }] }, { roles: new Map([[ARN, { known }]]) }));

  test.each<[string, unknown, string]>([
    ['is not there', undefined, 'fails'],
    ['trusts the account', trust({ AWS: 'arn:aws:iam::111111111111:root' }), 'ok'],
    ['trusts it by its number', trust({ AWS: ['333333333333', '111111111111'] }), 'ok'],
    ['trusts a role of it', trust({ AWS: 'arn:aws:iam::111111111111:role/delivery' }), 'ok'],
    ['trusts everybody', trust('*'), 'ok'],
    ['trusts another account', trust({ AWS: 'arn:aws:iam::222222222222:root' }), 'fails'],
    ['trusts a role that was deleted', trust({ AWS: 'AROA1111111111EXAMPLE' }), 'fails'],
    ['denies the account', trust({ AWS: 'arn:aws:iam::111111111111:root' }, 'Deny'), 'fails'],
    ['trusts a service of that name', trust({ Service: '111111111111' }), 'fails'],
    ['has no statements', {}, 'fails'],
  ])('%s', (_what, policy, mark) => {
    expect(of(policy)).toMatch(new RegExp(`^${mark} `));
  });

  test('that CloudFormation acts as has to trust CloudFormation', () => {
    const service = { service: 'cloudformation.amazonaws.com' };
    expect(of(trust({ Service: 'cloudformation.amazonaws.com' }), service)).toMatch(/^ok /);
    expect(of(trust({ Service: 'lambda.amazonaws.com' }), service)).toMatch(/^fails /);
  });

  test('of another account says to trust the pipeline\'s as well as those before', () => {
    expect(of(trust({ AWS: '222222222222' }))).toContain('"--trust 111111111111" and every account that was trusted before');
  });
});

describe('a stack', () => {
  const of = (status: string | undefined, byCdk = false) => (
    verdict({ stacks: [{ name: 'shop', byCdk }] }, { stacks: new Map([['shop', { known: status === undefined ? [] : [{ name: 'shop', status }] }]]) }));

  test.each([
    [undefined, 'ok'], ['REVIEW_IN_PROGRESS', 'ok'], ['UPDATE_ROLLBACK_COMPLETE', 'ok'], ['UPDATE_IN_PROGRESS', 'warning'],
    ['ROLLBACK_COMPLETE', 'fails'], ['UPDATE_ROLLBACK_FAILED', 'fails'], ['NEW_STATUS', 'fails'],
  ])('that is %s: %s', (status, mark) => {
    expect(of(status)).toMatch(new RegExp(`^${mark} `));
    expect(of(status, true)).toMatch(new RegExp(`^${mark} `));
  });

  test('of a name that stands for several has a line for each that there is', () => {
    const known = [{ name: 'shop-a', status: 'UPDATE_COMPLETE' }, { name: 'shop-b', status: 'ROLLBACK_COMPLETE' }];
    const lines = judgeSite({ ...NONE, stacks: [{ name: 'shop-*', byCdk: false }] }, { ...NOTHING_SEEN, stacks: new Map([['shop-*', { known }]]) });
    expect(lines.map(({ mark, what }) => `${mark} ${what}`)).toEqual(['ok stack shop-a', 'fails stack shop-b']);
  });

  test('of the pipeline itself is deployed by CDK, not by a stage', () => {
    expect(of('ROLLBACK_COMPLETE', true)).toBe('fails it is ROLLBACK_COMPLETE: delete it, then deploy it again.');
    expect(of('UPDATE_ROLLBACK_FAILED', true)).toContain('cdk rollback');
    expect(of('ROLLBACK_COMPLETE')).toContain('retry the stage');
  });
});

describe('builds', () => {
  const NAME = 'Concurrently running builds for Linux/Small environment';
  const of = (parallel: number, quota: number | undefined, repeats = false) => verdict(
    { builds: [{ type: 'LINUX_CONTAINER', computeType: 'BUILD_GENERAL1_SMALL', parallel, repeats }] },
    { buildQuotas: { known: new Map(quota === undefined ? [] : [[NAME, quota]]) } });

  test.each([
    [6, 6, false, 'ok'], [7, 6, false, 'warning'], [6, 1, false, 'warning'], [7, 1, false, 'fails'], [7, 1, true, 'warning'], [1, 0, true, 'fails'], [1, undefined, false, 'warning'],
  ] as const)('%s at a time of %s, repeated: %s: %s', (parallel, quota, repeats, mark) => {
    expect(of(parallel, quota, repeats)).toMatch(new RegExp(`^${mark} `));
  });

  test.each([
    ['LINUX_CONTAINER', 'BUILD_GENERAL1_2XLARGE', 'Linux/2XLarge'],
    ['LINUX_CONTAINER', 'BUILD_GENERAL1_XLARGE', 'Linux/XLarge'],
    ['ARM_CONTAINER', 'BUILD_GENERAL1_MEDIUM', 'ARM/Medium'],
    ['LINUX_LAMBDA_CONTAINER', 'BUILD_LAMBDA_2GB', 'Linux Lambda/2GB'],
    ['ARM_LAMBDA_CONTAINER', 'BUILD_LAMBDA_10GB', 'ARM Lambda/10GB'],
  ])('%s, %s: the quota is called %s', (type, size, name) => {
    expect(quotaName(type, size)).toBe(`Concurrently running builds for ${name} environment`);
  });

  test('of another kind have no quota that is known by name', () => {
    expect(quotaName('WINDOWS_SERVER_2022_CONTAINER', 'BUILD_GENERAL1_MEDIUM')).toBeUndefined();
    expect(quotaName('LINUX_CONTAINER', 'ATTRIBUTE_BASED_COMPUTE')).toBeUndefined();
  });
});

describe('an image', () => {
  const ECR = '111111111111.dkr.ecr.eu-west-1.amazonaws.com/builder:3';
  const of = (image: string | undefined, facts: Partial<Facts>) => verdict({ images: [{ ...(image === undefined ? {} : { image }), usedBy: 'Project' }] }, facts);

  test('of AWS is one that CodeBuild lists', () => {
    const facts = { curatedImages: { known: new Set(['aws/codebuild/standard:8.0']) } };
    expect(of('aws/codebuild/standard:8.0', facts)).toMatch(/^ok /);
    expect(of('aws/codebuild/standard:5.0', facts)).toMatch(/^warning /);
  });

  test('of a private repository is there, or builds cannot start', () => {
    expect(of(ECR, { images: new Map([[ECR, { known: true }]]) })).toMatch(/^ok /);
    expect(of(ECR, { images: new Map([[ECR, { known: false }]]) })).toMatch(/^fails /);
  });

  test('of elsewhere cannot be looked at', () => {
    expect(of('node:24', {})).toMatch(/^warning .*too many pulls/);
    expect(of('public.ecr.aws/docker/library/node:24', {})).toMatch(/^warning .*not looked at/);
    expect(of(undefined, {})).toMatch(/^warning .*once the stack is deployed/);
  });

  test('is pulled with credentials that are there', () => {
    const lines = (known: boolean) => judgeSite({ ...NONE, images: [{ image: 'registry.example.com/builder:1', usedBy: 'Project', secret: 'registry' }] }, { ...NOTHING_SEEN, secrets: new Map([['registry', { known }]]) });
    expect(lines(true).map(({ mark }) => mark)).toEqual(['warning', 'ok']);
    expect(lines(false).map(({ mark }) => mark)).toEqual(['warning', 'fails']);
  });

  test.each([
    ['111111111111.dkr.ecr.eu-west-1.amazonaws.com/a/b', { repositoryName: 'a/b', imageId: { imageTag: 'latest' } }],
    [ECR, { registryId: '111111111111', region: 'eu-west-1', repositoryName: 'builder', imageId: { imageTag: '3' } }],
    [`111111111111.dkr.ecr.cn-north-1.amazonaws.com.cn/b@sha256:${'a'.repeat(64)}`, { region: 'cn-north-1', repositoryName: 'b', imageId: { imageDigest: `sha256:${'a'.repeat(64)}` } }],
  ])('%s is read', (image, parts) => {
    expect(ecrImage(image)).toMatchObject(parts);
  });

  test.each(['node:24', 'public.ecr.aws/x/y:1', 'aws/codebuild/standard:8.0'])('%s is in no private repository', (image) => {
    expect(ecrImage(image)).toBeUndefined();
  });
});

test.each([['AVAILABLE', 'ok'], ['PENDING', 'fails'], ['ERROR', 'fails'], [undefined, 'fails']])('a connection that is %s: %s', (status, mark) => {
  const arn = 'arn:aws:codeconnections:eu-west-1:111111111111:connection/abc';
  expect(verdict({ connections: [arn] }, { connections: new Map([[arn, { known: status }]]) })).toMatch(new RegExp(`^${mark} `));
});

test('AWS Health is looked at only where a gate asks it', () => {
  expect(verdict({ health: true }, { health: { known: true } })).toMatch(/^ok /);
  expect(verdict({ health: true }, { health: { known: false } })).toMatch(/^fails .*support plan/);
  expect(judgeSite(NONE, { ...NOTHING_SEEN, health: { known: false } })).toEqual([]);
});

test('what cannot be looked at is neither good nor bad, and says why', () => {
  const site: Site = {
    ...NONE,
    bootstraps: [{ qualifier: 'q', parameter: PARAMETER, version: 6 }],
    roles: [{ arn: 'arn:aws:iam::222222222222:role/r', trusts: { account: ACCOUNT }, purpose: 'the pipeline' }],
    stacks: [{ name: 's', byCdk: true }],
    builds: [{ type: 'LINUX_CONTAINER', computeType: 'BUILD_GENERAL1_SMALL', parallel: 1, repeats: false }],
    images: [{ image: 'aws/codebuild/standard:8.0', usedBy: 'P' }, { image: '111111111111.dkr.ecr.eu-west-1.amazonaws.com/b:1', usedBy: 'Q', secret: 'x' }],
    connections: ['arn:aws:codeconnections:eu-west-1:111111111111:connection/abc'],
    health: true,
  };
  const lines = judgeSite(site, unseenSite(site, 'AccessDenied: no'));
  expect(lines).toHaveLength(9);
  lines.forEach(({ mark, text }) => expect(`${mark} ${text}`).toBe('warning could not be looked at: AccessDenied: no'));
});
