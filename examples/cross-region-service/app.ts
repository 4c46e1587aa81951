/**
 * A service in two Regions of two accounts, released from a third: integration tests in every Region, an approval where permissions broaden,
 * alarms that roll a deployment back. Releases go to one Region after the other, in test before prod.
 */
import { App, Duration, Stack, StackProps } from 'aws-cdk-lib';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { ApprovalMode, Component, Gate, ModularPipeline, PipelineSource } from 'cdk-modular-pipeline';
import { Construct } from 'constructs';

class OrdersPipelineStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps) {
    super(scope, id, props);
    const region = this.node.getContext('region');
    const furtherRegions = [this.node.getContext('furtherRegion')];
    const approvers = new sns.Topic(this, 'Approvers', {
      masterKey: new kms.Key(this, 'ApproversKey', { enableKeyRotation: true }), enforceSSL: true,
    });
    // Runs in every Region, on what was just deployed there.
    const tests = Gate.integrationTests({
      commands: ['mkdir -p reports', 'node --test --test-reporter=junit --test-reporter-destination=reports/integration.xml integration/*.test.mjs'],
      outputs: { ORDERS_URL: 'OrdersUrl' },
      reports: ['reports/*.xml'],
    });

    new ModularPipeline(this, 'Pipeline', {
      solution: 'orders',
      source: PipelineSource.codeCommit(codecommit.Repository.fromRepositoryName(this, 'Repository', 'orders'), { branch: 'main' }),
      components: [
        Component.lambdaZip('orders', { path: 'orders', testCommands: ['node --test'], artifactPath: 'src' }),
        Component.template('template.yml', { path: 'template.yml' }),
      ],
      environments: [
        {
          name: 'test',
          env: { account: this.node.getContext('testAccount'), region },
          furtherRegions,
          gates: [tests],
          parameters: { EnvironmentName: 'test' },
        },
        {
          name: 'prod',
          env: { account: this.node.getContext('prodAccount'), region },
          furtherRegions,
          gates: [
            Gate.approval({ mode: ApprovalMode.BROADENING_PERMISSIONS, topic: approvers }),
            // Of each Region, made once outside of the deployed template.
            Gate.alarms({ alarmNames: ['orders-errors'], bakeTime: Duration.minutes(10) }),
            tests,
          ],
          parameters: { EnvironmentName: 'prod' },
        },
      ],
    });
  }
}

export const app = new App();
// Values of the context are in cdk.json.
new OrdersPipelineStack(app, 'OrdersPipeline', { env: { account: app.node.getContext('pipelineAccount'), region: app.node.getContext('region') } });
