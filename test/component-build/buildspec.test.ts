import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { generateBuildspec, GeneratedBuildspec } from '../../src/component-build/buildspec';

const COMMANDS: GeneratedBuildspec = { testCommands: ['echo tested >> "$LOG"'], buildCommands: ['pwd >> "$LOG"', 'echo "built $COMPONENT" >> "$LOG"'], runsBuildspecFile: false };
const FILE: GeneratedBuildspec = { testCommands: [], buildCommands: [], runsBuildspecFile: true };

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'buildspec-'));
  fs.mkdirSync(path.join(folder, 'component'));
  fs.mkdirSync(path.join(folder, 'bin'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

/** Programs that stand for the agent (it decides `action`) and the AWS CLI; both write down how they were called. */
function install(action: 'build' | 'skip', aws = 'exit 0'): void {
  const program = (name: string, text: string) => fs.writeFileSync(path.join(folder, 'bin', name), `#!/bin/bash\n${text}\n`, { mode: 0o755 });
  program('aws', `echo "aws $*" >> "$LOG"; ${aws}`);
  program('node', [
    'if [ "$1" = --eval ]; then exit "${OLD_NODE:-0}"; fi',
    'printf "node"  >> "$LOG"; for argument in "${@:2}"; do printf " <%s>" "$argument" >> "$LOG"; done; echo >> "$LOG"',
    `if [ "$2" = begin ]; then printf 'export MODULAR_ACTION=${action}\\nexport COMPONENT=web\\nexport COMPONENT_DIRECTORY=%q\\n' "$PWD/component" > "$MODULAR_DIRECTORY/environment"; fi`,
  ].join('\n'));
}

/** Runs the phases as CodeBuild does: one shell, a failed command ends its phase, `post_build` follows a failed build all the same. */
function run(spec: GeneratedBuildspec, environment: { [name: string]: string } = {}): { status: number | null; log: string[]; stderr: string } {
  const { phases } = generateBuildspec(spec);
  const phase = (name: string) => `if [ "$ok" = 1 ]; then for once in 1; do\n${phases[name].commands.map((command: string) => `${command}\n[ $? = 0 ] || { ok=0; break; }`).join('\n')}\ndone; fi`;
  const script = [
    'ok=1', phase('pre_build'), 'begun=$ok', phase('build'), 'export CODEBUILD_BUILD_SUCCEEDING=$ok',
    'if [ "$begun" = 1 ]; then before=$ok; ok=1', phase('post_build'), '[ "$before" = 1 ] || ok=0', 'fi', '[ "$ok" = 1 ]',
  ].join('\n');
  const log = path.join(folder, 'log');
  const { status, stderr } = spawnSync('/bin/bash', ['-c', script], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: `${path.join(folder, 'bin')}:/usr/bin:/bin`, LOG: log, MODULAR_AGENT: 's3://assets/agent.js', MODULAR_CATALOGUE: 's3://assets/catalogue.json', MODULAR_COMPONENT: 'web', ...environment },
  });
  return { status, stderr, log: fs.existsSync(log) ? fs.readFileSync(log, 'utf8').trim().split('\n').map((line) => line.replace(/\/tmp\/tmp\.\w+/, 'DIR')) : [] };
}

test('a changed component: fetch, begin, tests, then build in the component\'s folder, finish', () => {
  install('build');
  const { status, log } = run(COMMANDS);
  expect(status).toBe(0);
  expect(log).toEqual([
    'aws s3 cp --only-show-errors s3://assets/agent.js DIR/agent.js',
    'aws s3 cp --only-show-errors s3://assets/catalogue.json DIR/catalogue.json',
    'node <begin>',
    'tested',
    path.join(folder, 'component'),
    'built web',
    'node <finish>',
  ]);
});

test('an unchanged component runs none of the user\'s commands', () => {
  install('skip');
  const { status, log } = run(COMMANDS);
  expect(status).toBe(0);
  expect(log.slice(2)).toEqual(['node <begin>']);
});

test('an unchanged component does not run its buildspec either', () => {
  install('skip');
  expect(run(FILE, { MODULAR_BUILDSPEC: 'buildspec.yml' }).log).not.toContain('node <run-buildspec> <buildspec.yml>');
});

test('a failed test ends the build: nothing is built or finished', () => {
  install('build');
  const { status, log } = run({ ...COMMANDS, testCommands: ['false'] });
  expect(status).not.toBe(0);
  expect(log.at(-1)).toBe('node <begin>');
});

test('an agent that can\'t be fetched ends the build before anything runs', () => {
  install('build', 'exit 1');
  const { status, log } = run(COMMANDS);
  expect(status).not.toBe(0);
  expect(log).toHaveLength(1);
});

test('an image without Node.js is told so', () => {
  install('build');
  fs.rmSync(path.join(folder, 'bin', 'node'));
  const { status, stderr, log } = run(COMMANDS, { PATH: path.join(folder, 'bin') });
  expect(status).not.toBe(0);
  expect(stderr).toContain('The build image lacks the AWS CLI, or Node.js 20 or newer: use one with bash and both.');
  expect(log).toEqual([]);
});

test('an image whose Node.js is too old is told so', () => {
  install('build');
  const { status, stderr, log } = run(COMMANDS, { OLD_NODE: '1' });
  expect(status).not.toBe(0);
  expect(stderr).toContain('Node.js 20 or newer');
  expect(log).toEqual([]);
});

test('the name of a buildspec is one argument, whatever is in it', () => {
  install('build');
  const hostile = 'a b"; touch pwned; $(touch pwned) `touch pwned` \'.yml';
  expect(run(FILE, { MODULAR_BUILDSPEC: hostile }).log).toContain(`node <run-buildspec> <${hostile}>`);
  expect(fs.existsSync(path.join(folder, 'pwned'))).toBe(false);
});

test('commands may end in a comment, be one, or hold a here-document', () => {
  install('build');
  const { status, log } = run({ ...COMMANDS, testCommands: ['# nothing to test'], buildCommands: ['echo one >> "$LOG" # first', 'cat >> "$LOG" <<END\ntwo\nEND'] });
  expect(status).toBe(0);
  expect(log.slice(3, 5)).toEqual(['one', 'two']);
});

test('every command is well-formed bash', () => {
  for (const spec of [COMMANDS, FILE]) {
    const { phases } = generateBuildspec(spec);
    const commands: string[] = Object.values<{ commands: string[] }>(phases).flatMap(({ commands: all }) => all);
    expect(commands.length).toBeGreaterThan(8);
    for (const command of commands) {
      expect({ command, stderr: spawnSync('bash', ['-n', '-c', command], { encoding: 'utf8' }).stderr }).toEqual({ command, stderr: '' });
    }
  }
});

test('runs in bash, in version 0.2', () => {
  expect(generateBuildspec(COMMANDS)).toMatchObject({ version: '0.2', env: { shell: 'bash' } });
});
