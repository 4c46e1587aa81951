#!/usr/bin/env node
'use strict';
// The calls that `aws` does not make itself.

const { createHash } = require('node:crypto');
const { readdirSync, readFileSync, statSync, writeFileSync } = require('node:fs');
const { basename, dirname, join, relative, resolve } = require('node:path');
const { parseArgs } = require('node:util');

const COMMANDS = {
  's3 cp': copy,
  's3 sync': sync,
  'sts assume-role': assumeRole,
  'cloudfront create-invalidation': invalidate,
  'deploy get-deployment-group': codeDeploy,
  'deploy list-deployments': codeDeploy,
  'deploy create-deployment': codeDeploy,
  'deploy get-deployment': codeDeploy,
  'deploy continue-deployment': codeDeploy,
  'deploy stop-deployment': codeDeploy,
  'ecs register-task-definition': registerTaskDefinition,
  'ecr get-login-password': loginPassword,
  'cloudformation package': packageTemplate,
};

const [service, operation, ...args] = process.argv.slice(2);
const command = COMMANDS[`${service} ${operation}`];
if (command === undefined) {
  fail(`'aws ${process.argv.slice(2).join(' ')}' is not among the calls that the local run stands in for: ${Object.keys(COMMANDS).map((name) => `aws ${name}`).join(', ')}.`);
}
Promise.resolve().then(() => command(args)).catch((error) => fail(error.message));

/** aws s3 cp SOURCE DESTINATION: one object, to or from S3. */
async function copy(given) {
  const { positionals } = parse(given, { 'only-show-errors': { type: 'boolean' }, 'quiet': { type: 'boolean' }, 'no-progress': { type: 'boolean' } }, 2);
  const [from, to] = positionals;
  const body = from.startsWith('s3://') ? await request('GET', from) : readFileSync(from);
  if (to.startsWith('s3://')) {
    await request('PUT', to.endsWith('/') ? to + basename(from) : to, body);
  } else {
    writeFileSync(to.endsWith('/') || isFolder(to) ? join(to, basename(from)) : to, body);
  }
}

/** aws s3 sync FOLDER s3://BUCKET/PREFIX --delete: all files of a folder, and nothing else. */
async function sync(given) {
  const { values, positionals } = parse(given, {
    'delete': { type: 'boolean' }, 'only-show-errors': { type: 'boolean' }, 'dryrun': { type: 'boolean' },
  }, 2);
  const [folder, to] = positionals;
  const [, bucket, prefix = ''] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(to) ?? [];
  if (!bucket || folder.startsWith('s3://')) {
    throw new Error(`only a folder is synchronized to S3 here, not '${folder}' to '${to}'.`);
  }
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  const listed = await fetch(`${process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL}/${bucket}?list-type=2&prefix=${encodeURIComponent(prefix)}`, {
    headers: { authorization: authorization('s3') },
  });
  const text = await listed.text();
  if (!listed.ok) {
    throw new Error(`fatal error: ListObjectsV2 ${to}: ${listed.status} ${text}`);
  }
  const present = [...text.matchAll(/<Key>([^<]+)<\/Key>/g)].map(([, key]) => key);
  for (const file of files) {
    const name = `${prefix}${file}`;
    const content = readFileSync(join(folder, file));
    if (present.includes(name) && (await request('GET', `s3://${bucket}/${name}`)).equals(content)) {
      continue;
    }
    console.log(`${values.dryrun ? '(dryrun) ' : ''}upload: ${file} to s3://${bucket}/${name}`);
    if (!values.dryrun) {
      await request('PUT', `s3://${bucket}/${name}`, content);
    }
  }
  for (const key of values.delete ? present.filter((name) => !files.includes(name.slice(prefix.length))) : []) {
    console.log(`${values.dryrun ? '(dryrun) ' : ''}delete: s3://${bucket}/${key}`);
    if (!values.dryrun) {
      await request('DELETE', `s3://${bucket}/${key}`);
    }
  }
}

