import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TestRepository } from './support/repository';
import { run, runJson } from './support/run';

interface ReasonJson {
  readonly kind: string;
  readonly paths?: string[];
  readonly count?: number;
  readonly via?: string;
}

interface PlanJson {
  readonly baseline: string | null;
  readonly head: string | null;
  readonly changed: readonly { readonly component: string; readonly reasons: readonly ReasonJson[] }[];
  readonly unchanged: readonly string[];
  readonly unowned: { readonly count: number; readonly paths: string[] };
}

const CATALOGUE = {
  version: 1,
  components: [
    { name: 'shared', path: 'libs/shared', interface: ['libs/shared/src/**'] },
    { name: 'api', path: 'api', dependsOn: ['shared'] },
    { name: 'web', path: 'web', testDependsOn: ['api'] },
    { name: 'template.yml', path: 'template.yml' },
  ],
};

let repository: TestRepository;
let base: string;

beforeEach(() => {
  repository = new TestRepository();
  base = repository.commit({ 'libs/shared/src/a.ts': '1', 'libs/shared/test/a.ts': '1', 'api/a.ts': '1', 'web/a.ts': '1', 'template.yml': '1', 'README.md': '1' });
});

afterEach(() => repository.remove());

function catalogueFile(catalogue: object = CATALOGUE): string {
  const file = join(repository.folder, '.git', 'catalogue.json');
  repository.write('.git/catalogue.json', catalogue);
  return file;
}

async function plan(from: string, to: string, catalogue?: object): Promise<PlanJson> {
  return runJson(['plan', '--catalogue', catalogueFile(catalogue), '--repo', repository.folder, '--base', from, '--head', to, '--json']);
}

async function refused(...args: string[]): Promise<string> {
  const { code, out, err } = await run(['plan', '--catalogue', catalogueFile(), ...args]);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  return err;
}

