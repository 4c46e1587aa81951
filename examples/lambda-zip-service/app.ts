/** A small service in one account: a Lambda function from a zip, and its template. No customer-managed key, no approval. */
import { App, Stack } from 'aws-cdk-lib';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import { Component, ModularPipeline, PipelineSource } from 'cdk-modular-pipeline';

export const app = new App();
// Values of the context are in cdk.json.
const env = { account: app.node.getContext('account'), region: app.node.getContext('region') };

const stack = new Stack(app, 'ServicePipeline', { env });
new ModularPipeline(stack, 'Pipeline', {
  solution: 'orders-service',
  source: PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Repository', 'orders-service'), { branch: 'main' }),
  components: [
    Component.lambdaZip('orders', {
      path: 'orders',
      exclude: ['orders/**/*.md'],
      testCommands: ['node --test'],
      artifactPath: 'src',
    }),
    Component.template('template.yml', { path: 'template.yml' }),
  ],
  environments: [{ name: 'live', env }],
});
