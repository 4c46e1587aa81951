import { Duration, Lazy, SecretValue } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { ConnectionSourceOptions, GitReader, ModularPipelineProps, PipelineSource, SourceCheckout } from '../../src';
import { resource, stagesOf, statementsOf, testPipeline, testStack } from '../support/constructs';

const ARN = 'arn:aws:codeconnections:eu-west-1:111111111111:connection/0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0';
const OLD = ARN.replace('codeconnections', 'codestar-connections');

function synthesized(more: Partial<ConnectionSourceOptions> = {}, repository = 'my-org/shop', props: Partial<ModularPipelineProps> = {}) {
  return testPipeline({ source: PipelineSource.gitHub(repository, { connectionArn: ARN, branch: 'main', ...more }), ...props }).template;
}

const refusal = (more: Partial<ConnectionSourceOptions>, repository?: string) => expect(() => synthesized(more, repository));
const diffRole = (template: ReturnType<typeof synthesized>) => statementsOf(resource(template, 'AWS::IAM::Role', 'PipelineDiffRole'));
const reader = (template: ReturnType<typeof synthesized>) => (
  JSON.parse(resource(template, 'AWS::Lambda::Function', 'PipelineDiffFunction').Properties.Environment.Variables.SOURCE) as object
);

test('the source action takes the pinned commit through the connection, and starts nothing', () => {
  const [{ actions: [action] }] = stagesOf(synthesized());
  expect(action).toMatchObject({
    ActionTypeId: { Category: 'Source', Owner: 'AWS', Provider: 'CodeStarSourceConnection', Version: '1' },
    Configuration: { ConnectionArn: ARN, FullRepositoryId: 'my-org/shop', BranchName: 'main', DetectChanges: 'false', OutputArtifactFormat: 'CODE_ZIP' },
  });
});

test('the schedule looks every minute, unless the pipeline says otherwise; no event is waited for', () => {
  const rate = (template: ReturnType<typeof synthesized>) => resource(template, 'AWS::Events::Rule').Properties.ScheduleExpression;
  expect(rate(synthesized())).toBe('rate(1 minute)');
  expect(rate(synthesized({}, undefined, { reconcileInterval: Duration.minutes(5) }))).toBe('rate(5 minutes)');
});

test.each([[ARN, 'codeconnections'], [OLD, 'codestar-connections']])('%s is read with its own prefix: this repository, and nothing but reading', (connectionArn, service) => {
  const template = synthesized({ connectionArn });
  expect(reader(template)).toEqual({
    kind: 'git',
    url: `https://${service}.eu-west-1.amazonaws.com/git-http/111111111111/eu-west-1/0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0/my-org/shop.git`,
    authorization: { kind: 'connection', connectionArn, region: 'eu-west-1' },
  });
  const statements = diffRole(template).filter(({ Resource }) => Resource === connectionArn);
  expect(statements).toEqual([
    {
      Effect: 'Allow',
      Action: `${service}:UseConnection`,
      Resource: connectionArn,
      Condition: {
        'StringEqualsIfExists': { [`${service}:FullRepositoryId`]: 'my-org/shop', [`${service}:ProviderPermissionsRequired`]: 'read_only' },
        'ForAllValues:StringEquals': { [`${service}:ProviderAction`]: ['GitPull'] },
      },
    },
    { Effect: 'Allow', Action: `${service}:GetConnection`, Resource: connectionArn },
  ]);
});

test('a connection whose ARN is known at deployment only is taken apart there, with both prefixes', () => {
  const template = synthesized({ connectionArn: Lazy.string({ produce: () => ARN }) });
  expect(JSON.stringify(diffRole(template))).toContain('codestar-connections:UseConnection');
  expect(JSON.stringify(diffRole(template))).toContain('codeconnections:UseConnection');
});

test('builds clone with the right to pull where they are let, by both strategies; otherwise they may not', () => {
  const cloning = JSON.stringify(synthesized({ checkout: SourceCheckout.gitClone() }).toJSON());
  expect(cloning).toContain('MODULAR_CHECKOUT');
  const plain = JSON.stringify(synthesized().toJSON());
  expect(plain).not.toContain('MODULAR_CHECKOUT');
  expect(() => synthesized({ checkout: SourceCheckout.gitClone(), reader: GitReader.url('https://git.example.com/shop.git') })).toThrow('SourceCheckout.gitClone(): builds clone through a connection');
});

describe('GitReader.url', () => {
  it('reads a secret, and nothing else', () => {
    const stack = testStack();
    const secret = new secretsmanager.Secret(stack, 'Token', { secretStringValue: SecretValue.unsafePlainText('x') });
    const bound = GitReader.url('https://git.example.com/team/shop.git/', secret)._bind();
    expect(bound.configuration).toMatchObject({ kind: 'git', url: 'https://git.example.com/team/shop.git', authorization: { kind: 'secret' } });
    expect(bound.statements.map((statement) => statement.actions)).toEqual([['secretsmanager:GetSecretValue']]);
    expect(GitReader.url('https://git.example.com/team/shop.git')._bind()).toMatchObject({ configuration: { authorization: { kind: 'none' } }, statements: [] });
  });

  it.each(['http://git.example.com/shop.git', 'git@github.com:my-org/shop.git', 'https://git.example.com', 'shop', 'https://git.example.com/a?b=c'])('refuses %s', (url) => {
    expect(() => GitReader.url(url)).toThrow(`GitReader.url: url is ${JSON.stringify(url)}: write the https:// address`);
  });

  it('refuses a password, without showing it', () => {
    expect(() => GitReader.url('https://me:hunter2@git.example.com/shop.git')).toThrow(/^(?!.*hunter2).*put them into a secret/);
  });
});

test.each(['shop', 'my-org/', '/shop', 'my org/shop', 'my-org/shop.git', '../shop', 'my-org/..', 'https://github.com/my-org/shop'])('the repository %j is refused', (repository) => {
  refusal({}, repository).toThrow(`PipelineSource.gitHub: repository is ${JSON.stringify(repository)}`);
});

test.each(['connection', 'arn:aws:codestar:eu-west-1:111111111111:connection/1', 'arn:aws:codeconnections:eu-west-1:111111111111:host/1'])('the connection %s is refused', (connectionArn) => {
  refusal({ connectionArn }).toThrow(`PipelineSource.gitHub: connectionArn is ${JSON.stringify(connectionArn)}: give a connection's ARN`);
});

test('a connection of another Region is refused', () => {
  refusal({ connectionArn: ARN.replace('eu-west-1', 'us-east-1') }).toThrow('PipelineSource.gitHub: connectionArn is of Region us-east-1, and the pipeline\'s is eu-west-1');
});

test('each host has its factory', () => {
  for (const host of ['gitHub', 'gitHubEnterprise', 'gitLab', 'gitLabSelfManaged', 'bitbucket', 'azureDevOps', 'connection'] as const) {
    expect(() => testPipeline({ source: PipelineSource[host]('a/b/c', { connectionArn: ARN, branch: '' }) })).toThrow(`PipelineSource.${host}: branch is ""`);
  }
});
