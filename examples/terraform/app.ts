/** Terraform without any stack: the plan is reported, judged and approved, and that very plan is applied. */
import { App, Stack } from 'aws-cdk-lib';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import { ApprovalMode, BuildArtifact, Component, Deployer, Gate, ModularPipeline, PipelineSource } from 'cdk-modular-pipeline';

export const app = new App();
// Values of the context are in cdk.json.
const region = app.node.getContext('region');
const env = { account: app.node.getContext('pipelineAccount'), region };
const prod = { account: app.node.getContext('prodAccount'), region };

/** State, lock and role are the environment's own. */
function terraform(name: string, account: string): Deployer {
  return Deployer.terraform('infra', {
    stateBucket: `network-terraform-${account}`,
    variables: { environment: name },
    roleArn: `arn:aws:iam::${account}:role/network-terraform`,
    installCommands: ['bash install.sh'],
  });
}

const stack = new Stack(app, 'NetworkPipeline', { env });
new ModularPipeline(stack, 'Pipeline', {
  solution: 'network',
  source: PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Repository', 'network'), { branch: 'main' }),
  components: [
    Component.custom('infra', { path: 'infra', testCommands: ['bash install.sh', 'terraform fmt -check -recursive'], artifact: BuildArtifact.zip('.') }),
  ],
  environments: [
    { name: 'test', env, deployers: [terraform('test', env.account)] },
    {
      name: 'prod',
      env: prod,
      deployers: [terraform('prod', prod.account)],
      // Asked for anything but what was there before: of plans, too.
      gates: [Gate.approval({ mode: ApprovalMode.ALWAYS })],
    },
  ],
});
