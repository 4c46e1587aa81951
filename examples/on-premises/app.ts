/** A service on machines of one's own: CodeDeploy brings it to those with a tag, in an account for tests and one for production. No stack. */
import { App, Stack } from 'aws-cdk-lib';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import { BuildArtifact, Component, Deployer, ModularPipeline, PipelineSource } from 'cdk-modular-pipeline';

export const app = new App();
// Values of the context are in cdk.json.
const region = app.node.getContext('region');
const env = { account: app.node.getContext('pipelineAccount'), region };
const prod = { account: app.node.getContext('prodAccount'), region };

/** The deployment group finds its machines by a tag, whether they are on premises or instances of EC2. */
function machines(account: string): Deployer {
  return Deployer.codeDeploy('service', {
    applicationName: 'service',
    deploymentGroupName: 'on-premises',
    revisionBucket: `service-revisions-${account}`,
    roleArn: `arn:aws:iam::${account}:role/service-deployer`,
  });
}

const stack = new Stack(app, 'ServicePipeline', { env });
new ModularPipeline(stack, 'Pipeline', {
  solution: 'service',
  source: PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Repository', 'service'), { branch: 'main' }),
  components: [Component.custom('service', { path: 'service', testCommands: ['bash -n service.sh'], artifact: BuildArtifact.zip('.') })],
  environments: [
    { name: 'test', env, deployers: [machines(env.account)] },
    { name: 'prod', env: prod, approval: true, deployers: [machines(prod.account)] },
  ],
});
