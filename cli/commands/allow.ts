import { RESOURCE_NAME } from '../../src/core/delivery/place-report';
import { Command, EXIT, textOption } from '../command';
import { UsageError } from '../errors';
import { allowAnyTime, allowDestruction } from '../operations/allowance';
import { openPipeline, PIPELINE_HELP, PIPELINE_OPTIONS, requireEnvironment } from '../operations/operation';

const DEFAULT_DAYS = 7;
const MAX_DAYS = 90;

export const allowCommand: Command = {
  usage: 'ENVIRONMENT --pipeline NAME --commit ID [--resources IDS | --calendar] [--reason TEXT] [--days NUMBER]',
  summary: 'Lets the release of one commit delete or replace resources in one environment, or be deployed while change calendars are closed.',
  help: `The environment's guard, or its calendar gate, refuses such a release otherwise. Afterwards retry the stage with all of its actions.

Options:
${PIPELINE_HELP}  --commit ID       the commit that is released, in full
  --resources IDS   logical IDs with commas between them, in nested stacks such as Database/Table; what other deployers
                    report such as infra@aws_sqs_queue.jobs; all where absent
  --calendar        let it be deployed while change calendars are closed, and nothing else
  --reason TEXT     why, for whoever looks at the record
  --days NUMBER     how long the release may, from 1 to ${MAX_DAYS}; ${DEFAULT_DAYS} where absent

Who runs it needs dynamodb:PutItem on the DeploymentsTable, which dynamodb:LeadingKeys can hold to SOLUTION##ENVIRONMENT#allow#*.

Examples:
  cdk-modular-pipeline allow prod --pipeline shop --commit 4b825dc642cb6eb9a060e54bf8d69288fbee4904 --resources OldQueue
`,
  options: { ...PIPELINE_OPTIONS, commit: { type: 'string' }, resources: { type: 'string' }, calendar: { type: 'boolean' }, reason: { type: 'string' }, days: { type: 'string' } },
  positionals: ['ENVIRONMENT'],
  async run(values, [name], context) {
    const commit = textOption(values, 'commit') ?? '';
    if (!/^([0-9a-f]{40}|s3-[0-9a-f]{64})$/.test(commit)) {
      throw new UsageError(`--commit takes a commit's ID in full, 40 hexadecimal digits, or s3- and 64 of them, not '${commit}'.`);
    }
    const days = textOption(values, 'days') ?? `${DEFAULT_DAYS}`;
    if (!/^[1-9][0-9]?$/.test(days) || Number(days) > MAX_DAYS) {
      throw new UsageError(`--days takes a whole number from 1 to ${MAX_DAYS}, not '${days}'.`);
    }
    if (values.calendar === true && values.resources !== undefined) {
      throw new UsageError('Pass one of --resources, --calendar: each allows something of its own.');
    }
    const logicalIds = textOption(values, 'resources')?.split(',') ?? ['*'];
    const unfit = logicalIds.find((id) => id !== '*' && !RESOURCE_NAME.test(id));
    if (unfit !== undefined) {
      throw new UsageError(`--resources takes logical IDs such as Queue, Database/Table or infra@aws_sqs_queue.jobs with commas between them, not '${unfit}'.`);
    }
    const { pipeline, dynamoDb } = await openPipeline(values);
    const environment = requireEnvironment(pipeline, name!);
    const allowance = { environment, commit, reason: textOption(values, 'reason'), days: Number(days), now: new Date() };
    if (values.calendar === true) {
      const end = await allowAnyTime(dynamoDb, pipeline, allowance);
      context.out(`Until ${end.toISOString()}, the release of commit ${commit} may be deployed to '${environment}' while change calendars are closed.\nRetry the stage.\n`);
      return EXIT.done;
    }
    const until = await allowDestruction(dynamoDb, pipeline, { ...allowance, logicalIds });
    const what = logicalIds.includes('*') ? 'any resource' : logicalIds.join(', ');
    context.out(`Until ${until.toISOString()}, the release of commit ${commit} may delete or replace ${what} in '${environment}'.\n`
      + 'Retry the stage with all of its actions, or start the pipeline.\n');
    return EXIT.done;
  },
};
