import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { runBuild } from '../../local/engine/code-build/build';
import { parseBuildspec } from '../../local/engine/code-build/buildspec';
import { BuildShell } from '../../local/engine/code-build/shell';
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
    'if [ "$1" = --version ]; then echo "${NODE_SAYS-v20.0.0}"; exit "${NODE_ENDS:-0}"; fi',
    'printf "node"  >> "$LOG"; for argument in "${@:2}"; do printf " <%s>" "$argument" >> "$LOG"; done; echo >> "$LOG"',
    'if [ "$2" = begin ]; then',
    `printf 'export MODULAR_ACTION=${action}\\nexport COMPONENT=web\\nexport COMPONENT_DIRECTORY=%q\\n' "$PWD/component" > "$MODULAR_DIRECTORY/environment"`,
    'printf \'echo "finish ${EXPORTED-}" >> %q\\n\' "$LOG" > "$MODULAR_DIRECTORY/finish.sh"',
    'fi',
  ].join('\n'));
}

/** Runs the phases by the project's model of CodeBuild. */
async function run(spec: GeneratedBuildspec, environment: { [name: string]: string } = {}): Promise<{ succeeded: boolean; log: string[]; output: string }> {
  const log = path.join(folder, 'log');
  const output = path.join(folder, 'output');
  const buildspec = parseBuildspec(JSON.stringify(generateBuildspec(spec)), 'test');
  const shell = new BuildShell(buildspec.shell, path.join(folder, 'state'), folder, {
    PATH: `${path.join(folder, 'bin')}:/usr/bin:/bin`, LOG: log, MODULAR_AGENT: 's3://assets/agent.js', MODULAR_CATALOGUE: 's3://assets/catalogue.json', MODULAR_COMPONENT: 'web', ...environment,
  }, output);
  const { status } = await runBuild(buildspec, shell, output, { timeoutMilliseconds: 60_000, stop: new AbortController().signal });
  return {
    succeeded: status === 'SUCCEEDED',
    output: fs.readFileSync(output, 'utf8'),
    log: fs.existsSync(log) ? fs.readFileSync(log, 'utf8').trim().split('\n').map((line) => line.replace(/\/tmp\/tmp\.\w+/, 'DIR')) : [],
  };
}

test('a changed component: fetch, begin, tests, then build in the component\'s folder, finish', async () => {
  install('build');
  const { succeeded, log } = await run(COMMANDS);
  expect(succeeded).toBe(true);
  expect(log).toEqual([
    'aws s3 cp --only-show-errors s3://assets/agent.js DIR/agent.js',
    'aws s3 cp --only-show-errors s3://assets/catalogue.json DIR/catalogue.json',
    'node <begin>',
    'tested',
    path.join(folder, 'component'),
    'built web',
    'finish',
  ]);
});

test('an unchanged component runs none of the user\'s commands', async () => {
  install('skip');
  const { succeeded, log } = await run(COMMANDS);
  expect(succeeded).toBe(true);
  expect(log.slice(2)).toEqual(['node <begin>']);
});

test('an unchanged component does not run its buildspec either', async () => {
  install('skip');
  expect((await run(FILE, { MODULAR_BUILDSPEC: 'buildspec.yml' })).log).not.toContain('node <run-buildspec> <buildspec.yml>');
});

test('a failed test ends the build: nothing is built or finished', async () => {
  install('build');
  const { succeeded, log } = await run({ ...COMMANDS, testCommands: ['false'] });
  expect(succeeded).toBe(false);
  expect(log.at(-1)).toBe('node <begin>');
});

test('an agent that can\'t be fetched ends the build before anything runs', async () => {
  install('build', 'exit 1');
  const { succeeded, log } = await run(COMMANDS);
  expect(succeeded).toBe(false);
  expect(log).toHaveLength(1);
});

test('an image without Node.js is told so', async () => {
  install('build');
  fs.rmSync(path.join(folder, 'bin', 'node'));
  const { succeeded, output, log } = await run(COMMANDS, { PATH: path.join(folder, 'bin') });
  expect(succeeded).toBe(false);
  expect(output).toContain('The build image lacks the AWS CLI, or Node.js 20 or newer: use one with bash and both.');
  expect(log).toEqual([]);
});

test.each([
  ['too old', { NODE_SAYS: 'v18.20.8' }],
  ['too old, with fewer digits', { NODE_SAYS: 'v8.0.0' }],
  ['without a version', { NODE_SAYS: '' }],
  ['something else', { NODE_SAYS: 'no such option' }],
  ['broken', { NODE_ENDS: '127' }],
])('an image whose Node.js is %s is told so', async (_, environment) => {
  install('build');
  const { succeeded, output, log } = await run(COMMANDS, environment);
  expect(succeeded).toBe(false);
  expect(output).toContain('Node.js 20 or newer');
  expect(log).toEqual([]);
});

test('a Node.js of three digits is newer than one of two', async () => {
  install('build');
  expect((await run(COMMANDS, { NODE_SAYS: 'v100.0.0' })).succeeded).toBe(true);
});

test('what commands export, and the PATH that they leave, do not reach the end of the build', async () => {
  install('build');
  const { succeeded, log } = await run({ ...COMMANDS, buildCommands: ['export EXPORTED=yes PATH=/nowhere'] });
  expect(succeeded).toBe(true);
  expect(log.at(-1)).toBe('finish');
});

test('each command is a script: variables and folder carry over, functions and options do not, and exit 0 ends one command', async () => {
  install('build');
  const { succeeded, log } = await run({
    ...COMMANDS,
    testCommands: ['mkdir -p sub && cd sub', 'plain=1; set -u; greet() { :; }', 'exit 0'],
    buildCommands: ['echo "$(basename "$PWD") $plain ${UNSET-}$UNSET $(type -t greet)." >> "$LOG"'],
  });
  expect(succeeded).toBe(true);
  expect(log.slice(3, 4)).toEqual(['sub 1  .']);
});

test('the name of a buildspec is one argument, whatever is in it', async () => {
  install('build');
  const hostile = 'a b"; touch pwned; $(touch pwned) `touch pwned` \'.yml';
  expect((await run(FILE, { MODULAR_BUILDSPEC: hostile })).log).toContain(`node <run-buildspec> <${hostile}>`);
  expect(fs.existsSync(path.join(folder, 'pwned'))).toBe(false);
});

test('commands may end in a comment, be one, or hold a here-document', async () => {
  install('build');
  const { succeeded, log } = await run({ ...COMMANDS, testCommands: ['# nothing to test'], buildCommands: ['echo one >> "$LOG" # first', 'cat >> "$LOG" <<END\ntwo\nEND'] });
  expect(succeeded).toBe(true);
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

test('asks CodeBuild for versions of languages, and for what a buildspec of the repository needs of the project', () => {
  expect(generateBuildspec({ ...COMMANDS, runtimeVersions: { python: '3.13' } })).toMatchObject({
    phases: { install: { 'runtime-versions': { python: '3.13' }, 'commands': ['echo \'python 3.13\''] } },
  });
  expect(generateBuildspec({ ...FILE, projectNeeds: { gitCredentialHelper: true, proxy: { logs: true, uploadArtifacts: false } } })).toMatchObject({
    env: { 'shell': 'bash', 'git-credential-helper': 'yes' }, proxy: { 'upload-artifacts': 'no', 'logs': 'yes' },
  });
  expect(generateBuildspec(COMMANDS)).not.toHaveProperty('proxy');
  expect(generateBuildspec(COMMANDS).phases).not.toHaveProperty('install');
});
