import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { verifySource } from '../../agent/verify-source';
import { codeZip } from '../../local/engine/actions/code-zip';
import { unzip } from '../../local/engine/zip';
import { Catalogue } from '../../src/core/catalogue';
import { ComponentInputs, STALE_INPUTS, WHOLE_COMMIT } from '../../src/core/inputs';
import { FileMode, TreeFolder, TreeReader } from '../../src/core/tree-reader';

const catalogue: Catalogue = { version: 1, solution: 'shop', components: [{ name: 'x', path: 'x', include: ['shared/**'] }, { name: 'y', path: 'y' }] };
const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\nsize 12345\n`;

let root: string;
beforeEach(() => { root = mkdtempSync(join(tmpdir(), 'verify-source-')); });
afterEach(() => rmSync(root, { recursive: true, force: true }));

const git = (...args: string[]) => execFileSync('git', ['-C', join(root, 'repository'), '-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', ...args], { encoding: 'utf8' }).trim();

/** Commits files, and whatever else `more` puts into the work tree. Returns the commit. */
function commit(files: Readonly<Record<string, string>>, more: (at: (path: string) => string) => void = () => undefined): string {
  const at = (path: string) => join(root, 'repository', path);
  mkdirSync(at(''));
  git('init', '--quiet', '--initial-branch=main');
  for (const [path, content] of Object.entries({ 'x/a.txt': 'a\n', 'y/b.txt': 'b\n', 'shared/c.txt': 'c\n', ...files })) {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), content);
  }
  more(at);
  git('add', '--all');
  git('commit', '--quiet', '--message', 'commit');
  return git('rev-parse', 'HEAD');
}

/** The commit's folders, by Git. */
function treeOf(commitId: string): TreeReader {
  return {
    readFolder: async (path): Promise<TreeFolder | undefined> => {
      let treeId: string;
      try {
        treeId = git('rev-parse', '--verify', '--quiet', `${commitId}:${path === '.' ? '' : path}`);
      } catch {
        return undefined;
      }
      const entries = git('ls-tree', treeId).split('\n').map((line) => /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/.exec(line)!.slice(1) as [string, string, string]);
      return {
        treeId,
        folders: entries.filter(([mode]) => mode === '040000').map(([, id, name]) => ({ name, treeId: id })),
        files: entries.filter(([mode]) => mode !== '040000').map(([mode, objectId, name]) => ({ name, objectId, mode: mode as FileMode })),
      };
    },
  };
}

/** Verifies a component of what the source action's archive holds, or of a clone. */
async function verify(commitId: string, component = 'x', from: 'archive' | 'clone' = 'archive', change: (directory: string) => void = () => undefined): Promise<void> {
  const sourceDirectory = join(root, `${from}-${component}`);
  if (from === 'archive') {
    mkdirSync(sourceDirectory);
    unzip(codeZip(execFileSync('git', ['-C', join(root, 'repository'), 'archive', '--format=zip', commitId], { maxBuffer: 2 ** 26 })), sourceDirectory);
  } else {
    git('clone', '--quiet', '--no-local', '.', sourceDirectory);
  }
  change(sourceDirectory);
  const inputsDigest = await new ComponentInputs(catalogue, treeOf(commitId)).digest(component);
  await verifySource({ catalogue, component, commitId, sourceDirectory, inputsDigest });
}

it('finds an archive equal to the commit, with files in folders, empty files, names of any letters, and line ends as they are', async () => {
  await verify(commit({ 'x/deep/er/f': '', 'x/größe 1.txt': 'ü\r\n', 'x.txt': 'beside', 'x/e-mail@2x.png': '\0\x01' }));
});

it.each<[string, Readonly<Record<string, string>>, ((at: (path: string) => string) => void) | undefined, string]>([
  ['a symbolic link', {}, (at) => symlinkSync('a.txt', at('x/link')), '\'x/link\' is a symbolic link there.'],
  ['a link of what it includes', {}, (at) => symlinkSync('c.txt', at('shared/link')), '\'shared/link\' is a symbolic link there.'],
  ['a permission to execute', { 'x/run.sh': '#!/bin/sh\n' }, (at) => chmodSync(at('x/run.sh'), 0o755), '\'x/run.sh\' may be executed there.'],
  ['a file that attributes leave out', { '.gitattributes': 'x/left-out export-ignore\n', 'x/left-out': '1' }, undefined, 'what .gitattributes says with export-ignore and export-subst.'],
  ['a folder that attributes leave out', { '.gitattributes': 'x/tests export-ignore\n', 'x/tests/t': '1' }, undefined, 'files are missing or changed.'],
  ['a text that attributes replace', { '.gitattributes': 'x/version export-subst\n', 'x/version': '$Format:%H$\n' }, undefined, 'export-subst'],
])('names %s that the archive lacks; a clone has it', async (_what, files, more, message) => {
  const head = commit(files, more);
  const refused = verify(head);
  await expect(refused).rejects.toThrow(`The source of 'x' is not what commit ${head} holds: `);
  await expect(refused).rejects.toThrow(message);
  await expect(refused).rejects.toThrow('Let builds clone the repository: checkout: SourceCheckout.gitClone()');
  // Another component is not concerned.
  await verify(head, 'y');
  await verify(head, 'x', 'clone');
});

it('names a submodule, which neither brings', async () => {
  const head = commit({}, (at) => {
    writeFileSync(at('.gitmodules'), '[submodule "x/lib"]\n\tpath = x/lib\n\turl = https://git.example.com/lib.git\n');
    git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},x/lib`);
    mkdirSync(at('x/lib'));
  });
  // An empty folder stays a submodule when everything is added.
  expect(git('ls-tree', head, 'x/lib')).toContain('160000 commit');
  await expect(verify(head)).rejects.toThrow('They lack submodules, too: \'x/lib\'.');
  await verify(head, 'y');
});

it('names pointers of Git LFS, whose contents are elsewhere, but not a text that speaks of them', async () => {
  const head = commit({ 'x/model.bin': POINTER, 'x/z.bin': POINTER, 'y/about.md': `A pointer begins so: ${POINTER}` });
  await expect(verify(head)).rejects.toThrow('The source of \'x\' lacks the contents that Git LFS keeps: \'x/model.bin\', \'x/z.bin\' are pointers.');
  await verify(head, 'y');
});

it.each<[string, (directory: string) => void]>([
  ['changed', (directory) => writeFileSync(join(directory, 'x/a.txt'), 'other\n')],
  ['missing', (directory) => rmSync(join(directory, 'x/a.txt'))],
  ['more', (directory) => writeFileSync(join(directory, 'x/more'), '')],
  ['missing of what is included', (directory) => rmSync(join(directory, 'shared/c.txt'))],
])('refuses a file that is %s', async (_what, change) => {
  await expect(verify(commit({}), 'x', 'archive', change)).rejects.toThrow('files are missing or changed.');
});

it.each([WHOLE_COMMIT, STALE_INPUTS])('has nothing to compare with where the plan did not know the folders (%s)', async (mark) => {
  await expect(verifySource({ catalogue, component: 'x', commitId: 'c', inputsDigest: `${mark}c`, sourceDirectory: join(root, 'nowhere') })).resolves.toBeUndefined();
});
