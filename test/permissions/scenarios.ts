import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CodePipelineClient, StartPipelineExecutionCommand } from '@aws-sdk/client-codepipeline';
import { App, Stack } from 'aws-cdk-lib';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Judge } from './judge';
import { Policies } from './policies';
import { DemoRepository } from '../../local/demo/repository';
import { begin, BRANCH, STORY } from '../../local/demo/story';
import { exampleEnvironment } from '../../local/example-context';
import { LocalSystem } from '../../local/system';
import {
  BuildArtifact, BuildStrategy, Component, Deployer, DeploymentEnvironment, DiffTable, DeploymentsTable, LocationParameter, ModularPipeline,
  NotificationChannel, PipelineSource, PullRequestPlan, ReleaseNotifications, SourceTrigger, UnownedPaths,
} from '../../src';
import { TestRepository } from '../local/support';

/** Runs some of a system's life, every access judged, and answers the judge. */
export interface Scenario {
  readonly name: string;
  readonly run: () => Promise<Judge>;
}

const ROOT = join(__dirname, '..', '..');
const REGION = 'eu-west-1';
export const ENV = { account: '111111111111', region: REGION };
const OTHER = { account: '222222222222', region: REGION };
const TEMPLATE = `Parameters:
  LibraryKey: { Type: String }
  WebImage: { Type: String }
Resources:
  Topic: { Type: AWS::SNS::Topic }
`;
const QUEUE = '  Queue: { Type: AWS::SQS::Queue }\n';

export const library = Component.custom('library', {
  path: 'library',
  buildCommands: ['grep --invert-match "^#" source > artifact'],
  testCommands: ['! grep --quiet broken source'],
  artifact: BuildArtifact.file('artifact'),
  parameters: [LocationParameter.key('LibraryKey')],
});
export const web = Component.lambdaImage('web', { path: 'web', dependsOn: ['library'], imageUriParameter: 'WebImage' });
export const template = Component.template('template', { path: 'template.yml' });

/** A repository of the components above. */
export const FILES = { 'library/source': 'library 1\n', 'web/Dockerfile': 'FROM scratch\n', 'template.yml': `${TEMPLATE}${QUEUE}` };

const FEW = { 'library/source': 'library 1\n', 'template.yml': TEMPLATE.replace('  WebImage: { Type: String }\n', '') };
const CONNECTION = 'arn:aws:codeconnections:eu-west-1:111111111111:connection/0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0';

/** A solution with all that asks for permissions: two accounts, keys of the customer's, images. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'two accounts, customer-managed keys, images; a failed build, a refused change set, a plan that fails, a lost event, a promotion',
    run: async () => during((stack) => notify(stack, allKinds(stack)), async ({ system, release, git }) => {
      await release(git.commit(FILES));
      await release(git.commit({ 'library/source': 'broken\n' }));
      await release(git.commit({ 'library/source': '# a comment\nlibrary 1\n', 'template.yml': TEMPLATE }));
      await release(git.commit({ 'owned-by-nobody': 'text' }));
      git.commit({ 'owned-by-nobody': null, 'library/source': 'library 1\n', 'web/Dockerfile': 'FROM scratch\nUSER 1000\n', 'template.yml': `${TEMPLATE}${QUEUE}` });
      await system.moveBranch('HEAD', { loseEvent: true });
      system.fireSchedules();
      await system.waitUntilIdle();
      await promote(system, 'test/library=1');
      await promote(system, 'test=1');
    }),
  },
  {
    name: 'builds fanned out by Step Functions, one of them stopped with its execution',
    run: async () => during(fannedOut, async ({ system, release, git }) => {
      await release(git.commit(FILES));
      await release(git.commit({ 'library/source': 'broken\n' }));
      git.commit({ 'library/source': 'library 2\n' });
      await system.moveBranch('HEAD');
      while (system.executions.at(-1)?.latestRuns('Build')[0]?.summary === undefined) {
        await sleep(20);
      }
      system.pipelines[0].stop(system.executions.at(-1)!.id, true);
      await system.waitUntilIdle();
    }),
  },
  { name: 'a Git host: a webhook, pull requests', run: async () => during(webhookAndRequests, askedFromOutside) },
  {
    name: 'a Git host: a doorbell',
    run: async () => during(doorbell, async ({ system, release, git }) => {
      await release(git.commit(FEW));
      await release(git.commit({ 'library/source': 'library 2\n' }));
      expectStarted(system, 2);
    }),
  },
  {
    name: 'another deployer: what it reports, what it delivers, a delivery that fails, and one that is left out',
    run: async () => during(withDeployer, async ({ release, git }) => {
      await release(git.commit({ ...FILES, 'database/deliver': 'true\n' }));
      await release(git.commit({ 'database/deliver': 'false\n' }));
      await release(git.commit({ 'database/deliver': 'true\n', 'library/source': 'library 2\n' }));
    }),
  },
  { name: 'the demonstration', run: tellStory },
];

/** A host that reports pushes by a webhook, signed, forged and for another branch, and a pull request, which a build plans. */
async function askedFromOutside({ system, git }: Run): Promise<void> {
  const push = async (commit: string, { branch = 'main', secret = system.secret('Secret'), status = 202 } = {}) => {
    await system.moveBranch(commit);
    const body = JSON.stringify({ ref: `refs/heads/${branch}` });
    const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
    const { statusCode } = await system.request({ route: 'POST /push', headers: { 'X-Hub-Signature-256': signature }, body });
    assert.equal(statusCode, status);
    await system.waitUntilIdle();
    // The next one looks at once.
    system.passTime(20_000);
  };
  await push(git.commit(FEW));
  await push(git.commit({ 'library/source': 'library 2\n' }));
  const third = git.commit({ 'library/source': 'library 3\n' });
  await push(third, { secret: 'guess', status: 401 });
  await push(third, { branch: 'other' });
  expectStarted(system, 2);
  git.git('checkout', '--quiet', '-b', 'request');
  const builds = await system.openPullRequest(git.commit({ 'library/source': 'library 4\n' }));
  assert.deepEqual(builds.map(({ status }) => status), ['SUCCEEDED'], builds.map(({ logFile }) => readFileSync(logFile, 'utf8')).join());
  assert.match(readFileSync(builds[0].logFile, 'utf8'), /library/);
  assert.deepEqual(await system.openPullRequest('HEAD', 'another-branch'), []);
}

