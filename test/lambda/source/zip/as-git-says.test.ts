import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { BufferArchive, folder, python, removeFolders, write } from './support';
import { ARCHIVE_BOUNDS } from '../../../../lambda/shared/source/zip/archive';
import { readDirectory } from '../../../../lambda/shared/source/zip/central-directory';
import { readContent } from '../../../../lambda/shared/source/zip/contents';
import { commitOf, ListedTree, listArchive, onlyFolder } from '../../../../lambda/shared/source/zip/listing';
import { TreeReader } from '../../../../src/core/tree-reader';

afterAll(removeFolders);

const list = async (file: string) => listArchive(new BufferArchive(readFileSync(file)));

function git(root: string, ...args: string[]): string {
  return execFileSync('git', ['-C', root, '-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', '-c', 'core.autocrlf=false', ...args], { encoding: 'utf8', maxBuffer: 2 ** 28 });
}

function committed(root: string): void {
  git(root, 'init', '--quiet');
  git(root, 'add', '--all', '--force');
  git(root, 'commit', '--quiet', '--allow-empty', '--message', 'x');
}

function asGit(root: string, revision = 'HEAD') {
  return git(root, 'ls-tree', '-r', '-z', revision).split('\0').slice(0, -1).map((line) => {
    const [, mode, id, path] = /^(\d+) blob ([0-9a-f]+)\t([\s\S]*)$/.exec(line)!;
    return { path, mode, id };
  });
}

const CONTENTS = {
  'a/source': 'a 1\n',
  'a/empty': '',
  'größe/ü 1.txt': 'ü\r\n',
  'deep/er/and/deeper': Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * 7919) % 251)),
  'incompressible': Buffer.from(Array.from({ length: 1_200_000 }, () => Math.floor(Math.random() * 256))),
  'a.b': 'sorted before a/',
  'a0': 'and after',
  '.hidden': '1',
};

function tree(): string {
  const root = folder();
  write(root, CONTENTS);
  write(root, { 'run.sh': '#!/bin/sh\n' });
  chmodSync(join(root, 'run.sh'), 0o755);
  symlinkSync('../a/source', join(root, 'deep/link'));
  mkdirSync(join(root, 'nothing/in/here'), { recursive: true });
  committed(root);
  return root;
}

const PYTHON = `
import json, os, stat, sys, zipfile
given = json.load(sys.stdin)
with zipfile.ZipFile(given['file'], 'w', given.get('method', 8), allowZip64=True) as archive:
    for path in given['paths']:
        whole = os.path.join(given['root'], path)
        status = os.lstat(whole)
        info = zipfile.ZipInfo(path, (2020, 1, 1, 0, 0, 0))
        info.create_system = 3
        info.external_attr = status.st_mode << 16
        info.compress_type = given.get('method', 8)
        content = os.readlink(whole).encode() if stat.S_ISLNK(status.st_mode) else open(whole, 'rb').read()
        with archive.open(info, 'w', force_zip64=given.get('zip64', False)) as entry:
            entry.write(content)
    archive.comment = given.get('comment', '').encode()
`;

describe('whoever packed it, the listing is Git\'s', () => {
  const root = tree();
  const expected = asGit(root);
  const paths = expected.map(({ path }) => path);

  test.each([
    ['git archive', (file: string) => git(root, 'archive', '--format=zip', '-o', file, 'HEAD')],
    ['git archive, stored', (file: string) => git(root, 'archive', '--format=zip', '-0', '-o', file, 'HEAD')],
    ['zip with folders and links', (file: string) => execFileSync('zip', ['-q', '-r', '-y', file, '.', '-x', '.git/*'], { cwd: root })],
    ['zip through a pipe', (file: string) => execFileSync('sh', ['-c', 'zip -q -r -y - . -x ".git/*" > "$1"', 'sh', file], { cwd: root })],
    ['zip with .git in it', (file: string) => execFileSync('zip', ['-q', '-r', '-y', file, '.'], { cwd: root })],
    ['zip with zip64 records', (file: string) => execFileSync('zip', ['-q', '-r', '-y', '-fz', file, '.', '-x', '.git/*'], { cwd: root })],
    ['Python', (file: string) => python(PYTHON, { root, file, paths })],
    ['Python, stored', (file: string) => python(PYTHON, { root, file, paths, method: 0 })],
    ['Python, zip64 extra fields', (file: string) => python(PYTHON, { root, file, paths, zip64: true })],
    ['Python, in another order, with a comment that looks like an end', (file: string) => python(PYTHON, { root, file, paths: [...paths].reverse(), comment: 'PK\u0005\u0006 and more' })],
  ])('%s', async (_, pack) => {
    const file = join(folder(), 'archive.zip');
    pack(file);
    const listing = await list(file);
    expect(listing).toEqual(expected);
    const { treeId } = (await new ListedTree(listing).readFolder('.'))!;
    expect(treeId).toBe(git(root, 'rev-parse', 'HEAD^{tree}').trim());
    expect(commitOf(listing)).toBe(commitOf(expected as never));
  });

  test('what was packed elsewhere has no permissions; a folder around everything is seen', async () => {
    const file = join(folder(), 'archive.zip');
    python(`${PYTHON.replace('create_system = 3', 'create_system = 0')}`, { root, file, paths: ['run.sh'] });
    expect(await list(file)).toMatchObject([{ path: 'run.sh', mode: '100644' }]);
    git(root, 'archive', '--format=zip', '--prefix=shop-main/', '-o', file, 'HEAD');
    expect([onlyFolder(await list(file)), onlyFolder(expected as never), onlyFolder([])]).toEqual(['shop-main', undefined, undefined]);
  });
});

