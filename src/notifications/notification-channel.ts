import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import * as sns from 'aws-cdk-lib/aws-sns';
import { ChannelConfiguration } from '../contract/notifications';
import { allow } from '../private/grants';

/** Where notifications go. */
export abstract class NotificationChannel {
  /**
   * E-mail and whatever else subscribes to a topic: a subject, and text for people. The message attribute `event` holds the event (`WENT_LIVE`, ...), for
   * filters of subscriptions.
   */
  public static topic(topic: sns.ITopic): NotificationChannel {
    return new DefinedChannel('topic', topic.topicArn, (role) => letPublish(role, topic));
  }

  /**
   * Slack, Microsoft Teams or Amazon Chime by Amazon Q in chat applications: a topic that a channel's configuration there names. What is said of one
   * execution is one thread. The topic is for this alone: its messages have the form that Amazon Q reads.
   */
  public static chat(topic: sns.ITopic): NotificationChannel {
    return new DefinedChannel('chat', topic.topicArn, (role) => letPublish(role, topic));
  }

  /**
   * A bus of EventBridge: events of the source `modular-pipeline`, with the detail types `Release Went Live`, `Build Failed`, `Release Refused`,
   * `Execution Failed` and `Approval Asked`. Programs go on from these.
   */
  public static eventBus(bus: events.IEventBus): NotificationChannel {
    return new DefinedChannel('bus', bus.eventBusName, (role) => allow(role, ['events:PutEvents'], [bus.eventBusArn]));
  }

  /**
   * Slack by an incoming webhook.
   * @param url a secret that holds the webhook's address, as plain text
   */
  public static slackWebhook(url: secretsmanager.ISecret): NotificationChannel {
    return new DefinedChannel('webhook', url.secretArn, (role) => {
      allow(role, ['secretsmanager:GetSecretValue'], [url.secretFullArn ?? `${url.secretArn}-??????`]);
      url.encryptionKey?.grant(role, 'kms:Decrypt');
    });
  }

  /** @internal */
  public abstract readonly _type: ChannelConfiguration['type'];

  /**
   * What names it: a topic's ARN, a bus's name, a secret's ARN.
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

function letPublish(role: iam.IRole, topic: sns.ITopic): void {
  allow(role, ['sns:Publish'], [topic.topicArn]);
  // Without the pattern that a topic's own grant has.
  topic.masterKey?.grant(role, 'kms:Decrypt', 'kms:GenerateDataKey');
}
