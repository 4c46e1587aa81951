import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CodeBuildClient, ListCuratedEnvironmentImagesCommand } from '@aws-sdk/client-codebuild';
import { CodeStarConnectionsClient, GetConnectionCommand } from '@aws-sdk/client-codestar-connections';
import { DescribeImagesCommand, ECRClient, ImageNotFoundException } from '@aws-sdk/client-ecr';
import { DescribeEventsCommand, HealthClient } from '@aws-sdk/client-health';
import { GetRoleCommand, IAMClient, NoSuchEntityException } from '@aws-sdk/client-iam';
import { DescribeSecretCommand, ResourceNotFoundException, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { ListServiceQuotasCommand, ServiceQuotasClient } from '@aws-sdk/client-service-quotas';
import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { App, Stack } from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { mockClient } from 'aws-sdk-client-mock';
import { readSites } from '../../../cli/doctor/assembly';
import { Looker } from '../../../cli/doctor/look';
import { BuildStrategy, Component, Gate, ModularPipeline, PipelineSource } from '../../../src';
import { ACCOUNT, environment, OTHER_ACCOUNT, pipelineProps, REGION } from '../../support/constructs';
import { run, runJson } from '../support/run';

const CONNECTION = `arn:aws:codeconnections:${REGION}:${ACCOUNT}:connection/0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0`;
const IMAGE = `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/builder:3`;
const role = (name: string, account: string, region = REGION) => `arn:aws:iam::${account}:role/cdk-hnb659fds-${name}-role-${account}-${region}`;

/** A pipeline of GitHub with two accounts, a further Region, a gate that asks AWS Health and an image of the account's own. */
function synthesize(fanOut = false): string {
  const outdir = mkdtempSync(join(tmpdir(), 'doctor-'));
  const app = new App({ outdir });
  const stack = new Stack(app, 'Shop', { env: { account: ACCOUNT, region: REGION } });
  const repository = ecr.Repository.fromRepositoryName(stack, 'Builder', 'builder');
  new ModularPipeline(stack, 'Pipeline', pipelineProps(stack, {
    source: PipelineSource.gitHub('acme/shop', { connectionArn: CONNECTION, branch: 'main' }),
    components: [
      Component.template('template.yml', { path: 'template.yml' }),
      ...['a', 'b', 'c'].map((name) => Component.lambdaZip(name, { path: name })),
      Component.lambdaZip('d', { path: 'd', buildImage: codebuild.LinuxBuildImage.fromEcrRepository(repository, '3') }),
    ],
    environments: [
      environment('test', { gates: [Gate.awsHealth()] }),
      environment('prod', { env: { account: OTHER_ACCOUNT, region: REGION }, furtherRegions: ['us-east-1'] }),
    ],
    ...(fanOut ? { buildStrategy: BuildStrategy.fanOut({ maxConcurrency: 25 }) } : {}),
  }));
  app.synth();
  return outdir;
}

describe('what an assembly needs', () => {
  let sites: ReturnType<typeof readSites>;
  const site = (account: string, region: string) => sites.find((one) => one.account === account && one.region === region)!;
  beforeAll(() => {
    const outdir = synthesize();
    sites = readSites(outdir);
    rmSync(outdir, { recursive: true });
  });

  test('is needed of every account and Region that the pipeline is in or delivers to', () => {
    expect(sites.map(({ account, region }) => `${account}/${region}`).sort()).toEqual([
      `${ACCOUNT}/${REGION}`, `${ACCOUNT}/us-east-1`, `${OTHER_ACCOUNT}/${REGION}`, `${OTHER_ACCOUNT}/us-east-1`,
    ]);
  });

  test('of another account: a bootstrap and roles that trust the pipeline\'s, and its stack', () => {
    expect(site(OTHER_ACCOUNT, 'us-east-1')).toEqual({
      account: OTHER_ACCOUNT,
      region: 'us-east-1',
      bootstraps: [{ qualifier: 'hnb659fds', parameter: '/cdk-bootstrap/hnb659fds/version', version: 23, trusts: ACCOUNT }],
      roles: [
        { arn: role('cfn-exec', OTHER_ACCOUNT, 'us-east-1'), trusts: { service: 'cloudformation.amazonaws.com' }, purpose: 'CloudFormation' },
        { arn: role('deploy', OTHER_ACCOUNT, 'us-east-1'), trusts: { account: ACCOUNT }, purpose: 'the pipeline' },
      ],
      stacks: [{ name: 'shop-prod', byCdk: false }],
      builds: [],
      images: [],
      connections: [],
      health: false,
      lookupRoleArn: role('lookup', OTHER_ACCOUNT, 'us-east-1'),
    });
  });

  test('of the pipeline\'s own: builds that are started at a time, images, connections, AWS Health', () => {
    const { builds, images, connections, health, stacks } = site(ACCOUNT, REGION);
    expect(builds).toEqual([{ type: 'LINUX_CONTAINER', computeType: 'BUILD_GENERAL1_SMALL', parallel: 5, repeats: false }]);
    expect(images.map(({ image }) => image)).toEqual([IMAGE, 'aws/codebuild/standard:8.0']);
    expect({ connections, health }).toEqual({ connections: [CONNECTION], health: true });
    expect(stacks).toEqual([{ name: 'Shop', byCdk: true }, { name: 'shop-test', byCdk: false }]);
    expect(site(ACCOUNT, 'us-east-1').stacks).toEqual([{ name: 'Shop-support-us-east-1', byCdk: true }]);
  });

  test('a fan-out starts as many as it is given, in nested stacks too, and starts again what is refused', () => {
    const outdir = synthesize(true);
    const { builds, images } = readSites(outdir).find(({ account, region }) => account === ACCOUNT && region === REGION)!;
    expect(builds).toEqual([expect.objectContaining({ parallel: 25, repeats: true })]);
    expect(images.map(({ image }) => image)).toContain('aws/codebuild/standard:8.0');
    rmSync(outdir, { recursive: true });
  });
});

describe('doctor', () => {
  const [sts, ssm, iam, stacks, quotas, builds] = [STSClient, SSMClient, IAMClient, CloudFormationClient, ServiceQuotasClient, CodeBuildClient]
    .map((client) => mockClient(client as typeof STSClient));
  const [connections, images, health] = [CodeStarConnectionsClient, ECRClient, HealthClient]
    .map((client) => mockClient(client as never)) as unknown as ReturnType<typeof mockClient>[];
  const metadata = { $metadata: {} };
  const saved = { ...process.env };
  let app: string;

  beforeAll(() => {
    Object.assign(process.env, { AWS_REGION: REGION, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
    app = synthesize();
  });
  afterAll(() => {
    process.env = saved;
    rmSync(app, { recursive: true });
  });

  beforeEach(() => {
    [sts, ssm, iam, stacks, quotas, builds, connections, images, health].forEach((mock) => mock!.reset());
    sts!.on(GetCallerIdentityCommand).resolves({ Account: ACCOUNT });
    sts!.on(AssumeRoleCommand).resolves({ Credentials: { AccessKeyId: 'k', SecretAccessKey: 's', SessionToken: 't', Expiration: new Date(0) } });
    ssm!.on(GetParameterCommand as never).resolves({ Parameter: { Name: '/cdk-bootstrap/hnb659fds/version', Type: 'String', Value: '28', Version: 3 } } as never);
    iam!.on(GetRoleCommand as never).callsFake(async ({ RoleName: name }: { RoleName: string }) => ({
      Role: {
        RoleName: name,
        // IAM encodes the policy as a URL does.
        AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify({
          Version: '2012-10-17',
          Statement: [{
            Effect: 'Allow',
            Principal: name.includes('cfn-exec') ? { Service: 'cloudformation.amazonaws.com' } : { AWS: [`arn:aws:iam::${ACCOUNT}:root`, `arn:aws:iam::${OTHER_ACCOUNT}:root`] },
            Action: 'sts:AssumeRole',
          }],
        })),
      },
    }));
    stacks!.on(DescribeStacksCommand as never).callsFake(async ({ StackName: name }: { StackName: string }) => {
      throw Object.assign(new Error(`Stack with id ${name} does not exist`), { name: 'ValidationError' });
    });
    quotas!.on(ListServiceQuotasCommand as never).callsFake(async ({ NextToken: token }: { NextToken?: string }) => (token === undefined
      ? { Quotas: [{ QuotaName: 'Build projects', Value: 5000 }], NextToken: 'more' }
      : { Quotas: [{ QuotaCode: 'L-9D07B6EF', QuotaName: 'Concurrently running builds for Linux/Small environment', Value: 60 }] }));
    builds!.on(ListCuratedEnvironmentImagesCommand as never).resolves({
      platforms: [{ platform: 'UBUNTU', languages: [{ language: 'STANDARD', images: [{ name: 'aws/codebuild/standard:8.0', description: 'x', versions: ['aws/codebuild/standard:8.0-26.01.01'] }] }] }],
    } as never);
    connections!.on(GetConnectionCommand as never).resolves({ Connection: { ConnectionArn: CONNECTION, ConnectionStatus: 'AVAILABLE' } } as never);
    images!.on(DescribeImagesCommand as never).resolves({ imageDetails: [{ imageTags: ['3'] }] } as never);
    health!.on(DescribeEventsCommand as never).resolves({ events: [] } as never);
  });

  test('says of everything that it is there, site by site, before the first deployment', async () => {
    const { code, out, err } = await run(['doctor', '--app', app]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain(`${OTHER_ACCOUNT} us-east-1\n  ok      bootstrap hnb659fds: version 28\n`);
    expect(out).toContain('  ok      stack Shop: it is still to be created\n');
    expect(out).toMatch(/\n\d+ looked at: 0 warnings, 0 fail\.\n$/);
  });

  test('acts as the bootstrap\'s lookup role in other accounts, and as the caller in the caller\'s', async () => {
    await run(['doctor', '--app', app]);
    expect(sts!.commandCalls(AssumeRoleCommand).map(({ args }) => args[0].input.RoleArn)).toEqual([role('lookup', OTHER_ACCOUNT), role('lookup', OTHER_ACCOUNT, 'us-east-1')]);
  });

  test('fails where something is missing, and goes on to the end', async () => {
    ssm!.on(GetParameterCommand as never).rejects(new ParameterNotFound({ ...metadata, message: 'none' }) as never);
    iam!.on(GetRoleCommand as never, { RoleName: role('deploy', OTHER_ACCOUNT).split('/')[1] } as never).rejects(new NoSuchEntityException({ ...metadata, message: 'none' }) as never);
    images!.on(DescribeImagesCommand as never).rejects(new ImageNotFoundException({ ...metadata, message: 'none' }) as never);
    connections!.on(GetConnectionCommand as never).resolves({ Connection: { ConnectionStatus: 'PENDING' } } as never);
    health!.on(DescribeEventsCommand as never).rejects(Object.assign(new Error('An error occurred'), { name: 'SubscriptionRequiredException' }) as never);
    stacks!.on(DescribeStacksCommand as never, { StackName: 'shop-prod' } as never).resolves({ Stacks: [{ StackName: 'shop-prod', StackStatus: 'ROLLBACK_COMPLETE', CreationTime: new Date(0) }] } as never);
    const { code, out } = await run(['doctor', '--app', app, '--json']);
    const { lines, fails, warnings } = JSON.parse(out) as {
      lines: { mark: string; account: string; region: string; what: string }[]; fails: number; warnings: number;
    };
    expect(code).toBe(1);
    expect(lines.filter(({ mark }) => mark === 'fails').map(({ account, region, what }) => `${account} ${region} ${what}`).sort()).toEqual([
      `${ACCOUNT} ${REGION} AWS Health`,
      `${ACCOUNT} ${REGION} bootstrap hnb659fds`,
      `${ACCOUNT} ${REGION} connection 0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0`,
      `${ACCOUNT} ${REGION} image ${IMAGE}`,
      `${ACCOUNT} us-east-1 bootstrap hnb659fds`,
      `${OTHER_ACCOUNT} ${REGION} bootstrap hnb659fds`,
      `${OTHER_ACCOUNT} ${REGION} role cdk-hnb659fds-deploy-role-${OTHER_ACCOUNT}-${REGION}`,
      `${OTHER_ACCOUNT} ${REGION} stack shop-prod`,
      `${OTHER_ACCOUNT} us-east-1 bootstrap hnb659fds`,
      `${OTHER_ACCOUNT} us-east-1 stack shop-prod`,
    ]);
    expect({ fails, warnings }).toEqual({ fails: 10, warnings: 0 });
  });

  test('an account that it may not look at is a warning for each thing, with the way', async () => {
    sts!.on(AssumeRoleCommand).rejects(Object.assign(new Error('not authorized'), { name: 'AccessDenied' }));
    const { lines, fails } = await runJson<{ lines: { mark: string; account: string; text: string }[]; fails: number }>(['doctor', '--app', app, '--json']);
    expect(fails).toBe(0);
    const others = lines.filter(({ account }) => account === OTHER_ACCOUNT);
    expect(new Set(others.map(({ mark }) => mark))).toEqual(new Set(['warning']));
    expect(others[0]!.text).toContain(`AccessDenied: not authorized. Is the account bootstrapped? Run this with credentials of account ${OTHER_ACCOUNT}`);
  });

  test('one call that is denied leaves the rest', async () => {
    quotas!.on(ListServiceQuotasCommand as never).rejects(Object.assign(new Error('no'), { name: 'AccessDeniedException' }) as never);
    const { lines } = await runJson<{ lines: { mark: string; what: string }[] }>(['doctor', '--app', app, '--json']);
    expect(lines.filter(({ mark }) => mark !== 'ok').map(({ what }) => what)).toEqual(['builds LINUX_CONTAINER BUILD_GENERAL1_SMALL']);
  });

  test('looks at all stacks of names that begin alike, page by page', async () => {
    const stack = (name: string, status: string, more: object = {}) => ({ StackName: name, StackStatus: status, CreationTime: new Date(0), ...more });
    const client = stacks!;
    client.on(DescribeStacksCommand as never).callsFake(async ({ StackName: name, NextToken: token }: { StackName?: string; NextToken?: string }) => {
      if (name !== undefined) {
        return { Stacks: [stack(name, 'UPDATE_COMPLETE')] };
      }
      return token === undefined ? { Stacks: [stack('shop-a', 'UPDATE_COMPLETE'), stack('other', 'ROLLBACK_COMPLETE')], NextToken: 'more' }
        : { Stacks: [stack('shop-b', 'ROLLBACK_COMPLETE'), stack('shop-b-Nested', 'ROLLBACK_COMPLETE', { ParentId: 'shop-b' })] };
    });
    const site = { ...readSites(app).find(({ account }) => account === ACCOUNT)!, stacks: [{ name: 'shop-*', byCdk: false }] };
    const facts = await new Looker().look(site);
    expect(facts.stacks.get('shop-*')).toEqual({ known: [{ name: 'shop-a', status: 'UPDATE_COMPLETE' }, { name: 'shop-b', status: 'ROLLBACK_COMPLETE' }] });
  });

  test('looks for the secrets that registries of images ask for', async () => {
    const secrets = mockClient(SecretsManagerClient);
    secrets.on(DescribeSecretCommand, { SecretId: 'there' }).resolves({ Name: 'there' });
    secrets.on(DescribeSecretCommand, { SecretId: 'gone' }).rejects(new ResourceNotFoundException({ message: 'gone', $metadata: {} }));
    const facts = await new Looker().look({
      account: ACCOUNT,
      region: REGION,
      bootstraps: [],
      roles: [],
      stacks: [],
      builds: [],
      connections: [],
      health: false,
      images: [{ image: 'registry.example.com/one', usedBy: 'A', secret: 'there' }, { image: 'registry.example.com/two', usedBy: 'B', secret: 'gone' }],
    });
    expect(facts.secrets).toEqual(new Map([['there', { known: true }], ['gone', { known: false }]]));
    secrets.restore();
  });

  test('takes an assembly, and one that holds a pipeline', async () => {
    expect(await run(['doctor', '--app', '/nowhere'])).toMatchObject({ code: 2, err: expect.stringContaining('cdk synth') as string });
    const empty = mkdtempSync(join(tmpdir(), 'doctor-'));
    writeFileSync(join(empty, 'manifest.json'), '{"version":"48.0.0","artifacts":{}}');
    expect(await run(['doctor', '--app', empty])).toMatchObject({ code: 2, err: expect.stringContaining('no modular pipeline') as string });
    rmSync(empty, { recursive: true });
  });
});
