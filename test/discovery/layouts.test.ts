import { affectedBy } from './support/affected';
import { Contents, memoryFiles } from './support/memory-files';
import { discoverCatalogue } from '../../cli/discovery/discover';

function componentsOf(contents: Contents) {
  return Object.fromEntries(discoverCatalogue(memoryFiles(contents)).catalogue.components.map(({ name, ...component }) => [name, component]));
}

const sam = (resources: object) => ({ Transform: 'AWS::Serverless-2016-10-31', Resources: resources });
const lambda = (properties: object, metadata?: object) => ({ Type: 'AWS::Serverless::Function', Properties: properties, ...(metadata && { Metadata: metadata }) });

describe('templates', () => {
  const APP: Contents = {
    'orders/template.yaml': `AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Layers: [!Ref Layer]
Resources:
  Api: { Type: AWS::Serverless::Api, Properties: { DefinitionUri: api.yaml } }
  List: { Type: AWS::Serverless::Function, Properties: { CodeUri: list, Handler: app.handler, Events: { Get: { Type: Api, Properties: { Path: /, Method: get } } } } }
  Layer: { Type: AWS::Serverless::LayerVersion, Metadata: { BuildMethod: python3.12 }, Properties: { ContentUri: ./layer/ } }
  Flow: { Type: AWS::Serverless::StateMachine, Properties: { DefinitionUri: flow.asl.json, DefinitionSubstitutions: { A: !GetAtt List.Arn } } }
  Nested: { Type: AWS::Serverless::Application, Properties: { Location: nested/app.yaml } }
  Spec: { Fn::Transform: { Name: AWS::Include, Parameters: { Location: parts/more.yaml } }, Type: AWS::SNS::Topic }
`,
    'orders/samconfig.toml': '',
    'orders/api.yaml': 'openapi: 3.0.0',
    'orders/list/app.py': '',
    'orders/list/requirements.txt': 'boto3',
    'orders/layer/util.py': '',
    'orders/flow.asl.json': '{}',
    'orders/parts/more.yaml': '{}',
    'orders/nested/app.yaml': JSON.stringify(sam({ Fn: lambda({ CodeUri: 'code' }) })),
    'orders/nested/code/index.js': '',
    'stock/template.yaml': JSON.stringify(sam({ Fn: lambda({ CodeUri: 'src', Handler: 'index.handler' }) })),
    'stock/src/index.js': 'require("../../shared/money")',
    'shared/money.js': '',
    'README.md': '',
  };

  it('are components by their paths, made of what they package', () => {
    expect(componentsOf(APP)).toEqual({
      orders: { path: 'orders/template.yaml', include: ['orders/**'] },
      stock: { path: 'stock/template.yaml', include: ['shared/**', 'stock/**'] },
    });
  });

  it.each([
    ['orders/template.yaml', ['orders']], ['orders/list/app.py', ['orders']], ['orders/nested/code/index.js', ['orders']], ['orders/layer/util.py', ['orders']],
    ['stock/src/index.js', ['stock']], ['shared/money.js', ['stock']],
  ])('a change of %s concerns %s', (path, expected) => {
    expect(affectedBy(APP, path)).toEqual(expected);
  });

  it('by other names than their folder\'s have what they package, and not what lies beside it', () => {
    const contents = {
      'stacks/web.yaml': JSON.stringify(sam({ A: lambda({ CodeUri: '../web', DefinitionUri: 'web.json' }) })),
      'stacks/web.json': '',
      'stacks/data.yaml': JSON.stringify(sam({ A: { Type: 'AWS::SQS::Queue' } })),
      'web/index.js': '',
      'jobs/template.yaml': JSON.stringify(sam({ A: lambda({ CodeUri: 'a' }) })),
      'jobs/a/index.js': '',
      'jobs/load/package.json': { name: 'load' },
      'jobs/load/x.js': 'require("../../web/index.js")',
    };
    expect(componentsOf(contents)).toEqual({
      'stacks/web': { path: 'stacks/web.yaml', include: ['stacks/web.json', 'web/**'] },
      'stacks/data': { path: 'stacks/data.yaml' },
      'jobs': { path: 'jobs/template.yaml', include: ['jobs/**'], exclude: ['jobs/load/**'] },
      'load': { path: 'jobs/load', include: ['web/**'] },
    });
  });

  it('depend on members of workspaces that they package', () => {
    const contents = {
      'package.json': { workspaces: ['functions/*'] },
      'functions/a/package.json': { name: 'a' },
      'functions/a/index.js': '',
      'functions/b/package.json': { name: 'b' },
      'template.yaml': JSON.stringify(sam({ A: lambda({ CodeUri: 'functions/a' }) })),
    };
    expect(componentsOf(contents).template).toEqual({ path: 'template.yaml', dependsOn: ['a'] });
  });

  it('that package the root depend on all', () => {
    const contents = {
      'package.json': { workspaces: ['libs/*'] },
      'libs/a/package.json': { name: 'a' },
      'template.yaml': JSON.stringify(sam({ A: lambda({ CodeUri: '.' }) })),
    };
    expect(componentsOf(contents).template.dependsOn).toEqual(['a']);
  });

  it('of images take what the Dockerfile copies, or all of its context', () => {
    const contents = (dockerfile: string): Contents => ({
      'app/template.yaml': JSON.stringify(sam({ A: lambda({ PackageType: 'Image' }, { DockerContext: '..', Dockerfile: 'app/Dockerfile' }), B: lambda({ PackageType: 'Image' }, { DockerContext: './b' }) })),
      'app/Dockerfile': dockerfile,
      'app/b/Dockerfile': 'FROM x\nCOPY . .',
      'app/b/x.py': '',
      'common/x.py': '',
      'other/package.json': { name: 'other' },
      'other/index.js': '',
    });
    expect(componentsOf(contents('FROM x\nCOPY common/ /common/\nCOPY --from=build x y')).app).toEqual({ path: 'app/template.yaml', include: ['app/**', 'common/**'] });
    expect(componentsOf(contents('FROM x\nCOPY . /app')).app.dependsOn).toEqual(['other']);
  });

  it('among the files of a package are the package\'s, and those of tests and of builds are none', () => {
    const contents = {
      'package.json': { workspaces: ['a'] },
      'a/package.json': { name: 'a' },
      'a/template.yaml': JSON.stringify(sam({ A: lambda({ CodeUri: 'src' }) })),
      'a/src/index.js': '',
      'tests/template.yaml': JSON.stringify(sam({ A: lambda({ CodeUri: 'src' }) })),
      'cdk.out/x.template.json': JSON.stringify(sam({ A: lambda({ CodeUri: 'asset.1' }) })),
    };
    expect(Object.keys(componentsOf(contents))).toEqual(['a']);
  });

  it('that are broken are named', () => {
    const { warnings } = discoverCatalogue(memoryFiles({ 'template.yaml': 'AWSTemplateFormatVersion: 1\nResources: {' }));
    expect(warnings).toContainEqual(expect.objectContaining({ kind: 'BrokenManifest', path: 'template.yaml' }));
  });
});

