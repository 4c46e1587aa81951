/** What happens around a repository: a push is noticed within seconds by a webhook, and each pull request says what its merge would build. */
import { App, CfnOutput, Stack } from 'aws-cdk-lib';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import { Component, ModularPipeline, PipelineSource, PullRequestPlan, SourceTrigger } from 'cdk-modular-pipeline';

export const app = new App();
// Values of the context are in cdk.json.
const env = { account: app.node.getContext('pipelineAccount'), region: app.node.getContext('region') };
const repository = app.node.getContext('repository');
// Made once in the console, where its handshake with the host is completed: "Settings > Connections".
const connectionArn = app.node.getContext('connectionArn');
const branch = 'main';
const stack = new Stack(app, 'ShopPipeline', { env });

// What the host signs its webhook with: put there once, as the README says.
const secret = secretsmanager.Secret.fromSecretNameV2(stack, 'WebhookSecret', app.node.getContext('webhookSecret'));
const pipeline = new ModularPipeline(stack, 'Pipeline', {
  solution: 'shop',
  source: PipelineSource.gitHub(repository, { connectionArn, branch, trigger: SourceTrigger.webhook(secret) }),
  components: [
    Component.lambdaZip('orders', { path: 'orders', testCommands: ['node --check index.js'] }),
    Component.lambdaZip('stock', { path: 'stock', testCommands: ['node --check index.js'] }),
    Component.template('template.yml', { path: 'template.yml' }),
  ],
  environments: [{ name: 'test', env }, { name: 'prod', env, stackName: 'shop-prod', approval: true }],
});

// A check on each request, with what it would build and why in its log.
new PullRequestPlan(stack, 'PullRequestPlan', { pipeline, repository, branch, connectionArn });

new CfnOutput(stack, 'WebhookUrl', { value: pipeline.webhookUrl! });
