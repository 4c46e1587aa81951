import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ResumeEvent } from '../../src/contract/events';
import { Command, EXIT } from '../command';
import { openPipeline, PIPELINE_HELP, PIPELINE_OPTIONS } from '../operations/operation';

export const resume: Command = {
  usage: '--pipeline NAME',
  summary: 'Lets the branch flow again after a promotion or a rollback: releases its head.',
  help: `What was promoted, or gone back to, stays until the branch moves or this command is run: the schedule never undoes it.

Options:
${PIPELINE_HELP}
Who runs it needs codepipeline:GetPipeline on the pipeline, and lambda:InvokeFunction on its diff function.

Examples:
  cdk-modular-pipeline resume --pipeline shop
`,
  options: { ...PIPELINE_OPTIONS },
  positionals: [],
  async run(values, _positionals, context) {
    const { pipeline, client } = await openPipeline(values);
    const event: ResumeEvent = { action: 'resume' };
    // Planning takes seconds, or minutes where much differs: an error is said here, and not in a log alone.
    const { FunctionError: failed, Payload: payload } = await new LambdaClient({ requestHandler: { requestTimeout: LONGEST_MS } })
      .send(new InvokeCommand({ FunctionName: pipeline.diffFunction, Payload: JSON.stringify(event) }));
    if (failed !== undefined) {
      context.err(`The branch's head could not be released: ${messageOf(payload)}\n`);
      return EXIT.failed;
    }
    context.out(`The branch's head is on its way through pipeline '${client.name}'.\n`);
    return EXIT.done;
  },
};

/** A function's longest time. */
const LONGEST_MS = 900_000;

function messageOf(payload: Uint8Array | undefined): string {
  const text = new TextDecoder().decode(payload);
  try {
    return (JSON.parse(text) as { readonly errorMessage?: string }).errorMessage ?? text;
  } catch {
    return text;
  }
}
