import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { PullRequestBuildApproverRole } from '@aws-sdk/client-codebuild';
import { Template } from 'aws-cdk-lib/assertions';
import { ModularPipeline, PullRequestHost, PullRequestPlan, PullRequestPlanProps } from '../../src';
import { PLAN } from '../../src/pull-request-plan/commands';
import { pipelineProps, resource, statementsOf, testStack } from '../support/constructs';

const ARN = 'arn:aws:codeconnections:eu-west-1:111111111111:connection/0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0';

function synthesized(more: Partial<PullRequestPlanProps> = {}): Template {
  const stack = testStack();
  const pipeline = new ModularPipeline(stack, 'Pipeline', pipelineProps(stack));
  new PullRequestPlan(stack, 'PullRequests', { pipeline, repository: 'my-org/shop', branch: 'release/1.0', connectionArn: ARN, ...more });
  return Template.fromStack(stack);
}

const project = (template: Template) => resource(template, 'AWS::CodeBuild::Project', 'PullRequestsProject').Properties;

test('the host starts the project for requests into the branch, and gets its status; the buildspec is the project\'s own', () => {
  const { Source, Triggers } = project(synthesized());
  expect(Source).toMatchObject({
    Type: 'GITHUB',
    Location: 'https://github.com/my-org/shop.git',
    Auth: { Type: 'CODECONNECTIONS', Resource: ARN },
    ReportBuildStatus: true,
    GitCloneDepth: 0,
    GitSubmodulesConfig: { FetchSubmodules: false },
  });
  expect(Triggers).toEqual({
    Webhook: true,
    BuildType: 'BUILD',
    PullRequestBuildPolicy: { RequiresCommentApproval: 'FORK_PULL_REQUESTS', ApproverRoles: ['GITHUB_WRITE', 'GITHUB_MAINTAIN', 'GITHUB_ADMIN'] },
    FilterGroups: [[
      { Type: 'EVENT', Pattern: 'PULL_REQUEST_CREATED, PULL_REQUEST_UPDATED, PULL_REQUEST_REOPENED' },
      { Type: 'BASE_REF', Pattern: '^refs/heads/release/1\\.0$' },
    ]],
  });
  expect(JSON.parse(Source.BuildSpec as string)).toMatchObject({ version: '0.2', env: { shell: 'bash' } });
});

test.each([
  [PullRequestHost.GITLAB, 'https://gitlab.com/my-org/shop.git', ['GITLAB_DEVELOPER', 'GITLAB_MAINTAINER', 'GITLAB_OWNER']],
  [PullRequestHost.BITBUCKET, 'https://bitbucket.org/my-org/shop.git', ['BITBUCKET_WRITE', 'BITBUCKET_ADMIN']],
])('%s: where it is, and who may have forks planned', (host, location, writers) => {
  const { Source, Triggers } = project(synthesized({ host }));
  expect(Source).toMatchObject({ Type: host, Location: location });
  expect(Triggers.PullRequestBuildPolicy).toEqual({ RequiresCommentApproval: 'FORK_PULL_REQUESTS', ApproverRoles: writers });
});

test('every role that may have forks planned is one that CodeBuild knows', () => {
  const known = Object.values(PullRequestBuildApproverRole) as string[];
  const given = Object.values(PullRequestHost).flatMap((host) => project(synthesized({ host })).Triggers.PullRequestBuildPolicy.ApproverRoles as string[]);
  expect(given.filter((role) => !known.includes(role))).toEqual([]);
});

test('its role may read the connection, its program, the pipeline and what is live; nothing else', () => {
  const statements = statementsOf(resource(synthesized(), 'AWS::IAM::Role', 'PullRequestsRole'));
  expect(statements.flatMap(({ Action }) => Action).sort()).toEqual([
    'codeconnections:GetConnection', 'codeconnections:GetConnectionToken', 'codeconnections:UseConnection', 'codepipeline:GetPipeline', 'dynamodb:Query',
    'logs:CreateLogStream', 'logs:PutLogEvents', 's3:GetObject', 's3:ListBucket',
  ]);
  expect(statements.filter(({ Resource }) => Resource === '*')).toEqual([]);
});

test.each([
  [{ connectionArn: 'arn:aws:s3:::x' }, 'PullRequestPlan: connectionArn is "arn:aws:s3:::x"'],
  [{ connectionArn: ARN.replace('eu-west-1', 'us-east-1') }, 'PullRequestPlan: connectionArn is of Region us-east-1'],
  [{ repository: 'shop' }, 'PullRequestPlan: repository is "shop"'],
  [{ branch: 'refs/heads/main' }, 'PullRequestPlan: branch is "refs/heads/main"'],
])('%j is refused', (more, message) => {
  expect(() => synthesized(more)).toThrow(message);
});