describe('plan --json', () => {
  test('counts what a manifest says as unknown that was not committed as it was read, also at the commit of the catalogue', async () => {
    const files = { 'web/package.json': { name: 'web', version: '1.0.0' }, 'api/package.json': { name: 'api', version: '1.0.0' } };
    const from = repository.commit(files);
    const head = repository.commit({ 'libs/shared/src/a.ts': '2' });
    const found = {
      ...CATALOGUE,
      components: CATALOGUE.components.map((component) => ({ ...component, dependsOn: [], testDependsOn: [] })),
      foundAt: head,
      foundFrom: ['web/package.json', 'api/package.json'],
    };
    const names = async (catalogue: object) => (await plan(from, head, catalogue)).changed.map(({ component }) => component);
    expect(await names(found)).toEqual(['shared']);
    expect(await names({ ...found, dirtyPaths: ['web/package.json'] })).toEqual(['shared', 'web']);
  });

  test('has commits, reasons that chain, what is unchanged, what nobody owns', async () => {
    const head = repository.commit({ 'libs/shared/src/a.ts': '2', 'README.md': '2' });
    expect(await plan('HEAD~1', 'main')).toEqual({
      baseline: base,
      head,
      changed: [
        { component: 'shared', reasons: [{ kind: 'Direct', paths: ['libs/shared/src/a.ts'], count: 1 }] },
        { component: 'api', reasons: [{ kind: 'Dependency', via: 'shared' }] },
        { component: 'web', reasons: [{ kind: 'TestDependency', via: 'api' }] },
      ],
      unchanged: ['template.yml'],
      unowned: { count: 1, paths: ['README.md'] },
      unread: { count: 0, paths: [] },
    });
  });

  test('a change outside of the interface goes no further', async () => {
    const head = repository.commit({ 'libs/shared/test/a.ts': '2' });
    expect((await plan(base, head)).changed).toEqual([{ component: 'shared', reasons: [{ kind: 'Direct', paths: ['libs/shared/test/a.ts'], count: 1, internal: true }] }]);
  });

  test('nothing between a commit and itself', async () => {
    expect((await plan(base, base)).changed).toEqual([]);
  });

  test.each([
    ['a moved file changes where it was and where it is', { 'web/a.ts': undefined, 'api/moved.ts': '1' }, ['api', 'web'], ['api/moved.ts', 'web/a.ts']],
    ['a file that .gitignore matches, but is tracked', { '.gitignore': 'api/*', 'api/a.ts': '2' }, ['api', 'web'], ['api/a.ts']],
    ['a file that became a folder', { 'template.yml': undefined, 'template.yml/x': '1' }, ['template.yml'], ['template.yml', 'template.yml/x']],
    ['a deleted component with surviving dependents', { 'libs/shared': undefined }, ['shared', 'api', 'web'], ['libs/shared/src/a.ts', 'libs/shared/test/a.ts']],
    ['quotes', { 'api/"a\' b.ts': '1' }, ['api', 'web'], ['api/"a\' b.ts']],
    ['a line break', { 'api/a\nb.ts': '1' }, ['api', 'web'], ['api/a\nb.ts']],
    ['a tab and a backslash', { 'api/a\t\\b.ts': '1' }, ['api', 'web'], ['api/a\t\\b.ts']],
    ['what a shell would run', { 'api/$(touch x);`y` && z': '1' }, ['api', 'web'], ['api/$(touch x);`y` && z']],
    ['characters beyond ASCII', { 'api/ключ-鍵-🔑.ts': '1' }, ['api', 'web'], ['api/ключ-鍵-🔑.ts']],
    ['what looks like an option', { 'api/--help': '1', '-rf': '1' }, ['api', 'web'], ['api/--help']],
  ])('%s', async (_, files, components, paths) => {
    const { changed } = await plan(base, repository.commit(files));
    expect(changed.map(({ component }) => component)).toEqual(components);
    expect(changed.flatMap(({ reasons }) => reasons.flatMap((reason) => reason.paths ?? [])).sort()).toEqual([...paths].sort());
  });

  test('an executable bit and a link count', async () => {
    repository.git('update-index', '--chmod=+x', 'api/a.ts');
    repository.git('commit', '--quiet', '--message=mode');
    expect((await plan(base, 'HEAD')).changed[0]!.component).toBe('api');
  });

  test('diverged revisions are compared as they are, not with what they have in common', async () => {
    repository.git('checkout', '--quiet', '-b', 'other');
    const other = repository.commit({ 'web/a.ts': 'other' });
    repository.git('checkout', '--quiet', 'main');
    const head = repository.commit({ 'template.yml': '2' });
    expect((await plan(other, head)).changed.map(({ component }) => component)).toEqual(['template.yml', 'web']);
  });

  test('a component in another\'s folder: both change, unless it is excluded', async () => {
    const components = [{ name: 'outer', path: 'libs' }, { name: 'inner', path: 'libs/shared' }];
    const head = repository.commit({ 'libs/shared/src/a.ts': '2' });
    expect((await plan(base, head, { version: 1, components })).changed.map(({ component }) => component)).toEqual(['inner', 'outer']);
    const excluding = [{ name: 'outer', path: 'libs', exclude: ['libs/shared/**'] }, components[1]];
    expect((await plan(base, head, { version: 1, components: excluding })).changed.map(({ component }) => component)).toEqual(['inner']);
  });

  test('a cycle\'s members are treated alike', async () => {
    const components = [{ name: 'a', path: 'api', dependsOn: ['w'] }, { name: 'w', path: 'web', dependsOn: ['a'] }, { name: 't', path: 'template.yml', dependsOn: ['a'] }];
    const head = repository.commit({ 'web/a.ts': '2' });
    expect((await plan(base, head, { version: 1, components })).changed.map(({ component }) => component)).toEqual(['a', 'w', 't']);
  });

  test('a lockfile is traced where the catalogue says so; one that can\'t be is named', async () => {
    const lock = (version: string) => ({ lockfileVersion: 3, packages: { '': {}, 'api': { dependencies: { left: '*' } }, 'node_modules/left': { version } } });
    const traced = { ...CATALOGUE, globalPaths: ['package-lock.json'], traceLockfiles: true };
    const before = repository.commit({ 'package-lock.json': lock('1.0.0') });
    const after = repository.commit({ 'package-lock.json': lock('2.0.0') });
    expect((await plan(before, after, traced)).changed.map(({ component }) => component)).toEqual(['api', 'web']);
    const broken = repository.commit({ 'package-lock.json': 'broken' });
    const { code, out, err } = await run(['plan', '--catalogue', catalogueFile(traced), '--repo', repository.folder, '--base', after, '--head', broken, '--json']);
    expect(code).toBe(0);
    expect((JSON.parse(out) as PlanJson).unchanged).toEqual([]);
    expect(err).toMatch(/^Warning: LockfileUnreadable: 'package-lock\.json' affects every component: not JSON/);
  });
});

