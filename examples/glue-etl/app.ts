/** A Glue job whose tests run in AWS's own Glue image, with reports in CodeBuild, and a role that may read its script and no other. */
import { App, Stack } from 'aws-cdk-lib';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import { Check, Component, LocationParameter, ModularPipeline, PipelineSource } from 'cdk-modular-pipeline';

export const app = new App();
// Values of the context are in cdk.json.
const region = app.node.getContext('region');
const env = { account: app.node.getContext('account'), region };
const GLUE = 'public.ecr.aws/glue/aws-glue-libs:5';

const stack = new Stack(app, 'EtlPipeline', { env });
new ModularPipeline(stack, 'Pipeline', {
  solution: 'etl',
  source: PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Repository', 'etl'), { branch: 'main' }),
  checks: [Check.commands('Lint', { commands: ['python3 -m compileall -q .'] })],
  components: [
    Component.glueJob('orders', {
      path: 'job',
      script: 'main.py',
      modules: 'lib',
      // The image needs no Node.js of its own: it runs in a build of the standard image.
      privileged: true,
      testCommands: [`docker run --rm --volume "$PWD":/work --workdir /work --user 0 ${GLUE} -c "python3 -m pytest --junitxml=reports/unit.xml tests"`],
      reports: [{ name: 'unit', files: ['unit.xml'], baseDirectory: 'reports' }],
      parameters: [LocationParameter.bucket('ScriptsBucket'), LocationParameter.key('ScriptsPrefix')],
    }),
    Component.template('template.yml', { path: 'template.yml' }),
  ],
  environments: [
    { name: 'test', env, stackName: 'etl-test' },
    { name: 'prod', env: { account: app.node.getContext('prodAccount'), region }, stackName: 'etl-prod', approval: true },
  ],
});
