import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { packageArtifact, PackagedArtifact, StoredArtifact } from '../../agent/packaging';

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
  const contents = ({ files }: PackagedArtifact) => Object.fromEntries(
    Object.entries(unzipSync(files[0]!.body)).map(([name, content]) => [name, Buffer.from(content).toString()]),
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
    symlinkSync('/etc/passwd', join(root, 'component/dist/link'));
    const artifact = await packaged(zip);
    expect(contents(artifact)).toEqual({ run: '#!/bin/sh\n', link: '/etc/passwd' });
    expect(unixModes(artifact.files[0]!.body)).toEqual({ run: 0o100755, link: 0o120777 });
  });

  it('stores one file under its name', async () => {
    write({ 'component/build/template.yml': 'text' });
    expect(await packaged({ type: 'file', path: 'build/template.yml' })).toMatchObject({
      locationSuffix: 'template.yml', files: [{ name: 'template.yml', body: Buffer.from('text') }],
    });
  });

  it('stores several files, zipped or not', async () => {
    write({ 'component/job.py': 'job', 'component/modules/m.py': 'module' });
    const artifact = await packaged({ type: 'files', files: [{ path: 'modules', name: 'modules.zip', zip: true }, { path: 'job.py', name: 'script.py' }] });
    expect(artifact.locationSuffix).toBe('');
    expect(artifact.files.map(({ name }) => name)).toEqual(['modules.zip', 'script.py']);
    expect(Buffer.from(artifact.files[1]!.body).toString()).toBe('job');
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
