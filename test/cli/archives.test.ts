import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { TestRepository } from './support/repository';
import { run, runJson } from './support/run';

const CATALOGUE = {
  version: 1,
  components: [{ name: 'shared', path: 'shared' }, { name: 'api', path: 'api', dependsOn: ['shared'] }, { name: 'web', path: 'web' }],
};

let repository: TestRepository;
beforeEach(() => { repository = new TestRepository(); });
afterEach(() => repository.remove());

const at = (name: string) => join(repository.folder, '.git', name);

function pack(name: string, files: Readonly<Record<string, string>>): string {
  repository.commit(files);
  execFileSync('git', ['-C', repository.folder, 'archive', '--format=zip', '-o', at(name), 'HEAD']);
  return at(name);
}

function archives(change: Readonly<Record<string, string>>, first: Readonly<Record<string, string>> = { 'shared/a': '1', 'api/a': '1', 'web/a': '1', 'README.md': '1' }) {
  const [base, head] = [pack('base.zip', first), pack('head.zip', change)];
  return ['--base', base, '--head', head];
}

function catalogue(more: object = {}): string[] {
  repository.write('.git/catalogue.json', { ...CATALOGUE, ...more });
  return ['--catalogue', at('catalogue.json')];
}

test('plan and explain compare two archives, by what is in them', async () => {
  const compared = archives({ 'shared/a': '2', 'README.md': '2' });
  expect(await runJson(['plan', ...catalogue(), ...compared, '--json'])).toMatchObject({
    baseline: expect.stringMatching(/^s3-[0-9a-f]{64}$/),
    head: expect.stringMatching(/^s3-[0-9a-f]{64}$/),
    changed: [{ component: 'shared', reasons: [{ kind: 'Direct', paths: ['shared/a'] }] }, { component: 'api', reasons: [{ kind: 'Dependency', via: 'shared' }] }],
    unchanged: ['web'],
    unowned: { count: 1, paths: ['README.md'] },
  });
  const { out } = await run(['explain', 'api', ...catalogue(), ...compared]);
  expect(out).toContain('shared/a');
});

test('equal content is the same commit, and changes nothing', async () => {
  const [, base] = archives({});
  execFileSync('sh', ['-c', `mkdir -p x && cd x && unzip -qo "${base!}" && zip -q -r -0 ../again.zip .`], { cwd: join(repository.folder, '.git') });
  const { baseline, head, changed } = await runJson<{ baseline: string; head: string; changed: object[] }>(['plan', ...catalogue(), '--base', base!, '--head', at('again.zip'), '--json']);
  expect(changed).toEqual([]);
  expect(head).toBe(baseline);
});

test('lockfiles are traced, as in a commit', async () => {
  const lock = (version: string) => JSON.stringify({
    name: 'x',
    lockfileVersion: 3,
    packages: {
      '': { workspaces: ['api', 'web'] },
      'api': { dependencies: { left: '1' } },
      'web': {},
      'node_modules/api': { resolved: 'api', link: true },
      'node_modules/web': { resolved: 'web', link: true },
      'node_modules/left': { version, resolved: `https://registry.example.com/left-${version}.tgz`, integrity: `sha512-${version}` },
    },
  });
  const files = { 'package.json': '{"workspaces":["api","web"]}', 'api/package.json': '{"name":"api","dependencies":{"left":"1"}}', 'web/package.json': '{"name":"web"}', 'shared/a': '1' };
  const compared = archives({ 'package-lock.json': lock('1.0.1') }, { ...files, 'package-lock.json': lock('1.0.0') });
  const { changed } = await runJson<{ changed: { component: string }[] }>(['plan', ...catalogue({ traceLockfiles: true, globalPaths: ['package-lock.json'] }), ...compared, '--json']);
  expect(changed.map(({ component }) => component)).toEqual(['api']);
});

test('a catalogue that was found in a Git repository does not hold for an archive: everything counts as changed', async () => {
  const compared = archives({ 'web/a': '2' });
  const { changed } = await runJson<{ changed: { component: string }[] }>(['plan', ...catalogue({ foundAt: 'a'.repeat(40), foundFrom: ['package.json'] }), ...compared, '--json']);
  expect(changed.map(({ component }) => component)).toEqual(['shared', 'web', 'api']);
});

test.each([
  ['an archive and a revision', () => ['--base', archives({ 'web/a': '2' })[1]!, '--head', 'HEAD'], 'An archive is compared with an archive: pass --base FILE.zip and --head FILE.zip.'],
  ['what is no archive', () => { repository.write('.git/x.zip', 'no'); return ['--base', at('x.zip'), '--head', at('x.zip')]; }, 'it is not a zip archive, or is cut off'],
])('%s is refused', async (_, options, message) => {
  const { code, err } = await run(['plan', ...catalogue(), ...options()]);
  expect(code).toBe(2);
  expect(err).toContain(message);
});