describe('revisions and repositories that are not there', () => {
  test('an unknown revision', async () => {
    expect(await refused('--repo', repository.folder, '--base', 'nowhere')).toBe(`Revision 'nowhere' is unknown in '${repository.folder}'. Check its spelling, or fetch it first.\n`);
    expect(await refused('--repo', repository.folder, '--base', 'a'.repeat(40))).toContain(`Revision '${'a'.repeat(40)}' is unknown`);
  });

  test('a revision that a shallow clone lacks', async () => {
    repository.commit({ 'api/a.ts': '2' });
    const clone = mkdtempSync(join(tmpdir(), 'modular-shallow-'));
    try {
      execFileSync('git', ['clone', '--quiet', '--depth=1', `file://${repository.folder}`, clone], { stdio: 'ignore' });
      expect(await refused('--repo', clone, '--base', base)).toBe(`Revision '${base}' is not in '${clone}', which is a shallow clone: its history is cut off. Run git fetch --unshallow, or clone with a greater depth.\n`);
    } finally {
      rmSync(clone, { recursive: true });
    }
  });

  test('a folder that is no repository', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'modular-empty-'));
    try {
      expect(await refused('--repo', folder, '--base', base)).toBe(`'${folder}' is not a Git repository. Pass the repository's folder with --repo.\n`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('what would be an option of Git', async () => {
    expect(await refused('--repo', repository.folder, '--base=--output=/tmp/x')).toBe("'--output=/tmp/x' is not a revision.\n");
  });

  test('the repository asked for is read even where the environment names another', async () => {
    const environment = { PATH: process.env.PATH, GIT_DIR: '/nowhere', GIT_WORK_TREE: '/nowhere' };
    const { code } = await run(['plan', '--catalogue', catalogueFile(), '--repo', repository.folder, '--base', base], { environment });
    expect(code).toBe(0);
  });
});

describe('plan --changes', () => {
  const changes = async (input: string) => runJson<PlanJson>(['plan', '--catalogue', catalogueFile(), '--changes', '-', '--json'], { input: Buffer.from(input) });

  test('takes renames as both sides, copies as the new side', async () => {
    const { changed, baseline, head } = await changes('R087\0web/a.ts\0api/a.ts\0C100\0template.yml\0libs/shared/src/c.ts\0');
    expect(changed.flatMap(({ reasons }) => reasons.flatMap(({ paths = [] }) => paths)).sort()).toEqual(['api/a.ts', 'libs/shared/src/c.ts', 'web/a.ts']);
    expect({ baseline, head }).toEqual({ baseline: null, head: null });
  });

  test('takes what git diff prints', async () => {
    repository.commit({ 'web/a.ts': undefined, 'api/moved "x"\n.ts': '1' });
    const input = execFileSync('git', ['-C', repository.folder, 'diff', '--name-status', '-z', '-M', base, 'HEAD'], { encoding: 'utf8' });
    expect((await changes(input)).changed.map(({ component }) => component)).toEqual(['api', 'web']);
  });

  test.each([
    ['without -z', 'M\tapi/a.ts\n', 'The changes end in "M\\tapi/a.ts\\n" without a NUL byte: they are cut off, or made without -z.\n'],
    ['cut off', 'M\0', 'The changes end after status "M", before its path: they are cut off.\n'],
    ['of another form', 'api/a.ts\0', 'The changes hold "api/a.ts" where a status (A, D, M, T, R or C) should be. Make them with: git diff --name-status -z BASE HEAD\n'],
  ])('refuses bytes %s', async (_, input, message) => {
    expect(await run(['plan', '--catalogue', catalogueFile(), '--changes', '-'], { input: Buffer.from(input) })).toEqual({ code: 2, out: '', err: message });
  });
});

describe('plan', () => {
  const args = () => ['plan', '--catalogue', catalogueFile(), '--repo', repository.folder, '--base', base];

  test('prints a line for each component', async () => {
    const head = repository.commit({ 'web/a.ts': '2', 'README.md': '2' });
    expect((await run(args())).out).toBe([
      `1 of 4 components changed between ${base.slice(0, 12)} and ${head.slice(0, 12)}:`, '  web  "web/a.ts" changed', 'No component owns "README.md".', '',
    ].join('\n'));
  });

  test('colours on a terminal alone', async () => {
    repository.commit({ 'web/a.ts': '2' });
    expect((await run(args())).out).not.toContain('\u001b[');
    expect((await run(args(), { colours: true })).out).toContain('\u001b[33mweb');
  });

  test('control characters in names never reach the terminal', async () => {
    repository.commit({ 'web/\u001b[31mx': '2' });
    expect((await run(args(), { colours: false })).out).not.toContain('\u001b');
  });

  test('--exit-code is 10 where something changed', async () => {
    expect((await run([...args(), '--exit-code'])).code).toBe(0);
    repository.commit({ 'web/a.ts': '2' });
    expect((await run([...args(), '--exit-code'])).code).toBe(10);
    expect((await run(args())).code).toBe(0);
  });

  test('a path that no component owns fails it where the catalogue says so', async () => {
    repository.commit({ 'README.md': '2' });
    const { code, err } = await run(['plan', '--catalogue', catalogueFile({ ...CATALOGUE, unownedPaths: 'error' }), '--repo', repository.folder, '--base', base]);
    expect(code).toBe(1);
    expect(err).toContain('"README.md"');
  });
});
