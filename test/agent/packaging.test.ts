import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { readFolder, ZIP_LIMITS } from '../../agent/folder';
import { builtReference, packageArtifact, PackagedArtifact, PackagedFile, StoredArtifact } from '../../agent/packaging';

describe('packageArtifact', () => {
  let root: string;
  beforeEach(() => { root = mkdtempSync(join(tmpdir(), 'packaging-')); });
  afterEach(() => rmSync(root, { recursive: true }));

  const write = (files: Readonly<Record<string, string>>) => {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), content);
    }
  };
  const packaged = async (artifact: StoredArtifact) => packageArtifact(artifact, { component: '@scope/name', directory: join(root, 'component'), root });
  const zip: StoredArtifact = { type: 'zip', path: 'dist' };
  const bytes = ({ content }: PackagedFile) => ('bytes' in content ? content.bytes : readFileSync(content.file));
  const contents = ({ files }: PackagedArtifact) => Object.fromEntries(
    Object.entries(unzipSync(bytes(files[0]!))).map(([name, content]) => [name, Buffer.from(content).toString()]),
  );

  it('zips a folder under the component\'s id', async () => {
    write({ 'component/dist/index.js': 'code', 'component/dist/lib/deep/a.js': 'a', 'component/other': 'not this' });
    const artifact = await packaged(zip);
    expect(artifact).toMatchObject({ locationSuffix: 'scope-name.zip', files: [{ name: 'scope-name.zip' }], digest: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
    expect(contents(artifact)).toEqual({ 'index.js': 'code', 'lib/deep/a.js': 'a' });
  });

  it('makes the same bytes and digest of the same content, whenever and in whatever order it was written', async () => {
    write({ 'component/dist/b': '2', 'component/dist/a': '1' });
    const first = await packaged(zip);
    rmSync(join(root, 'component'), { recursive: true });
    write({ 'component/dist/a': '1', 'component/dist/b': '2' });
    utimesSync(join(root, 'component/dist/a'), 1, 1);
    expect(await packaged(zip)).toEqual(first);
  });

  it.each<[string, () => void]>([
    ['content', () => write({ 'component/dist/a': 'other' })],
    ['a name', () => write({ 'component/dist/b': '1' })],
    ['the executable bit', () => chmodSync(join(root, 'component/dist/a'), 0o755)],
    ['a link', () => symlinkSync('a', join(root, 'component/dist/link'))],
  ])('makes another digest of another %s', async (_name, change) => {
    write({ 'component/dist/a': '1' });
    const { digest } = await packaged(zip);
    change();
    expect((await packaged(zip)).digest).not.toBe(digest);
  });

  it('keeps executables and links what they are', async () => {
    write({ 'component/dist/run': '#!/bin/sh\n' });
    chmodSync(join(root, 'component/dist/run'), 0o755);
    symlinkSync('run', join(root, 'component/dist/link'));
    const artifact = await packaged(zip);
    expect(contents(artifact)).toEqual({ run: '#!/bin/sh\n', link: 'run' });
    expect(unixModes(bytes(artifact.files[0]!))).toEqual({ run: 0o100755, link: 0o120777 });
  });

  it('stores one file under its name', async () => {
    write({ 'component/build/template.yml': 'text' });
    const file = join(root, 'component/build/template.yml');
    expect(await packaged({ type: 'file', path: 'build/template.yml' })).toMatchObject({ locationSuffix: 'template.yml', files: [{ name: 'template.yml', content: { file, size: 4 } }] });
  });

  it('stores several files, zipped or not', async () => {
    write({ 'component/job.py': 'job', 'component/modules/m.py': 'module' });
    const artifact = await packaged({ type: 'files', files: [{ path: 'modules', name: 'modules.zip', zip: true }, { path: 'job.py', name: 'script.py' }] });
    expect(artifact.locationSuffix).toBe('');
    expect(artifact.files.map(({ name }) => name)).toEqual(['modules.zip', 'script.py']);
    expect(bytes(artifact.files[1]!).toString()).toBe('job');
    expect(contents(artifact)).toEqual({ 'm.py': 'module' });
  });

  it.each<[string, StoredArtifact, string]>([
    ['what is not there', { type: 'file', path: 'missing' }, 'there is nothing at'],
    ['a folder for a file', { type: 'file', path: 'dist' }, 'is a folder'],
    ['a file for a folder', { type: 'zip', path: 'dist/a' }, 'is a file'],
    ['what is outside of the repository', { type: 'file', path: '../../outside-of-it' }, 'outside of the repository'],
    ['what a link leads to outside of it', { type: 'file', path: 'escape' }, 'outside of the repository'],
  ])('refuses %s', async (_name, artifact, message) => {
    write({ 'component/dist/a': '1' });
    writeFileSync(join(dirname(root), 'outside-of-it'), '');
    symlinkSync('/etc/passwd', join(root, 'component/escape'));
    try {
      await expect(packaged(artifact)).rejects.toThrow(message);
    } finally {
      rmSync(join(dirname(root), 'outside-of-it'));
    }
  });

  it('packs no .git, wherever it is', async () => {
    write({ 'component/dist/a': '1', 'component/dist/.git/config': 'x', 'component/dist/vendor/.git': 'gitdir: ../x', 'component/dist/.gitignore': 'b' });
    expect(Object.keys(contents(await packaged(zip)))).toEqual(['.gitignore', 'a']);
    const atRoot = await packageArtifact({ type: 'zip', path: '.' }, { component: 'root', directory: join(root, 'component/dist'), root: join(root, 'component/dist') });
    expect(Object.keys(contents(atRoot))).toEqual(['.gitignore', 'a']);
  });

  describe('what could only fail later', () => {
    const title = 'Component \'@scope/name\' leaves a zip of the folder \'dist\', ';

    it.each<[string, Record<string, string>]>([['an empty folder', {}], ['a folder of nothing but .git', { 'component/dist/.git/config': '' }]])('is refused: %s', async (_name, files) => {
      mkdirSync(join(root, 'component/dist/empty/folders'), { recursive: true });
      write(files);
      await expect(packaged(zip)).rejects.toThrow(`${title}which holds no file, and nothing can be deployed from an empty zip`);
    });

    it.each(['/etc/hosts', '../other', '../../shared/module', 'sub/../../other', '..'])('is refused: a link to %s', async (target) => {
      write({ 'component/dist/a': '1' });
      symlinkSync(target, join(root, 'component/dist/link'));
      await expect(packaged(zip)).rejects.toThrow(`${title}and 'link' in it is a symbolic link to '${target}', outside of that folder`);
    });

    it.each(['a', 'sub/../a', './a', 'missing', 'sub'])('is not refused: a link to %s within', async (target) => {
      write({ 'component/dist/a': '1', 'component/dist/sub/b': '2' });
      symlinkSync(target, join(root, 'component/dist/link'));
      symlinkSync('../a', join(root, 'component/dist/sub/up'));
      expect(contents(await packaged(zip))).toMatchObject({ 'link': target, 'sub/up': '../a' });
    });

    it('is refused: more files than a zip takes', async () => {
      write({ 'component/dist/a': '1', 'component/dist/b/c': '2', 'component/dist/b/d': '3' });
      const folder = join(root, 'component/dist');
      await expect(readFolder(folder, 'It', { limits: { entries: 2, bytes: 3 } })).rejects.toThrow('It, which holds more than the 2 files that a zip takes');
      expect(await readFolder(folder, 'It', { limits: { entries: 3, bytes: 3 } })).toHaveLength(3);
      expect(ZIP_LIMITS.entries).toBe(65_535);
    });

    it('is refused: more than a zip takes, without reading it', async () => {
      write({ 'component/dist/a': '1', 'component/dist/b': '' });
      truncateSync(join(root, 'component/dist/b'), 2 ** 31 - 1);
      await expect(packaged(zip)).rejects.toThrow('which holds more than the 2147483647 bytes that a zip takes: 2147483648 up to');
    });

    it('is refused: more than AWS Lambda unpacks, for a function', async () => {
      write({ 'component/dist/a': '1' });
      truncateSync(join(root, 'component/dist/a'), 250 * 2 ** 20 + 1);
      const props = { component: 'fn', directory: join(root, 'component'), root };
      await expect(packageArtifact(zip, { ...props, kind: 'lambda-zip' })).rejects.toThrow('has 262144001 bytes unpacked, and AWS Lambda takes 262144000 (250 MiB) at most');
      expect((await packageArtifact(zip, { ...props, kind: 'custom' })).files).toHaveLength(1);
    }, 60_000);

    it.each(['__proto__', '__proto__/a'])('is refused: %s at the top', async (name) => {
      write({ [`component/dist/${name}`]: '1', 'component/dist/sub/__proto__': 'fine' });
      await expect(packaged(zip)).rejects.toThrow('named \'__proto__\'');
    });

    it('is refused: a name that is no text', async () => {
      write({ 'component/dist/a': '1' });
      writeFileSync(Buffer.concat([Buffer.from(`${join(root, 'component/dist')}/`), Buffer.from([0x61, 0xff])]), '');
      await expect(packaged(zip)).rejects.toThrow('is not UTF-8');
    });
  });

  it('finds a file beside the component\'s folder, within the repository', async () => {
    write({ 'component/a': '', 'shared/file': 'text' });
    expect((await packaged({ type: 'file', path: '../shared/file' })).files[0]!.name).toBe('file');
  });
});

