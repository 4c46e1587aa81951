import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as ts from 'typescript';

const root = join(__dirname, '..', '..');

/** Lambda asks for it by this name in each of its programs. */
const ENTRY = /^lambda\/[a-z-]+\.lambda\.ts: handler$/;

/** What a file declares and exports; not what it passes on of another. */
function exportsOf(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  return source.statements.flatMap((statement) => {
    const isExported = ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (isExported !== true) {
      return [];
    }
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.map(({ name }) => (name as ts.Identifier).text);
    }
    return [(statement as ts.DeclarationStatement).name!.getText(source)];
  });
}

/** Names that more than one file exports, with these files. */
function namesOfSeveral(files: Readonly<Record<string, string>>): Record<string, string[]> {
  const found = new Map<string, Set<string>>();
  for (const [file, text] of Object.entries(files)) {
    exportsOf(file, text).filter((name) => !ENTRY.test(`${file}: ${name}`)).forEach((name) => found.set(name, (found.get(name) ?? new Set()).add(file)));
  }
  return Object.fromEntries([...found].filter(([, where]) => where.size > 1).map(([name, where]) => [name, [...where].sort()]));
}

test('a name means one thing: no two files export the same', () => {
  const files = execFileSync('git', ['-C', root, 'ls-files', '-z', '--cached', '--others', '--exclude-standard', 'src/*.ts', 'lambda/*.ts', 'agent/*.ts', 'cli/*.ts'], { encoding: 'utf8' })
    .split('\0').filter((file) => file !== '' && !file.endsWith('.d.ts'));
  expect(files.length).toBeGreaterThan(400);
  expect(namesOfSeveral(Object.fromEntries(files.map((file) => [file, readFileSync(join(root, file), 'utf8')])))).toEqual({});
});

test('names of several files are found, of any kind of declaration; overloads, what is passed on and entries are not', () => {
  expect(namesOfSeveral({
    'a.ts': 'export class Place {} export const read = 1, write = 2; function hidden() {}',
    'b.ts': 'export interface Place {} export { read } from "./a"; function hidden() {}',
    'c.ts': 'export async function write() {} export function over(a: string): void; export function over(a: number): void; export function over() {}',
    'lambda/d.lambda.ts': 'export const handler = 1;',
    'lambda/e.lambda.ts': 'export const handler = 1;',
  })).toEqual({ Place: ['a.ts', 'b.ts'], write: ['a.ts', 'c.ts'] });
});
