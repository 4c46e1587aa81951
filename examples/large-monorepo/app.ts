/**
 * A monorepo of 200 components: libraries and the services that use them. Its builds are fanned out by Step Functions,
 * so that an execution starts the builds of changed components alone.
 */
import { App, Stack } from 'aws-cdk-lib';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import { BuildArtifact, BuildStrategy, Component, ModularPipeline, PipelineSource } from 'cdk-modular-pipeline';

const LIBRARIES = 49;
const SERVICES = 150;

const number = (index: number) => String(index).padStart(3, '0');

/** Every third library uses the one before; none of the others uses any. */
const libraries = Array.from({ length: LIBRARIES }, (_, index) => Component.custom(`lib-${number(index)}`, {
  path: `libraries/lib-${number(index)}`,
  dependsOn: index % 3 === 2 ? [`lib-${number(index - 1)}`] : [],
  testCommands: ['test -s library.txt'],
  artifact: BuildArtifact.file('library.txt'),
}));

/** Three services use each library. */
const services = Array.from({ length: SERVICES }, (_, index) => Component.lambdaZip(`service-${number(index)}`, {
  path: `services/service-${number(index)}`,
  dependsOn: [`lib-${number(index % LIBRARIES)}`],
  testCommands: ['node --check index.js'],
}));

export const app = new App();
// Values of the context are in cdk.json.
const env = { account: app.node.getContext('account'), region: app.node.getContext('region') };

const stack = new Stack(app, 'MonorepoPipeline', { env });
new ModularPipeline(stack, 'Pipeline', {
  solution: 'large-monorepo',
  source: PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Repository', 'large-monorepo'), { branch: 'main' }),
  components: [...libraries, ...services, Component.template('template.yml', { path: 'template.yml' })],
  environments: [{ name: 'live', env }],
  buildStrategy: BuildStrategy.fanOut({ maxConcurrency: 100 }),
});