test('an archive of more than 65,535 entries, in ranges', async () => {
  const file = join(folder(), 'archive.zip');
  python(`
import json, sys, zipfile
given = json.load(sys.stdin)
with zipfile.ZipFile(given['file'], 'w') as archive:
    for index in range(70000):
        archive.writestr(zipfile.ZipInfo('f/%d/%d' % (index % 100, index)), str(index % 7))
`, { file });
  const archive = new BufferArchive(readFileSync(file));
  const listing = await listArchive(archive);
  expect(listing).toHaveLength(70_000);
  expect(new Set(listing.map(({ id }) => id)).size).toBe(7);
  expect(archive.reads.length).toBeLessThan(10);
}, 60_000);

test('one file of a large archive costs about what it takes there', async () => {
  const file = join(folder(), 'archive.zip');
  python(`
import json, os, sys, zipfile
given = json.load(sys.stdin)
with zipfile.ZipFile(given['file'], 'w') as archive:
    archive.writestr('small', 'found')
    archive.writestr('large', os.urandom(20 * 1024 ** 2))
`, { file });
  const archive = new BufferArchive(readFileSync(file));
  const directory = await readDirectory(archive, ARCHIVE_BOUNDS);
  expect(archive.reads).toHaveLength(2);
  archive.reads.splice(0);
  const content = await readContent(archive, directory.entries.find(({ path }) => path === 'small')!, directory);
  expect(content.toString()).toBe('found');
  expect(archive.reads.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(70_000);
});

/** Everything in a tree, by way of its folders alone. */
async function walk(reader: TreeReader, path = '.'): Promise<string[]> {
  const { files, folders } = (await reader.readFolder(path))!;
  const below = (name: string) => (path === '.' ? name : `${path}/${name}`);
  const deeper = await Promise.all(folders.map(async ({ name }) => walk(reader, below(name))));
  return [...files.map(({ name, mode, objectId }) => `${mode} ${objectId} ${below(name)}`), ...deeper.flat()].sort();
}

const name = fc.constantFrom('a', 'b', 'a.b', 'ä', 'x y', 'A', '-', '~', 'ab', '"', '\'', 'a\tb');
const files = fc.dictionary(fc.array(name, { minLength: 1, maxLength: 4 }).map((segments) => segments.join('/')), fc.constantFrom('', '1', '2', 'x'.repeat(5_000)), { maxKeys: 12 })
  .map((drawn) => Object.fromEntries(Object.entries(drawn).filter(([path]) => !Object.keys(drawn).some((other) => other.startsWith(`${path}/`)))));

test('random trees: differences, folders and IDs are as Git says', async () => {
  await fc.assert(fc.asyncProperty(files, files, async (before, after) => {
    const [roots, trees] = [[] as string[], [] as ListedTree[]];
    for (const drawn of [before, after]) {
      const root = folder();
      write(root, drawn);
      committed(root);
      const file = join(root, '.git/archive.zip');
      python(PYTHON, { root, file, paths: asGit(root).map(({ path }) => path) });
      const listing = await list(file);
      expect(listing).toEqual(asGit(root));
      trees.push(new ListedTree(listing));
      roots.push(root);
    }
    expect(await walk(trees[1]!)).toEqual(asGit(roots[1]!).map(({ path, mode, id }) => `${mode} ${id} ${path}`).sort());
    git(roots[0]!, 'fetch', '--quiet', roots[1]!, 'HEAD');
    const differing = git(roots[0]!, 'diff-tree', '-r', '-z', '--no-renames', '--name-status', 'HEAD', 'FETCH_HEAD').split('\0').slice(0, -1);
    const expected = differing.flatMap((field, index) => (index % 2 === 0 ? [{ type: field, path: differing[index + 1]! }] : []));
    const byPath = (a: { readonly path: string }, b: { readonly path: string }) => (a.path < b.path ? -1 : 1);
    expect(trees[0]!.differencesTo(trees[1]!).sort(byPath)).toEqual(expected.sort(byPath));
  }), { numRuns: 10 });
}, 120_000);
