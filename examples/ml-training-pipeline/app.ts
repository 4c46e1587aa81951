/**
 * A machine-learning solution: a Glue job prepares the data, one Lambda function trains, one evaluates, a state machine runs them in order.
 * The functions share a library. Releases go to `test` and, after an approval, to `prod` in another account.
 */
import { App, Stack, StackProps } from 'aws-cdk-lib';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { BuildArtifact, Component, ModularPipeline, PipelineSource } from 'cdk-modular-pipeline';
import { Construct } from 'constructs';

/** Where the library's last build is, as every build finds it that depends on it. */
const FETCH_SHARED = 'aws s3 cp --only-show-errors "$(node --print \'require(process.env.DEPENDENCIES_FILE).shared.location\')" shared.zip';

class MlTrainingStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    const region = this.node.getContext('region');
    // `cdk deploy --context connectionArn=…` takes the code from GitHub instead.
    const connectionArn = this.node.tryGetContext('connectionArn') as string | undefined;
    const source = connectionArn === undefined
      ? PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(this, 'Repository', 'ml-training'), { branch: 'dev' })
      : PipelineSource.gitHub(this.node.getContext('repository'), { connectionArn, branch: 'dev' });

    const pipeline = new ModularPipeline(this, 'Pipeline', {
      solution: 'ml-training',
      source,
      components: [
        Component.custom('shared', {
          path: 'libs/shared',
          buildspecFile: 'libs/shared/buildspec.yml',
          artifact: BuildArtifact.zip('dist'),
        }),
        Component.glueJob('Preprocessing-Glue-Job', {
          path: 'glue/preprocessing',
          modules: 'modules',
          testCommands: ['bash test.sh'],
        }),
        Component.lambdaImage('Training-Lambda-Function', {
          path: 'Training-Lambda-Function',
          dependsOn: ['shared'],
          testCommands: ['bash test.sh', FETCH_SHARED],
        }),
        Component.lambdaImage('Evaluation-Lambda-Function', {
          path: 'Evaluation-Lambda-Function',
          dependsOn: ['shared'],
          testCommands: ['bash test.sh', FETCH_SHARED],
        }),
        Component.stateMachine('Training-State-Machine', {
          path: 'statemachine/training.asl.json',
          testCommands: ['node --eval \'JSON.parse(fs.readFileSync("training.asl.json", "utf8"))\''],
        }),
        Component.template('template.yml', { path: 'template.yml' }),
        Component.buildspec('test-buildspec.yml', { path: 'test-buildspec.yml' }),
        Component.buildspec('prod-buildspec.yml', { path: 'prod-buildspec.yml' }),
      ],
      environments: [
        {
          name: 'test',
          env: { account: this.account, region },
          parameters: { EnvironmentName: 'test' },
          tags: { environment: 'test' },
        },
        {
          name: 'prod',
          env: { account: this.node.getContext('prodAccount'), region },
          approval: true,
          parameters: { EnvironmentName: 'prod' },
          tags: { environment: 'prod' },
        },
      ],
    });

    // What the tests of the Glue job read beside the repository.
    const referenceData = s3.Bucket.fromBucketName(this, 'ReferenceData', 'ml-training-reference-data');
    pipeline.buildRole('Preprocessing-Glue-Job').addToPrincipalPolicy(new iam.PolicyStatement({
      actions: ['s3:GetObject'], resources: [referenceData.arnForObjects('columns.csv')],
    }));
  }
}

export const app = new App();
// Values of the context are in cdk.json.
new MlTrainingStack(app, 'MlTrainingPipeline', { env: { account: app.node.getContext('pipelineAccount'), region: app.node.getContext('region') } });
