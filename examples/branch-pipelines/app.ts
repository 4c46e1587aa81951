/** A pipeline for the main branch, and one for each feature branch: made when the branch is, removed with it or when nobody works on it any more. */
import { App, CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import { Component, ModularPipeline, ModularPipelineProps, PipelineSource } from 'cdk-modular-pipeline';
import { BranchPipelines } from './branch-pipelines';
import { solutionOf } from './names';

export const app = new App();
// Values of the context are in cdk.json. `branch` is given by the project that makes a branch's pipeline.
const env = { account: app.node.getContext('pipelineAccount'), region: app.node.getContext('region') };
const branch = app.node.tryGetContext('branch') as string | undefined;

function pipelineOf(stack: Stack, props: Pick<ModularPipelineProps, 'solution' | 'removalPolicy'> & { readonly branch: string }): ModularPipeline {
  const repository = codecommit.Repository.fromRepositoryName(stack, 'Repository', 'shop');
  return new ModularPipeline(stack, 'Pipeline', {
    ...props,
    source: PipelineSource.codeCommit(repository, { branch: props.branch }),
    components: [
      Component.lambdaZip('orders', { path: 'orders', testCommands: ['node --check index.js'] }),
      Component.template('template.yml', { path: 'template.yml' }),
    ],
    // The stack is called after the solution: each branch has a copy of the infrastructure.
    environments: [{ name: 'test', env }],
  });
}

if (branch === undefined) {
  const stack = new Stack(app, 'ShopPipeline', { env });
  pipelineOf(stack, { solution: 'shop', branch: 'main' });
  new BranchPipelines(stack, 'Branches', {
    repository: codecommit.Repository.fromRepositoryName(stack, 'Shop', 'shop'),
    expiresAfter: Duration.days(14),
  });
} else {
  const solution = solutionOf(branch);
  const stack = new Stack(app, `${solution}-pipeline`, { env });
  pipelineOf(stack, { solution, branch, removalPolicy: RemovalPolicy.DESTROY });
  new CfnOutput(stack, 'Stack', { value: solution, description: 'The stack that the pipeline deploys' });
}
