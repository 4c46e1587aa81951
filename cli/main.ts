import { parseArgs } from 'node:util';
import { Command, CommandContext, EXIT, ExitCode, OptionValues } from './command';
import { UsageError } from './errors';
import { COMMANDS } from './lazy';

const NAME = 'cdk-modular-pipeline';

/** Runs the command line. Nothing is thrown: what goes wrong is told on standard error. */
export async function main(args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    (name === undefined ? context.err : context.out)(overview());
    return name === undefined ? EXIT.refused : EXIT.done;
  }
  if (!Object.hasOwn(COMMANDS, name)) {
    context.err(`There is no command '${name}'. Commands: ${Object.keys(COMMANDS).join(', ')}. See ${NAME} --help.\n`);
    return EXIT.refused;
  }
  try {
    return await runCommand(name, COMMANDS[name]!.load(), rest, context);
  } catch (error) {
    return tell(error as Error, name, context);
  }
}

async function runCommand(name: string, command: Command, args: readonly string[], context: CommandContext): Promise<ExitCode> {
  const { values, positionals } = parseArgs({
    args: [...args], options: { ...command.options, help: { type: 'boolean', short: 'h' } }, allowPositionals: true, strict: true,
  });
  if (values.help === true) {
    context.out(`Usage: ${NAME} ${name} ${command.usage}\n\n${command.summary}\n\n${command.help}`);
    return EXIT.done;
  }
  const { length } = command.positionals;
  if (positionals.length < length || positionals.length > length && command.repeats !== true) {
    const wanted = length === 0 ? 'no argument that is not an option' : `${command.positionals.join(' ')}${command.repeats ? '...' : ''}`;
    throw new UsageError(`${name} takes ${wanted}; received ${positionals.length === 0 ? 'none' : positionals.map((value) => `'${value}'`).join(' ')}.`);
  }
  return command.run(values as OptionValues, positionals, context);
}

/** Parts that are bundled apart have error classes of their own, so names tell them. */
function tell(error: Error & { code?: unknown }, name: string, { err }: CommandContext): ExitCode {
  if (error.name === 'UsageError' || String(error.code).startsWith('ERR_PARSE_ARGS')) {
    err(`${error.message}\nSee ${NAME} ${name} --help.\n`);
    return EXIT.refused;
  }
  if (error.name === 'InputError' || error.name === 'CatalogueError') {
    err(`${error.message}\n`);
    return EXIT.refused;
  }
  // What is refused, and what AWS answers, is told as it is; anything else is a defect, and its stack helps to find it.
  const isRefusal = error.name === 'UnownedPathsError' || error.name === 'PromotionError';
  const isAnswer = '$metadata' in error || error.name === 'CredentialsProviderError' || error.message === 'Region is missing';
  err(`${isRefusal ? error.message : isAnswer ? `${error.name}: ${error.message}` : error.stack ?? error.message}\n`);
  return EXIT.failed;
}

function overview(): string {
  const commands = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(14)}${summary}`);
  return [
    `Usage: ${NAME} COMMAND [OPTIONS]`,
    '',
    'What a modular pipeline builds, versions and deploys after a merge, and why.',
    '',
    'Commands:',
    ...commands,
    '',
    'Exit codes: 0 done, 1 failed, 2 bad usage or input, 10 something changed (with --exit-code), or would be refused (review).',
    '',
    `  ${NAME} plan --base origin/main --head HEAD`,
    `  ${NAME} COMMAND --help`,
    '',
  ].join('\n');
}
