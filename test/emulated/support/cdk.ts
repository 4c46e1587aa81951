import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { MiniStack, Place } from './mini-stack';

const run = promisify(execFile);
const CDK = require.resolve('aws-cdk/bin/cdk');

/** Runs the CDK's own command line against MiniStack. @throws with what it printed where it fails */
async function cdk(miniStack: MiniStack, place: Place, directory: string, args: readonly string[]): Promise<string> {
  const env = {
    ...miniStack.environment(place), PATH: process.env.PATH, HOME: directory, CI: 'true', NODE_NO_WARNINGS: '1', CDK_DISABLE_VERSION_CHECK: '1', CDK_DISABLE_CLI_TELEMETRY: 'true',
  };
  try {
    const { stdout, stderr } = await run(process.execPath, [CDK, ...args, '--no-color', '--no-notices'], { env, cwd: directory, maxBuffer: 64 * 1024 ** 2 });
    return stdout + stderr;
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`cdk ${args.join(' ')} failed:\n${(stdout + stderr).slice(-4000)}`);
  }
}

/** Bootstraps Regions of an account, trusting the account that deploys from a pipeline. */
export async function bootstrap(miniStack: MiniStack, directory: string, account: string, regions: readonly string[], trusted: string): Promise<void> {
  await cdk(miniStack, { account, region: regions[0] }, directory, [
    'bootstrap', ...regions.map((region) => `aws://${account}/${region}`),
    ...(trusted === account ? [] : ['--trust', trusted]), '--cloudformation-execution-policies', 'arn:aws:iam::aws:policy/AdministratorAccess',
  ]);
}

/** Deploys all stacks of an assembly. */
export async function deploy(miniStack: MiniStack, directory: string, place: Place, assembly: string): Promise<string> {
  return cdk(miniStack, place, directory, ['deploy', '--app', assembly, '--all', '--require-approval', 'never']);
}
