import * as fs from 'node:fs';
import * as path from 'node:path';
import { App } from 'aws-cdk-lib';
import { HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks } from 'cdk-nag';
import { EXAMPLES, loadExample } from '../support/example';

// The examples import the package by its name.
jest.mock('cdk-modular-pipeline', () => jest.requireActual('../../src'), { virtual: true });

const root = path.join(__dirname, '..', '..');

/** cdk-nag's packs, by their names in docs/security.md. AwsSolutions has no exceptions there: test/examples/examples.test.ts. */
const PACKS = [
  { pack: 'NIST', prefix: 'NIST.800.53.R5-', checks: (app: App) => new NIST80053R5Checks(app) },
  { pack: 'PCI', prefix: 'PCI.DSS.321-', checks: (app: App) => new PCIDSS321Checks(app) },
  { pack: 'HIPAA', prefix: 'HIPAA.Security-', checks: (app: App) => new HIPAASecurityChecks(app) },
];

/** The rules of a pack that docs/security.md gives a reason for. */
function excused(pack: string): string[] {
  const text = fs.readFileSync(path.join(root, 'docs', 'security.md'), 'utf8');
  const [, section] = /## Rules that do not apply\n([\s\S]*?)\n## /.exec(text)!;
  const rows = [...section.matchAll(/^\| `(\w+)` \| ([\w, ]+) \| \S/gm)];
  return rows.filter(([,, packs]) => packs.split(', ').includes(pack)).map(([, rule]) => rule).sort();
}

/** Resources of all templates, those of nested stacks as well. */
function resources(app: App, type: string): any[] {
  const { directory } = app.synth();
  return fs.readdirSync(directory).filter((name) => name.endsWith('.template.json')).flatMap((name) => {
    const { Resources: all = {} } = JSON.parse(fs.readFileSync(path.join(directory, name), 'utf8')) as { Resources?: Record<string, any> };
    return Object.entries(all).filter(([, resource]) => resource.Type === type).map(([logicalId, resource]) => ({ ...resource.Properties, logicalId }));
  });
}

const apps = EXAMPLES.map((example): [string, App] => [example, loadExample(example)]);

test.each(PACKS)('the rules of $pack that the examples violate are those that docs/security.md excuses, each with its reason', ({ pack, prefix, checks }) => {
  const found = apps.flatMap(([, app]) => checks(app).validateScope(app).violations.map(({ ruleName }) => ruleName.replace(prefix, '')));
  expect([...new Set(found)].sort()).toEqual(excused(pack));
});

/** Examples whose deployers read a secret: by its name, and at run time alone. */
const WITH_SECRETS = ['migrations'];

describe.each(apps)('%s', (example, app) => {
  const DENIED_WITHOUT_TLS = { Effect: 'Deny', Action: 's3:*', Principal: { AWS: '*' }, Condition: { Bool: { 'aws:SecureTransport': 'false' } } };

  test('every bucket refuses requests without TLS', () => {
    const policies = resources(app, 'AWS::S3::BucketPolicy');
    const buckets = resources(app, 'AWS::S3::Bucket');
    expect(buckets.length).toBeGreaterThan(0);
    for (const { logicalId } of buckets) {
      const policy = policies.find(({ Bucket }) => Bucket.Ref === logicalId);
      expect(policy?.PolicyDocument.Statement).toContainEqual(expect.objectContaining(DENIED_WITHOUT_TLS));
    }
  });

  test('every log group forgets, after a year', () => {
    const groups = resources(app, 'AWS::Logs::LogGroup');
    expect(groups.length).toBeGreaterThan(0);
    expect(groups.map(({ RetentionInDays }) => RetentionInDays)).toEqual(groups.map(() => 365));
  });

  test('every function and project writes to a log group of the stack', () => {
    const functions = resources(app, 'AWS::Lambda::Function').map(({ LoggingConfig }) => LoggingConfig?.LogGroup?.Ref);
    expect(functions).toEqual(functions.map(() => expect.any(String)));
    const projects = resources(app, 'AWS::CodeBuild::Project').map(({ LogsConfig }) => LogsConfig?.CloudWatchLogs?.Status);
    expect(projects).toEqual(projects.map(() => 'ENABLED'));
  });

  test('no environment variable looks like a secret, and none but a deployer\'s is read from where secrets are', () => {
    const ofFunctions = resources(app, 'AWS::Lambda::Function').flatMap(({ Environment }) => Object.entries<unknown>(Environment?.Variables ?? {}));
    const ofProjects = resources(app, 'AWS::CodeBuild::Project').flatMap(({ Environment }) => Environment.EnvironmentVariables ?? []);
    const names = [...ofFunctions.map(([name]) => name), ...ofProjects.map(({ Name }: { Name: string }) => Name)];
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => /SECRET|TOKEN|PASSWORD|CREDENTIAL|ACCESS_KEY/i.test(name))).toEqual([]);
    const types = WITH_SECRETS.includes(example) ? ['PLAINTEXT', 'SECRETS_MANAGER'] : ['PLAINTEXT'];
    expect(new Set(ofProjects.map(({ Type }: { Type: string }) => Type))).toEqual(new Set(types));
    expect(JSON.stringify([...ofFunctions, ...ofProjects])).not.toMatch(/resolve:(ssm-secure|secretsmanager)/);
  });
});
