import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

export const ROOT = join(__dirname, '..', '..', '..');
const NO_PYTHON = 3;

/** The Python of an environment that `.ci/python-tools.sh` makes; `undefined`, and why on standard error, where there is no Python for it. */
export function pythonTools(name: 'emulators' | 'validators'): string | undefined {
  const { status, stdout } = spawnSync(join(ROOT, '.ci', 'python-tools.sh'), [name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (status === NO_PYTHON) {
    return undefined;
  }
  if (status !== 0) {
    throw new Error(`.ci/python-tools.sh ${name} failed with exit code ${status}.`);
  }
  return join(stdout.trim(), 'bin', 'python');
}
