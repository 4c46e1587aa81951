import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeFolders, temporaryFolder } from './support';
import { Build, BuildProject, BuildRequest, ProjectProperties } from '../../local/engine/code-build/project';

afterAll(removeFolders);

interface Buildspec {
  readonly env?: object;
  readonly phases?: Record<string, { readonly 'commands'?: readonly string[]; readonly 'finally'?: readonly string[]; readonly 'on-failure'?: string }>;
  readonly [key: string]: unknown;
}

interface Further {
  readonly properties?: ProjectProperties;
  readonly request?: Partial<BuildRequest>;
}

function project(properties: ProjectProperties): BuildProject {
  return new BuildProject(
    { type: 'AWS::CodeBuild::Project', logicalId: 'Project', name: 'project', arn: 'arn', account: '111111111111', region: 'eu-west-1', properties },
    { directory: temporaryFolder(), environment: () => ({ PATH: process.env.PATH ?? '' }) },
  );
}

/** Runs a buildspec whose commands note what they see in a file; returns its lines. */
async function run(buildspec: Buildspec, further: Further = {}): Promise<{ build: Build; notes: string[] }> {
  const source = temporaryFolder();
  writeFileSync(join(source, 'file'), 'content');
  const notes = join(temporaryFolder(), 'notes');
  writeFileSync(notes, '');
  const build = await project({ ...further.properties, Source: { BuildSpec: JSON.stringify({ version: '0.2', ...buildspec }) } }).run({
    initiator: 'codepipeline/pipeline',
    sourceVersion: 'arn:aws:s3:::bucket/key',
    resolvedSourceVersion: 'c0ffee',
    sources: new Map([['Source', source]]),
    primarySource: 'Source',
    stop: new AbortController().signal,
    ...further.request,
    environment: [{ name: 'NOTES', value: notes, type: 'PLAINTEXT' }, ...further.request?.environment ?? []],
  });
  return { build, notes: readFileSync(notes, 'utf8').split('\n').slice(0, -1) };
}

const note = (text: string) => `echo "${text}" >> "$NOTES"`;

describe('phases', () => {
  test('run in their order, each with its finally', async () => {
    const { build, notes } = await run({
      phases: {
        post_build: { commands: [note('post_build')] },
        build: { commands: [note('build 1'), note('build 2')], finally: [note('finally')] },
        install: { commands: [note('install')] },
        pre_build: { commands: [note('pre_build')] },
      },
    });
    expect(notes).toEqual(['install', 'pre_build', 'build 1', 'build 2', 'finally', 'post_build']);
    expect(build.status).toBe('SUCCEEDED');
  });

  test('after a failed build, post_build runs and knows it', async () => {
    const { build, notes } = await run({
      phases: {
        pre_build: { commands: [note('$CODEBUILD_BUILD_SUCCEEDING')] },
        build: { commands: ['exit 3', note('never')], finally: [note('finally')] },
        post_build: { commands: [note('$CODEBUILD_BUILD_SUCCEEDING')] },
      },
    });
    expect(notes).toEqual(['1', 'finally', '0']);
    expect(build).toMatchObject({ status: 'FAILED', message: 'Error while executing command: exit 3. Reason: exit status 3' });
  });

  test.each(['install', 'pre_build'])('a failed %s ends the build', async (phase) => {
    const { build, notes } = await run({
      phases: { [phase]: { commands: ['false'], finally: [note('finally')] }, build: { commands: [note('never')] }, post_build: { commands: [note('never')] } },
    });
    expect(notes).toEqual(['finally']);
    expect(build.status).toBe('FAILED');
  });

  test('on-failure: CONTINUE goes on, and the build has failed all the same', async () => {
    const { build, notes } = await run({ phases: { pre_build: { 'commands': ['false'], 'on-failure': 'CONTINUE' }, build: { commands: [note('build')] } } });
    expect(notes).toEqual(['build']);
    expect(build.status).toBe('FAILED');
  });

  test('a failed post_build fails the build', async () => {
    expect((await run({ phases: { post_build: { commands: ['false'] } } })).build.status).toBe('FAILED');
  });
});

describe('commands', () => {
  test.each(['sh', 'bash'])('hand variables and working directory on to the next (%s)', async (shell) => {
    const { notes } = await run({
      env: { shell },
      phases: { build: { commands: ['mkdir sub && cd sub', "plain='a  b'\"'\"'c'", 'export EXPORTED=x', note('$(basename "$PWD") $plain $EXPORTED')] }, post_build: { commands: [note('$plain')] } },
    });
    expect(notes).toEqual(["sub a  b'c x", "a  b'c"]);
  });

  test('that exit end themselves, not the build, and hand nothing on', async () => {
    const { build, notes } = await run({ phases: { build: { commands: ['value=lost; exit 0', note('${value-unset}')] } } });
    expect(notes).toEqual(['unset']);
    expect(build.status).toBe('SUCCEEDED');
  });

  test('of several lines are one script', async () => {
    const { notes } = await run({ phases: { build: { commands: ['if true; then\n' + note('yes') + '\nfi'] } } });
    expect(notes).toEqual(['yes']);
  });

  test('may change the source: it is a copy', async () => {
    const source = temporaryFolder();
    writeFileSync(join(source, 'file'), 'content');
    await run({ phases: { build: { commands: ['cat file >> "$NOTES"', 'echo changed > file'] } } }, { request: { sources: new Map([['Source', source]]) } });
    expect(readFileSync(join(source, 'file'), 'utf8')).toBe('content');
  });
});

