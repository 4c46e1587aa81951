import { CommitGoneError, FileUnreadableError, SourceUnavailableError, SourceUnreadableError } from '../../../../lambda/shared/source/errors';
import { GitRepository } from '../../../../lambda/shared/source/git/git-repository';
import { BOUNDS } from '../../../../lambda/shared/source/git/remote';
import { BackendSettings } from '../../../../local/services/git/http-backend';
import { PathChange } from '../../../../src/core/comparison';
import { file, GitHistory, TreeFile } from '../support/git-history';
import { GitServer } from '../support/git-server';

const always = () => true;

async function differences(repository: GitRepository, before: string, after: string): Promise<PathChange[]> {
  const changes: PathChange[] = [];
  for await (const page of repository.differences(before, after)) {
    changes.push(...page);
  }
  return changes.sort((a, b) => (a.path < b.path ? -1 : 1));
}

const SERVERS: readonly [string, BackendSettings][] = [
  ['protocol 2 with filters', {}],
  ['protocol 2 without filters', { hasNoFilter: true }],
  ['protocol 0 with filters', { hidesProtocol2: true }],
  ['protocol 0 without filters', { hidesProtocol2: true, hasNoFilter: true, onlyReachable: true }],
];

describe.each(SERVERS)('%s', (_, settings) => {
  const history = new GitHistory();
  let server: GitServer;
  let base: string;
  let head: string;
  const link: TreeFile = file('../elsewhere', '120000');

  beforeAll(async () => {
    const shared: [string, TreeFile][] = [
      ['a/deep/er/kept', file('kept')], ['lock.json', file('{"version":1}')], ['link', link], ['module', file('1'.repeat(40), '160000')],
      ['binary', file(Buffer.from([0xff, 0xfe]))], ['run', file('#!', '100755')],
    ];
    base = history.commit(new Map([...shared, ['a/deep/changed', file('1')], ['gone/file', file('gone')], ['becomes', file('a file')], ['mode', file('same')]]));
    head = history.commit(new Map([
      ...shared, ['a/deep/changed', file('2')], ['new/file', file('new')], ['becomes/a', file('folder')], ['mode', file('same', '100755')],
      ['lock.json', file('{"version":2}')],
    ]));
    server = await GitServer.start(history.directory, settings);
  });
  afterAll(async () => {
    await server.stop();
    history.remove();
  });

  it('knows the branch\'s head, in two requests at most, and a branch that is missing', async () => {
    const repository = server.repository();
    server.requests.length = 0;
    expect(await repository.branchHead('main')).toBe(head);
    expect(server.requests.length).toBeLessThanOrEqual(2);
    await expect(repository.branchHead('mai')).rejects.toThrow('Branch \'mai\' does not exist in repository \'shop\'.');
  });

  it('finds everything that differs, as Git does', async () => {
    expect(await differences(server.repository(), base, head)).toEqual([
      { path: 'a/deep/changed', type: 'M' }, { path: 'becomes', type: 'D' }, { path: 'becomes/a', type: 'A' }, { path: 'gone/file', type: 'D' },
      { path: 'lock.json', type: 'M' }, { path: 'mode', type: 'M' }, { path: 'new/file', type: 'A' },
    ]);
    expect(await differences(server.repository(), head, head)).toEqual([]);
  });

  it('lists folders with Git\'s IDs and modes', async () => {
    const folders = server.repository().folders(head);
    for (const path of ['.', 'a', 'a/deep']) {
      expect(await folders.readFolder(path)).toEqual(history.folder(head, path === '.' ? '' : path));
    }
    expect(await Promise.all(['b', 'run', 'a/deep/changed/more'].map(async (path) => folders.readFolder(path)))).toEqual([undefined, undefined, undefined]);
  });

  it('reads files of both commits, asked for at the same time in one request', async () => {
    const repository = server.repository();
    await repository.folders(head).readFolder('.');
    await repository.folders(base).readFolder('.');
    server.requests.length = 0;
    const reads = [[base, 'lock.json'], [head, 'lock.json'], [head, 'run'], [head, 'run']] as const;
    const texts = Promise.all(reads.map(async ([commit, path]) => repository.readFile(commit, path, always)));
    expect(await texts).toEqual(['{"version":1}', '{"version":2}', '#!', '#!']);
    expect(server.requests).toHaveLength(1);
    expect(await Promise.all(['nothing', 'a', 'module', 'a/nothing'].map(async (path) => repository.readFile(head, path, always)))).toEqual(Array.from({ length: 4 }));
  });

  it('says why a file cannot be read as text', async () => {
    const repository = server.repository();
    await expect(repository.readFile(head, 'link', always)).rejects.toThrow(new FileUnreadableError('it is a symbolic link'));
    await expect(repository.readFile(head, 'lock.json', () => false)).rejects.toThrow(new FileUnreadableError('there was no time left to read it'));
    await expect(repository.readFile(head, 'binary', always)).rejects.toThrow(new FileUnreadableError('it is not UTF-8'));
  });

  it('tells a commit that is gone from a server that gives nothing', async () => {
    const gone = 'd'.repeat(40);
    const repository = server.repository();
    await expect(differences(repository, gone, head)).rejects.toThrow(new CommitGoneError(gone));
    // The head was given all the same.
    expect(await repository.folders(head).readFolder('a/deep')).toBeDefined();
    await expect(differences(server.repository(), head, gone)).rejects.toThrow(new CommitGoneError(gone));
    await expect(differences(server.repository(), gone, 'e'.repeat(40))).rejects.toThrow(SourceUnavailableError);
    await expect(server.repository().folders(gone).readFolder('.')).rejects.toThrow(SourceUnavailableError);
  });

  it('refuses what is more than it reads', async () => {
    await expect(differences(server.repository({ bounds: { ...BOUNDS, kept: 400 } }), base, head)).rejects.toThrow(SourceUnreadableError);
    await expect(differences(server.repository({ bounds: { ...BOUNDS, pack: 300 } }), base, head)).rejects.toThrow('is more than is read: the pack has more than 300 bytes.');
    await expect(differences(server.repository({ bounds: { ...BOUNDS, objects: 2 } }), base, head)).rejects.toThrow('objects, and at most 2 are read');
  });
});

