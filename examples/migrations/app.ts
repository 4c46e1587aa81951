/** Migrations of a database, before the code that needs them: reported script by script, approved, and never rolled back. */
import { App, Stack } from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import { BuildArtifact, Component, Deployer, ModularPipeline, PipelineSource, RollbackPolicy } from 'cdk-modular-pipeline';

export const app = new App();
// Values of the context are in cdk.json.
const region = app.node.getContext('region');
const env = { account: app.node.getContext('pipelineAccount'), region };

/** Runs the scripts that a database lacks, and before that reports which ones. */
function migrations(databaseSecretArn: string, roleArn?: string): Deployer {
  return Deployer.commands('migrations', {
    installCommands: ['bash install.sh'],
    reportCommands: ['python3 migrate.py report > "$REPORT_FILE"'],
    commands: ['python3 migrate.py deploy'],
    environmentVariables: { DATABASE_URL: { value: databaseSecretArn, type: codebuild.BuildEnvironmentVariableType.SECRETS_MANAGER } },
    // A script that ran is not undone by an older build: a newer script does that.
    rollback: RollbackPolicy.SKIP,
    roleArn,
  });
}

const prodAccount: string = app.node.getContext('prodAccount');
const stack = new Stack(app, 'OrdersPipeline', { env });
new ModularPipeline(stack, 'Pipeline', {
  solution: 'orders',
  source: PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Repository', 'orders'), { branch: 'main' }),
  components: [
    Component.custom('migrations', { path: 'db', artifact: BuildArtifact.zip('.') }),
    Component.template('template.yml', { path: 'template.yml' }),
    Component.lambdaZip('orders', { path: 'orders', artifactPath: 'src' }),
  ],
  environments: [
    { name: 'test', env, deployers: [migrations(app.node.getContext('testDatabase')), Deployer.cloudFormation()] },
    {
      name: 'prod',
      env: { account: prodAccount, region },
      approval: true,
      deployers: [migrations(app.node.getContext('prodDatabase'), `arn:aws:iam::${prodAccount}:role/orders-migrations`), Deployer.cloudFormation()],
    },
  ],
});
