import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { clientEnvironment } from '../client-environment';
import { LocalSystem } from '../system';

const COMMAND = join(__dirname, '..', '..', 'assets', 'cli', 'cdk-modular-pipeline', 'index.js');

/** The way out that a refusal of the guard names: a command, for one environment and one release. */
export function wayOut(message: string): string | undefined {
  return /"cdk-modular-pipeline (allow [^"]+)"/.exec(message)?.[1];
}

/**
 * Takes the way out of the last execution's refusal, for each of these environments, and retries the stage. Resolves to what was typed and answered.
 *
 * @throws Error if the guard refused nothing
 */
export async function takeWayOut(system: LocalSystem, environments: readonly string[], more: readonly string[]): Promise<string[]> {
  const [pipeline] = system.pipelines;
  const execution = system.executions.at(-1);
  const refusal = execution?.latestRuns().find(({ action, status }) => action === 'Prepare' && status === 'Failed');
  const command = wayOut(refusal?.message ?? '')?.split(' ');
  if (execution === undefined || refusal === undefined || command === undefined) {
    throw new Error('The last execution was not refused by a guard that names a way out.');
  }
  const lines: string[] = [];
  for (const environment of environments) {
    const args = ['allow', environment, ...command.slice(2), ...more];
    const { stdout } = await promisify(execFile)(process.execPath, [COMMAND, ...args], {
      env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1', ...clientEnvironment(system.endpoint), AWS_REGION: pipeline.definition.region },
    });
    lines.push(`$ cdk-modular-pipeline ${args.join(' ')}`, stdout.split('\n')[0]);
  }
  pipeline.retryStage(refusal.stage, execution.id, 'ALL_ACTIONS');
  return [...lines, `Stage ${refusal.stage} is retried with all of its actions.`];
}
