import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildspecNeeds } from '../../cli/buildspec-needs';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'needs-'));
  mkdirSync(join(root, '.git'));
  mkdirSync(join(root, 'infrastructure/lib'), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

const write = (text: string) => writeFileSync(join(root, 'buildspec.yml'), text);

test('are read from the work tree, wherever in it synth runs', () => {
  write('version: 0.2\nenv:\n  secrets-manager: { TOKEN: "ci:token" }\nphases:\n  install: { runtime-versions: { python: 3.10 } }\n');
  expect(buildspecNeeds(join(root, 'infrastructure/lib'), 'buildspec.yml')).toEqual({ secretsManager: { TOKEN: 'ci:token' }, runtimeVersions: { python: '3.10' } });
  expect(buildspecNeeds(root, 'other.yml')).toBeUndefined();
});

test('are none of a file outside of any work tree', () => {
  rmSync(join(root, '.git'), { recursive: true });
  write('version: 0.2\nphases: {}\n');
  expect(buildspecNeeds(root, 'buildspec.yml')).toBeUndefined();
});

test('what no component\'s build can do is refused by line, with the way out', () => {
  write('version: 0.2\nphases:\n  build:\n    on-failure: RETRY\n');
  expect(() => buildspecNeeds(root, 'buildspec.yml')).toThrow('buildspec.yml:4: phases.build.on-failure is RETRY');
  write('version: [');
  expect(() => buildspecNeeds(root, 'buildspec.yml')).toThrow('buildspec.yml is not YAML');
});
