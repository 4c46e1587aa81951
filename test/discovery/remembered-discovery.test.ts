import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { discoverCatalogue } from '../../cli/discovery/discover';
import { programDigest, rememberDiscovery } from '../../cli/discovery/remembered-discovery';
import { WorkTreeFiles } from '../../cli/discovery/work-tree-files';
import { Discovery, DiscoveryOptions } from '../../src/contract/discovery';

interface Repository {
  readonly folder: string;
  git(...args: string[]): string;
  find(options?: DiscoveryOptions, program?: string): Discovery & { readonly isFound: boolean };
}

function repository(): Repository {
  const folder = mkdtempSync(join(tmpdir(), 'remembered-'));
  const git = (...args: string[]) => execFileSync('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { encoding: 'utf8' }).trim();
  git('init', '-q');
  writeFileSync(join(folder, 'package.json'), '{ "workspaces": ["a", "b"] }');
  for (const name of ['a', 'b']) {
    execFileSync('mkdir', [join(folder, name)]);
    writeFileSync(join(folder, name, 'package.json'), `{ "name": "${name}" }`);
  }
  git('add', '-A');
  git('commit', '-qm', 'first');
  return {
    folder,
    git,
    find: (options = {}, program = 'one') => {
      let isFound = false;
      const files = WorkTreeFiles.around(folder);
      const discovery = rememberDiscovery(files.state(), options, program, (asked) => {
        isFound = true;
        return discoverCatalogue(files, asked);
      });
      expect(discovery).toEqual(discoverCatalogue(files, options));
      return { ...discovery, isFound };
    },
  };
}

test('what did not change is found once, and with the commit of today', () => {
  const { folder, git, find } = repository();
  expect(find().isFound).toBe(true);
  expect(find().isFound).toBe(false);
  git('commit', '-q', '--allow-empty', '-m', 'nothing');
  const { isFound, catalogue } = find();
  expect([isFound, catalogue.foundAt]).toEqual([false, git('rev-parse', 'HEAD')]);
  rmSync(folder, { recursive: true });
});

test.each<[string, (folder: string, git: (...args: string[]) => string) => void]>([
  ['a changed file', (folder) => writeFileSync(join(folder, 'b/package.json'), '{ "name": "b", "dependencies": { "a": "*" } }')],
  ['a file that is deleted', (folder) => rmSync(join(folder, 'b/package.json'))],
  ['a new file', (folder) => writeFileSync(join(folder, 'b/index.js'), 'require("a")')],
  ['a file that changes and is committed', (folder, git) => {
    writeFileSync(join(folder, 'b/package.json'), '{ "name": "c" }');
    git('commit', '-qam', 'second');
  }],
  ['a file that Git was asked not to look at', (folder, git) => {
    git('update-index', '--assume-unchanged', 'b/package.json');
    writeFileSync(join(folder, 'b/package.json'), '{ "name": "c" }');
  }],
  ['a file that lost what was kept', (folder) => writeFileSync(join(folder, '.git/cdk-modular-pipeline/discovery.json'), '{')],
])('%s is looked at', (_, change) => {
  const { folder, git, find } = repository();
  find();
  change(folder, git);
  expect(find().isFound).toBe(true);
  rmSync(folder, { recursive: true });
});

test('other options, other commands and another program look again', () => {
  const { folder, find } = repository();
  const commandsOf = (build: string): DiscoveryOptions => ({ commandsOf: () => ({ build, test: '' }) });
  find();
  expect(find({ paths: ['a'] }).isFound).toBe(true);
  expect(find(commandsOf('make')).isFound).toBe(true);
  expect(find(commandsOf('make')).isFound).toBe(false);
  expect(find(commandsOf('cat ../b/package.json')).isFound).toBe(true);
  expect(find(commandsOf('cat ../b/package.json'), 'two').isFound).toBe(true);
  rmSync(folder, { recursive: true });
});

test('what changed again while it was uncommitted is looked at', () => {
  const { folder, find } = repository();
  writeFileSync(join(folder, 'b/index.js'), '1');
  find();
  expect(find().isFound).toBe(false);
  writeFileSync(join(folder, 'b/index.js'), 'require("a")');
  expect(find().isFound).toBe(true);
  rmSync(folder, { recursive: true });
});

test('a repository that can\'t be written to is looked into each time', () => {
  const { folder, find } = repository();
  writeFileSync(join(folder, '.git/cdk-modular-pipeline'), 'in the way');
  chmodSync(join(folder, '.git/cdk-modular-pipeline'), 0o400);
  expect([find().isFound, find().isFound]).toEqual([true, true]);
  rmSync(folder, { recursive: true });
});

test('only the bundled program remembers', () => {
  expect(programDigest(__filename)).toBeUndefined();
  const bundle = join(mkdtempSync(join(tmpdir(), 'bundle-')), 'index.js');
  writeFileSync(bundle, 'x');
  expect(programDigest(bundle)).toMatch(/^[0-9a-f]{64}$/);
  expect(readFileSync(bundle, 'utf8')).toBe('x');
});
