import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { commandsEnvironment } from '../../../agent/commands-environment';
import { COMMAND_ENV } from '../../../src/contract/environment';
import { exportVariables } from '../../../src/core/shell';
import { HOSTILE, hostileText } from '../support/hostile';
import { property } from '../support/property';

/** The bytes that bash has of each variable after it sourced the file, in hexadecimal, and that nothing but the file is there. */
function sourced(variables: Readonly<Record<string, string>>): string[] {
  const directory = mkdtempSync(join(tmpdir(), 'fuzz-'));
  try {
    const file = join(directory, 'environment');
    writeFileSync(file, exportVariables(variables));
    const print = 'file=$1; shift; . "$file"; for name in "$@"; do printf "%s\\0" "${!name}"; done';
    const output = execFileSync('bash', ['-c', print, 'bash', file, ...Object.keys(variables)], { cwd: directory, maxBuffer: 64 * 1024 * 1024 });
    assert.equal(readdirSync(directory).join(), 'environment');
    const values: string[] = [];
    for (let start = 0; start < output.length;) {
      const end = output.indexOf(0, start);
      values.push(output.subarray(start, end).toString('hex'));
      start = end + 1;
    }
    return values;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function hexOf(text: string): string {
  return Buffer.from(text).toString('hex');
}

function named(values: readonly string[]): Record<string, string> {
  return Object.fromEntries(values.map((value, index) => [`VALUE_${index}`, value]));
}

const value = hostileText.filter((text) => !text.includes('\0'));
const GIVEN = 'given as it is';

export const ENVIRONMENT_FILE = [
  property('bash gets the bytes of any texts and runs none', [fc.oneof(fc.constant(HOSTILE), fc.array(value, { minLength: 1, maxLength: 150 }))], (values) => {
    assert.deepEqual(sourced(named(values)), values.map(hexOf));
    return GIVEN;
  }, 25),

  property('a NUL, which no variable can hold, is refused', [hostileText, hostileText], (before, after) => {
    assert.throws(() => exportVariables({ VALUE: `${before}\0${after}` }), /NUL/);
    return 'refused';
  }, 50),

  property('a component\'s commands get what they were to be given, whatever that is', [value, value, value], (componentDirectory, commitId, fingerprint) => {
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
    const expected = { [COMMAND_ENV.componentDirectory]: componentDirectory, [COMMAND_ENV.commitId]: commitId, [COMMAND_ENV.fingerprint]: fingerprint };
    for (const [name, text] of Object.entries(expected)) {
      assert.equal(bytes[names.indexOf(name)], hexOf(text));
    }
    return GIVEN;
  }, 25),
];
