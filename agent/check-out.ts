import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { S3Client } from '@aws-sdk/client-s3';
import { CLIENT_CONFIG } from '../lambda/shared/clients';
import { optionalEnv } from '../lambda/shared/environment';
import { signedAuthorization } from '../lambda/shared/source/git/sign';
import { systemTiming } from '../lambda/shared/timing';
import { CheckoutConfiguration } from '../src/contract/source';

const run = promisify(execFile);
/** Hosts refuse clones that come too many at once: a fan-out starts dozens. */
const ATTEMPTS = 6;
const FIRST_PAUSE_MS = 2_000;

/**
 * Checks the commit out of the repository itself, without its history: links, permissions and attributes as Git has them. Submodules and Git LFS
 * contents are left to the component's commands.
 */
export async function checkOut(configuration: string, commitId: string, directory: string): Promise<void> {
  const { url, region } = JSON.parse(configuration) as CheckoutConfiguration;
  const endpoint = optionalEnv('AWS_ENDPOINT_URL');
  const address = endpoint === undefined ? url : `${endpoint}${new URL(url).pathname}`;
  const { credentials } = new S3Client({ ...CLIENT_CONFIG, region }).config;
  const git = async (args: readonly string[], environment: Readonly<Record<string, string>> = {}) => {
    await run('git', ['-C', directory, ...args], { env: { ...process.env, GIT_TERMINAL_PROMPT: '0', ...environment }, maxBuffer: 2 ** 26 });
  };
  await git(['init', '--quiet']);
  for (let attempt = 1; ; attempt++) {
    try {
      // By the environment: arguments are seen by every process. A signature holds for 15 minutes, so each attempt has its own.
      await git(['-c', 'http.followRedirects=false', 'fetch', '--quiet', '--no-tags', '--depth=1', address, commitId], {
        GIT_CONFIG_COUNT: '1',
        GIT_CONFIG_KEY_0: 'http.extraHeader',
        GIT_CONFIG_VALUE_0: `Authorization: ${signedAuthorization(await credentials(), region, address, systemTiming.now())}`,
      });
      break;
    } catch (error) {
      const { code, stderr } = error as NodeJS.ErrnoException & { readonly stderr?: string };
      if ((code as unknown) === 'ENOENT') {
        throw new Error('The build image lacks git, by which builds clone the repository: use an image with it, or SourceCheckout.zip().', { cause: error });
      }
      if (attempt === ATTEMPTS) {
        throw new Error(`Commit ${commitId} cannot be fetched from ${url}: ${(stderr ?? '').trim()}`, { cause: error });
      }
      await systemTiming.sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + systemTiming.random()));
    }
  }
  await git(['checkout', '--quiet', '--force', '--detach', commitId]);
}