describe('environment', () => {
  test('action over project over buildspec', async () => {
    const { notes } = await run(
      { env: { variables: { A: 'buildspec', B: 'buildspec', C: 'buildspec' } }, phases: { build: { commands: [note('$A $B $C')] } } },
      {
        properties: { Environment: { EnvironmentVariables: [{ Name: 'B', Value: 'project' }, { Name: 'C', Value: 'project' }] } },
        request: { environment: [{ name: 'C', value: 'action' }] },
      },
    );
    expect(notes).toEqual(['buildspec project action']);
  });

  test('values reach commands as they are', async () => {
    const value = '$(echo no) `no` "\'\\ $HOME';
    const { notes } = await run({ phases: { build: { commands: [note('$VALUE')] } } }, { request: { environment: [{ name: 'VALUE', value }] } });
    expect(notes).toEqual([value]);
  });

  test("CodeBuild's own", async () => {
    const { build, notes } = await run({
      phases: { build: { commands: [note('$CODEBUILD_BUILD_ID $CODEBUILD_INITIATOR $CODEBUILD_RESOLVED_SOURCE_VERSION $CODEBUILD_SOURCE_VERSION'), note('$PWD=$CODEBUILD_SRC_DIR=$CODEBUILD_SRC_DIR_Source'), note('$AWS_REGION $CODEBUILD_CI')] } },
    });
    expect(build.id).toMatch(/^project:[0-9a-f]{8}-[0-9a-f-]{27}$/);
    expect(notes[0]).toBe(`${build.id} codepipeline/pipeline c0ffee arn:aws:s3:::bucket/key`);
    expect(new Set(notes[1].split('=')).size).toBe(1);
    expect(notes[2]).toBe('eu-west-1 true');
  });

  test('nothing of this machine but the PATH', async () => {
    process.env.LOCAL_TEST_SECRET = 'secret';
    try {
      expect((await run({ phases: { build: { commands: [note('${LOCAL_TEST_SECRET-unset}')] } } })).notes).toEqual(['unset']);
    } finally {
      delete process.env.LOCAL_TEST_SECRET;
    }
  });

  test('exported variables', async () => {
    const { build } = await run({ env: { 'exported-variables': ['SET', 'NEVER'] }, phases: { build: { commands: ["SET='a=b\n c'"] } } });
    expect(build.exportedVariables).toEqual({ SET: 'a=b\n c' });
  });
});

describe('limits', () => {
  test('a build that takes too long is ended with all its processes', async () => {
    const { build } = await run({ phases: { build: { commands: ['sleep 30 & sleep 30'] } } }, { properties: { TimeoutInMinutes: 0.005 } });
    expect(build.status).toBe('TIMED_OUT');
    expect(build.milliseconds).toBeLessThan(10_000);
  });

  test('a build can be stopped', async () => {
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 100);
    const { build, notes } = await run({ phases: { build: { commands: ['sleep 30'] }, post_build: { commands: [note('never')] } } }, { request: { stop: stop.signal } });
    expect(build.status).toBe('STOPPED');
    expect(notes).toEqual([]);
  });
});

describe('what is not emulated is named', () => {
  test.each<[string, Buildspec]>([
    ['batch', { batch: { 'fast-fail': 'yes' } }],
    ['run-as', { 'run-as': 'builder' }],
    ['env/secrets-manager', { env: { 'secrets-manager': { TOKEN: 'x' } } }],
    ['phases/build/on-failure: RETRY', { phases: { build: { 'on-failure': 'RETRY' } } }],
  ])('buildspec key %s', async (key, buildspec) => {
    await expect(run({ phases: {}, ...buildspec })).rejects.toThrow(`Not emulated: buildspec key ${key} of project 'project'`);
  });

  test.each<[string, Buildspec]>([
    ['env.shell has to be bash or /bin/sh, but is "pwsh"', { env: { shell: 'pwsh' } }],
    ['version has to be 0.2, but is "0.1"', { version: '0.1' }],
    ["the buildspec has 'steps'", { steps: [] }],
  ])('what is no buildspec: %s', async (message, buildspec) => {
    await expect(run({ phases: {}, ...buildspec })).rejects.toThrow(`YAML_FILE_ERROR: the buildspec of project 'project':1: ${message}`);
  });

  test('a variable from Secrets Manager', async () => {
    await expect(run({ phases: {} }, { request: { environment: [{ name: 'TOKEN', value: 'x', type: 'SECRETS_MANAGER' }] } }))
      .rejects.toThrow("environment variable 'TOKEN' of type SECRETS_MANAGER of project 'project'");
  });
});
