import { TestRepository } from './support/repository';
import { readDifferencesInClone } from '../../cli/git/differences';
import { ObjectReader } from '../../cli/git/object-reader';

const repository = new TestRepository();
const opened = { folder: repository.folder, environment: { PATH: process.env.PATH } };
afterAll(() => repository.remove());

test('a submodule that moved is a difference, also where the repository says to ignore it', async () => {
  const first = repository.commit({ '.gitmodules': '[submodule "lib"]\n\tpath = lib\n\turl = ../lib\n\tignore = all\n', 'file': '1' });
  const gitlink = (digit: string) => {
    repository.git('update-index', '--add', '--cacheinfo', `160000,${digit.repeat(40)},lib`);
    repository.git('commit', '--quiet', '--message=submodule');
    return repository.git('rev-parse', 'HEAD');
  };
  const [base, head] = [gitlink('1'), gitlink('2')];
  expect([...(await readDifferencesInClone(opened, base, head)).changes]).toEqual([{ path: 'lib', type: 'M' }]);
  expect([...(await readDifferencesInClone(opened, first, head)).changes]).toEqual([{ path: 'lib', type: 'A' }]);
});

test('files come whole, however their bytes are cut on the way', async () => {
  const head = repository.commit({ 'a.json': '{"a":"ä"}', 'empty': '' });
  const reader = new ObjectReader(opened);
  const pipe = (reader as unknown as { child: { stdout: NodeJS.ReadableStream } }).child.stdout;
  const [listener] = pipe.listeners('data') as ((chunk: Buffer) => void)[];
  pipe.removeAllListeners('data');
  pipe.on('data', (chunk: Buffer) => chunk.forEach((_, index) => listener!(chunk.subarray(index, index + 1))));
  const read = ['a.json', 'gone', 'empty', 'a.json'].map(async (path) => reader.read(head, path));
  expect(await Promise.all(read)).toEqual(['{"a":"ä"}', undefined, '', '{"a":"ä"}']);
  reader.close();
});
