import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { unzipSync, zipSync } from 'fflate';
import { ObjectStore } from '../../agent/object-store';
import { packageTemplate } from '../../agent/package-template/package-template';
import { plainZip } from '../../agent/package-template/plain-zip';
import { startServices, Services } from '../local/services';

const PREFIX = 'shop/components/template-yml/packaged/';
const isInstalled = spawnSync('aws', ['--version']).status === 0;

const TEMPLATE = `
Transform: AWS::Serverless-2016-10-31
Description: first
Parameters: { ApiBucket: { Type: String } }
Resources:
  Folder: { Type: AWS::Serverless::Function, Properties: { CodeUri: src, Handler: !Sub "\${ApiBucket}.x" } }
  Same: { Type: AWS::Lambda::Function, Properties: { Code: src } }
  File: { Type: AWS::Lambda::Function, Properties: { Code: single.py } }
  Layer: { Type: AWS::Serverless::LayerVersion, Properties: { ContentUri: layer } }
  Jar: { Type: AWS::Lambda::Function, Properties: { Code: app.zip } }
  Job: { Type: AWS::Glue::Job, Properties: { Command: { ScriptLocation: job.py } } }
  Nested: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: nested.yml } }
  Given: { Type: AWS::Lambda::Function, Properties: { Code: { S3Bucket: !Ref ApiBucket, S3Key: key } } }
`;
const NESTED = 'Resources:\n  Inner: { Type: AWS::Lambda::Function, Properties: { Code: src } }\n';

/** A JAR and its like: folders, times and their order are its own. */
const FOREIGN = Buffer.from(zipSync({ 'META-INF': { 'MANIFEST.MF': Buffer.from('x') }, 'a': Buffer.from('y') }, { mtime: new Date(2020, 1, 1) }));

