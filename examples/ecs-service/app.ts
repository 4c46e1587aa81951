/** A container on ECS: its image is built and tested by Docker, and rolls out by digest behind alarms in a second account. */
import { App, Duration, Stack } from 'aws-cdk-lib';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import { Component, Gate, ModularPipeline, PipelineSource } from 'cdk-modular-pipeline';

export const app = new App();
// Values of the context are in cdk.json.
const region = app.node.getContext('region');
const env = { account: app.node.getContext('account'), region };

const stack = new Stack(app, 'WebPipeline', { env });
new ModularPipeline(stack, 'Pipeline', {
  solution: 'web',
  source: PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Repository', 'web'), { branch: 'main' }),
  components: [
    // The Dockerfile's stage "test" runs the tests where they will run.
    Component.image('web', { path: 'web', testCommands: ['docker build --target test .'], target: 'run' }),
    Component.template('template.yml', { path: 'template.yml' }),
  ],
  environments: [
    { name: 'test', env, stackName: 'web-test' },
    {
      name: 'prod',
      env: { account: app.node.getContext('prodAccount'), region },
      stackName: 'web-prod',
      // The alarm is the application's own: deploy it once before the gate names it.
      gates: [Gate.approval(), Gate.alarms({ alarmNames: ['web-errors'], bakeTime: Duration.minutes(10) })],
    },
  ],
});
