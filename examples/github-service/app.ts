/** A service whose code is on GitHub: read through a connection, with no secret stored; a test account and a production account after it. */
import { App, Stack } from 'aws-cdk-lib';
import { Component, ModularPipeline, PipelineSource, SourceTrigger } from 'cdk-modular-pipeline';

export const app = new App();
// Values of the context are in cdk.json.
const region = app.node.getContext('region');
const pipeline = { account: app.node.getContext('pipelineAccount'), region };
const prod = { account: app.node.getContext('prodAccount'), region };

const stack = new Stack(app, 'GitHubServicePipeline', { env: pipeline });
new ModularPipeline(stack, 'Pipeline', {
  solution: 'github-service',
  source: PipelineSource.gitHub(app.node.getContext('repository'), {
    // Made once in the console, where its handshake with GitHub is completed: "Settings > Connections".
    connectionArn: app.node.getContext('connectionArn'),
    branch: 'main',
    // A merge is noticed within seconds.
    trigger: SourceTrigger.doorbell(),
  }),
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
