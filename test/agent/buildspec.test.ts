import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';
import { readBuildspecFile, variablesOf } from '../../agent/buildspec-file';
import { BuildProject } from '../../local/engine/code-build/project';
import { BuildspecCase, CORPUS, REFUSED } from '../buildspecs/corpus';

/** Each kind of buildspec does the same in a CodeBuild project of the local run and in the agent, and both do what AWS documents. */
describe('buildspecs of repositories', () => {
  let root: string;
  let program: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'buildspecs-'));
    program = join(root, 'agent.js');
    buildSync({ entryPoints: [join(__dirname, '../../agent/agent.ts')], bundle: true, platform: 'node', outfile: program, logLevel: 'error' });
  });
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  const noted = (file: string) => readFileSync(file, 'utf8').split('\n').slice(0, -1);
  const folder = () => {
    const created = mkdtempSync(join(root, 'run-'));
    const notes = join(created, 'notes');
    writeFileSync(notes, '');
    return { created, notes };
  };
  const IMAGE = { PATH: process.env.PATH!, LANG: 'image' };

  async function asProject({ text, project = {} }: BuildspecCase) {
    const { created, notes } = folder();
    const source = mkdtempSync(join(root, 'source-'));
    writeFileSync(join(source, 'buildspec.yml'), text);
    const properties = { Source: { BuildSpec: 'buildspec.yml' }, Environment: { EnvironmentVariables: Object.entries(project).map(([Name, Value]) => ({ Name, Value })) } };
    const { status } = await new BuildProject(
      { type: 'AWS::CodeBuild::Project', logicalId: 'Project', name: 'project', arn: 'arn', account: '111111111111', region: 'eu-west-1', properties },
      { directory: created, environment: () => IMAGE },
    ).run({
      initiator: 'test',
      sourceVersion: '',
      resolvedSourceVersion: '',
      sources: new Map([['Source', source]]),
      primarySource: 'Source',
      stop: new AbortController().signal,
      environment: [{ name: 'NOTES', value: notes }],
    });
    return { succeeded: status === 'SUCCEEDED', notes: noted(notes) };
  }

  function asComponent({ text, project = {}, needs }: BuildspecCase) {
    const { created, notes } = folder();
    const source = mkdtempSync(join(root, 'source-'));
    writeFileSync(join(source, 'buildspec.yml'), text);
    let succeeded = true;
    try {
      execFileSync(process.execPath, [program, 'run-buildspec', 'buildspec.yml'], {
        stdio: 'pipe',
        env: {
          ...IMAGE,
          ...project,
          NOTES: notes,
          CODEBUILD_SRC_DIR: source,
          MODULAR_DIRECTORY: created,
          MODULAR_VARIABLES: Object.keys(project).join(' '),
          ...(needs ? { MODULAR_PROJECT_NEEDS: JSON.stringify(needs) } : {}),
        },
      });
    } catch {
      succeeded = false;
    }
    return { succeeded, notes: noted(notes) };
  }

  it.each(CORPUS.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
    const { notes, succeeded } = one;
    expect({ project: await asProject(one), component: asComponent(one) }).toEqual({ project: { notes, succeeded }, component: { notes, succeeded } });
  });
});

describe('what a component\'s build refuses', () => {
  it.each(REFUSED)('$message', ({ text, message }) => {
    expect(() => readBuildspecFile(text, 'f.yml', undefined)).toThrow(message);
  });

  it('says what the file has and what the project was deployed with', () => {
    const text = 'version: 0.2\nenv:\n  secrets-manager:\n    TOKEN: ci:token\nphases: {}\n';
    expect(() => readBuildspecFile(text, 'f.yml', '{"secretsManager":{"TOKEN":"ci:old"}}')).toThrow(
      'env.secrets-manager is {"TOKEN":"ci:token"}, and the component\'s CodeBuild project was deployed with {"TOKEN":"ci:old"}. Deploy the pipeline\'s stack',
    );
    expect(readBuildspecFile(text, 'f.yml', '{"secretsManager":{"TOKEN":"ci:token"},"gitCredentialHelper":true}').spec.secretsManager).toEqual({ TOKEN: 'ci:token' });
  });

  it('refuses a project whose runtime versions the file has dropped: it would be built by others than it asks for', () => {
    expect(() => readBuildspecFile('version: 0.2\nphases: {}\n', 'f.yml', '{"runtimeVersions":{"nodejs":"20"}}')).toThrow('phases.install.runtime-versions is null');
  });

  it('says what has no effect', () => {
    const { notes } = readBuildspecFile('version: 0.2\nenv: { exported-variables: [A] }\nphases: {}\nartifacts: { files: [x] }\ncache: { paths: [x] }\n', 'f.yml', undefined);
    expect(notes.map((note) => note.slice(0, note.indexOf(':')))).toEqual(['artifacts', 'cache', 'env.exported-variables']);
  });
});

describe('variables of a buildspec', () => {
  it('come after those of the component and of the build itself, and before those of the image', () => {
    const { spec } = readBuildspecFile('version: 0.2\nenv: { variables: { STAGE: spec, COMPONENT: spec, MODULAR_X: spec, CODEBUILD_X: spec, PATH: spec, NEW: spec } }\nphases: {}\n', 'f.yml', undefined);
    expect(variablesOf(spec, { STAGE: 'own', COMPONENT: 'own', MODULAR_X: 'own', CODEBUILD_X: 'own', PATH: 'image', OTHER: 'image', MODULAR_VARIABLES: 'STAGE TOKEN' })).toEqual({
      STAGE: 'own', COMPONENT: 'own', MODULAR_X: 'own', CODEBUILD_X: 'own', PATH: 'spec', OTHER: 'image', NEW: 'spec', MODULAR_VARIABLES: 'STAGE TOKEN',
    });
  });
});
