/** A pipeline in which AWS Resilience Hub assesses what was deployed to test, before it goes to production. */
import { App, Stack } from 'aws-cdk-lib';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import { Component, Gate, GatePosition, ModularPipeline, PipelineSource } from 'cdk-modular-pipeline';
import { ResilienceAssessment } from './assessment';

export const app = new App();
// Values of the context are in cdk.json.
const region = app.node.getContext('region');
const pipeline = { account: app.node.getContext('pipelineAccount'), region };
const prod = { account: app.node.getContext('prodAccount'), region };

const stack = new Stack(app, 'ResilienceGatePipeline', { env: pipeline });
const assessment = new ResilienceAssessment(stack, 'Assessment', app.node.getContext('resilienceApp'));

new ModularPipeline(stack, 'Pipeline', {
  solution: 'shop',
  source: PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Repository', 'shop'), { branch: 'main' }),
  components: [
    Component.lambdaZip('orders', { path: 'orders', testCommands: ['node --check index.js'] }),
    Component.lambdaZip('stock', { path: 'stock', testCommands: ['node --check index.js'] }),
    Component.template('template.yml', { path: 'template.yml' }),
  ],
  environments: [
    {
      name: 'test',
      env: pipeline,
      gates: [Gate.stateMachine(assessment.stateMachine, { position: GatePosition.AFTER_DEPLOY, actionName: 'Resilience' })],
    },
    { name: 'prod', env: prod },
  ],
});