describe('npm without workspaces', () => {
  it('each folder with a manifest is a component, and each with a function below a manifest at the root', () => {
    const contents = {
      'package.json': { name: 'shop', dependencies: { left: '1' } },
      'package-lock.json': '{}',
      'lambda/orders/index.ts': 'import "../../shared/db"; import "../common/log"',
      'lambda/stock/index.ts': '',
      'lambda/common/log.ts': '',
      'shared/db.ts': '',
      'frontend/package.json': { name: 'frontend', dependencies: { api: 'file:../api' } },
      'api/package.json': { name: 'api' },
      'api/tests/fixture/package.json': { name: 'fixture' },
    };
    expect(componentsOf(contents)).toEqual({
      'api': { path: 'api', interface: ['api/(?!tests/)**'] },
      'frontend': { path: 'frontend', dependsOn: ['api'] },
      'lambda/orders': { path: 'lambda/orders', include: ['lambda/common/log.ts', 'shared/**'] },
      'lambda/stock': { path: 'lambda/stock' },
      // What functions share.
      'shop': { path: '.', include: ['lambda/**', 'package.json', 'tsconfig.json'], exclude: ['api/**', 'frontend/**', 'lambda/orders/**', 'lambda/stock/**'] },
    });
    expect(affectedBy(contents, 'package-lock.json')).toEqual(['api', 'frontend', 'lambda/orders', 'lambda/stock', 'shop']);
    expect(affectedBy(contents, 'shared/db.ts')).toEqual(['lambda/orders', 'shop']);
    expect(affectedBy(contents, 'lambda/stock/index.ts')).toEqual(['lambda/stock']);
  });

  it('the package at the root is a component where it is an application', () => {
    const contents = { 'package.json': { name: 'shop', main: 'src/index.js' }, 'src/index.js': '', 'frontend/package.json': { name: 'frontend' } };
    expect(Object.keys(componentsOf(contents))).toEqual(['frontend', 'shop']);
    expect(affectedBy(contents, 'src/index.js')).toEqual(['shop']);
  });

  it('what a workspace at the root leaves out is no component, and a mark for the files beside it is no package', () => {
    expect(Object.keys(componentsOf({ 'package.json': { workspaces: ['a'] }, 'a/package.json': { name: 'a' }, 'b/package.json': { name: 'b' } }))).toEqual(['a']);
    expect(Object.keys(componentsOf({ 'a/package.json': { name: 'a' }, 'a/esm/package.json': { type: 'module' } }))).toEqual(['a']);
  });
});