(isInstalled ? describe : describe.skip)('aws cloudformation package, by the AWS CLI itself', () => {
  let services: Services;
  let client: S3Client;
  let root: string;
  beforeEach(async () => {
    services = await startServices();
    services.objects.createBucket('bucket');
    client = new S3Client(services.clientConfig);
    root = mkdtempSync(join(tmpdir(), 'package-'));
  });
  afterEach(async () => {
    client.destroy();
    await services.stop();
    rmSync(root, { recursive: true });
  });

  /** A work tree of its own, written at another time and in another order than any other. */
  let trees = 0;
  function workTree(changes: Readonly<Record<string, string | Buffer>> = {}): string {
    const folder = join(root, `tree-${trees += 1}`);
    const files = Object.entries<string | Buffer>({
      'template.yml': TEMPLATE,
      'nested.yml': NESTED,
      'src/index.js': 'code',
      'src/lib/z.js': 'z',
      'src/lib/a.js': 'a',
      'src/run': '#!/bin/sh',
      'single.py': 'one file',
      'layer/ünï.txt': 'layer',
      'app.zip': FOREIGN,
      'job.py': 'job',
      ...changes,
    });
    for (const [path, content] of trees % 2 === 0 ? files.reverse() : files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
      utimesSync(join(folder, path), 1_600_000_000 + trees * 1000, 1_600_000_000 + trees * 1000);
    }
    chmodSync(join(folder, 'src/run'), 0o755);
    return folder;
  }

  async function packaged(directory: string): Promise<string> {
    await packageTemplate({
      directory,
      template: 'template.yml',
      output: 'packaged.yml',
      bucket: 'bucket',
      prefix: PREFIX,
      region: 'eu-west-1',
      objects: new ObjectStore(client, 'bucket'),
      environment: { PATH: process.env.PATH, HOME: root, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'eu-west-1' },
      log: () => {},
    });
    return readFileSync(join(directory, 'packaged.yml'), 'utf8');
  }
  const stored = () => services.objects.list('bucket').map(({ key }) => key);
  const property = (template: string, resource: string) => new RegExp(`^  ${resource}:(?:\n    .*)+`, 'm').exec(template)![0];

  it('gives the same template and the same names for the same files, whenever and in whatever order they were written', async () => {
    const first = await packaged(workTree());
    const objects = stored();
    expect(await packaged(workTree())).toBe(first);
    expect(stored()).toEqual(objects);
    // Two functions of one folder, the same in the nested stack; a file; a layer; a zip that is one; a script; the nested template.
    expect(objects).toHaveLength(6);
    expect(objects.every((key) => new RegExp(`^${PREFIX}[0-9a-f]{64}(\\.template)?$`).test(key))).toBe(true);
    expect(first).not.toContain('127.0.0.1');
    expect(first).toContain(`https://s3.eu-west-1.amazonaws.com/bucket/${PREFIX}`);
    expect(first).toContain('S3Bucket: bucket');
  }, 60_000);

  it('leaves what did not change under its name: of a description, a function', async () => {
    const first = await packaged(workTree());
    const described = await packaged(workTree({ 'template.yml': TEMPLATE.replace('first', 'second') }));
    expect(described.replace('second', 'first')).toBe(first);
    const changed = await packaged(workTree({ 'single.py': 'another' }));
    const differing = ['Folder', 'Same', 'File', 'Layer', 'Jar', 'Job', 'Nested'].filter((resource) => property(first, resource) !== property(changed, resource));
    expect(differing).toEqual(['File']);
    const inner = await packaged(workTree({ 'src/index.js': 'changed' }));
    expect(['Folder', 'Same', 'File', 'Nested'].filter((resource) => property(first, resource) !== property(inner, resource))).toEqual(['Folder', 'Same', 'Nested']);
  }, 60_000);

  it('keeps contents, names and what may be executed; another zip stays what it is', async () => {
    const template = await packaged(workTree());
    const key = (resource: string) => new RegExp(`${PREFIX}[0-9a-f]{64}`).exec(property(template, resource))![0];
    const zip = services.objects.read('bucket', key('Folder'));
    expect(Object.keys(unzipSync(zip))).toEqual(['index.js', 'lib/a.js', 'lib/z.js', 'run']);
    writeFileSync(join(root, 'src.zip'), zip);
    execFileSync('python3', ['-m', 'zipfile', '-t', join(root, 'src.zip')]);
    const listing = execFileSync('python3', ['-c', `import zipfile; print([(i.filename, oct(i.external_attr >> 16)) for i in zipfile.ZipFile(${JSON.stringify(join(root, 'src.zip'))}).infolist()])`], { encoding: 'utf8' });
    expect(listing).toContain('(\'run\', \'0o100755\')');
    expect(listing).toContain('(\'index.js\', \'0o100644\')');
    expect(Object.keys(unzipSync(services.objects.read('bucket', key('Layer'))))).toEqual(['ünï.txt']);
    expect(services.objects.read('bucket', key('Jar')).equals(FOREIGN)).toBe(true);
    expect(services.objects.read('bucket', key('Job')).toString()).toBe('job');
    const nested = services.objects.read('bucket', `${key('Nested')}.template`).toString();
    expect(nested).toContain(key('Folder'));
  }, 60_000);

  it('takes what the AWS CLI uploads in parts', async () => {
    const template = await packaged(workTree({ 'src/large.bin': randomBytes(9 * 2 ** 20) }));
    const sizes = services.objects.list('bucket').map(({ size }) => size);
    expect(Math.max(...sizes)).toBeGreaterThan(9 * 2 ** 20);
    expect(template).toContain(PREFIX);
  }, 60_000);

  it('fails where the AWS CLI does', async () => {
    await expect(packaged(workTree({ 'template.yml': 'Resources:\n  A: { Type: AWS::Lambda::Function, Properties: { Code: missing } }\n' })))
      .rejects.toThrow('aws cloudformation package of \'template.yml\' failed with exit status 255: Unable to upload artifact missing');
    expect(stored()).toEqual([]);
  }, 60_000);

  it('stores nothing of a template with an image that is in no registry', async () => {
    await expect(packaged(workTree({ 'template.yml': 'Resources:\n  A: { Type: AWS::Serverless::Function, Properties: { PackageType: Image, ImageUri: "a:latest" } }\n' })))
      .rejects.toThrow('\'template.yml\' builds images for A');
    expect(stored()).toEqual([]);
  }, 60_000);
});

describe('plainZip', () => {
  it.each<[string, Buffer]>([
    ['a zip with folders', FOREIGN],
    ['no zip', Buffer.from('text')],
    ['nothing', Buffer.alloc(0)],
    ['the end of a zip alone', FOREIGN.subarray(FOREIGN.length - 22)],
  ])('leaves %s as it is', (_name, bytes) => {
    expect(plainZip(bytes)).toBeUndefined();
  });
});