function expectStarted(system: LocalSystem, releases: number): void {
  const executions = system.pipelines.find(({ definition }) => definition.name === 'shop')!.executions;
  assert.deepEqual(executions.map(({ status }) => status), Array.from({ length: releases }, () => 'Succeeded'));
}

/** The demonstration's story, told to the judge. What it claims is checked where it is told to people. */
async function tellStory(): Promise<Judge> {
  const directory = mkdtempSync(join(tmpdir(), 'permissions-'));
  const example = join(ROOT, 'examples', 'ml-training-pipeline');
  const assembly = join(directory, 'cdk.out');
  const clone = join(directory, 'repository');
  let system: LocalSystem | undefined;
  try {
    // In a process of its own: the example imports the package by its name.
    execFileSync(process.execPath, [
      join(ROOT, 'node_modules', 'tsx', 'dist', 'cli.mjs'), '--tsconfig', join(ROOT, 'test', 'tsconfig.json'), join(example, 'app.ts'),
    ], { cwd: ROOT, env: { ...process.env, ...exampleEnvironment(example), CDK_OUTDIR: assembly }, stdio: 'ignore' });
    const repository = DemoRepository.create(clone, join(example, 'repository'), BRANCH);
    const judge = new Judge(new Policies(assembly));
    const commits: string[] = [];
    for (const step of STORY) {
      const commit = step.change(repository, system as LocalSystem, commits);
      system ??= await LocalSystem.start({ assembly, repository: clone, branch: BRANCH, standInsOnly: true, authorizer: judge });
      await begin(step, system, commit);
      await system.waitUntilIdle();
      commits.push(commit);
    }
    return judge;
  } finally {
    await system?.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

interface Run {
  readonly system: LocalSystem;
  readonly git: TestRepository;
  readonly release: (commit: string) => Promise<void>;
}

async function during(build: (stack: Stack) => void, story: (run: Run) => Promise<void>): Promise<Judge> {
  const directory = mkdtempSync(join(tmpdir(), 'permissions-'));
  try {
    const assembly = synthesize(build, join(directory, 'cdk.out'));
    const git = new TestRepository();
    const judge = new Judge(new Policies(assembly));
    const system = await LocalSystem.start({ assembly, repository: git.directory, branch: 'main', standInsOnly: true, retryDelay: 1, authorizer: judge });
    try {
      await story({
        system,
        git,
        release: async (commit) => {
          await system.moveBranch(commit);
          await system.waitUntilIdle();
        },
      });
    } finally {
      await system.stop();
    }
    return judge;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

export function synthesize(build: (stack: Stack) => void, outdir: string): string {
  const app = new App({ outdir, analyticsReporting: false });
  build(new Stack(app, 'Shop', { env: ENV }));
  return app.synth().directory;
}

/** Starts an execution that deploys what was built before. */
async function promote(system: LocalSystem, promotion: string): Promise<void> {
  const client = new CodePipelineClient({ region: REGION, endpoint: system.endpoint, credentials: { accessKeyId: 'AKIAOPERATOR', secretAccessKey: 'local' } });
  await client.send(new StartPipelineExecutionCommand({ name: 'shop', variables: [{ name: 'Promotion', value: promotion }] }));
  await system.waitUntilIdle();
  client.destroy();
}

export function allKinds(stack: Stack): ModularPipeline {
  const encryptionKey = new kms.Key(stack, 'TablesKey', { enableKeyRotation: true });
  return pipeline(stack, {
    components: [library, web, template],
    environments: [{ name: 'test', env: ENV }, { name: 'prod', env: OTHER, approval: true }],
    unownedPaths: UnownedPaths.ERROR,
    reportPage: true,
    diffTable: new DiffTable(stack, 'DiffTable', { encryptionKey }),
    deploymentsTable: new DeploymentsTable(stack, 'DeploymentsTable', { encryptionKey }),
  });
}

function fannedOut(stack: Stack): void {
  const made = pipeline(stack, {
    components: [library, web, template], environments: [{ name: 'test', env: ENV }], buildStrategy: BuildStrategy.fanOut(),
  });
  notify(stack, made);
}

function notify(stack: Stack, made: ModularPipeline): void {
  const bus = events.EventBus.fromEventBusName(stack, 'Bus', 'default');
  new ReleaseNotifications(stack, 'Notifications', {
    pipeline: made, channels: [NotificationChannel.topic(new sns.Topic(stack, 'Team')), NotificationChannel.eventBus(bus)],
  });
}

function withDeployer(stack: Stack): void {
  pipeline(stack, {
    components: [library, web, template, Component.custom('database', { path: 'database', artifact: BuildArtifact.zip('.') })],
    environments: [{
      name: 'test',
      env: ENV,
      deployers: [
        Deployer.commands('database', {
          reportCommands: ['echo \'{"changes":[{"path":"database","type":"Migration","effect":"update"}]}\' > "$REPORT_FILE"'], commands: ['bash deliver'],
        }),
        Deployer.cloudFormation(),
      ],
    }],
  });
}

function gitHub(stack: Stack, trigger: SourceTrigger): ModularPipeline {
  return pipeline(stack, {
    components: [library, template],
    environments: [{ name: 'test', env: ENV }],
    source: PipelineSource.gitHub('my-org/shop', { connectionArn: CONNECTION, branch: 'main', trigger }),
  });
}

function webhookAndRequests(stack: Stack): void {
  const secret = new secretsmanager.Secret(stack, 'Secret', { generateSecretString: { excludePunctuation: true, passwordLength: 40 } });
  new PullRequestPlan(stack, 'PullRequests', {
    pipeline: gitHub(stack, SourceTrigger.webhook(secret)), repository: 'my-org/shop', branch: 'main', connectionArn: CONNECTION,
  });
}

function doorbell(stack: Stack): void {
  gitHub(stack, SourceTrigger.doorbell());
}

type Props = Omit<ConstructorParameters<typeof ModularPipeline>[2], 'source' | 'solution'> & { readonly environments: DeploymentEnvironment[]; readonly source?: PipelineSource };

export function pipeline(stack: Stack, props: Props): ModularPipeline {
  return new ModularPipeline(stack, 'Pipeline', {
    solution: 'shop',
    buildStrategy: BuildStrategy.actions(),
    ...props,
    source: props.source ?? PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Repository', 'shop'), { branch: 'main' }),
  });
}

/** The rows of the one table that explains permissions that no scenario uses. */
export function explained(): string[] {
  const text = readFileSync(join(__dirname, '..', '..', 'docs', 'security.md'), 'utf8');
  const [, table = ''] = /## Permissions that no scenario uses\n([\s\S]*?)(?=\n## |$)/.exec(text) ?? [];
  return table.split('\n').filter((line) => line.startsWith('| ') && !/^\| (who|---)/.test(line)).flatMap((line) => {
    const [, who, actions, on] = line.split('|').map((cell) => cell.trim());
    return actions.split(', ').map((action) => `${who}: ${action.replaceAll('`', '')} on ${on.replaceAll('`', '')}`);
  }).sort();
}
