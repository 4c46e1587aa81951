import { join } from 'node:path';
import { TestRepository } from './support/repository';
import { FILE_COUNTS, run, runJson } from './support/run';

let repository: TestRepository;
let catalogue: string;
let base: string;

beforeEach(() => {
  repository = new TestRepository();
  base = repository.commit({
    'package.json': { name: 'root', workspaces: ['packages/*'] },
    'packages/core/package.json': { name: 'core' },
    'packages/core/index.js': '',
    'packages/core/test/x.js': '',
    'packages/api/package.json': { name: 'api', dependencies: { core: '*' } },
    'packages/app/package.json': { name: 'app', devDependencies: { api: '*' } },
    'packages/app/test/x.js': "require('api')",
  });
  catalogue = join(repository.folder, '.git', 'catalogue.json');
});

afterEach(() => repository.remove());

async function discover(): Promise<void> {
  const { out } = await run(['discover', '--repo', repository.folder]);
  repository.write('.git/catalogue.json', out);
}

const comparison = () => ['--catalogue', catalogue, '--repo', repository.folder, '--base', base];

describe('discover', () => {
  test('prints a catalogue that plan takes', async () => {
    const found = await runJson<{ components: unknown[] }>(['discover', '--repo', repository.folder]);
    expect(found.components).toEqual([
      { name: 'api', path: 'packages/api', dependsOn: ['core'] },
      { name: 'app', path: 'packages/app', testDependsOn: ['api'] },
      { name: 'core', path: 'packages/core', interface: ['packages/core/(?!test/)**'] },
    ]);
    await discover();
    repository.commit({ 'packages/core/index.js': '1' });
    expect((await runJson<{ changed: { component: string }[] }>(['plan', ...comparison(), '--json'])).changed.map(({ component }) => component)).toEqual(['core', 'api', 'app']);
  });

  test('looks at the revision asked for, and names what it could not use', async () => {
    repository.commit({ 'packages/core/package.json': '{' });
    const { err, out } = await run(['discover', '--repo', repository.folder]);
    expect(err).toMatch(/^Warning: BrokenManifest: packages\/core\/package\.json: /);
    expect(out).not.toContain('"core"');
    expect((await run(['discover', '--repo', repository.folder, '--head', base])).err).toMatch(FILE_COUNTS);
  });

  test('keeps components given by hand', async () => {
    repository.write('.git/catalogue.json', { version: 1, components: [{ name: 'core', path: 'elsewhere' }] });
    const found = await runJson<{ components: { name: string; path: string }[] }>(['discover', '--repo', repository.folder, '--catalogue', catalogue]);
    expect(found.components.find(({ name }) => name === 'core')).toEqual({ name: 'core', path: 'elsewhere' });
  });

  test('refuses a repository without components, and an unknown revision', async () => {
    repository.commit({ 'package.json': {}, ...Object.fromEntries(['core', 'api', 'app'].map((name) => [`packages/${name}/package.json`, undefined])) });
    expect(await run(['discover', '--repo', repository.folder])).toMatchObject({ code: 2, err: expect.stringContaining('No component was found') as string });
    expect(await run(['discover', '--repo', repository.folder, '--head', 'nowhere'])).toMatchObject({ code: 2, err: expect.stringContaining("Revision 'nowhere' is unknown") as string });
  });
});

describe('explain', () => {
  test('prints the chain from a path', async () => {
    await discover();
    repository.commit({ 'packages/core/index.js': '1' });
    expect(await run(['explain', 'app', ...comparison()])).toEqual({
      code: 0, err: '', out: 'core: "packages/core/index.js" changed\n  api: depends on core\n    app: its tests depend on api\n',
    });
    expect((await run(['explain', 'app', ...comparison(), '--exit-code'])).code).toBe(10);
  });

  test('prints why a component is not affected', async () => {
    await discover();
    repository.commit({ 'packages/core/test/x.js': '1' });
    const { out, code } = await run(['explain', 'api', ...comparison(), '--exit-code']);
    expect(out).toBe('api is not affected: the changes stop before it.\n  core changed, but nothing that its dependents read\n');
    expect(code).toBe(0);
    expect(await runJson(['explain', 'api', ...comparison(), '--json'])).toEqual({ component: 'api', affected: false, stopped: [{ via: 'core', because: 'interface' }] });
  });

  test('refuses an unknown component', async () => {
    await discover();
    expect(await run(['explain', 'nobody', ...comparison()])).toMatchObject({ code: 2, out: '', err: expect.stringContaining('"nobody"') as string });
  });
});

