/** Three stacks in two environments that differ: a network, data, and an API that takes outputs of both. One pair of actions delivers them. */
import { App, Stack } from 'aws-cdk-lib';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import { Component, Gate, ModularPipeline, PipelineSource } from 'cdk-modular-pipeline';

export const app = new App();
// Values of the context are in cdk.json.
const region = app.node.getContext('region');
const env = { account: app.node.getContext('pipelineAccount'), region };

const stack = new Stack(app, 'ShopPipeline', { env });
new ModularPipeline(stack, 'Pipeline', {
  solution: 'shop',
  source: PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Repository', 'shop'), { branch: 'main' }),
  components: [
    Component.template('network', { path: 'network' }),
    // It imports an export of the network: that is found in the template, and orders the two.
    Component.template('data', { path: 'data', tags: { backup: 'daily' } }),
    Component.template('api', {
      path: 'api',
      outputParameters: {
        QueueUrl: { component: 'data', output: 'QueueUrl' },
        TopicArn: { component: 'network', output: 'TopicArn' },
      },
    }),
    Component.lambdaZip('orders', { path: 'orders', artifactPath: 'src' }),
  ],
  environments: [
    {
      name: 'test',
      env,
      parameters: { Stage: 'test' },
      gates: [Gate.integrationTests({ commands: ['test -n "$API_URL"'], outputs: { API_URL: 'ApiUrl' } })],
    },
    {
      name: 'prod',
      env: { account: app.node.getContext('prodAccount'), region },
      approval: true,
      parameters: { Stage: 'prod' },
      // In prod, the data live in a stack that has its own name and keeps messages longer.
      stacks: { data: { stackName: 'shop-records', parameters: { RetentionDays: '14' } } },
    },
  ],
});
