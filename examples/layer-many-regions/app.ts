/** A Lambda layer that is built once, published to four Regions at once, and shared with an organization. */
import { App, Stack } from 'aws-cdk-lib';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Component, Gate, ModularPipeline, PipelineSource } from 'cdk-modular-pipeline';

export const app = new App();
// Values of the context are in cdk.json.
const env = { account: app.node.getContext('account'), region: app.node.getContext('region') };
const furtherRegions = String(app.node.getContext('furtherRegions')).split(',');

const stack = new Stack(app, 'LayerPipeline', { env });
new ModularPipeline(stack, 'Pipeline', {
  solution: 'common-layer',
  source: PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Repository', 'common-layer'), { branch: 'main' }),
  components: [
    Component.layer('common', {
      path: 'common',
      runtime: lambda.Runtime.PYTHON_3_13,
      testCommands: ['python3 -m unittest discover'],
      // Functions find it under /opt/python.
      buildCommands: ['mkdir -p build/python', 'cp common.py build/python/'],
      artifactPath: 'build',
    }),
    Component.template('template.yml', { path: 'template.yml' }),
  ],
  environments: [{
    name: 'live',
    env,
    furtherRegions,
    regionsAtOnce: furtherRegions.length + 1,
    parameters: { OrganizationId: app.node.getContext('organization') },
    // The first Region is used before it is recorded anywhere.
    gates: [Gate.integrationTests({ commands: ['test -n "$LAYER"'], outputs: { LAYER: 'LayerArn' } })],
  }],
});
