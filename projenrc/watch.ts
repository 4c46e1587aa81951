/** Compiles `src` whenever it changes, and rebuilds the bundles in `assets/` whenever their sources do. */
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';

const BUNDLED = ['src', 'lambda', 'agent', 'cli'];
/** An editor writes a file in several steps. */
const QUIET_MS = 300;

const run = (...command: string[]) => spawn('npx', command, { stdio: 'inherit' });

let timer: NodeJS.Timeout | undefined;
let isBundling = false;
let isOutdated = false;

function bundle(): void {
  if (isBundling) {
    isOutdated = true;
    return;
  }
  isBundling = true;
  isOutdated = false;
  run('projen', 'bundle').on('close', (status) => {
    isBundling = false;
    console.log(status === 0 ? 'The bundles are up to date.' : `The bundles were not built: exit code ${status}.`);
    if (isOutdated) {
      bundle();
    }
  });
}

const compiler = run('jsii', '-w', '--silence-warnings=reserved-word');
for (const folder of BUNDLED) {
  watch(folder, { recursive: true }, (_event, file) => {
    if (file?.endsWith('.ts')) {
      clearTimeout(timer);
      timer = setTimeout(bundle, QUIET_MS);
    }
  });
}
bundle();
compiler.on('close', (status) => process.exit(status ?? 1));
