import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './support/run';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'modular-main-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | object): string {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

const COMMANDS = ['plan', 'explain', 'graph', 'discover', 'replay', 'review'];

describe('usage', () => {
  test('--help names every command', async () => {
    const { code, out } = await run(['--help']);
    expect(code).toBe(0);
    COMMANDS.forEach((command) => expect(out).toMatch(new RegExp(`^  ${command} `, 'm')));
  });

  test.each(COMMANDS)('%s --help has examples', async (command) => {
    const { code, out, err } = await run([command, '--help']);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(new RegExp(`^Usage: cdk-modular-pipeline ${command} `));
    expect(out).toMatch(new RegExp(`Examples:\\n(?:.*\\n)*?.*cdk-modular-pipeline ${command}`));
  });

  test.each([
    ['no command', [], /^Usage:/],
    ['an unknown command', ['toString'], /^There is no command 'toString'\. Commands: init, plan, explain, graph, discover, replay, /],
    ['an unknown option', ['plan', '--bas', 'x'], /Unknown option '--bas'[^]*See cdk-modular-pipeline plan --help\.\n$/],
    ['an argument too many', ['plan', 'x'], /^plan takes no argument that is not an option; received 'x'\./],
    ['an argument too few', ['explain', '--base', 'x'], /^explain takes COMPONENT; received none\./],
    ['nothing to compare', ['plan'], /^What to compare is missing: pass --base REV, or --changes FILE\./],
    ['two things to compare', ['plan', '--base', 'x', '--changes', '-'], /^Pass either --base or --changes, not both\./],
    ['changes of a repository', ['plan', '--repo', 'x', '--changes', '-'], /^--changes stands for a repository/],
    ['two formats', ['graph', '--dot', '--json'], /^Pass one of --dot, --json\./],
    ['a comparison for nothing', ['graph', '--base', 'x'], /add --affected\./],
    ['no number', ['replay', '--last', '-1'], /ambiguous|--last takes a number/],
    ['not a number', ['replay', '--last', 'x'], /^--last takes a number of commits, 1 or more; received 'x'\./],
  ])('%s is refused with exit code 2', async (_, args, message) => {
    const { code, out, err } = await run(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(message);
  });
});

describe('a catalogue that is not valid names component and field', () => {
  test.each([
    ['no JSON', '{', /is not JSON/],
    ['no object', [], /catalogue: must be object; received \[\]/],
    ['another version', { version: 2, components: [] }, /catalogue, field 'version': must be 1; received 2/],
    ['a field of another type', { version: 1, components: [{ name: 'a', path: 'a', dependsOn: 'b' }] }, /component 'a', field 'dependsOn': must be array; received "b"/],
    ['an item of another type', { version: 1, components: [{ name: 'a', path: 'a', include: ['x', 1] }] }, /component 'a', field 'include\[1\]': must be string; received 1/],
    ['a missing field', { version: 1, components: [{ name: 'a' }] }, /component 'a': field 'path' is missing/],
    ['a component without a name', { version: 1, components: [{ path: 'a' }] }, /component at index 0: field 'name' is missing/],
    ['a misspelt field', { version: 1, components: [{ name: 'a', path: 'a', dependOn: [] }] }, /component 'a': unknown field 'dependOn'/],
    ['an unknown policy', { version: 1, components: [], unownedPaths: 'warn' }, /field 'unownedPaths': must be one of "ignore", "all", "error"; received "warn"/],
    ['an unknown dependency', { version: 1, components: [{ name: 'a', path: 'a', dependsOn: ['zz'] }] }, /"zz"/],
  ])('%s', async (_, content, message) => {
    const { code, err } = await run(['graph', '--catalogue', file('catalogue.json', content as object)]);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });

  test('that is not there', async () => {
    const { code, err } = await run(['graph', '--catalogue', join(folder, 'none.json')]);
    expect(code).toBe(2);
    expect(err).toContain(`The catalogue '${join(folder, 'none.json')}' can't be read: ENOENT`);
  });
});

describe('the catalogue of a cloud assembly', () => {
  function asset(assembly: string, id: string, solution: string | undefined, listed = true): void {
    mkdirSync(join(assembly, `asset.${id}`), { recursive: true });
    if (solution !== undefined) {
      writeFileSync(join(assembly, `asset.${id}`, 'catalogue.json'), JSON.stringify({ version: 1, solution, components: [{ name: solution, path: 'a' }] }));
    }
    if (listed) {
      writeFileSync(join(assembly, `${id}.assets.json`), JSON.stringify({ files: { [id]: { source: { path: `asset.${id}`, packaging: 'zip' } } } }));
    }
  }

  const graph = async (...args: string[]) => run(['graph', '--app', folder, ...args]);

  test('is found beside a function, also in a stage\'s assembly; what an earlier synth left is not', async () => {
    mkdirSync(join(folder, 'assembly-stage'));
    asset(join(folder, 'assembly-stage'), 'one', 'current');
    asset(folder, 'other', undefined);
    asset(folder, 'stale', 'old', false);
    expect(await graph()).toEqual({ code: 0, out: '  current\n', err: '' });
  });

  test('is one where several functions carry the same', async () => {
    asset(folder, 'one', 'same');
    asset(folder, 'two', 'same');
    expect((await graph()).code).toBe(0);
  });

  test('is chosen by its solution', async () => {
    asset(folder, 'one', 'first');
    asset(folder, 'two', 'second');
    expect(await graph()).toEqual({ code: 2, out: '', err: `The cloud assembly at '${folder}' holds 2 catalogues, of the solutions 'first', 'second'. Choose one with --solution NAME.\n` });
    expect((await graph('--solution', 'second')).out).toBe('  second\n');
    expect((await graph('--solution', 'third')).err).toContain("holds 0 catalogues of solution 'third'; its solutions are 'first', 'second'.");
  });

  test('is missed by name', async () => {
    expect((await graph()).err).toContain('holds no catalogue');
    expect((await run(['graph', '--app', join(folder, 'none')])).err).toContain('Run cdk synth, or pass --catalogue FILE or --app FOLDER.');
  });
});
