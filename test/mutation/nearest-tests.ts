import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';

/** Tests of a source folder that are not in the folder of the same name. */
const FURTHER: readonly (readonly [prefix: string, tests: readonly string[]])[] = [
  ['src/core/lockfile', ['test/lockfile']],
  ['src/core/buildspec', ['test/buildspecs', 'test/agent/buildspec.test.ts', 'test/component-build']],
  ['src/core/references', ['test/discovery']],
  ['lambda/diff', ['test/lambda/promotion']],
];

/** The TypeScript sources of a path in which a defect can be planted: no declarations, no generated tables. */
export function sourcesOf(root: string, path: string): string[] {
  const absolute = join(root, path);
  const files = statSync(absolute).isDirectory()
    ? readdirSync(absolute, { recursive: true, encoding: 'utf8' }).map((name) => join(absolute, name))
    : [absolute];
  return files.filter((file) => /(?<!\.d|\.generated)\.ts$/.test(file)).map((file) => relative(root, file)).sort();
}

/** The nearest tests: the test of a file's name where there is one, otherwise the folder that mirrors the file's, or the nearest one above. */
export function nearestTests(root: string, sources: readonly string[]): string[] {
  const found = sources.flatMap((source) => {
    const mirrored = join('test', dirname(source).replace(/^src\//, ''));
    const own = join(mirrored, `${basename(source, '.ts')}.test.ts`);
    const further = FURTHER.filter(([prefix]) => source.startsWith(`${prefix}/`)).flatMap(([, tests]) => tests);
    return [existsSync(join(root, own)) ? own : nearestFolder(root, mirrored), ...further];
  });
  return [...new Set(found)].sort();
}

function nearestFolder(root: string, folder: string): string {
  return folder === 'test' || existsSync(join(root, folder)) ? folder : nearestFolder(root, dirname(folder));
}
