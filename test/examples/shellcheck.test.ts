import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { App } from 'aws-cdk-lib';
import { EXAMPLES, loadExample } from '../support/example';

// The examples import the package by its name.
jest.mock('cdk-modular-pipeline', () => jest.requireActual('../../src'), { virtual: true });

const apps = EXAMPLES.map((example): [string, App] => [example, loadExample(example)]);

/** `.ci/shellcheck.sh` fetches it. */
const shellCheck = process.env.SHELLCHECK;

if (shellCheck === undefined) {
  console.warn('SHELLCHECK is not set: the generated buildspecs are not checked with ShellCheck. Set it to the program\'s path.');
}

/** The agent writes what is sourced while the build runs. */
const SOURCED_AT_RUN_TIME = 'SC1091';

interface Finding {
  readonly code: number;
  readonly line: number;
  readonly message: string;
}

function findings(script: string): { code: number; text: string; message: string }[] {
  const { stdout, stderr, error } = spawnSync(shellCheck!, ['--format=json', '--shell=bash', `--exclude=${SOURCED_AT_RUN_TIME}`, '-'], { input: script, encoding: 'utf8' });
  if (error !== undefined || stdout === '') {
    throw error ?? new Error(stderr);
  }
  return (JSON.parse(stdout) as Finding[]).map(({ code, line, message }) => ({ code, text: script.split('\n')[line - 1]!, message }));
}

/** A text of a template; what is known at deployment only, such as a report group's ARN, is left out. */
function text(value: string | { 'Fn::Join': [string, unknown[]] }): string {
  return typeof value === 'string' ? value : value['Fn::Join'][1].filter((part) => typeof part === 'string').join('');
}

/** What bash gets of each buildspec of an assembly: the commands of all phases, in one shell. */
function scripts(app: App): string[] {
  const { directory } = app.synth();
  const templates = fs.readdirSync(directory).filter((name) => name.endsWith('.template.json'));
  const projects = templates.flatMap((name) => {
    const { Resources: resources = {} } = JSON.parse(fs.readFileSync(path.join(directory, name), 'utf8')) as { Resources?: Record<string, any> };
    return Object.values(resources).filter(({ Type }) => Type === 'AWS::CodeBuild::Project');
  });
  const buildspecs = projects.map(({ Properties }) => text(Properties.Source.BuildSpec));
  return [...new Set(buildspecs)].map((buildspec) => {
    const { phases } = JSON.parse(buildspec) as { phases: { [phase: string]: { commands: string[] } } };
    return ['install', 'pre_build', 'build', 'post_build'].flatMap((phase) => phases[phase]?.commands ?? []).join('\n');
  });
}

(shellCheck === undefined ? describe.skip : describe)('ShellCheck', () => {
  test.each(apps)('finds nothing in the generated buildspecs of %s', (_, app) => {
    const all = scripts(app);
    expect(all.length).toBeGreaterThan(0);
    expect(all.flatMap(findings)).toEqual([]);
  });

  test('finds a variable that is not quoted', () => {
    expect(findings('cd $COMPONENT_DIRECTORY || exit')).toEqual([expect.objectContaining({ code: 2086 })]);
  });
});