describe('Python by folder', () => {
  const CONTENTS: Contents = {
    'functions/a/requirements.txt': '-r ../../common.txt\n-e ../../libs/lib',
    'functions/a/app.py': 'from shared.util import x\nimport tools',
    'functions/b/requirements.txt': 'boto3',
    'functions/b/app.py': 'from models.order import Order',
    'libs/lib/setup.py': '',
    'libs/lib/lib/__init__.py': '',
    'layers/models/requirements.txt': '',
    'layers/models/python/models/order.py': '',
    'layers/models/python/models/__init__.py': '',
    'tools/tools.py': '',
    'tools/requirements.txt': '',
    'common.txt': 'boto3',
    'shared/util.py': '',
    'docs/requirements.txt': 'sphinx',
    'docs/conf.py': '',
    'tests/requirements.txt': '',
    'tests/test_x.py': '',
  };

  it('each folder of code with a list of what it needs is a component', () => {
    expect(componentsOf(CONTENTS)).toEqual({
      'functions/a': { path: 'functions/a', include: ['common.txt', 'shared/**'], dependsOn: ['libs/lib', 'tools'] },
      'functions/b': { path: 'functions/b', dependsOn: ['layers/models'] },
      'layers/models': { path: 'layers/models' },
      'libs/lib': { path: 'libs/lib' },
      'tools': { path: 'tools' },
    });
  });

  it.each([['shared/util.py', ['functions/a']], ['layers/models/python/models/order.py', ['functions/b', 'layers/models']], ['common.txt', ['functions/a']]])('a change of %s concerns %s', (path, expected) => {
    expect(affectedBy(CONTENTS, path)).toEqual(expected);
  });
});

describe('an app of the CDK', () => {
  it('is one component, with what it packages by literal paths', () => {
    const contents = {
      'infra/cdk.json': { app: 'npx ts-node bin/app.ts' },
      'infra/package.json': { name: 'infra' },
      'infra/bin/app.ts': [
        'lambda.Code.fromAsset("../code/orders")', 'new NodejsFunction(this, "F", { entry: path.join(__dirname, "../../code/stock/index.ts"), depsLockFilePath: "../package-lock.json" })',
        'lambda.DockerImageCode.fromImageAsset(path.join(__dirname, "..", "..", "images"))',
      ].join('\n'),
      'infra/assets/x.py': '',
      'code/orders/index.js': '',
      'code/stock/index.ts': 'import "../common/log"',
      'code/common/log.ts': '',
      'images/Dockerfile': '',
      'package-lock.json': '{}',
    };
    expect(componentsOf(contents)).toEqual({
      infra: { path: 'infra', include: ['code/**', 'images/**'] },
    });
  });

  it('at the root owns what it packages, in any language', () => {
    const contents = {
      'cdk.json': { app: 'python app.py' },
      'app.py': 'import shop.stack',
      'shop/stack.py': '_lambda.Code.from_asset("functions/orders")\nPythonFunction(self, "F", entry="functions/stock")',
      'functions/orders/handler.py': '',
      'functions/stock/index.py': '',
      'assets/data.bin': '',
      'docs/x.md': '',
    };
    expect(componentsOf(contents).app.path).toBe('.');
    ['app.py', 'shop/stack.py', 'functions/orders/handler.py', 'functions/stock/index.py', 'cdk.json', 'assets/data.bin'].forEach((path) => expect(affectedBy(contents, path)).toEqual(['app']));
  });
});