describe('graph', () => {
  beforeEach(discover);

  test('prints a line for each component, affected ones marked', async () => {
    expect((await run(['graph', '--catalogue', catalogue])).out).toBe('  core\n  api -> core\n  app -> api (tests)\n');
    repository.commit({ 'packages/api/x.js': '1' });
    const { out, code } = await run(['graph', '--affected', ...comparison(), '--exit-code']);
    expect(out).toBe('  core\n* api -> core\n* app -> api (tests)\n');
    expect(code).toBe(10);
  });

  test('prints JSON', async () => {
    repository.commit({ 'packages/api/x.js': '1' });
    expect(await runJson(['graph', '--json', '--affected', ...comparison()])).toEqual({
      nodes: [{ component: 'core', affected: false }, { component: 'api', affected: true }, { component: 'app', affected: true }],
      edges: [{ from: 'api', to: 'core', kind: 'dependsOn' }, { from: 'app', to: 'api', kind: 'testDependsOn' }],
    });
  });

  test('prints the languages of Graphviz and Mermaid', async () => {
    expect((await run(['graph', '--dot', '--catalogue', catalogue])).out).toContain('"app" -> "api" [style=dashed];');
    expect((await run(['graph', '--mermaid', '--catalogue', catalogue])).out).toContain('-.->');
  });
});

describe('replay', () => {
  test('compares each commit with the one before it, by each rule', async () => {
    repository.commit({ 'packages/core/test/x.js': '1' });
    repository.commit({ 'packages/core/index.js': '1' });
    repository.commit({ 'README.md': '1' });
    const head = repository.commit({ 'package.json': { name: 'root', workspaces: ['packages/*'], scripts: { build: 'x' } } });
    const { changes, summary } = await runJson<{ changes: { commit: string }[]; summary: { shares: Record<string, number> } }>(['replay', '--repo', repository.folder, '--last', '4', '--json']);
    expect(changes.map(({ commit, ...counts }) => counts)).toMatchObject([
      { components: 3, direct: 1, closure: 3, globalClosure: 3, affected: 1, rebuilt: 0, warnings: [] },
      { components: 3, direct: 1, closure: 3, globalClosure: 3, affected: 3, rebuilt: 2, warnings: [] },
      { components: 3, direct: 0, closure: 0, globalClosure: 0, affected: 0, rebuilt: 0, warnings: [] },
      { components: 3, direct: 0, closure: 0, globalClosure: 3, affected: 3, rebuilt: 3, warnings: [] },
    ]);
    expect(changes.at(-1)!.commit).toBe(head);
    const { shares, ...counts } = summary;
    expect(counts).toEqual({ commits: 4, startNothing: 1, owned: (2 * 6 / 7 + 2 * 6 / 8) / 4 });
    expect(Object.fromEntries(Object.entries(shares).map(([column, share]) => [column, Math.round(12 * share)])))
      .toEqual({ direct: 2, closure: 6, globalClosure: 9, affected: 7, rebuilt: 5 });
  });

  test('counts what the catalogue of before did not know', async () => {
    repository.commit({ 'packages/api/index.js': "require('core/test/x.js')" });
    const { changes } = await runJson<{ changes: unknown[] }>(['replay', '--repo', repository.folder, '--last', '1', '--json']);
    // What api reads of core by now may have changed unseen.
    expect(changes).toMatchObject([{ direct: 1, affected: 3 }]);
  });

  test('stops at the first commit, and prints a table', async () => {
    repository.commit({ 'packages/core/index.js': '1' });
    const { out, code } = await run(['replay', '--repo', repository.folder]);
    expect(code).toBe(0);
    expect(out).toContain('Mean share of the components over 1 commits:\n  direct    33.3%\n  closure   100.0%\n');
    expect(out).toContain('0 of 1 commits start nothing.\n');
  });
});
