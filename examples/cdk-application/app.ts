/** The pipeline of a CDK application: its stacks are what is deployed, in two environments that differ. */
import { App, Stack } from 'aws-cdk-lib';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import { Component, ModularPipeline, PipelineSource } from 'cdk-modular-pipeline';

export const app = new App();
// Values of the context are in cdk.json.
const region: string = app.node.getContext('region');
const env = (account: string) => ({ account: app.node.getContext(account), region });

const stack = new Stack(app, 'ShopPipeline', { env: env('pipelineAccount') });
new ModularPipeline(stack, 'Pipeline', {
  solution: 'shop',
  source: PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Repository', 'shop'), { branch: 'main' }),
  components: [
    // Built by `npm ci` and `npx cdk synth`, with the CDK that the application pins.
    Component.cdkApp('shop', { path: 'shop' }),
  ],
  environments: [
    { name: 'test', env: env('testAccount'), applications: { shop: { stage: 'Test' } } },
    { name: 'prod', env: env('prodAccount'), applications: { shop: { stage: 'Prod' } }, approval: true },
  ],
});
