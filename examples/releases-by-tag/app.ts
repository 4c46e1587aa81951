/** Every merge goes to a test environment. Production takes what a tag names, and a demonstration environment what somebody asks for. */
import { App, Stack } from 'aws-cdk-lib';
import { Component, DeployOn, ModularPipeline, PipelineSource } from 'cdk-modular-pipeline';

export const app = new App();
// Values of the context are in cdk.json.
const region = app.node.getContext('region');
const pipeline = { account: app.node.getContext('pipelineAccount'), region };
const prod = { account: app.node.getContext('prodAccount'), region };

const stack = new Stack(app, 'ReleasesByTagPipeline', { env: pipeline });
new ModularPipeline(stack, 'Pipeline', {
  solution: 'shop',
  source: PipelineSource.gitHub(app.node.getContext('repository'), { connectionArn: app.node.getContext('connectionArn'), branch: 'main' }),
  components: [
    Component.lambdaZip('orders', { path: 'orders', testCommands: ['node --check index.js'] }),
    Component.lambdaZip('stock', { path: 'stock', testCommands: ['node --check index.js'] }),
    Component.template('template.yml', { path: 'template.yml' }),
  ],
  environments: [
    { name: 'test', env: pipeline },
    // `git tag prod_eu-west-1/1.0.0 && git push --tags`
    { name: 'prod', env: prod, deployOn: DeployOn.tag(`prod_${region}/*`) },
    // `cdk-modular-pipeline promote demo --pipeline shop`
    { name: 'demo', env: prod, stackName: 'shop-demo', deployOn: DeployOn.demand() },
  ],
});
