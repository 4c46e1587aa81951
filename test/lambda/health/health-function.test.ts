import { CodePipelineClient, PutJobFailureResultCommand, PutJobSuccessResultCommand } from '@aws-sdk/client-codepipeline';
import { DescribeEventsCommand, HealthClient } from '@aws-sdk/client-health';
import { mockClient } from 'aws-sdk-client-mock';
import { HealthFunction } from '../../../lambda/health/health-function';
import { createLogger } from '../../../lambda/shared/logger';
import { ManualTiming } from '../../support/timing';

const ISSUE = { service: 'LAMBDA', region: 'eu-west-1', eventTypeCode: 'AWS_LAMBDA_OPERATIONAL_ISSUE', startTime: new Date('2026-03-01T11:00:00Z') };

function setUp(parameters = { region: 'eu-west-1', services: 'LAMBDA,DYNAMODB', maxWaitMinutes: '30' }) {
  const codePipeline = new CodePipelineClient({ region: 'eu-west-1' });
  const answers = mockClient(codePipeline);
  const client = new HealthClient({ region: 'us-east-1' });
  const health = mockClient(client);
  const timing = new ManualTiming();
  const gate = new HealthFunction({ codePipeline, health: client, timing, logger: createLogger(() => undefined, () => timing.now()) });
  const look = async (continuationToken?: string) => {
    answers.reset();
    await gate.handle({
      'CodePipeline.job': {
        id: 'job', data: { actionConfiguration: { configuration: { UserParameters: JSON.stringify(parameters) } }, ...(continuationToken ? { continuationToken } : {}) },
      },
    });
    return {
      success: answers.commandCalls(PutJobSuccessResultCommand)[0]?.args[0].input,
      failure: answers.commandCalls(PutJobFailureResultCommand)[0]?.args[0].input.failureDetails?.message,
    };
  };
  return { look, health, timing };
}

it('opens where there is no open issue', async () => {
  const { look, health } = setUp();
  health.on(DescribeEventsCommand).resolves({ events: [] });
  expect((await look()).success).toEqual({ jobId: 'job', outputVariables: {} });
  expect(health.commandCalls(DescribeEventsCommand)[0].args[0].input).toEqual({
    filter: { eventStatusCodes: ['open'], eventTypeCategories: ['issue'], regions: ['eu-west-1', 'global'], services: ['LAMBDA', 'DYNAMODB'] },
  });
});

it('asks for all services where none is named', async () => {
  const { look, health } = setUp({ region: 'eu-west-1', services: '', maxWaitMinutes: '30' });
  health.on(DescribeEventsCommand).resolves({});
  await look();
  expect(health.commandCalls(DescribeEventsCommand)[0].args[0].input.filter).not.toHaveProperty('services');
});

it('holds a release while there is one, on any page, and lets it go on by itself', async () => {
  const { look, health } = setUp();
  health.on(DescribeEventsCommand).resolvesOnce({ events: [], nextToken: 'more' }).resolvesOnce({ events: [ISSUE] }).resolvesOnce({ events: [ISSUE] }).resolves({});
  const first = (await look()).success!;
  expect(first).toEqual({ jobId: 'job', continuationToken: '2026-03-01T12:00:00.000Z' });
  expect(health.commandCalls(DescribeEventsCommand)[1].args[0].input.nextToken).toBe('more');
  const second = (await look(first.continuationToken)).success!;
  expect(second.continuationToken).toBe(first.continuationToken);
  expect((await look(second.continuationToken)).success).toEqual({ jobId: 'job', outputVariables: {} });
});

it('gives up after the longest wait, and names the issues', async () => {
  const { look, health, timing } = setUp();
  health.on(DescribeEventsCommand).resolves({ events: [ISSUE] });
  const { success } = await look();
  timing.pass(29 * 60_000);
  expect((await look(success!.continuationToken)).success).toBeDefined();
  timing.pass(60_000);
  expect((await look(success!.continuationToken)).failure).toBe('AWS Health has reported open issues for 30 minutes, so the release is not deployed:\n'
    + '- LAMBDA in eu-west-1: AWS_LAMBDA_OPERATIONAL_ISSUE since 2026-03-01T11:00:00.000Z\nRetry the stage when they are resolved.');
});

it('says what is missing where the account has no such support plan', async () => {
  const { look, health } = setUp();
  health.on(DescribeEventsCommand).rejects(Object.assign(new Error('no'), { name: 'SubscriptionRequiredException' }));
  expect((await look()).failure).toContain('Business, Enterprise On-Ramp or Enterprise support plan');
});

it('fails where AWS Health cannot be asked: unknown is not healthy', async () => {
  const { look, health } = setUp();
  health.on(DescribeEventsCommand).rejects(new Error('throttled'));
  expect((await look()).failure).toBe('throttled');
});
