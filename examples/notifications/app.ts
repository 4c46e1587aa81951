/** What a pipeline reports of its releases: to people by e-mail and Slack, to programs by the event `Release Went Live`. Here one marks what is live. */
import * as path from 'node:path';
import { App, CfnOutput, Duration, Stack } from 'aws-cdk-lib';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Component, ModularPipeline, NotificationChannel, PipelineSource, ReleaseEvent, ReleaseNotifications } from 'cdk-modular-pipeline';

export const app = new App();
// Values of the context are in cdk.json.
const env = { account: app.node.getContext('pipelineAccount'), region: app.node.getContext('region') };
const stack = new Stack(app, 'ShopPipeline', { env });

const pipeline = new ModularPipeline(stack, 'Pipeline', {
  solution: 'shop',
  source: PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(stack, 'Repository', 'shop'), { branch: 'main' }),
  components: [
    Component.lambdaZip('orders', { path: 'orders', testCommands: ['node --check index.js'] }),
    Component.lambdaZip('stock', { path: 'stock', testCommands: ['node --check index.js'] }),
    Component.template('template.yml', { path: 'template.yml' }),
  ],
  environments: [{ name: 'test', env }, { name: 'prod', env, stackName: 'shop-prod', approval: true }],
  // Whoever wants to know what is live where looks at this page.
  reportPage: true,
});
new CfnOutput(stack, 'Report', { value: pipeline.reportUri! });

// Subscribe to it by e-mail, for example.
const team = new sns.Topic(stack, 'Team', { masterKey: new kms.Key(stack, 'TeamKey', { enableKeyRotation: true }), enforceSSL: true });
const slack = secretsmanager.Secret.fromSecretNameV2(stack, 'SlackWebhook', app.node.getContext('slackWebhookSecret'));
const bus = events.EventBus.fromEventBusName(stack, 'Bus', 'default');

new ReleaseNotifications(stack, 'Notifications', { pipeline, channels: [NotificationChannel.topic(team), NotificationChannel.eventBus(bus)] });

// Slack gets what needs a person, and what is live.
if (app.node.tryGetContext('slack') !== 'off') {
  new ReleaseNotifications(stack, 'SlackNotifications', {
    pipeline,
    on: [ReleaseEvent.BUILD_FAILED, ReleaseEvent.REFUSED, ReleaseEvent.FAILED, ReleaseEvent.WENT_LIVE, ReleaseEvent.ROLLED_BACK],
    channels: [NotificationChannel.slackWebhook(slack)],
  });
}

// The commit that is live in prod has the branch `live-prod`. A tag on GitHub or GitLab would be made the same way, by its API.
const role = new iam.Role(stack, 'MarkRole', { assumedBy: new iam.ServicePrincipal('lambda.amazonaws.com'), description: 'Marks the commit that is live' });
const logGroup = new logs.LogGroup(stack, 'MarkLogs', { retention: logs.RetentionDays.ONE_YEAR });
logGroup.grantWrite(role);
role.addToPolicy(new iam.PolicyStatement({
  actions: ['codecommit:CreateBranch', 'codecommit:DeleteBranch'], resources: [stack.formatArn({ service: 'codecommit', resource: 'shop' })],
}));
const mark = new lambda.Function(stack, 'Mark', {
  code: lambda.Code.fromAsset(path.join(__dirname, 'mark-live')),
  handler: 'index.handler',
  runtime: lambda.Runtime.NODEJS_24_X,
  role,
  logGroup,
  timeout: Duration.minutes(1),
  environment: { REPOSITORY: 'shop' },
});
new events.Rule(stack, 'WentLive', {
  description: 'A release is live in prod: mark its commit',
  eventPattern: { source: ['modular-pipeline'], detailType: ['Release Went Live'], detail: { solution: ['shop'], environment: ['prod'] } },
  targets: [new targets.LambdaFunction(mark)],
});
