import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import { ChannelConfiguration } from '../contract/notifications';
import { allow, allowPublish, allowSecret } from '../private/grants';

/** Where notifications go. */
export abstract class NotificationChannel {
  /**
   * E-mail and whatever else subscribes to a topic: a subject, and text for people. The message attribute `event` holds the event (`WENT_LIVE`, ...), for
   * filters of subscriptions.
   */
  public static topic(topic: sns.ITopic): NotificationChannel {
    return new DefinedChannel('topic', topic.topicArn, (role) => allowPublish(role, topic));
  }

  /**
   * Slack, Microsoft Teams or Amazon Chime by Amazon Q in chat applications: a topic that a channel's configuration there names. What is said of one
   * execution is one thread. The topic is for this alone: its messages have the form that Amazon Q reads.
   */
  public static chat(topic: sns.ITopic): NotificationChannel {
    return new DefinedChannel('chat', topic.topicArn, (role) => allowPublish(role, topic));
  }

  /**
   * A bus of EventBridge: events of the source `modular-pipeline`, with the detail types `Release Went Live`, `Build Failed`, `Release Refused`,
   * `Execution Failed` and `Approval Asked`. Programs go on from these.
   */
  public static eventBus(bus: events.IEventBus): NotificationChannel {
    return new DefinedChannel('bus', bus.eventBusArn, (role) => allow(role, ['events:PutEvents'], [bus.eventBusArn]));
  }

  /**
   * Slack by an incoming webhook.
   * @param url a secret that holds the webhook's address, as plain text
   */
  public static slackWebhook(url: secretsmanager.ISecret): NotificationChannel {
    return new DefinedChannel('webhook', url.secretArn, (role) => allowSecret(role, url));
  }

  /** @internal */
  public abstract readonly _type: ChannelConfiguration['type'];

  /**
   * ARN of the topic, the bus or the secret. A bus of another account has no other name here.
   * @internal
   */
  public abstract readonly _name: string;

  /**
   * Lets the role reach the channel.
   * @internal
   */
  public abstract _admit(role: iam.IRole): void;
}

class DefinedChannel extends NotificationChannel {
  /** @internal */
  public readonly _type: ChannelConfiguration['type'];
  /** @internal */
  public readonly _name: string;

  constructor(type: ChannelConfiguration['type'], name: string, private readonly admit: (role: iam.IRole) => void) {
    super();
    this._type = type;
    this._name = name;
  }

  /** @internal */
  public _admit(role: iam.IRole): void {
    this.admit(role);
  }
}