describe('a history that is rewritten', () => {
  const history = new GitHistory();
  let server: GitServer;
  const one = (content: string) => new Map([['file', file(content)], ['other', file('same')]]);
  beforeAll(async () => { server = await GitServer.start(history.directory); });
  afterAll(async () => {
    await server.stop();
    history.remove();
  });

  it('compares with a base that no branch reaches, as long as the server has it; then it is gone', async () => {
    const base = history.commit(one('1'));
    const head = history.commit(one('2'), { parent: null });
    expect(await differences(server.repository(), base, head)).toEqual([{ path: 'file', type: 'M' }]);
    history.prune();
    await expect(differences(server.repository(), base, head)).rejects.toThrow(new CommitGoneError(base));
  });

  it('finds nothing where another history has the same tree, and the same again after A→B→A', async () => {
    const a = history.commit(one('a'));
    const b = history.commit(one('b'), { parent: null });
    const again = history.commit(one('a'), { parent: null });
    expect(again).not.toBe(a);
    expect(await differences(server.repository(), a, again)).toEqual([]);
    expect(await differences(server.repository(), b, again)).toEqual([{ path: 'file', type: 'M' }]);
  });
});

test('a repository whose objects are named by SHA-256 is refused by name', async () => {
  const history = new GitHistory('sha256');
  history.commit(new Map([['file', file('1')]]));
  for (const settings of [{}, { hidesProtocol2: true }]) {
    const server = await GitServer.start(history.directory, settings);
    await expect(server.repository().branchHead('main')).rejects.toThrow('names its objects by sha256: repositories of this format are not supported.');
    await server.stop();
  }
  history.remove();
});

test('a file of more than 6 MB is not read', async () => {
  const history = new GitHistory();
  const head = history.commit(new Map([['large', file('x'.repeat(6 * 1024 ** 2 + 1))], ['most', file('y'.repeat(6 * 1024 ** 2))]]));
  const server = await GitServer.start(history.directory);
  const repository = server.repository();
  await expect(repository.readFile(head, 'large', always)).rejects.toThrow(new FileUnreadableError('it is larger than 6 MB'));
  expect(await repository.readFile(head, 'most', always)).toHaveLength(6 * 1024 ** 2);
  await server.stop();
  history.remove();
});
