/** Repositories of different shapes, by their files. */
export const SHAPES: { readonly [shape: string]: { readonly [path: string]: string | object } } = {
  'nothing at all': {},
  'a readme and a licence': { 'README.md': '# x\n', 'LICENSE': 'x\n' },
  'functions in folders, without manifests': {
    'functions/orders/index.mjs': 'export const handler = async () => ({ statusCode: 200 });\n',
    'functions/refunds/index.mjs': 'export async function handler() {}\n',
    'functions/refunds/helper.mjs': 'export const x = 1;\n',
  },
  'a workspace of npm with functions in TypeScript': {
    'package.json': { name: 'shop', private: true, workspaces: ['packages/*', 'services/*'] },
    'package-lock.json': { name: 'shop', lockfileVersion: 3, packages: {} },
    'packages/money/package.json': { name: '@shop/money', version: '1.0.0', main: 'index.js' },
    'packages/money/index.js': 'module.exports = {};\n',
    'services/api/package.json': { name: '@shop/api', version: '1.0.0', scripts: { test: 'node --test' }, dependencies: { '@shop/money': '*' } },
    'services/api/src/handler.ts': "import '@shop/money';\nexport const handler = async () => 1;\n",
  },
  'Lambda functions in Python with requirements': {
    'ingest/lambda_function.py': 'def lambda_handler(event, context):\n    return {}\n',
    'ingest/requirements.txt': 'requests==2.32.3\n',
    'report/app.py': 'import json\n\n\ndef handler(event, context):\n    return json.dumps(event)\n',
  },
  'machine learning': {
    'Training-Lambda-Function/Dockerfile': 'FROM public.ecr.aws/lambda/python:3.13\n',
    'Training-Lambda-Function/app.py': 'def handler(event, context):\n    pass\n',
    'glue/preprocessing/main.py': 'import sys\nfrom awsglue.utils import getResolvedOptions\n',
    'statemachine/training.asl.json': { StartAt: 'A', States: { A: { Type: 'Succeed' } } },
    'template.yml': [
      'AWSTemplateFormatVersion: "2010-09-09"', 'Parameters:', '  TrainingLambdaFunctionImageUri:', '    Type: String', '  # of the job', '  MainScriptLocation:', '    Type: String',
      'Resources:', '  X:', '    Type: AWS::CloudFormation::WaitConditionHandle', '',
    ].join('\n'),
  },
  'an application of SAM': {
    'template.yaml': [
      'AWSTemplateFormatVersion: "2010-09-09"', 'Transform: AWS::Serverless-2016-10-31', 'Resources:', '  Hello:', '    Type: AWS::Serverless::Function', '    Properties:',
      '      CodeUri: hello_world/', '      Handler: app.lambda_handler', '      Runtime: python3.13', '',
    ].join('\n'),
    'hello_world/app.py': 'def lambda_handler(event, context):\n    return {}\n',
    'hello_world/__init__.py': '',
  },
  'an application of the CDK, Terraform and Serverless': {
    'cdk.json': { app: 'npx ts-node bin/app.ts' },
    'package.json': { name: 'infra', version: '1.0.0' },
    'bin/app.ts': 'new App();\n',
    'network/main.tf': 'resource "aws_vpc" "main" {}\n',
    'serverless.yml': 'service: x\n',
    'infra/cdk.json': { app: 'python app.py' },
    'infra/app.py': 'import aws_cdk\n',
  },
  'one image at the root, and names that are hostile': {
    'Dockerfile': 'FROM node:22\n',
    'server.js': 'console.log(1);\n',
    "jobs/it's `$(touch pwned)` */ \"x\"/index.js": 'exports.handler = async () => 1;\n',
    'jobs/dollar$(whoami)/index.js': 'exports.handler = async () => 1;\n',
    'jobs/ünïcode [x]/index.js': 'exports.handler = async () => 1;\n',
  },
  'folders of one name, and a name that differs in case': {
    'a/worker/index.js': 'exports.handler = async () => 1;\n',
    'b/worker/index.js': 'exports.handler = async () => 1;\n',
    'c/Worker/index.js': 'exports.handler = async () => 1;\n',
    'd/wor-ker/Dockerfile': 'FROM scratch\n',
  },
  'a broken manifest in a workspace': {
    'package.json': { name: 'broken', workspaces: ['packages/*'] },
    'packages/a/package.json': '{ "name": ',
    'packages/a/index.js': 'exports.handler = async () => 1;\n',
    'packages/b/package.json': { name: 'b', version: '1.0.0' },
  },
  'templates in several folders, one in JSON': {
    'network/template.json': { Resources: { X: { Type: 'AWS::CloudFormation::WaitConditionHandle' } } },
    'service/deploy/template.yml': 'Resources:\n  X:\n    Type: AWS::CloudFormation::WaitConditionHandle\n',
    'service/index.py': 'def handler(event, context):\n    pass\n',
    'config/template.yml': 'name: not a template of CloudFormation\n',
  },
};
