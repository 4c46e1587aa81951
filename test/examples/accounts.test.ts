import { EXAMPLES as ALL, loadExample } from '../support/example';

// The examples import the package by its name.
jest.mock('cdk-modular-pipeline', () => jest.requireActual('../../src'), { virtual: true });

/** Each example's pipeline account, the further accounts that it deploys to, and those of them that read artifacts; roles there that deployers act as. */
const EXAMPLES: Readonly<Record<string, {
  readonly own: string; readonly targets: readonly string[]; readonly readers?: readonly string[]; readonly roles?: readonly string[];
}>> = {
  'branch-pipelines': { own: '111111111111', targets: [] },
  'cdk-application': { own: '111111111111', targets: ['222222222222', '333333333333'] },
  'cross-region-service': { own: '111111111111', targets: ['222222222222', '333333333333'] },
  'ecs-service': { own: '111111111111', targets: ['222222222222'] },
  'flink-application': { own: '111111111111', targets: [] },
  'github-service': { own: '111111111111', targets: ['222222222222'] },
  'glue-etl': { own: '111111111111', targets: ['222222222222'] },
  'lambda-zip-service': { own: '111111111111', targets: [] },
  'large-monorepo': { own: '111111111111', targets: [] },
  'layer-many-regions': { own: '111111111111', targets: [] },
  'migrations': { own: '111111111111', targets: ['222222222222'], roles: ['orders-migrations'] },
  'ml-training-pipeline': { own: '111111111111', targets: ['222222222222'] },
  'notifications': { own: '111111111111', targets: [] },
  'on-premises': { own: '111111111111', targets: ['222222222222'], readers: [], roles: ['service-deployer'] },
  'pipelines-from-manifest': { own: '111111111111', targets: ['222222222222'] },
  'pull-requests': { own: '111111111111', targets: [] },
  'releases-by-tag': { own: '111111111111', targets: ['222222222222'] },
  'resilience-gate': { own: '111111111111', targets: ['222222222222'] },
  's3-application': { own: '111111111111', targets: ['222222222222'] },
  'sam-application': { own: '111111111111', targets: ['222222222222', '333333333333'] },
  'static-site': { own: '111111111111', targets: ['222222222222'], roles: ['site-publisher'] },
  'terraform': { own: '111111111111', targets: ['222222222222'], readers: [], roles: ['network-terraform'] },
  'three-stacks': { own: '111111111111', targets: ['222222222222'] },
};

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: unknown;
}

type Resources = Readonly<Record<string, { readonly Type: string; readonly Properties?: any }>>;

/** All statements with a principal: of resources' policies, and of roles' trust. */
function statements(value: unknown): Statement[] {
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  const own = 'Effect' in value && 'Principal' in value ? [value as Statement] : [];
  return [...own, ...Object.values(value).flatMap(statements)];
}

/** The accounts that a policy's Allow statements admit, without the pipeline's own. */
function admitted(policies: readonly unknown[], own: string): string[] {
  const principals = policies.flatMap(statements).filter(({ Effect }) => Effect === 'Allow').map(({ Principal }) => Principal);
  return [...new Set(JSON.stringify(principals).match(/(?<=:iam::)\d{12}/g))].filter((account) => account !== own).sort();
}

function ofType(resources: Resources, type: string): [string, Resources[string]][] {
  return Object.entries(resources).filter(([, { Type }]) => Type === type);
}

/** Whether a bucket names the key, or an alias of it. */
function encryptsBucket(resources: Resources, key: string): boolean {
  const encryptions = JSON.stringify(ofType(resources, 'AWS::S3::Bucket').map(([, { Properties }]) => Properties.BucketEncryption));
  const aliases = ofType(resources, 'AWS::KMS::Alias').filter(([, { Properties }]) => JSON.stringify(Properties.TargetKeyId).includes(`"${key}"`));
  return encryptions.includes(`"${key}"`) || aliases.some(([, { Properties }]) => encryptions.includes(Properties.AliasName as string));
}

test('every example is looked at', () => {
  expect([...ALL].sort()).toEqual(Object.keys(EXAMPLES));
});

describe.each(Object.entries(EXAMPLES))('%s', (example, { own, targets, readers = targets, roles = [] }) => {
  const { stacks } = loadExample(example).synth();
  const templates: [string, Resources][] = stacks.map(({ stackName, template }) => [stackName, (template as { Resources: Resources }).Resources]);

  test('makes nothing in the accounts that it deploys to, and names no role there but those of the CDK bootstrap and of its deployers', () => {
    expect(stacks.map(({ environment }) => environment.account)).toEqual(stacks.map(() => own));
    const named = [...JSON.stringify(templates).matchAll(/:iam::(\d{12}):([^"]+)/g)].filter(([, account]) => account !== own);
    expect([...new Set(named.map(([, account]) => account))].sort()).toEqual(targets);
    const others = named.filter(([, account, name]) => name !== 'root' && !roles.includes(name.replace('role/', '')) && !new RegExp(`^role/cdk-hnb659fds-(deploy|cfn-exec|file-publishing)-role-${account}-[a-z0-9-]+$`).test(name));
    expect(others).toEqual([]);
  });

  test('admits to the buckets of artifacts, and to their keys, exactly the accounts that it deploys stacks to', () => {
    for (const [stackName, resources] of templates) {
      expect([stackName, admitted(ofType(resources, 'AWS::S3::BucketPolicy'), own)]).toEqual([stackName, readers]);
      const [ofBuckets, others] = [true, false].map((wanted) => ofType(resources, 'AWS::KMS::Key').filter(([id]) => encryptsBucket(resources, id) === wanted));
      expect([stackName, admitted(ofBuckets, own)]).toEqual([stackName, readers]);
      expect([stackName, admitted(others, own)]).toEqual([stackName, []]);
    }
  });

  test('allows nothing to everybody', () => {
    const all = templates.flatMap(([, resources]) => statements(resources));
    expect(all.filter(({ Effect }) => Effect === 'Allow').length).toBeGreaterThan(0);
    expect(all.filter(({ Effect, Principal }) => Effect === 'Allow' && /"\*"|:iam::\*/.test(JSON.stringify(Principal)))).toEqual([]);
  });
});
