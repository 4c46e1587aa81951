/** An application that arrives as a zip archive in S3: what another pipeline, a vendor or any host puts there is built, tested and deployed. */
import { App, Stack } from 'aws-cdk-lib';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Component, ModularPipeline, PipelineSource } from 'cdk-modular-pipeline';

export const app = new App();
// Values of the context are in cdk.json.
const region = app.node.getContext('region');
const pipeline = { account: app.node.getContext('pipelineAccount'), region };
const prod = { account: app.node.getContext('prodAccount'), region };

const stack = new Stack(app, 'S3ApplicationPipeline', { env: pipeline });
const logs = new s3.Bucket(stack, 'AccessLogs', { enforceSSL: true, blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL });
const sources = new s3.Bucket(stack, 'Sources', {
  bucketName: app.node.tryGetContext('sourceBucket'),
  // Executions are pinned to a version.
  versioned: true,
  enforceSSL: true,
  blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
  serverAccessLogsBucket: logs,
});
new ModularPipeline(stack, 'Pipeline', {
  solution: 's3-application',
  source: PipelineSource.s3(sources, 'application/source.zip'),
  serverAccessLogsBucket: logs,
  components: [
    Component.custom('shared', { path: 'shared' }),
    Component.lambdaZip('orders', { path: 'orders', dependsOn: ['shared'], testCommands: ['cp ../shared/currency.mjs src/', 'node --test'], artifactPath: 'src' }),
    Component.template('template.yml', { path: 'template.yml' }),
  ],
  environments: [
    { name: 'test', env: pipeline },
    { name: 'prod', env: prod, approval: true },
  ],
});
