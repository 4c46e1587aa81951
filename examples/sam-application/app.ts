/** The pipeline of a SAM application: functions, a layer, a state machine and a nested application, in two environments. */
import { App, Stack } from 'aws-cdk-lib';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import { Component, ModularPipeline, PipelineSource } from 'cdk-modular-pipeline';

export const app = new App();
// Values of the context are in cdk.json.
const region: string = app.node.getContext('region');
const env = (account: string) => ({ account: app.node.getContext(account), region });

const stack = new Stack(app, 'OrdersPipeline', { env: env('pipelineAccount') });
new ModularPipeline(stack, 'Pipeline', {
  solution: 'orders',
  source: PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Repository', 'orders'), { branch: 'main' }),
  components: [
    // CodeBuild's standard images have no SAM CLI in a version of one's choice.
    Component.samApp('orders', { path: 'orders', buildCommands: ['pip install --quiet aws-sam-cli==1.170.0', 'sam build --template-file template.yaml'] }),
  ],
  environments: [
    { name: 'test', env: env('testAccount'), parameters: { Stage: 'test' } },
    { name: 'prod', env: env('prodAccount'), parameters: { Stage: 'prod' }, approval: true },
  ],
});
