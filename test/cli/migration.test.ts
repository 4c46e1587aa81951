import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack, Stage, StageProps } from 'aws-cdk-lib';
import { LambdaRestApi } from 'aws-cdk-lib/aws-apigateway';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { DefinitionBody, Pass, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { CodePipeline, CodePipelineSource, ShellStep } from 'aws-cdk-lib/pipelines';
import { Construct } from 'constructs';
import { run } from './support/run';

const env = { account: '222222222222', region: 'eu-west-1' };

/** An application as teams have it: data, and an API with functions, a layer and a state machine. */
class ShopStage extends Stage {
  public constructor(scope: Construct, id: string, code: string, props: StageProps = { env }) {
    super(scope, id, props);
    const data = new Stack(this, 'Data');
    const table = new dynamodb.Table(data, 'Orders', { partitionKey: { name: 'Id', type: dynamodb.AttributeType.STRING } });
    const api = new Stack(this, 'Api');
    const layer = new lambda.LayerVersion(api, 'Layer', { code: lambda.Code.fromAsset(code) });
    const functions = ['orders', 'stock', 'report'].map((name) => new lambda.Function(api, name, {
      runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromAsset(code), layers: [layer], environment: { TABLE: table.tableName },
    }));
    functions.forEach((each) => table.grantReadWriteData(each));
    new LambdaRestApi(api, 'Http', { handler: functions[0]! });
    new StateMachine(api, 'Work', { definitionBody: DefinitionBody.fromChainable(new Pass(api, 'Pass')) });
  }
}

/** What moves to the pipeline with its resources staying what they are: the difference of templates before and after. */
describe('an application of CDK Pipelines', () => {
  let folder: string;
  let code: string;
  let before: Readonly<Record<string, string>>;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'migration-'));
    code = join(folder, 'code');
    mkdirSync(code);
    writeFileSync(join(code, 'index.js'), 'exports.handler = async () => 1;');
    before = templates('before', (app) => {
      const stack = new Stack(app, 'ShopPipeline', { env });
      const repository = codecommit.Repository.fromRepositoryName(stack, 'Repository', 'shop');
      const pipeline = new CodePipeline(stack, 'Pipeline', {
        synth: new ShellStep('Synth', { input: CodePipelineSource.codeCommit(repository, 'main'), commands: ['npx cdk synth'] }),
      });
      pipeline.addStage(new ShopStage(stack, 'Test', code));
    });
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Files of the templates, by the stack's name. */
  function templates(name: string, define: (app: App) => void): Record<string, string> {
    const app = new App({ outdir: join(folder, name), analyticsReporting: false });
    define(app);
    const assembly = app.synth();
    return Object.fromEntries(assembly.stacksRecursively.map((stack) => [stack.stackName, stack.templateFullPath]));
  }

  const review = async (after: Readonly<Record<string, string>>, stack: string) => run(['review', '--template', before[stack]!, after[stack]!]);

  it('keeps all logical IDs where its Stages stay under a construct with the ID of the pipeline\'s stack', async () => {
    const after = templates('kept', (app) => { new ShopStage(new Construct(app, 'ShopPipeline'), 'Test', code); });
    for (const stack of ['Test-Data', 'Test-Api']) {
      expect(await review(after, stack)).toEqual({ code: 0, err: '', out: '0 resources change: the guard would let the change set pass.\n' });
    }
  });

  it('foretells what comes out under another logical ID where they move: permissions alone, which hold nothing', async () => {
    const after = templates('moved', (app) => { new ShopStage(app, 'Test', code); });
    expect((await review(after, 'Test-Data')).out).toContain('0 resources change');
    const { code: exit, out } = await review(after, 'Test-Api');
    expect(exit).toBe(0);
    const [, renamed] = out.split('The same under another logical ID, which is a deletion and a creation:\n');
    expect(renamed!.trim().split('\n').every((line) => /^- \w+ShopPipelineTest\w+ → \w+ \(AWS::Lambda::Permission\)$/.test(line))).toBe(true);
    const removed = [...out.matchAll(/^- (\w+) \((AWS::[\w:]+)\) is deleted/gm)].map(([, , type]) => type);
    expect(new Set(removed)).toEqual(new Set(['AWS::Lambda::Permission']));
  });

  it('foretells what another ID of a stack does to what holds data', async () => {
    const renamed = templates('renamed', (app) => {
      const stage = new Stage(app, 'Test', { env });
      new dynamodb.Table(new Stack(stage, 'Data'), 'OrderTable', { partitionKey: { name: 'Id', type: dynamodb.AttributeType.STRING } });
    });
    const { code: exit, out } = await review(renamed, 'Test-Data');
    expect([exit, out]).toEqual([10, expect.stringMatching(/- Orders\w+ → OrderTable\w+ \(AWS::DynamoDB::Table\)/)]);
  });
});
