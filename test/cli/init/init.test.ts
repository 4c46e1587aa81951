import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import * as ts from 'typescript';
import { SHAPES } from './shapes';
import { declaredParameters } from '../../../cli/init/template-files';
import { parseYaml } from '../../../cli/yaml';
import * as library from '../../../src';
import { TestRepository } from '../support/repository';
import { run } from '../support/run';

const ENVIRONMENT = { PATH: process.env.PATH };
let repository: TestRepository;

beforeEach(() => {
  repository = new TestRepository();
});

afterEach(() => repository.remove());

const init = (...args: string[]) => run(['init', '--yes', '--repo', repository.folder, ...args], { environment: ENVIRONMENT });
const read = (path: string) => readFileSync(join(repository.folder, path), 'utf8');

/** Synthesizes the application that was written, in its own folder. */
function synthesize(folder = 'pipeline'): { readonly template: any; readonly messages: readonly unknown[] } {
  const { outputText, diagnostics } = ts.transpileModule(read(`${folder}/app.ts`), { reportDiagnostics: true, compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 } });
  expect(diagnostics).toEqual([]);
  const apps: App[] = [];
  class RecordedApp extends App {
    constructor() {
      super();
      apps.push(this);
    }
  }
  const modules: { readonly [name: string]: unknown } = {
    'aws-cdk-lib': { ...jest.requireActual('aws-cdk-lib'), App: RecordedApp },
    'aws-cdk-lib/aws-codecommit': jest.requireActual('aws-cdk-lib/aws-codecommit'),
    'cdk-modular-pipeline': library,
  };
  const before = process.cwd();
  process.chdir(join(repository.folder, folder));
  try {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- it is the program under test
    new Function('require', 'exports', outputText)((name: string) => modules[name], {});
    const [stack] = apps[0]!.synth().stacks;
    return { template: stack!.template, messages: stack!.messages.filter(({ level }) => level === 'error') };
  } finally {
    process.chdir(before);
  }
}

function typeErrors(folder = 'pipeline'): string[] {
  const root = join(__dirname, '..', '..', '..');
  const file = join(root, 'test', 'cli', 'init', 'app-under-test.ts');
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.Node16,
    moduleResolution: ts.ModuleResolutionKind.Node16,
    types: ['node'],
    paths: { 'cdk-modular-pipeline': [join(root, 'src', 'index.ts')] },
  };
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  // In the checkout's place, whose packages it imports.
  host.readFile = (name) => (name === file ? read(`${folder}/app.ts`) : readFile(name));
  host.fileExists = (name) => name === file || fileExists(name);
  return ts.getPreEmitDiagnostics(ts.createProgram([file], options, host)).filter((one) => one.file?.fileName === file).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

describe.each(Object.entries(SHAPES))('%s', (_, files) => {
  test('becomes an application that synthesizes at once', async () => {
    Object.entries(files).forEach(([path, content]) => repository.write(path, content));
    const { code, err, out } = await init();
    expect({ code, out, err: code === 0 ? '' : err }).toEqual({ code: 0, out: expect.stringContaining('Wrote pipeline/app.ts'), err: '' });
    const { template, messages } = synthesize();
    expect(messages).toEqual([]);
    expect(Object.values<{ Type: string }>(template.Resources).filter(({ Type }) => Type === 'AWS::CodePipeline::Pipeline')).toHaveLength(1);
    // What was not there is written, and is a template.
    if ('template.yml' in files === false && out.includes('Wrote template.yml')) {
      const declared = declaredParameters(read('template.yml'));
      expect(declared).toEqual([...new Set(declared)]);
      expect(read('template.yml')).toMatch(/^ {4}Type: AWS::/m);
    }
    expect(existsSync(join(repository.folder, 'pwned'))).toBe(false);
  });
});

test('all shapes together type-check', async () => {
  for (const files of Object.values(SHAPES)) {
    Object.entries(files).forEach(([path, content]) => repository.write(path.includes('template') || path === 'package.json' ? `x/${path}` : path, content));
  }
  await init();
  expect(typeErrors()).toEqual([]);
});