/** aws sts assume-role, with the three values that commands need as text. */
async function assumeRole(given) {
  const { values } = parse(given, {
    'role-arn': { type: 'string' }, 'role-session-name': { type: 'string' }, 'query': { type: 'string' }, 'output': { type: 'string' },
  }, 0);
  if (values.query !== 'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]' || values.output !== 'text') {
    throw new Error('credentials come as text here: --query \'Credentials.[AccessKeyId,SecretAccessKey,SessionToken]\' --output text.');
  }
  const body = new URLSearchParams({ Action: 'AssumeRole', Version: '2011-06-15', RoleArn: values['role-arn'], RoleSessionName: values['role-session-name'] });
  const response = await fetch(process.env.AWS_ENDPOINT_URL, {
    method: 'POST', body: body.toString(), headers: { 'authorization': authorization('sts'), 'content-type': 'application/x-www-form-urlencoded' },
  });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(text);
  }
  console.log(['AccessKeyId', 'SecretAccessKey', 'SessionToken'].map((name) => new RegExp(`<${name}>([^<]+)<`).exec(text)[1]).join('\t'));
}

/** aws cloudfront create-invalidation */
async function invalidate(given) {
  const { values } = parse(given, { 'distribution-id': { type: 'string' }, 'paths': { type: 'string' } }, 0);
  const body = `<InvalidationBatch><CallerReference>${Date.now()}</CallerReference><Paths><Quantity>1</Quantity><Items><Path>${values.paths}</Path></Items></Paths></InvalidationBatch>`;
  const response = await fetch(`${process.env.AWS_ENDPOINT_URL}/2020-05-31/distribution/${values['distribution-id']}/invalidation`, {
    method: 'POST', body, headers: { authorization: authorization('cloudfront') },
  });
  if (!response.ok) {
    throw new Error(await response.text());
  }
}

