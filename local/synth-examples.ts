/** Synthesizes every example into its own `cdk.out`, each in a process of its own, and fails with the first that fails. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { exampleEnvironment } from './example-context';

const root = resolve(__dirname, '..');
const examples = readdirSync(join(root, 'examples')).filter((name) => existsSync(join(root, 'examples', name, 'app.ts'))).sort();
if (examples.length === 0) {
  throw new Error(`No example in ${join(root, 'examples')} has an app.ts.`);
}
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !examples.includes(name));
if (unknown.length > 0) {
  throw new Error(`No such example: ${unknown.join(', ')}. There are ${examples.join(', ')}.`);
}
for (const name of wanted.length > 0 ? wanted : examples) {
  const outdir = join(root, 'examples', name, 'cdk.out');
  rmSync(outdir, { recursive: true, force: true });
  const { status, signal, error } = spawnSync('npx', ['tsx', '--tsconfig', 'test/tsconfig.json', join('examples', name, 'app.ts')], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...exampleEnvironment(join(root, 'examples', name)), CDK_OUTDIR: outdir },
  });
  if (error || status !== 0 || !existsSync(join(outdir, 'manifest.json'))) {
    throw new Error(`Example ${name} did not synthesize (${error?.message ?? signal ?? `exit code ${status}`}).`);
  }
  console.log(`${name}: ${join('examples', name, 'cdk.out')}`);
}