/** The modes in a zip's central directory. */
function unixModes(zip: Uint8Array): Record<string, number> {
  const bytes = Buffer.from(zip);
  const modes: Record<string, number> = {};
  for (let at = bytes.indexOf('PK\u0001\u0002', 0, 'latin1'); at >= 0; at = bytes.indexOf('PK\u0001\u0002', at + 46, 'latin1')) {
    modes[bytes.toString('utf8', at + 46, at + 46 + bytes.readUInt16LE(at + 28))] = bytes.readUInt16LE(at + 40);
  }
  return modes;
}

describe('builtReference', () => {
  let root: string;
  beforeEach(() => { root = mkdtempSync(join(tmpdir(), 'packaging-')); });
  afterEach(() => rmSync(root, { recursive: true }));
  const referring = async (content: string) => {
    writeFileSync(join(root, 'ami'), content);
    return builtReference('ami', { component: 'x', directory: root, root });
  };

  it('is what the file says, in one line or for each Region', async () => {
    expect(await referring('ami-1\n')).toBe('reference:ami-1');
    expect(await referring('{ "us-east-1": "ami-2", "eu-west-1": "ami-1" }')).toBe('reference:{"eu-west-1":"ami-1","us-east-1":"ami-2"}');
  });

  it.each([
    ['nothing', '\n', 'is no reference'],
    ['several lines', 'ami-1\nami-2', 'is no reference'],
    ['half a JSON object', '{"eu-west-1":', 'begins as a JSON object and is none'],
    ['no Region', '{"here":"ami-1"}', '"here": a reference by Region'],
    ['no text for a Region', '{"eu-west-1":{}}', 'is no reference'],
    ['no Regions', '{}', '0 Regions'],
    ['a file of another kind', 'x'.repeat(300_000), 'has 300000 bytes'],
  ])('refuses %s', async (_, content, message) => {
    await expect(referring(content)).rejects.toThrow('Component \'x\' refers to what its file \'ami\' says');
    await expect(referring(content)).rejects.toThrow(message);
  });
});
