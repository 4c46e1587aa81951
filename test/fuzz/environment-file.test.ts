import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { HOSTILE, hostileText } from './support/hostile';
import { commandsEnvironment } from '../../agent/commands-environment';
import { exportVariables } from '../../agent/environment-file';
import { COMMAND_ENV } from '../../src/contract/environment';

describe('environment file of a build', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'fuzz-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  /** The bytes that bash has of each variable after it sourced the file, and that nothing but the file is there. */
  function sourced(variables: Readonly<Record<string, string>>): Buffer[] {
    const file = join(directory, 'environment');
    writeFileSync(file, exportVariables(variables));
    const print = 'file=$1; shift; . "$file"; for name in "$@"; do printf "%s\\0" "${!name}"; done';
    const output = execFileSync('bash', ['-c', print, 'bash', file, ...Object.keys(variables)], { cwd: directory, maxBuffer: 64 * 1024 * 1024 });
    expect(readdirSync(directory)).toEqual(['environment']);
    const values: Buffer[] = [];
    for (let start = 0; start < output.length;) {
      const end = output.indexOf(0, start);
      values.push(output.subarray(start, end));
      start = end + 1;
    }
    return values;
  }

  function named(values: readonly string[]): Record<string, string> {
    return Object.fromEntries(values.map((value, index) => [`VALUE_${index}`, value]));
  }

  it('gives bash the bytes of each hostile text and runs none', () => {
    expect(sourced(named(HOSTILE))).toEqual(HOSTILE.map((value) => Buffer.from(value)));
  });

  it('gives bash the bytes of any text and runs none', () => {
    const value = hostileText.filter((text) => !text.includes('\0'));
    fc.assert(fc.property(fc.array(value, { minLength: 1, maxLength: 150 }), (values) => {
      expect(sourced(named(values))).toEqual(values.map((text) => Buffer.from(text)));
    }), { numRuns: 25 });
  });

  it('refuses a NUL, which no variable can hold', () => {
    fc.assert(fc.property(hostileText, hostileText, (before, after) => {
      expect(() => exportVariables({ VALUE: `${before}\0${after}` })).toThrow('NUL');
    }), { numRuns: 50 });
  });

  it('gives a component\'s commands what they were to be given, whatever that is', () => {
    const value = hostileText.filter((text) => !text.includes('\0'));
    fc.assert(fc.property(value, value, value, (componentDirectory, commitId, fingerprint) => {
      const variables = commandsEnvironment({
        solution: 'shop',
        buildNumber: 7,
        dependenciesFile: '/tmp/dependencies.json',
        artifactBucket: 'bucket',
        componentDirectory,
        commitId,
        fingerprint,
        component: { name: '@scope/name', path: 'x', build: { digest: 'd', kind: 'custom', artifact: { type: 'zip', path: '.' }, parameters: [] } },
      });
      const bytes = sourced(variables);
      const names = Object.keys(variables);
      const given = (name: string) => bytes[names.indexOf(name)]!.toString();
      expect(given(COMMAND_ENV.componentDirectory)).toBe(Buffer.from(componentDirectory).toString());
      expect(given(COMMAND_ENV.commitId)).toBe(Buffer.from(commitId).toString());
      expect(given(COMMAND_ENV.fingerprint)).toBe(Buffer.from(fingerprint).toString());
    }), { numRuns: 25 });
  });
});
