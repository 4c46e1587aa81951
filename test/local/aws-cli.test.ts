import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startServices, Services } from './services';
import { removeFolders, temporaryFolder } from './support';
import { readTemplate } from '../../local/services/cloudformation/service';

const run = promisify(execFile);

let services: Services;
let folder: string;

beforeEach(async () => {
  services = await startServices();
  services.objects.createBucket('bucket');
  folder = temporaryFolder();
});
afterEach(async () => services.stop());
afterAll(removeFolders);

async function aws(...args: string[]): Promise<string> {
  const { stdout } = await run(join(__dirname, '../../local/stand-ins/aws'), args, {
    cwd: folder, env: { PATH: process.env.PATH, AWS_ENDPOINT_URL: services.endpoint, AWS_REGION: 'eu-west-1' },
  });
  return stdout;
}

async function failure(...args: string[]): Promise<string> {
  return aws(...args).then(() => { throw new Error('expected an error'); }, (error: { stderr: string }) => error.stderr);
}

const file = (name: string) => readFileSync(join(folder, name));

describe('s3 cp', () => {
  const binary = Buffer.from(Array.from({ length: 70_000 }, (_, index) => index % 256));

  test('from S3, bytes as they are', async () => {
    services.objects.put('bucket', 'a/key.bin', binary);
    await aws('s3', 'cp', '--only-show-errors', 's3://bucket/a/key.bin', 'copy.bin');
    expect(file('copy.bin').equals(binary)).toBe(true);
  });

  test('from S3, into a folder and with a strange key', async () => {
    services.objects.put('bucket', 'a b/ü#?.txt', Buffer.from('x'));
    await aws('s3', 'cp', 's3://bucket/a b/ü#?.txt', './');
    expect(file('ü#?.txt').toString()).toBe('x');
  });

  test('to S3', async () => {
    writeFileSync(join(folder, 'file'), binary);
    await aws('s3', 'cp', 'file', 's3://bucket/to/');
    expect(services.objects.read('bucket', 'to/file').equals(binary)).toBe(true);
  });

  test.each([[['--only-show-errors']], [[]]])('fails where there is no such object (%p)', async (flags) => {
    expect(await failure('s3', 'cp', ...flags, 's3://bucket/none', 'copy')).toContain('404');
  });
});

test('ecr get-login-password', async () => {
  expect(await aws('ecr', 'get-login-password', '--region', 'eu-west-1')).toBe('local\n');
});

describe('cloudformation package', () => {
  const packaged = async (template: string) => {
    writeFileSync(join(folder, 'template.yml'), template);
    return aws('cloudformation', 'package', '--template-file', 'template.yml', '--s3-bucket', 'bucket', '--s3-prefix', 'p', '--output-template-file', 'out.yml');
  };

  test('takes a template without local artifacts as it is', async () => {
    const template = 'Resources:\n  Job:\n    Type: AWS::Glue::Job\n    Properties:\n      Command: { ScriptLocation: !Ref Script }\n'
      + '  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Code: { S3Bucket: x, S3Key: y }\n';
    await packaged(template);
    expect(file('out.yml').toString()).toBe(template);
  });

  test('uploads the templates of nested stacks, innermost first, and puts their addresses in', async () => {
    writeFileSync(join(folder, 'inner.yml'), 'Resources:\n  Q: { Type: AWS::SQS::Queue }\n');
    writeFileSync(join(folder, 'outer.yml'), 'Resources:\n  Inner:\n    Type: AWS::CloudFormation::Stack\n    Properties: { TemplateURL: ./inner.yml }\n');
    await packaged('Resources:\n  Outer:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: outer.yml\n      Parameters: { A: !Ref B }\n');
    const address = (text: string) => /TemplateURL: (https:\S+\.template)/.exec(text)![1];
    const template = file('out.yml').toString();
    expect(template).toContain('A: !Ref B');
    const outer = readTemplate(services.objects, address(template));
    expect(readTemplate(services.objects, address(outer))).toContain('AWS::SQS::Queue');
  });

  test('refuses one with a local artifact, by name', async () => {
    writeFileSync(join(folder, 'template.yml'), 'Resources:\n  F:\n    Type: AWS::Lambda::Function\n    Properties:\n      Code: ./src\n');
    expect(await failure('cloudformation', 'package', '--template-file', 'template.yml', '--s3-bucket', 'bucket', '--output-template-file', 'out.yml'))
      .toContain("F.Code is the local artifact './src'");
  });
});

test('refuses any other call by name', async () => {
  expect(await failure('s3', 'mv', 'a', 'b')).toContain("'aws s3 mv a b' is not among the calls");
  expect(await failure('s3', 'sync', 'a', 'b')).toContain('only a folder is synchronized to S3 here');
  expect(await failure('s3', 'cp', '--recursive', 'a', 'b')).toContain('--recursive');
});