describe('kinds', () => {
  test('are found by what is in the files', async () => {
    Object.entries(SHAPES['machine learning']!).forEach(([path, content]) => repository.write(path, content));
    const { err } = await init();
    expect(err.split('\n').slice(0, -1)).toEqual([
      'Found lambdaImage Training-Lambda-Function: Training-Lambda-Function/Dockerfile.',
      'Found stateMachine training: statemachine/training.asl.json.',
      'Found glueJob main: glue/preprocessing/main.py imports awsglue.',
      'Found the template to deploy: template.yml.',
      'Note: template.yml has to declare the parameters that receive the components\' builds: TrainingDefinitionBucket, TrainingDefinitionKey.',
    ]);
  });

  test('a function that the template packages is part of the template', async () => {
    Object.entries(SHAPES['an application of SAM']!).forEach(([path, content]) => repository.write(path, content));
    await init();
    expect(read('pipeline/app.ts')).toContain("Component.template('template.yaml', { path: 'template.yaml', include: ['hello_world/**'] }),");
    expect(read('pipeline/app.ts')).not.toContain('lambdaZip');
  });

  test('without a template, the CDK application is what is deployed', async () => {
    repository.write('infra/cdk.json', { app: 'python app.py' });
    repository.write('infra/requirements.txt', 'aws-cdk-lib\n');
    repository.write('infra/functions/index.py', 'def handler(event, context):\n    pass\n');
    repository.write('infra/image/Dockerfile', 'FROM scratch\n');
    const { err, out } = await init();
    expect(err).toContain('Found the CDK application to deploy: infra/cdk.json.\n');
    expect(out).not.toContain('template.yml');
    expect(out).toContain("applications: { 'infra': { stage: '...' } }");
    const app = read('pipeline/app.ts');
    expect(app).toContain("buildCommands: ['python -m pip install --requirement requirements.txt', 'npx --yes aws-cdk@2 synth --quiet --no-lookups --output cdk.out'],\n      images: true,");
    expect(app.match(/Component\.\w+\(/g)).toEqual(['Component.cdkApp(']);
    synthesize();
  });

  test('a new template takes what the components give', async () => {
    Object.entries(SHAPES['Lambda functions in Python with requirements']!).forEach(([path, content]) => repository.write(path, content));
    await init();
    const [template] = parseYaml(read('template.yml').replace(/!(Ref|GetAtt|Sub|Join|Select|Split) /g, '')) as { Parameters: object; Resources: any }[];
    expect(Object.keys(template!.Parameters)).toEqual(['IngestBucket', 'IngestKey', 'ReportBucket', 'ReportKey']);
    expect(template!.Resources.IngestFunction.Properties).toMatchObject({ Handler: 'lambda_function.lambda_handler', Runtime: 'python3.13', Code: { S3Bucket: 'IngestBucket', S3Key: 'IngestKey' } });
  });
});

describe('the source', () => {
  test.each([
    ['https://github.com/my-org/shop.git', "PipelineSource.gitHub('my-org/shop', {"],
    ['git@github.com:my-org/shop.git', "PipelineSource.gitHub('my-org/shop', {"],
    ['ssh://git@gitlab.com/group/sub/shop.git', "PipelineSource.gitLab('group/sub/shop', {"],
    ['https://user@bitbucket.org/space/shop.git', "PipelineSource.bitbucket('space/shop', {"],
    ['https://org@dev.azure.com/org/project/_git/shop', "PipelineSource.azureDevOps('org/project/shop', {"],
    ['git@ssh.dev.azure.com:v3/org/project/shop', "PipelineSource.azureDevOps('org/project/shop', {"],
    ['https://gitlab.example.com/team/shop', "PipelineSource.gitLabSelfManaged('team/shop', {"],
    ['https://github.example.com/team/shop', "PipelineSource.gitHubEnterprise('team/shop', {"],
    ['https://git.example.com/team/shop', "PipelineSource.connection('team/shop', {"],
    ['https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop', "Repository.fromRepositoryName(stack, 'Repository', 'shop')"],
    ['codecommit::eu-west-1://profile@shop', "Repository.fromRepositoryName(stack, 'Repository', 'shop')"],
    ['../a-folder/elsewhere', "Repository.fromRepositoryName(stack, 'Repository', '"],
  ])('of the remote %s', async (address, expected) => {
    repository.git('remote', 'add', 'origin', address);
    expect((await init()).code).toBe(0);
    expect(read('pipeline/app.ts')).toContain(expected);
    synthesize();
  });

  test('is what the options say, and so are accounts and Regions', async () => {
    repository.git('remote', 'add', 'origin', 'https://github.com/my-org/shop.git');
    const arn = 'arn:aws:codeconnections:eu-west-1:333333333333:connection/0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0';
    const { out } = await init('--source', 'gitlab:group/shop', '--connection', arn, '--branch', 'release/1', '--environment', 'test=444444444444', '--environment', 'prod=555555555555/eu-central-1');
    const app = read('pipeline/app.ts');
    expect(app).toContain("env: { account: '333333333333', region: 'eu-west-1' } });");
    expect(app).toContain("{ name: 'test', env: { account: '444444444444', region: 'eu-west-1' } },");
    expect(app).toContain("{ name: 'prod', env: { account: '555555555555', region: 'eu-central-1' }, gates: [Gate.approval()] },");
    expect(app).toContain("branch: 'release/1'");
    expect(app).not.toContain('Before you deploy');
    expect(out).toContain('npx cdk bootstrap --trust 333333333333 --cloudformation-execution-policies arn:aws:iam::aws:policy/AdministratorAccess aws://444444444444/eu-west-1');
    synthesize();
  });

  test('names what stands for what nobody gave', async () => {
    repository.git('remote', 'add', 'origin', 'https://github.com/my-org/shop.git');
    const { out } = await init();
    expect(read('pipeline/app.ts')).toContain('// Before you deploy: replace 111111111111 and connection/00000000-0000-0000-0000-000000000000, which stand for what init was not given.');
    expect(out).toContain('  1. Replace the account 111111111111 and the ARN of the connection in pipeline/app.ts.');
  });
});

describe('what cannot be used is refused, and nothing is written', () => {
  test.each([
    [['--account', '12'], "The account is '12': an account's ID has 12 digits."],
    [['--region', 'Frankfurt'], "The Region is 'Frankfurt': write it like eu-west-1."],
    [['--source', 'svn:x'], "The source is 'svn:x': write it like"],
    [['--source', 'gitHub:alone'], "The source is 'gitHub:alone': "],
    [['--connection', 'arn:x', '--source', 'gitHub:a/b'], "The connection is 'arn:x': give a connection's ARN"],
    [['--connection', 'arn:aws:codeconnections:eu-west-1:111111111111:connection/0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0'], 'and CodeCommit is read without one'],
    [['--connection', 'arn:aws:codeconnections:eu-west-1:111111111111:connection/0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0', '--source', 'gitHub:a/b', '--region', 'us-east-1'], 'both have to be in one Region'],
    [['--environment', 'prod'], "The environment is 'prod': write it like prod=222222222222/eu-west-1."],
    [['--environment', 'a=111111111111', '--environment', 'A=222222222222'], "Environment 'a' is there more than once"],
    [['--folder', '../x'], "--folder is '../x': give a folder below the repository's root"],
    [['--solution', '_'], "The solution is '_': "],
    [['--branch', 'a b'], "The branch is 'a b': "],
  ])('%j', async (args, message) => {
    const { code, err } = await init(...args);
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(message) });
    expect(readdirSync(repository.folder)).toEqual(['.git']);
  });

  test('files with another content', async () => {
    repository.write('pipeline/app.ts', '// mine\n');
    const { code, err } = await init();
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('pipeline/app.ts exists with another content, and nothing was written: ') });
    expect(read('pipeline/app.ts')).toBe('// mine\n');
    expect(existsSync(join(repository.folder, 'pipeline', 'cdk.json'))).toBe(false);
    const forced = await init('--force');
    expect(forced.out).toContain('Replaced pipeline/app.ts\nWrote pipeline/package.json\n');
  });

  test('a folder outside of any work tree', async () => {
    const { code, err } = await run(['init', '--yes', '--repo', '/'], { environment: ENVIRONMENT });
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining("'/' is in no work tree of Git") });
  });

  test('questions without a terminal', async () => {
    const { code, err } = await run(['init', '--repo', repository.folder], { environment: ENVIRONMENT });
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('add --yes') });
  });
});

test('a second time it changes nothing, and a dry run writes nothing', async () => {
  repository.write('orders/index.mjs', 'export const handler = async () => 1;\n');
  const { out } = await init('--dry-run');
  expect(out).toContain('--- pipeline/app.ts\n');
  expect(existsSync(join(repository.folder, 'pipeline'))).toBe(false);
  await init();
  const before = read('pipeline/app.ts');
  const again = await init();
  expect(again.code).toBe(0);
  expect(again.out).not.toContain('Replaced');
  expect(read('pipeline/app.ts')).toBe(before);
});
