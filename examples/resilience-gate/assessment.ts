import { Duration, Validations } from 'aws-cdk-lib';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import * as tasks from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';

/**
 * Has AWS Resilience Hub assess what was deployed, and succeeds where the application meets its policy. Its input is the gate's; where the release changed
 * nothing, there is nothing to assess: Resilience Hub makes a limited number of assessments a month.
 */
export class ResilienceAssessment extends Construct {
  public readonly stateMachine: sfn.StateMachine;

  constructor(scope: Construct, id: string, appArn: string) {
    super(scope, id);
    const call = (name: string, action: string, parameters: { [name: string]: unknown }, resultPath: string, retries = true) => {
      const task = new tasks.CallAwsService(this, name, { service: 'resiliencehub', action, parameters, iamResources: [appArn], resultPath });
      // A call that starts something is not repeated where its answer may have been lost.
      return retries ? task.addRetry({ errors: ['States.ALL'], maxAttempts: 5, interval: Duration.seconds(5) }) : task;
    };
    const pause = (name: string) => new sfn.Wait(this, name, { time: sfn.WaitTime.duration(Duration.seconds(15)) });
    const failure = (name: string, cause: string) => new sfn.Fail(this, name, { error: name, cause });

    const assessed = call('DescribeAssessment', 'describeAppAssessment', { AssessmentArn: sfn.JsonPath.stringAt('$.started.Assessment.AssessmentArn') }, '$.described');
    const assessment = call('StartAssessment', 'startAppAssessment', {
      AppArn: appArn,
      AppVersion: 'release',
      AssessmentName: sfn.JsonPath.stringAt('$.pipelineExecutionId'),
      ClientToken: sfn.JsonPath.stringAt('$.pipelineExecutionId'),
    }, '$.started')
      .next(pause('WaitForAssessment'))
      .next(assessed)
      .next(new sfn.Choice(this, 'Assessed?')
        .when(sfn.Condition.or(...['Pending', 'InProgress'].map((status) => sfn.Condition.stringEquals('$.described.Assessment.AssessmentStatus', status))),
          pause('StillAssessing').next(assessed))
        .when(sfn.Condition.not(sfn.Condition.stringEquals('$.described.Assessment.AssessmentStatus', 'Success')),
          failure('AssessmentFailed', 'Resilience Hub could not assess the application: see the assessment in its console.'))
        .when(sfn.Condition.stringEquals('$.described.Assessment.ComplianceStatus', 'PolicyMet'), new sfn.Succeed(this, 'PolicyMet'))
        .otherwise(failure('PolicyBreached', 'The application does not meet its resiliency policy: the assessment in the console of Resilience Hub says by what.')));
    const imported = call('DescribeImport', 'describeDraftAppVersionResourcesImportStatus', { AppArn: appArn }, '$.import');
    const resources = call('ImportResources', 'importResourcesToDraftAppVersion', {
      AppArn: appArn, SourceArns: sfn.JsonPath.objectAt('$.stacks'), ImportStrategy: 'ReplaceAll',
    }, sfn.JsonPath.DISCARD)
      .next(pause('WaitForImport'))
      .next(imported)
      .next(new sfn.Choice(this, 'Imported?')
        .when(sfn.Condition.stringEquals('$.import.Status', 'Success'), call('Publish', 'publishAppVersion', { AppArn: appArn }, sfn.JsonPath.DISCARD).next(assessment))
        .when(sfn.Condition.stringEquals('$.import.Status', 'Failed'), failure('ImportFailed', 'Resilience Hub could not import the stacks: may its role read them?'))
        .otherwise(pause('StillImporting').next(imported)));
    const start = new sfn.Choice(this, 'Changed?')
      .when(sfn.Condition.stringEquals('$.changes', '0'), new sfn.Succeed(this, 'NothingChanged'))
      .otherwise(new sfn.Pass(this, 'Stacks', {
        parameters: { 'pipelineExecutionId.$': '$.pipelineExecutionId', 'stacks.$': "States.StringSplit($.stackId, ',')" },
      }).next(resources));

    this.stateMachine = new sfn.StateMachine(this, 'StateMachine', {
      definitionBody: sfn.DefinitionBody.fromChainable(start),
      timeout: Duration.hours(2),
      tracingEnabled: true,
      logs: { destination: new logs.LogGroup(this, 'Logs', { retention: logs.RetentionDays.ONE_YEAR }), level: sfn.LogLevel.ALL },
    });
    Validations.of(this.stateMachine).acknowledge({ id: 'AwsSolutions-IAM5[Resource::*]', reason: 'Delivery of the log, and tracing: neither knows a resource.' });
  }
}
