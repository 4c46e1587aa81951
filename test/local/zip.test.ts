import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { removeFolders, temporaryFolder, TestRepository } from './support';
import { readZip, unzip, zipDirectory } from '../../local/engine/zip';

afterAll(removeFolders);

test("Git's archives keep contents, modes and symbolic links", () => {
  const git = new TestRepository();
  mkdirSync(join(git.directory, 'deep'));
  writeFileSync(join(git.directory, 'deep/tool'), '#!/bin/sh\n');
  chmodSync(join(git.directory, 'deep/tool'), 0o755);
  symlinkSync('tool', join(git.directory, 'deep/link'));
  git.commit({ 'ünï "q".txt': 'x'.repeat(5000), 'empty': '' });
  const archive = execFileSync('git', ['-C', git.directory, 'archive', '--format=zip', 'HEAD']);
  const target = temporaryFolder();
  unzip(archive, target);
  expect(readFileSync(join(target, 'ünï "q".txt'), 'utf8')).toBe('x'.repeat(5000));
  expect(readFileSync(join(target, 'empty'), 'utf8')).toBe('');
  expect(statSync(join(target, 'deep/tool')).mode % 0o1000).toBe(0o755);
  expect(statSync(join(target, 'empty')).mode % 0o1000).toBe(0o644);
  expect(readlinkSync(join(target, 'deep/link'))).toBe('tool');
});

test('a zipped folder comes back', () => {
  const source = temporaryFolder();
  mkdirSync(join(source, 'a'));
  writeFileSync(join(source, 'a/tool'), 'content', { mode: 0o755 });
  writeFileSync(join(source, 'file'), '');
  const entries = readZip(Buffer.from(zipDirectory(source)));
  expect(entries.map(({ name, mode, content }) => [name, mode % 0o1000, content.toString()]).sort()).toEqual([['a/tool', 0o755, 'content'], ['file', 0o644, '']]);
});

test('an entry may not leave the folder', () => {
  const archive = Buffer.from(zipSync({ '../out': strToU8('x') }));
  expect(() => unzip(archive, temporaryFolder())).toThrow("Zip entry '../out' leads out of the archive");
});

test('what is no archive is refused', () => {
  expect(() => readZip(Buffer.from('text'))).toThrow('Not a zip archive');
});
