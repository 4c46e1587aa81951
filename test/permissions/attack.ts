import { Stack } from 'aws-cdk-lib';
import { Policies } from './policies';
import { ENV, library, pipeline, template, web } from './scenarios';
import { Component } from '../../src';

/** A call that a build tries with its own credentials. */
export interface Attempt {
  readonly name: string;
  readonly service: string;
  readonly method: string;
  readonly path: string;
  /** `X-Amz-Target`. */
  readonly target?: string;
  readonly body: string;
  readonly allowed?: boolean;
}

/** A solution with a component whose build tries what is not its business. */
export function attack(stack: Stack): void {
  pipeline(stack, {
    components: [library, web, template, Component.custom('hostile', { path: 'hostile', buildCommands: ['node attack.js'] })],
    environments: [{ name: 'test', env: ENV }],
  });
}

/** Makes the calls, and logs what became of each. */
export const ATTACK_PROGRAM = `
const attempts = require('./attempts.json');
(async () => {
  const results = {};
  for (const { name, service, method, path, target, body } of attempts) {
    const response = await fetch(process.env.AWS_ENDPOINT_URL + path, {
      method,
      body: method === 'GET' ? undefined : body,
      headers: {
        'authorization': 'AWS4-HMAC-SHA256 Credential=' + process.env.AWS_ACCESS_KEY_ID + '/20260101/eu-west-1/' + service + '/aws4_request, SignedHeaders=host, Signature=00',
        'x-amz-date': '20260101T000000Z',
        ...(target ? { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.0' } : {}),
      },
    });
    const text = await response.text();
    results[name] = response.ok ? 'done' : /AccessDenied|DENIED/.test(text) ? 'denied' : response.status + ' ' + text;
  }
  console.log('RESULTS ' + JSON.stringify(results));
})();
`;

/** What the build of the component `hostile` tries. */
export function attempts({ resources }: Policies): Attempt[] {
  const nameOf = (type: string, part: string) => resources.find((resource) => resource.type === type && resource.logicalId.includes(part))!.name;
  const deployments = nameOf('AWS::DynamoDB::GlobalTable', 'Deployments');
  const diffs = nameOf('AWS::DynamoDB::GlobalTable', 'Diff');
  const bucket = nameOf('AWS::S3::Bucket', 'StorageArtifacts');
  const repository = nameOf('AWS::ECR::Repository', 'web');
  const item = (table: string, operation: string, name: string, keys: object, allowed = false): Attempt => ({
    name, service: 'dynamodb', method: 'POST', path: '/', target: `DynamoDB_20120810.${operation}`, body: JSON.stringify({ TableName: table, ...keys }), allowed,
  });
  const object = (method: string, name: string, key: string, allowed = false): Attempt => ({
    name, service: 's3', method, path: `/${bucket}/shop/${key}`, body: 'hostile', allowed,
  });
  const json = (name: string, service: string, target: string, body: object): Attempt => ({ name, service, method: 'POST', path: '/', target, body: JSON.stringify(body) });
  const build = (component: string, number: string) => ({ Component: { S: component }, BuildNumber: { N: number } });
  const row = (commit: string, component: string) => ({ CommitId: { S: commit }, Component: { S: component } });
  return [
    item(deployments, 'PutItem', 'its own build', { Item: build('shop#hostile', '99') }, true),
    item(deployments, 'PutItem', 'another\'s build', { Item: build('shop#library', '99') }),
    item(deployments, 'PutItem', 'a build of a component whose name begins like its own', { Item: build('shop#hostile-twin', '99') }),
    item(deployments, 'UpdateItem', 'another\'s build number', {
      Key: build('shop#library', '0'), UpdateExpression: 'ADD LastBuildNumber :one', ExpressionAttributeValues: { ':one': { N: '1' } },
    }),
    item(deployments, 'PutItem', 'another\'s outcome', { Item: build('shop#library#execution', '0') }),
    item(deployments, 'PutItem', 'another solution\'s build', { Item: build('other#hostile', '1') }),
    item(deployments, 'PutItem', 'what is live', { Item: build('shop##test', '0') }),
    item(deployments, 'PutItem', 'an allowance of the guard', { Item: build('shop##test#allow#commit', '0') }),
    item(deployments, 'DeleteItem', 'the end of its own build', { Key: build('shop#hostile', '99') }),
    item(deployments, 'GetItem', 'reading a build of no dependency', { Key: build('shop#library', '1') }),
    item(deployments, 'Scan', 'reading everything', {}),
    item(diffs, 'PutItem', 'a plan', { Item: row('commit', 'shop#') }),
    item(diffs, 'DeleteItem', 'the end of a diff', { Key: row('commit', 'shop#library') }),
    item(diffs, 'PutItem', 'the head', { Item: row('head', 'shop#') }),
    object('PUT', 'its own artifact', 'components/hostile/99/artifact', true),
    object('PUT', 'its own artifact again', 'components/hostile/99/artifact', true),
    object('PUT', 'another\'s artifact', 'components/library/1/artifact'),
    object('PUT', 'the artifact of a component whose name begins like its own', 'components/hostile-twin/1/artifact'),
    object('GET', 'reading the artifact of no dependency', 'components/library/1/artifact'),
    object('PUT', 'a release', 'releases/execution.json'),
    object('DELETE', 'the end of its own artifact', 'components/hostile/99/artifact'),
    { name: 'another\'s image tag', service: 'ecr', method: 'PUT', path: `/v2/${repository}/manifests/99`, body: '{}' },
    json('starting the pipeline', 'codepipeline', 'CodePipeline_20150709.StartPipelineExecution', { name: 'shop' }),
    json('answering a job', 'codepipeline', 'CodePipeline_20150709.PutJobSuccessResult', { jobId: 'job' }),
    json('reading the repository', 'codecommit', 'CodeCommit_20150413.GetBranch', { repositoryName: 'shop', branchName: 'main' }),
    {
      name: 'the deploy role',
      service: 'sts',
      method: 'POST',
      path: '/',
      body: `Action=AssumeRole&RoleSessionName=x&RoleArn=${encodeURIComponent(`arn:aws:iam::${ENV.account}:role/cdk-hnb659fds-deploy-role-${ENV.account}-${ENV.region}`)}`,
    },
  ];
}
