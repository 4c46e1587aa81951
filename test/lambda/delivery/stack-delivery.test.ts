import { ChangeSetNotFoundException, CloudFormationClient, CreateChangeSetCommand, DescribeChangeSetCommand } from '@aws-sdk/client-cloudformation';
import { mockClient } from 'aws-sdk-client-mock';
import { StackDelivery, StackDeliveryProps } from '../../../lambda/delivery/stack-delivery';
import { Ledger } from '../../../lambda/shared/attempt-store';
import { Patience } from '../../../lambda/shared/patience';
import { ManualTiming } from '../../support/timing';

test('a change set that cannot be made ends the job, with CloudFormation\'s reason: it does not wait for one', async () => {
  const client = new CloudFormationClient({ region: 'eu-west-1' });
  const answers = mockClient(client);
  answers.on(DescribeChangeSetCommand)
    .rejectsOnce(new ChangeSetNotFoundException({ $metadata: {}, message: 'none' }))
    .resolves({ ChangeSetId: 'arn', Status: 'FAILED', StatusReason: 'Template format error: unresolved resource dependency [Queue]', IncludeNestedStacks: false, Changes: [] });
  answers.on(CreateChangeSetCommand).resolves({ Id: 'arn' });
  const timing = new ManualTiming();
  const delivery = new StackDelivery({
    client,
    timing,
    delivery: {
      address: { environment: 'test', place: 'test', stackName: 'shop' },
      content: { template: 'Resources: {}', parameters: {}, tags: {}, capabilities: [], notificationArns: [], executionRoleArn: 'arn:aws:iam::111111111111:role/exec' },
      showsNested: false,
    },
    logger: { warn: () => undefined },
    publish: async () => true,
  } as unknown as StackDeliveryProps);
  const ledger = { Attempt: { Number: 3, Token: 'token', Phase: 'Preparing' } } as unknown as Ledger;
  await expect(delivery.make(ledger, false, new Patience(timing, 60_000)))
    .rejects.toThrow('The change set of stack shop cannot be executed: Template format error: unresolved resource dependency [Queue]');
  expect(answers.commandCalls(CreateChangeSetCommand)).toHaveLength(1);
});
