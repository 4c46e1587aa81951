import * as fc from 'fast-check';
import { BackendSettings } from '../../../../local/services/git/http-backend';
import { PathChange } from '../../../../src/core/comparison';
import { FileMode } from '../../../../src/core/tree-reader';
import { Files, file, GitHistory, TreeFile } from '../support/git-history';
import { GitServer } from '../support/git-server';

const always = () => true;
const NAMES = ['a', 'b', 'A', 'a.b', 'a-b', 'a b', 'é', 'e\u0301', '日本', '"quoted"', 'back\\slash', 'tab\there', 'new\nline', '-n', '#', '$(x)', '__proto__', 'x'.repeat(200)];
const segment = fc.constantFrom(...NAMES);
const path = fc.array(segment, { minLength: 1, maxLength: 5 }).map((segments) => segments.join('/'));
const lines = fc.array(fc.constantFrom('same line\n', 'another line of the file\n', 'x\n'), { maxLength: 400 }).map((parts) => parts.join(''));
const treeFile: fc.Arbitrary<TreeFile> = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(lines, fc.constantFrom<FileMode>('100644', '100755')).map(([content, mode]) => file(content, mode)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 3_000 }).map((bytes) => file(Buffer.from(bytes))) },
  { weight: 1, arbitrary: path.map((target) => file(target, '120000')) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 9 }).map((digit) => file(String(digit).repeat(40), '160000')) },
);
const tree = fc.array(fc.tuple(path, treeFile), { minLength: 1, maxLength: 60 }).map(toFiles);
/** A tree, and how it goes on: some paths with other files, some without. */
const pair = fc.tuple(tree, fc.array(fc.tuple(path, treeFile), { maxLength: 12 }), fc.array(fc.nat(), { maxLength: 12 })).map(([before, added, removed]) => {
  const kept = [...before].filter((_, index) => !removed.some((one) => one % before.size === index));
  return [before, toFiles([...kept, ...added])] as const;
});

/** Later entries win; what would be both file and folder is a folder. */
function toFiles(entries: readonly (readonly [string, TreeFile])[]): Files {
  const all = new Map(entries);
  return new Map([...all].filter(([one]) => ![...all.keys()].some((other) => other.startsWith(`${one}/`))));
}

const byPath = (a: { readonly path: string }, b: { readonly path: string }) => (a.path < b.path ? -1 : 1);
const byName = (a: { readonly name: string }, b: { readonly name: string }) => (a.name < b.name ? -1 : 1);

const SETTINGS: readonly BackendSettings[] = [
  {}, { hasNoFilter: true }, { hidesProtocol2: true }, { hidesProtocol2: true, hasNoFilter: true, onlyReachable: true },
];

test('every difference, every folder and every file is as Git says, by whatever protocol and after whatever delta', async () => {
  const history = new GitHistory();
  const server = await GitServer.start(history.directory);
  let run = 0;
  try {
    await fc.assert(fc.asyncProperty(pair, async ([first, second]) => {
      const [before, after] = [history.commit(first), history.commit(second)];
      // Packed anew as deltas upon deltas, and every fourth time not at all.
      run += 1;
      if (run % 4 !== 0) {
        history.git(['repack', '-adfq', '--depth=50', '--window=50']);
      }
      server.settings = SETTINGS[run % SETTINGS.length]!;
      const repository = server.repository();
      const changes: PathChange[] = [];
      for await (const page of repository.differences(before, after)) {
        changes.push(...page);
      }
      expect(changes.sort(byPath)).toEqual(history.differences(before, after).sort(byPath));
      for (const [commit, files] of [[before, first], [after, second]] as const) {
        const folders = new Set([...files.keys()].flatMap((one) => one.split('/').slice(0, -1).map((_, index, parts) => parts.slice(0, index + 1).join('/'))));
        for (const folder of ['', ...[...folders].filter((one) => !one.includes('\n')).slice(0, 8)]) {
          const [found, expected] = [await repository.folders(commit).readFolder(folder === '' ? '.' : folder), history.folder(commit, folder)];
          expect({ ...found, files: [...found!.files].sort(byName), folders: [...found!.folders].sort(byName) }).toEqual(
            { ...expected, files: [...expected.files].sort(byName), folders: [...expected.folders].sort(byName) });
        }
        await Promise.all([...files].filter(([, { mode }]) => mode.startsWith('100')).slice(0, 10).map(async ([one, { content }]) => {
          const text = await repository.readFile(commit, one, always).catch(({ message }: Error) => message);
          expect(text).toBe(Buffer.isBuffer(content) && !isText(content) ? 'it is not UTF-8' : content.toString().replace(/^\ufeff/, ''));
        }));
      }
    }), { numRuns: 24 });
  } finally {
    await server.stop();
    history.remove();
  }
});

function isText(content: Buffer): boolean {
  return Buffer.from(content.toString()).equals(content);
}
