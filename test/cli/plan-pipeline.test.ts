import { CodePipelineClient, GetPipelineCommand } from '@aws-sdk/client-codepipeline';
import { GetObjectCommand, NoSuchKey, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { TestRepository } from './support/repository';
import { run } from './support/run';
import { Catalogue } from '../../src/core/catalogue';

const CATALOGUE: Catalogue = {
  version: 1,
  solution: 'shop',
  components: [{ name: 'api', path: 'api', dependsOn: ['shared'] }, { name: 'shared', path: 'shared' }, { name: 'web', path: 'web' }],
};
const MARKER = '<!-- cdk-modular-pipeline plan: shop -->';

describe('plan --pipeline', () => {
  const saved = { ...process.env };
  const pipeline = mockClient(CodePipelineClient);
  const s3 = mockClient(S3Client);
  const dynamoDb = mockClient(DynamoDBDocumentClient);
  let git: TestRepository;
  let base: string;

  beforeEach(() => {
    Object.assign(process.env, { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' });
    git = new TestRepository();
    base = git.commit({ 'api/a.ts': '1', 'shared/s.ts': '1', 'web/w.ts': '1', 'README.md': '1' });
    pipeline.reset();
    s3.reset();
    dynamoDb.reset();
    const parameters = [
      ['Plan', { action: 'plan', commitId: 'c', pipelineExecutionId: 'e', promotion: 'none', solution: 'shop', deploymentsTable: 'deployments', artifactBucket: 'artifacts' }],
      ['Record', { environment: 'test' }], ['Record', { environment: 'prod' }],
    ] as const;
    pipeline.on(GetPipelineCommand, { name: 'shop' }).resolves({
      pipeline: {
        name: 'shop',
        roleArn: 'arn:aws:iam::111111111111:role/role',
        stages: parameters.map(([name, user]) => ({ name: 'stage', actions: [{ name, actionTypeId: undefined, configuration: { FunctionName: 'diff', UserParameters: JSON.stringify(user) } }] })),
      },
    });
    live(CATALOGUE);
  });
  afterEach(() => {
    git.remove();
    process.env = { ...saved };
  });

  /** What is live in `test`, and nowhere else is looked. */
  function live(catalogue: Catalogue | undefined, { commitId = base, pinned = [] as string[] } = {}): void {
    dynamoDb.on(QueryCommand, { TableName: 'deployments', ExpressionAttributeValues: { ':environment': 'shop##test' } }).resolves({
      Items: [{ Component: 'shop##test', BuildNumber: 0, Sequence: 4, CommitId: commitId, Release: 'shop/releases/e.json', PipelineExecutionId: 'e', Timestamp: '2026-03-01T12:00:00Z' }],
    });
    const components = Object.fromEntries(CATALOGUE.components.map(({ name }) => [name, { component: name, buildNumber: 1, definition: `definition of ${name}` }]));
    const release = { version: 1, solution: 'shop', commitId, components, pinned, catalogue };
    s3.on(GetObjectCommand, { Bucket: 'artifacts', Key: 'shop/releases/e.json' }).resolves({ Body: { transformToString: async () => JSON.stringify(release) } as never });
  }

  const plan = async (...args: string[]) => run(['plan', '--pipeline', 'shop', '--repo', git.folder, ...args]);
  const comment = async (...args: string[]) => {
    const { code, out, err } = await plan('--format', 'markdown', ...args);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return out;
  };

  /** A merge commit as hosts make it for a request. */
  function merged(files: Readonly<Record<string, string>>): string {
    git.git('checkout', '--quiet', '-b', 'request');
    git.commit(files);
    git.git('checkout', '--quiet', 'main');
    const moved = git.commit({ 'web/w.ts': 'moved on main' });
    git.git('merge', '--quiet', '--no-ff', '--message=merge', 'request');
    expect(git.git('rev-parse', 'HEAD^1')).toBe(moved);
    return git.git('rev-parse', 'HEAD');
  }

  it('says of a merge commit what it would build against what is live: what the branch carries as well', async () => {
    const head = merged({ 'shared/s.ts': '2', 'docs.md': '1' });
    expect(await comment('--head', head)).toBe([
      MARKER,
      '### Builds 3 of 3 components of `shop`',
      '',
      `\`${head.slice(0, 12)}\`, compared with \`${base.slice(0, 12)}\`, which is live in \`test\` since 2026-03-01 12:00 UTC. A component whose content was built before reuses that build.`,
      '',
      '| component | why |',
      '|---|---|',
      '| `shared` | `shared/s.ts` changed |',
      '| `web` | `web/w.ts` changed |',
      '| `api` | depends on `shared` |',
      '',
      '<details>',
      '<summary>1 changed file that no component owns</summary>',
      '',
      '`docs.md`',
      '',
      '</details>',
      '',
      '- Judged by the catalogue that was deployed: a component that is new is seen as files that no component owns.',
      '',
    ].join('\n'));
  });

  it('says that nothing is built where nothing changed', async () => {
    git.commit({});
    const out = await comment();
    expect(out).toContain(`${MARKER}\n### Builds none of 3 components of \`shop\`\n`);
    expect(out).not.toContain('reuses that build');
    expect(out).toContain('<summary>3 stay as they are</summary>\n\n`shared`, `web`, `api`\n');
    expect((await plan('--exit-code')).code).toBe(0);
  });

  it('names components and edges that the request brings, by the catalogue that is given', async () => {
    git.commit({
      'new/n.ts': '1',
      'api/a.ts': '2',
      'catalogue.json': {
        ...CATALOGUE, components: [...CATALOGUE.components.filter(({ name }) => name !== 'web'), { name: 'web', path: 'web', dependsOn: ['api'] }, { name: 'new', path: 'new' }],
      } as never,
    });
    const out = await comment('--catalogue', `${git.folder}/catalogue.json`);
    expect(out).toContain('| `new` | ');
    expect(out).toContain('| `web` | depends on `api` |');
    expect(out).toContain('- Against the deployed catalogue: `new` is new.\n- Against the deployed catalogue: `web` depends on `api` now.');
    expect(out).toContain('Builds 3 of 4 components');
  });

  it('names components and edges that the request brings, found at its merge commit, where the deployed catalogue was found in the repository', async () => {
    const member = (name: string, dependencies: object = {}) => ({ name, version: '1.0.0', dependencies });
    base = git.commit({
      'package.json': { private: true, workspaces: ['api', 'shared', 'web'] },
      'api/package.json': member('api', { shared: '1.0.0' }),
      'shared/package.json': member('shared'),
      'web/package.json': member('web'),
    });
    live({ ...CATALOGUE, foundAt: base, foundFrom: ['package.json', 'api/package.json', 'shared/package.json', 'web/package.json'] });
    const head = merged({
      'package.json': JSON.stringify({ private: true, workspaces: ['api', 'shared', 'web', 'new'] }),
      'web/package.json': JSON.stringify(member('web', { shared: '1.0.0' })),
      'new/package.json': JSON.stringify(member('new')),
      'new/n.ts': '1',
    });
    const out = await comment('--head', head);
    expect(out).toContain('- Against the deployed catalogue: `new` is new.\n- Against the deployed catalogue: `web` depends on `shared` now.\n- How components are built is as deployed: what is new is built once the pipeline');
    expect(out).toMatch(/\| `web` \| /);
  });

  it('finds nothing to name where a request leaves all facts as they are', async () => {
    live({ ...CATALOGUE, foundAt: base });
    git.commit({ 'web/w.ts': '2' });
    expect(await comment()).not.toContain('Against the deployed catalogue');
  });

  it('counts everything as stale where the deployed catalogue does not hold any more', async () => {
    live({ ...CATALOGUE, foundAt: 'f'.repeat(40) });
    git.commit({ 'web/w.ts': '2' });
    const out = await comment();
    expect(out).toContain('Builds 3 of 3');
    expect(out).toMatch(/\| `api` \| depends on `shared`<br>something changed, .*, at which the catalogue was found, can't be compared: Revision `f+` is unknown/);
  });

  it('builds everything where what is live cannot be compared, and says why', async () => {
    live(CATALOGUE, { commitId: 'a'.repeat(40) });
    const out = await comment();
    expect(out).toContain('Builds 3 of 3');
    // One row says it for all.
    expect(out).toContain('| `shared`, `web`, `api` | what changed could not be read');
    expect(out).toContain(`commit ${'a'.repeat(40)}, which is live, cannot be compared. Revision \`${'a'.repeat(40)}\` is unknown`);
  });

  it('needs a catalogue where none was deployed', async () => {
    live(undefined);
    expect(await plan()).toMatchObject({ code: 2, err: expect.stringContaining('does not hold its catalogue: pass --catalogue or --app.') });
    s3.on(GetObjectCommand).rejects(new NoSuchKey({ message: 'gone', $metadata: {} }));
    expect((await plan()).code).toBe(2);
    dynamoDb.on(QueryCommand).resolves({ Items: [] });
    expect(await plan()).toMatchObject({ code: 2, err: expect.stringContaining('Nothing is live in \'test\'') });
    git.commit({ 'catalogue.json': CATALOGUE as never });
    expect(await comment('--catalogue', `${git.folder}/catalogue.json`)).toContain('Nothing is live in `test` yet.');
  });

  it('makes no markup of names that a request brings', async () => {
    const evil = 'web/`|<img src=x onerror=alert(1)>@everyone [x](http:evil)\n| a | b |';
    git.commit({ [evil]: '1', [`${'x'.repeat(200)}/a\`\`b`]: '1' });
    const out = await comment();
    const row = out.split('\n').find((line) => line.startsWith('| `web`'))!;
    // One cell, all of it code between two ticks, as its name holds one.
    expect(row.replace(/\\\|/g, '').split('|')).toHaveLength(4);
    expect(row).toMatch(/\| `` .* `` .*changed \|$/);
    expect(out).not.toContain('\n| a | b |');
    expect(out).toContain('``` ');
  });

  it('makes no link of an address that a dependency is named by', async () => {
    git.commit({ 'catalogue.json': { version: 1, solution: 'shop', components: [{ name: 'www.example.com', path: 'web' }, { name: 'api', path: 'api', dependsOn: ['www.example.com'] }] } as never });
    const out = await comment('--catalogue', `${git.folder}/catalogue.json`);
    expect(out.replace(/`[^`]*`/g, '')).not.toContain('www.');
  });

  it('stays below what hosts take, and says what is left out', async () => {
    const many = Array.from({ length: 2_000 }, (_, index) => ({ name: `component-${index}`, path: `packages/component-${index}` }));
    git.commit({ 'catalogue.json': { version: 1, solution: 'shop', components: many } as never });
    const out = await comment('--catalogue', `${git.folder}/catalogue.json`);
    expect(out.length).toBeLessThan(32_768);
    expect(out).toMatch(/\n… and \d+ more components\.\n/);
  });

  it('prints text and JSON too, and refuses what does not go together', async () => {
    git.commit({ 'web/w.ts': '2' });
    expect((await plan()).out).toMatch(/^1 of 3 components changed[\s\S]*Judged by the catalogue that was deployed/);
    expect(JSON.parse((await plan('--format', 'json')).out)).toMatchObject({ baseline: base, environment: 'test', changed: [{ component: 'web' }] });
    expect((await plan('--exit-code')).code).toBe(10);
    expect(await plan('--base', 'HEAD~1')).toMatchObject({ code: 2, err: expect.stringContaining('leave --base out') });
    expect(await plan('--format', 'html')).toMatchObject({ code: 2, err: expect.stringContaining('--format is \'html\': it takes text, json, markdown.') });
    expect(await run(['plan', '--base', 'HEAD', '--repo', git.folder, '--format', 'markdown'])).toMatchObject({ code: 2, err: expect.stringContaining('pass --pipeline NAME') });
    expect(await plan('--head', 'nowhere')).toMatchObject({ code: 2, err: expect.stringContaining('\'nowhere\'') });
  });
});
