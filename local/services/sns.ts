import { randomUUID } from 'node:crypto';
import type { PublishInput } from '@aws-sdk/client-sns';
import { QueryService } from './query-protocol';

export interface Message {
  readonly topicArn: string;
  readonly subject: string;
  readonly text: string;
}

/** SNS: what was published is kept, and delivered to no one. */
export class Sns {
  public readonly messages: Message[] = [];

  public readonly service = new QueryService('sns', {
    Publish: ({ TopicArn: topicArn = '', Subject: subject = '', Message: text = '' }: PublishInput) => {
      this.messages.push({ topicArn, subject, text });
      return { MessageId: randomUUID() };
    },
  });
}