/** aws deploy ...: calls of CodeDeploy, of whose answer one value is printed, if any. */
async function codeDeploy(given) {
  const { values } = parse(given, {
    'application-name': { type: 'string' }, 'deployment-group-name': { type: 'string' }, 'deployment-config-name': { type: 'string' }, 'deployment-id': { type: 'string' },
    'description': { type: 'string' }, 's3-location': { type: 'string' }, 'include-only-statuses': { type: 'string' }, 'query': { type: 'string' }, 'output': { type: 'string' },
    'deployment-wait-type': { type: 'string' }, 'auto-rollback-enabled': { type: 'boolean' }, 'revision': { type: 'string' },
  }, operation === 'list-deployments' ? 4 : 0);
  const location = values['s3-location'] && Object.fromEntries(values['s3-location'].split(',').map((part) => part.split('=')));
  const answer = await call('codedeploy', 'CodeDeploy_20141006', {
    applicationName: values['application-name'],
    deploymentGroupName: values['deployment-group-name'],
    deploymentId: values['deployment-id'],
    description: values.description,
    deploymentWaitType: values['deployment-wait-type'],
    autoRollbackEnabled: values['auto-rollback-enabled'],
    ...(location && { revision: { revisionType: 'S3', s3Location: location } }),
    ...(values.revision && { revision: JSON.parse(readFileSync(values.revision.replace(/^file:\/\//, ''), 'utf8')) }),
  });
  if (values.query !== undefined) {
    print(answer, values.query);
  }
}

/** aws ecs register-task-definition */
async function registerTaskDefinition(given) {
  const { values } = parse(given, { 'cli-input-json': { type: 'string' }, 'query': { type: 'string' }, 'output': { type: 'string' } }, 0);
  const input = JSON.parse(readFileSync(values['cli-input-json'].replace(/^file:\/\//, ''), 'utf8'));
  print(await call('ecs', 'AmazonEC2ContainerServiceV20141113', input), values.query);
}

/** A call of a service whose protocol is JSON. */
async function call(scope, target, input) {
  const response = await fetch(process.env.AWS_ENDPOINT_URL, {
    method: 'POST',
    body: JSON.stringify(input),
    headers: {
      'authorization': authorization(scope),
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `${target}.${operation.split('-').map((word) => word[0].toUpperCase() + word.slice(1)).join('')}`,
    },
  });
  const answer = JSON.parse(await response.text() || '{}');
  if (!response.ok) {
    throw new Error(`${answer.__type}: ${answer.message}`);
  }
  return answer;
}

/** Prints one value of an answer, as `--output text` does. */
function print(answer, query) {
  const value = query.replace(/\[\]$/, '').split('.').reduce((part, name) => part?.[name], answer);
  console.log([value ?? 'None'].flat().join('\t'));
}

async function request(method, location, body) {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.*)$/.exec(location) ?? [];
  if (!key) {
    throw new Error(`'${location}' names no object.`);
  }
  const response = await fetch(`${process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL}/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`, {
    method,
    body,
    headers: { authorization: authorization('s3') },
  });
  const content = Buffer.from(await response.arrayBuffer());
  if (!response.ok) {
    throw new Error(`fatal error: ${method} ${location}: ${response.status} ${content}`);
  }
  return content;
}

/** Not a signature that anybody checks: it tells who calls which service. */
function authorization(scope) {
  return `AWS4-HMAC-SHA256 Credential=${process.env.AWS_ACCESS_KEY_ID}/20000101/${process.env.AWS_REGION}/${scope}/aws4_request`;
}

/** aws ecr get-login-password */
async function loginPassword(given) {
  parse(given, {}, 0);
  const response = await fetch(process.env.AWS_ENDPOINT_URL, {
    method: 'POST',
    body: '{}',
    headers: {
      'authorization': authorization('ecr'),
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken',
    },
  });
  const answer = await response.json();
  if (!response.ok) {
    throw new Error(`${answer.__type}: ${answer.message}`);
  }
  console.log(Buffer.from(answer.authorizationData[0].authorizationToken, 'base64').toString().replace(/^AWS:/, ''));
}

/** aws cloudformation package: uploads the templates of nested stacks. Other local files only the real AWS CLI packages. */
async function packageTemplate(given) {
  const { values } = parse(given, {
    'template-file': { type: 'string' }, 's3-bucket': { type: 'string' }, 's3-prefix': { type: 'string' }, 'output-template-file': { type: 'string' },
    'kms-key-id': { type: 'string' }, 'use-json': { type: 'boolean' }, 'force-upload': { type: 'boolean' },
  }, 0);
  writeFileSync(values['output-template-file'], await packaged(values['template-file'], { bucket: values['s3-bucket'], prefix: values['s3-prefix'] }));
}

/** A template as text, that refers to what was uploaded instead of to files. */
async function packaged(file, place) {
  const text = readFileSync(file, 'utf8');
  const template = require('yaml').parseDocument(text, { logLevel: 'silent' });
  let changed = false;
  for (const [name, { Type: type }] of Object.entries(template.toJS()?.Resources ?? {})) {
    for (const property of LOCAL_ARTIFACTS[type] ?? []) {
      const path = ['Resources', name, 'Properties', ...property.split('.')];
      const { value, tag } = template.getIn(path, true) ?? {};
      // A tag is the short form of a function, such as !Ref.
      if (typeof value === 'string' && !tag?.startsWith('!') && !/^(s3|https?):\/\//.test(value)) {
        if (type !== NESTED_STACK) {
          throw new Error(`${name}.${property} is the local artifact '${value}', which only the real AWS CLI packages: install it.`);
        }
        template.setIn(path, await uploaded(await packaged(resolve(dirname(file), value), place), place));
        changed = true;
      }
    }
  }
  // On one line each, as the AWS CLI writes addresses.
  return changed ? template.toString({ lineWidth: 0 }) : text;
}

/** Uploads a template under the digest of its content, as the AWS CLI does. */
async function uploaded(text, { bucket, prefix }) {
  const key = `${prefix ? `${prefix}/` : ''}${createHash('md5').update(text).digest('hex')}.template`;
  await request('PUT', `s3://${bucket}/${key}`, Buffer.from(text));
  return `https://s3.${process.env.AWS_REGION}.amazonaws.com/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
}

const NESTED_STACK = 'AWS::CloudFormation::Stack';

const LOCAL_ARTIFACTS = {
  [NESTED_STACK]: ['TemplateURL'],
  'AWS::Glue::Job': ['Command.ScriptLocation'],
  'AWS::Lambda::Function': ['Code'],
  'AWS::Lambda::LayerVersion': ['Content'],
  'AWS::Serverless::Api': ['DefinitionUri'],
  'AWS::Serverless::Application': ['Location'],
  'AWS::Serverless::Function': ['CodeUri'],
  'AWS::Serverless::LayerVersion': ['ContentUri'],
  'AWS::Serverless::StateMachine': ['DefinitionUri'],
  'AWS::StepFunctions::StateMachine': ['DefinitionS3Location'],
};

function parse(given, options, positionals) {
  const parsed = parseArgs({ args: given, options: { ...options, region: { type: 'string' } }, allowPositionals: true });
  if (parsed.positionals.length !== positionals) {
    throw new Error(`'aws ${service} ${operation}' takes ${positionals} arguments, not ${parsed.positionals.length}.`);
  }
  return parsed;
}

function isFolder(path) {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function fail(message) {
  console.error(`aws (stand-in): ${message}`);
  process.exit(252);
}
