import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { ChannelConfiguration, EVENT_SOURCE } from '../../src/contract/notifications';
import { DETAIL_TYPES } from '../../src/core/notification/event';
import { chatMessage, emailMessage, slackMessage } from '../../src/core/notification/messages';
import { Notification } from '../../src/core/notification/notification';

export interface ChannelsProps {
  readonly pipelineArn: string;
  readonly sns: SNSClient;
  readonly eventBridge: EventBridgeClient;
  readonly secrets: SecretsManagerClient;
  readonly post: (url: string, body: string) => Promise<{ readonly status: number; readonly text: string }>;
  /** Value of a variable of the function's environment. */
  readonly variable: (name: string) => string;
}

/** Carries a notification to one channel. */
export async function send(channel: ChannelConfiguration, notification: Notification, props: ChannelsProps): Promise<void> {
  const name = props.variable(channel.variable);
  switch (channel.type) {
    case 'topic': {
      const { subject, text } = emailMessage(notification);
      await props.sns.send(new PublishCommand({
        TopicArn: name,
        Subject: subject,
        Message: text,
        MessageAttributes: { event: { DataType: 'String', StringValue: notification.event } },
      }));
      return;
    }
    case 'chat':
      await props.sns.send(new PublishCommand({ TopicArn: name, Message: JSON.stringify(chatMessage(notification)) }));
      return;
    case 'bus': {
      const { FailedEntryCount: failed, Entries: [entry] = [] } = await props.eventBridge.send(new PutEventsCommand({
        Entries: [{
          EventBusName: name,
          Source: EVENT_SOURCE,
          DetailType: DETAIL_TYPES[notification.event],
          Detail: JSON.stringify(notification.detail),
          Resources: [props.pipelineArn],
        }],
      }));
      if (failed) {
        throw new Error(`EventBridge did not take the event on bus ${name}: ${entry?.ErrorCode} ${entry?.ErrorMessage}`);
      }
      return;
    }
    case 'webhook': {
      const { SecretString: url = '' } = await props.secrets.send(new GetSecretValueCommand({ SecretId: name }));
      if (!url.startsWith('https://')) {
        throw new Error(`The secret ${name} has to hold the https:// address of a webhook, as plain text.`);
      }
      const { status, text } = await props.post(url, JSON.stringify(slackMessage(notification)));
      if (status >= 300) {
        throw new Error(`The webhook of secret ${name} answered ${status}: ${text.slice(0, 200)}`);
      }
    }
  }
}
