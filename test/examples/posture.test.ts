import * as fs from 'node:fs';
import * as path from 'node:path';
import { App } from 'aws-cdk-lib';
import { NIST80053R5Checks } from 'cdk-nag';

// The examples import the package by its name.
jest.mock('cdk-modular-pipeline', () => jest.requireActual('../../src'), { virtual: true });

const root = path.join(__dirname, '..', '..');
const examples = fs.readdirSync(path.join(root, 'examples')).filter((name) => fs.existsSync(path.join(root, 'examples', name, 'app.ts')));
const PREFIX = 'NIST.800.53.R5-';

/** The rules that docs/security.md gives a reason for. */
function excused(): string[] {
  const text = fs.readFileSync(path.join(root, 'docs', 'security.md'), 'utf8');
  const [, section] = /## Rules that do not apply\n([\s\S]*?)\n## /.exec(text)!;
  return [...section.matchAll(/^\| `(\w+)` \| \S/gm)].map(([, rule]) => rule).sort();
}

/** Resources of all templates, those of nested stacks as well. */
function resources(app: App, type: string): any[] {
  const { directory } = app.synth();
  return fs.readdirSync(directory).filter((name) => name.endsWith('.template.json')).flatMap((name) => {
    const { Resources: all = {} } = JSON.parse(fs.readFileSync(path.join(directory, name), 'utf8')) as { Resources?: Record<string, any> };
    return Object.entries(all).filter(([, resource]) => resource.Type === type).map(([logicalId, resource]) => ({ ...resource.Properties, logicalId }));
  });
}

const apps = examples.map((example): [string, App] => [example, jest.requireActual<{ app: App }>(path.join(root, 'examples', example, 'app.ts')).app]);

test('the rules of NIST 800-53 R5 that the examples violate are those that docs/security.md excuses, each with its reason', () => {
  const found = apps.flatMap(([, app]) => new NIST80053R5Checks(app).validateScope(app).violations.map(({ ruleName }) => ruleName.replace(PREFIX, '')));
  expect([...new Set(found)].sort()).toEqual(excused());
});

describe.each(apps)('%s', (_, app) => {
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

  test('no environment variable looks like a secret, and none is read from where secrets are', () => {
    const ofFunctions = resources(app, 'AWS::Lambda::Function').flatMap(({ Environment }) => Object.entries<unknown>(Environment?.Variables ?? {}));
    const ofProjects = resources(app, 'AWS::CodeBuild::Project').flatMap(({ Environment }) => Environment.EnvironmentVariables ?? []);
    const names = [...ofFunctions.map(([name]) => name), ...ofProjects.map(({ Name }: { Name: string }) => Name)];
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => /SECRET|TOKEN|PASSWORD|CREDENTIAL|ACCESS_KEY/i.test(name))).toEqual([]);
    expect(new Set(ofProjects.map(({ Type }: { Type: string }) => Type))).toEqual(new Set(['PLAINTEXT']));
    expect(JSON.stringify([...ofFunctions, ...ofProjects])).not.toMatch(/resolve:(ssm-secure|secretsmanager)/);
  });
});
