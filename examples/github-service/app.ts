/** A service whose code is on GitHub: read through a connection, with no secret stored; a test account and a production account after it. */
import { App, Stack } from 'aws-cdk-lib';
import { Component, ModularPipeline, PipelineSource } from 'cdk-modular-pipeline';

const region = 'eu-west-1';
const [account, production] = ['111111111111', '222222222222'];

export const app = new App();
const stack = new Stack(app, 'GitHubServicePipeline', { env: { account, region } });
new ModularPipeline(stack, 'Pipeline', {
  solution: 'github-service',
  source: PipelineSource.gitHub('my-org/orders', {
    // Made once in the console, where its handshake with GitHub is completed: "Settings > Connections".
    connectionArn: `arn:aws:codeconnections:${region}:${account}:connection/0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0`,
    branch: 'main',
  }),
  components: [
    Component.custom('shared', { path: 'shared' }),
    Component.lambdaZip('orders', { path: 'orders', dependsOn: ['shared'], testCommands: ['node --test'], artifactPath: 'src' }),
    Component.template('template.yml', { path: 'template.yml' }),
  ],
  environments: [
    { name: 'test', env: { account, region } },
    { name: 'prod', env: { account: production, region }, approval: true },
  ],
});
