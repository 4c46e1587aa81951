import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseBuildspec } from '../../agent/buildspec';
import { runBuildspec } from '../../agent/buildspec-runner';

describe('parseBuildspec', () => {
  it('reads phases in the order of running', () => {
    expect(parseBuildspec(`
version: 0.2
env:
  shell: bash
  variables: { A: text, B: 1, C: true }
phases:
  build:
    on-failure: ABORT
    commands: ["echo 1", "echo: 2"]
    finally: [echo done]
  install: {}
`, 'f.yml')).toEqual({
      variables: { A: 'text', B: '1', C: 'true' },
      phases: [
        { name: 'install', commands: [], finally: [], onFailure: undefined },
        { name: 'build', commands: ['echo 1', 'echo: 2'], finally: ['echo done'], onFailure: 'ABORT' },
      ],
    });
  });

  it.each([
    ['version: [', 'f.yml is not YAML'],
    ['text', 'the buildspec has to be a mapping'],
    ['{version: 0.1, phases: {}}', 'version has to be 0.2, but is 0.1'],
    ['{version: 0.2}', 'phases has to be a mapping'],
    ['{version: 0.2, phases: {}, artifacts: {}}', 'the buildspec has \'artifacts\', which a component\'s build does not support'],
    ['{version: 0.2, phases: {}, env: {parameter-store: {}}}', 'env has \'parameter-store\''],
    ['{version: 0.2, phases: {}, env: {shell: sh}}', 'env.shell has to be bash, but is "sh"'],
    ['{version: 0.2, phases: {}, env: {variables: {a-b: x}}}', 'env.variables has \'a-b\''],
    ['{version: 0.2, phases: {}, env: {variables: {A: [x]}}}', 'env.variables.A has to be a text'],
    ['{version: 0.2, phases: {}, env: {variables: [A]}}', 'env.variables has to be a mapping'],
    ['{version: 0.2, phases: {test: {}}}', 'phases has \'test\''],
    ['{version: 0.2, phases: {install: {runtime-versions: {}}}}', 'phases.install has \'runtime-versions\''],
    ['{version: 0.2, phases: {build: {on-failure: RETRY}}}', 'phases.build.on-failure has to be ABORT or CONTINUE, but is "RETRY"'],
    ['{version: 0.2, phases: {build: {commands: echo}}}', 'phases.build.commands has to be a list'],
    ['{version: 0.2, phases: {build: {commands: [true]}}}', 'phases.build.commands[0] has to be a text, but is true'],
  ])('refuses %s', (text, message) => {
    expect(() => parseBuildspec(text, 'f.yml')).toThrow(message);
  });
});

describe('runBuildspec', () => {
  let directory: string;
  beforeEach(() => { directory = mkdtempSync(join(tmpdir(), 'buildspec-')); });
  afterEach(() => rmSync(directory, { recursive: true }));

  async function run(phases: string, variables = ''): Promise<{ succeeded: boolean; output: string[] }> {
    const output: string[] = [];
    const spec = parseBuildspec(`version: 0.2\nenv: { variables: { ${variables} } }\nphases:\n${phases}`, 'f.yml');
    const succeeded = await runBuildspec(spec, join(directory, 'state'), async (script) => {
      const { status, stdout, stderr } = spawnSync('bash', ['-c', script], { cwd: directory, encoding: 'utf8' });
      output.push(...`${stdout}${stderr}`.split('\n').filter((line) => line !== '' && !line.startsWith('$ ')));
      return status!;
    }, () => {});
    return { succeeded, output };
  }

  it('runs phases in one shell: variables, functions, options and the folder persist', async () => {
    expect(await run(`
  install: { commands: ["plain=1; export exported=2; list=(a 'b c')", "greet() { echo hello $1; }", "mkdir sub && cd sub"] }
  pre_build: { commands: ["echo $plain $exported \${list[1]}", "set -u"] }
  build: { commands: ["greet you", "basename $PWD", "case $- in *u*) echo strict;; esac"] }
`)).toEqual({ succeeded: true, output: ['1 2 b c', 'hello you', 'sub', 'strict'] });
  });

  it('ends a list with the first command that fails', async () => {
    expect(await run('  pre_build: { commands: [echo 1, "false", echo 2] }\n  build: { commands: [echo 3] }\n')).toEqual({ succeeded: false, output: ['1'] });
  });

  it('runs post_build after a failed build, and tells it', async () => {
    expect(await run(`
  pre_build: { commands: ["kept=yes", "echo $CODEBUILD_BUILD_SUCCEEDING"] }
  build: { commands: ["exit 3"] }
  post_build: { commands: ["echo $CODEBUILD_BUILD_SUCCEEDING $kept"] }
`)).toEqual({ succeeded: false, output: ['1', '0 yes'] });
  });

  it('does not run post_build after a failed build that aborts', async () => {
    expect(await run('  build: { on-failure: ABORT, commands: ["false"] }\n  post_build: { commands: [echo 1] }\n')).toEqual({ succeeded: false, output: [] });
  });

  it('goes on where on-failure says so, and fails in the end', async () => {
    expect(await run('  install: { on-failure: CONTINUE, commands: ["false"] }\n  build: { commands: [echo 1] }\n')).toEqual({ succeeded: false, output: ['1'] });
  });

  it('runs finally after a failure, and fails when finally fails', async () => {
    expect(await run('  build: { commands: ["false"], finally: [echo 1] }\n')).toEqual({ succeeded: false, output: ['1'] });
    expect(await run('  build: { commands: [echo 1], finally: ["exit 4"] }\n')).toEqual({ succeeded: false, output: ['1'] });
  });

  it('fails for a command under set -e, and keeps what was set before', async () => {
    expect(await run('  build: { commands: ["set -e; kept=1", "false; echo never"] }\n  post_build: { commands: ["echo $kept"] }\n'))
      .toEqual({ succeeded: false, output: ['1'] });
  });

  it('gives commands the buildspec\'s variables as they are', async () => {
    expect(await run('  build: { commands: ["printf \'%s\\\\n\' \\"$V\\""] }\n', 'V: "$(echo run) \'q\'"')).toEqual({ succeeded: true, output: ['$(echo run) \'q\''] });
  });

  it('lets commands change the buildspec\'s variables', async () => {
    expect(await run('  install: { commands: [V=2] }\n  build: { commands: [echo $V] }\n', 'V: 1')).toEqual({ succeeded: true, output: ['2'] });
  });

  it('declares at the top level, and takes several lines and quotes', async () => {
    const { succeeded, output } = await run(`
  build:
    commands:
      - declare X="it's"
      - |
        for i in 1 2; do
          echo "$X $i"
        done
`);
    expect(succeeded).toBe(true);
    expect(output.slice(-2)).toEqual(['it\'s 1', 'it\'s 2']);
  });
});