describe('what the project runs, on clones of a Git server', () => {
  let root: string;
  beforeEach(() => { root = mkdtempSync(join(tmpdir(), 'pull-request-')); });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const git = (at: string, ...args: string[]) => execFileSync('git', ['-C', join(root, at), '-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', ...args], { encoding: 'utf8' }).trim();

  function commit(files: Readonly<Record<string, string>>): string {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, 'work', path)), { recursive: true });
      writeFileSync(join(root, 'work', path), content);
    }
    git('work', 'add', '--all');
    git('work', 'commit', '--quiet', '--message', 'x');
    return git('work', 'rev-parse', 'HEAD');
  }

  /** A request into `main` that its author starts from an older `main`; pushed, and cloned as CodeBuild does. */
  function request(files: Readonly<Record<string, string>>, moved: Readonly<Record<string, string>>): string {
    mkdirSync(join(root, 'work'));
    mkdirSync(join(root, 'server.git'));
    git('server.git', 'init', '--quiet', '--bare', '--initial-branch=main');
    git('work', 'init', '--quiet', '--initial-branch=main');
    git('work', 'remote', 'add', 'origin', join(root, 'server.git'));
    commit({ 'a/x': '1', 'b/x': '1' });
    git('work', 'checkout', '--quiet', '-b', 'request');
    const head = commit(files);
    git('work', 'checkout', '--quiet', 'main');
    commit(moved);
    git('work', 'push', '--quiet', 'origin', 'main', 'request');
    execFileSync('git', ['clone', '--quiet', `file://${join(root, 'server.git')}`, join(root, 'src')]);
    git('src', 'checkout', '--quiet', head);
    return head;
  }

  /** The commands as CodeBuild runs them, with a program that prints what it is asked for. */
  function run(head: string, branch = 'main') {
    const program = join(root, 'program');
    mkdirSync(join(program, 'cdk-modular-pipeline'), { recursive: true });
    writeFileSync(join(program, 'cdk-modular-pipeline/index.js'), 'console.log(JSON.stringify(process.argv.slice(2)))');
    // Between commands only the folder and variables are certain to stay.
    const commands = PLAN.map((command) => `${command}\nunset -f $(declare -F | cut -d ' ' -f 3)`).join('\n');
    const { status, stdout, stderr } = spawnSync('bash', ['-e', '-c', commands], {
      encoding: 'utf8',
      env: {
        PATH: process.env.PATH, HOME: root, MODULAR_DIRECTORY: program, MODULAR_BRANCH: branch, MODULAR_PIPELINE: 'shop', CODEBUILD_SRC_DIR: join(root, 'src'), CODEBUILD_RESOLVED_SOURCE_VERSION: head,
      },
    });
    const args = /^\[.*\]$/m.exec(stdout)?.[0];
    return { status, stdout, stderr, args: args === undefined ? [] : JSON.parse(args) as string[] };
  }

  test('the merge is planned, made of objects: nothing of the request runs, and the work tree stays', () => {
    const trap = `sh -c 'touch ${join(root, 'ran')}'`;
    const head = request({ 'a/x': '2', '.gitattributes': '* merge=trap filter=trap\n' }, { 'b/x': '2' });
    git('src', 'config', 'merge.trap.driver', trap);
    writeFileSync(join(root, 'src/.git/hooks/post-checkout'), `#!/bin/sh\n${trap}\n`, { mode: 0o755 });
    const { status, args } = run(head);
    expect(status).toBe(0);
    expect(args.slice(0, 6)).toEqual(['plan', '--pipeline', 'shop', '--repo', join(root, 'src'), '--head']);
    const merge = args[6]!;
    expect([git('src', 'show', `${merge}:a/x`), git('src', 'show', `${merge}:b/x`)]).toEqual(['2', '2']);
    expect(git('src', 'rev-list', '--parents', '-1', merge).split(' ').slice(1)).toEqual([git('src', 'rev-parse', 'origin/main'), head]);
    expect(git('src', 'rev-parse', 'HEAD')).toBe(head);
    expect(spawnSync('ls', [join(root, 'ran')]).status).not.toBe(0);
  });

  test('a conflict fails, and says what to do', () => {
    const { status, stdout, args } = run(request({ 'a/x': '2' }, { 'a/x': '3' }));
    expect(status).toBe(1);
    expect(stdout).toContain('The request conflicts with the branch: resolve that first.');
    expect(args).toEqual([]);
  });

  test('a branch that is not in the clone: the request\'s own commit is planned, and that is said', () => {
    const head = request({ 'a/x': '2' }, { 'b/x': '2' });
    const { status, stdout, args } = run(head, 'elsewhere');
    expect([status, args[6]]).toEqual([0, head]);
    expect(stdout).toContain('The branch is not in the clone');
  });
});
