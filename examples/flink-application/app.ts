/** An application of Managed Service for Apache Flink, built by Maven, updated in place after an approval, and rolled back by its own version. */
import { App, Stack } from 'aws-cdk-lib';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import { Component, ModularPipeline, PipelineSource } from 'cdk-modular-pipeline';

export const app = new App();
// Values of the context are in cdk.json.
const env = { account: app.node.getContext('account'), region: app.node.getContext('region') };

const stack = new Stack(app, 'ClicksPipeline', { env });
new ModularPipeline(stack, 'Pipeline', {
  solution: 'clicks',
  source: PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Repository', 'clicks'), { branch: 'main' }),
  components: [
    Component.flinkApplication('clicks', {
      path: 'application',
      runtimeVersions: { java: 'corretto17' },
      testCommands: ['mvn --batch-mode test'],
      buildCommands: ['mvn --batch-mode package -DskipTests'],
      code: 'target/clicks.jar',
      reports: [{ name: 'unit', files: ['*.xml'], baseDirectory: 'target/surefire-reports' }],
    }),
    Component.template('template.yml', { path: 'template.yml' }),
  ],
  environments: [
    { name: 'test', env, stackName: 'clicks-test', parameters: { Stage: 'test' } },
    { name: 'prod', env, stackName: 'clicks-prod', parameters: { Stage: 'prod' }, approval: true },
  ],
});
