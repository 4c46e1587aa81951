import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct, IConstruct } from 'constructs';
import { LookEvent, ReconcileEvent } from '../contract/events';
import { acknowledge } from '../private/acknowledge';

/** What starts the diff function. */
export interface TriggersProps {
  readonly diffFunction: lambda.Function;
  /** Absent where the schedule alone finds what changed. */
  readonly eventPattern?: events.EventPattern;
  readonly reconcileInterval: Duration;
}

/** EventBridge keeps trying for a day, and Lambda for the longest it can: six hours. Afterwards the schedule finds what was left undone. */
const EVENT_AGE = Duration.hours(24);
const EVENT_RETRIES = 185;
const INVOCATION_AGE = Duration.hours(6);
const INVOCATION_RETRIES = 2;

/** The branch's events, the schedule that finds lost ones, and the queue of those that could not be handled. */
export class Triggers extends Construct {
  public readonly deadLetterQueue: sqs.Queue;
  private readonly rules: events.Rule[] = [];

  constructor(scope: Construct, id: string, props: TriggersProps) {
    super(scope, id);
    this.deadLetterQueue = new sqs.Queue(this, 'DeadLetters', {
      encryption: sqs.QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(this.deadLetterQueue, 'AwsSolutions-SQS3', 'It is the dead-letter queue: nothing takes messages from it but people.');
    if (props.eventPattern !== undefined) {
      const look: LookEvent = { action: 'look' };
      this.rules.push(new events.Rule(this, 'BranchMoved', {
        description: 'The branch moved: find what changed',
        eventPattern: props.eventPattern,
        targets: [this.target(props.diffFunction, look)],
      }));
    }
    const reconcile: ReconcileEvent = { action: 'reconcile' };
    this.rules.push(new events.Rule(this, 'Reconcile', {
      description: 'Find what lost events left undone',
      schedule: events.Schedule.rate(props.reconcileInterval),
      targets: [this.target(props.diffFunction, reconcile)],
    }));
    this.keepFailures(props.diffFunction);
  }

  /** Nothing is looked for before this is there. */
  public waitFor(dependency: IConstruct): void {
    this.rules.forEach((rule) => rule.node.addDependency(dependency));
  }

  private target(diffFunction: lambda.Function, event: LookEvent | ReconcileEvent): targets.LambdaFunction {
    return new targets.LambdaFunction(diffFunction, {
      event: events.RuleTargetInput.fromObject(event), deadLetterQueue: this.deadLetterQueue, maxEventAge: EVENT_AGE, retryAttempts: EVENT_RETRIES,
    });
  }

  private keepFailures(diffFunction: lambda.Function): void {
    new lambda.EventInvokeConfig(this, 'Invocations', {
      function: diffFunction,
      maxEventAge: INVOCATION_AGE,
      retryAttempts: INVOCATION_RETRIES,
      onFailure: { bind: () => ({ destination: this.deadLetterQueue.queueArn }) },
    });
    diffFunction.role!.addToPrincipalPolicy(new iam.PolicyStatement({ actions: ['sqs:SendMessage'], resources: [this.deadLetterQueue.queueArn] }));
  }
}
