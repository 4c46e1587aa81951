import { Duration } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as targets from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct, IConstruct } from 'constructs';
import { LookEvent, ReconcileEvent } from '../contract/events';
import { ACTIONS } from '../contract/stages';
import { acknowledge } from '../private/acknowledge';

/** What starts the diff function. */
export interface TriggersProps {
  readonly diffFunction: lambda.Function;
  /** Absent where the schedule alone finds what changed. */
  readonly eventPattern?: events.EventPattern;
  /** Of tags: absent where the schedule alone finds them, or no environment takes any. */
  readonly tagEventPattern?: events.EventPattern;
  /** Name of the pipeline, where a tag may wait for what it makes live. */
  readonly recordedBy?: string;
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
    this.look('BranchMoved', 'The branch moved: find what changed', props.eventPattern, props.diffFunction);
    this.look('Tagged', 'A tag is new, or was moved', props.tagEventPattern, props.diffFunction);
    this.look('Recorded', 'A release is live: a tag may have waited for it', props.recordedBy === undefined ? undefined : {
      source: ['aws.codepipeline'],
      detailType: ['CodePipeline Action Execution State Change'],
      detail: { pipeline: [props.recordedBy], state: ['SUCCEEDED'], action: [ACTIONS.record] },
    }, props.diffFunction);
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

  private look(id: string, description: string, eventPattern: events.EventPattern | undefined, diffFunction: lambda.Function): void {
    if (eventPattern !== undefined) {
      const look: LookEvent = { action: 'look' };
      this.rules.push(new events.Rule(this, id, { description, eventPattern, targets: [this.target(diffFunction, look)] }));
    }
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
