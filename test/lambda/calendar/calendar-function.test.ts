import { CodePipelineClient, PutJobFailureResultCommand, PutJobSuccessResultCommand } from '@aws-sdk/client-codepipeline';
import { GetCalendarStateCommand, InvalidDocument, SSMClient } from '@aws-sdk/client-ssm';
import { mockClient } from 'aws-sdk-client-mock';
import { CalendarFunction } from '../../../lambda/calendar/calendar-function';
import { createLogger } from '../../../lambda/shared/logger';
import type { AnyTimeItem } from '../../../src/contract/tables';

const codePipeline = mockClient(CodePipelineClient);
const ssm = mockClient(SSMClient);
const asked = { CalendarNames: ['freeze', 'arn:aws:ssm:eu-west-1:333333333333:document/company'] };
let allowed: AnyTimeItem | undefined;

beforeEach(() => {
  codePipeline.reset();
  ssm.reset();
  allowed = undefined;
});

/** What the action comes to: nothing, or its failure. */
async function outcome(): Promise<string | undefined> {
  const parameters = { calendars: asked.CalendarNames.join(','), environment: 'prod', commitId: 'abc', pipeline: 'shop' };
  await new CalendarFunction({
    codePipeline: new CodePipelineClient({ region: 'eu-west-1' }),
    ssm: new SSMClient({ region: 'eu-west-1' }),
    allowances: { anyTime: async (environment, commit) => (environment === 'prod' && commit === 'abc' ? allowed : undefined) },
    logger: createLogger(() => undefined, () => new Date(), {}),
  }).handle({ 'CodePipeline.job': { id: 'job', data: { actionConfiguration: { configuration: { UserParameters: JSON.stringify(parameters) } } } } });
  const [failure] = codePipeline.commandCalls(PutJobFailureResultCommand);
  expect(codePipeline.commandCalls(PutJobSuccessResultCommand)).toHaveLength(failure === undefined ? 1 : 0);
  return failure?.args[0].input.failureDetails?.message;
}

test('open calendars let a release pass', async () => {
  ssm.on(GetCalendarStateCommand, asked).resolves({ State: 'OPEN' });
  expect(await outcome()).toBeUndefined();
});

test('a closed one fails it, and says until when, and what to do', async () => {
  ssm.on(GetCalendarStateCommand).resolves({ State: 'CLOSED', NextTransitionTime: '2026-12-28T06:00:00Z' });
  const message = await outcome();
  expect(message).toContain('closed for changes until 2026-12-28T06:00:00Z');
  expect(message).toContain('cdk-modular-pipeline allow prod --pipeline shop --commit abc --calendar');
});

test('a release that somebody let pass does', async () => {
  ssm.on(GetCalendarStateCommand).resolves({ State: 'CLOSED' });
  allowed = { Reason: 'a hotfix' } as AnyTimeItem;
  expect(await outcome()).toBeUndefined();
});

test('an answer without a state, and a calendar that cannot be read, let nothing pass, whatever is allowed', async () => {
  ssm.on(GetCalendarStateCommand).resolves({});
  expect(await outcome()).toContain('closed for changes');
  codePipeline.reset();
  allowed = { Reason: 'a hotfix' } as AnyTimeItem;
  ssm.on(GetCalendarStateCommand).rejects(new InvalidDocument({ message: 'Document with name freeze does not exist.', $metadata: {} }));
  expect(await outcome()).toContain('Document with name freeze does not exist. Are they change calendars of this Region');
});

test('what is no job fails', async () => {
  const idle = { codePipeline: new CodePipelineClient({ region: 'eu-west-1' }), ssm: new SSMClient({ region: 'eu-west-1' }) };
  const logger = createLogger(() => undefined, () => new Date(), {});
  const calendar = new CalendarFunction({ ...idle, allowances: { anyTime: async () => undefined }, logger });
  await expect(calendar.handle({})).rejects.toThrow('answers jobs of CodePipeline only');
});
