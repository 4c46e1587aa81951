import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import * as ts from 'typescript';

const root = join(__dirname, '..', '..');

/** What it names is loaded when a command asks for it: the parts are programs of their own. */
const LOADS_LATE = 'cli/lazy/parts.ts';

type Imports = ReadonlyMap<string, readonly string[]>;

/** What each file imports of the others, types too: who reads one has to know them all. */
function importsOf(files: readonly string[], read: (file: string) => string): Imports {
  const known = new Set(files);
  return new Map(files.map((file) => [file, ts.preProcessFile(read(file), true, false).importedFiles.flatMap(({ fileName }) => {
    const path = normalize(join(dirname(file), fileName));
    return fileName.startsWith('.') ? [`${path}.ts`, `${path}/index.ts`].filter((one) => known.has(one)) : [];
  })]));
}

/** Files that import one another, in groups (Tarjan's strongly connected components of more than one file, and files that import themselves). */
function cyclesOf(imports: Imports): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const cycles: string[][] = [];
  const visit = (file: string): number => {
    const own = order.size;
    order.set(file, own);
    lowest.set(file, own);
    open.push(file);
    for (const next of imports.get(file)!) {
      const reached = order.has(next) ? (open.includes(next) ? order.get(next)! : own) : visit(next);
      lowest.set(file, Math.min(lowest.get(file)!, reached));
    }
    if (lowest.get(file) === own) {
      const group = open.splice(open.indexOf(file));
      if (group.length > 1 || imports.get(file)!.includes(file)) {
        cycles.push(group.sort());
      }
    }
    return lowest.get(file)!;
  };
  for (const file of imports.keys()) {
    if (!order.has(file)) {
      visit(file);
    }
  }
  return cycles;
}

test('no files import one another', () => {
  const files = execFileSync('git', ['-C', root, 'ls-files', '-z', '--cached', '--others', '--exclude-standard', '*.ts'], { encoding: 'utf8' }).split('\0')
    .filter((file) => /^(src|lambda|agent|cli|local|simulate|bench|projenrc|test|examples)\//.test(file) && !file.endsWith('.d.ts') && !file.includes('/repository/') && file !== LOADS_LATE);
  expect(files.length).toBeGreaterThan(500);
  expect(cyclesOf(importsOf(files, (file) => readFileSync(join(root, file), 'utf8')))).toEqual([]);
});

test('cycles are found: of two, of three by a folder and a type, and a file of its own', () => {
  const files: Record<string, string> = {
    'a.ts': "import { b } from './b';",
    'b.ts': "export * from './a';",
    'c/index.ts': "import type { D } from '../d';",
    'd.ts': "import { e } from './e'; import 'a';",
    'e.ts': "export { c } from './c';",
    'f.ts': "import * as own from './f';",
    'g.ts': "import { a } from './a'; import { c } from './c';",
  };
  expect(cyclesOf(importsOf(Object.keys(files), (file) => files[file]!)).sort()).toEqual([['a.ts', 'b.ts'], ['c/index.ts', 'd.ts', 'e.ts'], ['f.ts']]);
});
