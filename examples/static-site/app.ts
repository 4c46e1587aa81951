/** A static site: a stack with bucket and distribution, and after it the files, with what is cached of them invalidated. */
import { App, Stack } from 'aws-cdk-lib';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import { BuildArtifact, Component, Deployer, Gate, ModularPipeline, PipelineSource } from 'cdk-modular-pipeline';

export const app = new App();
// Values of the context are in cdk.json.
const region = app.node.getContext('region');
const env = { account: app.node.getContext('pipelineAccount'), region };
const prod = { account: app.node.getContext('prodAccount'), region };

/** The files go where the stack says, as a role of the environment's account. */
function site(account: string): Deployer {
  return Deployer.commands('site', {
    outputs: { SITE_BUCKET: 'BucketName', DISTRIBUTION: 'DistributionId' },
    reportCommands: ['bash deploy/report.sh > "$REPORT_FILE"'],
    commands: ['bash deploy/publish.sh'],
    roleArn: `arn:aws:iam::${account}:role/site-publisher`,
  });
}

// A page that was removed may go: the bucket keeps its versions.
const gates = [Gate.changeSetGuard({ allowTypes: ['Site::Page'] })];

const stack = new Stack(app, 'SitePipeline', { env });
new ModularPipeline(stack, 'Pipeline', {
  solution: 'site',
  source: PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Repository', 'site'), { branch: 'main' }),
  components: [
    Component.template('hosting', { path: 'hosting' }),
    Component.custom('site', { path: 'site', buildCommands: ['bash build.sh'], artifact: BuildArtifact.zip('artifact') }),
  ],
  environments: [
    { name: 'test', env, stackName: 'site-test', gates, deployers: [Deployer.cloudFormation(), site(env.account)] },
    { name: 'prod', env: prod, stackName: 'site-prod', gates, approval: true, deployers: [Deployer.cloudFormation(), site(prod.account)] },
  ],
});
