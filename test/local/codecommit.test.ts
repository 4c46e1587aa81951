import { chmodSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import {
  BranchDoesNotExistException, CodeCommitClient, CodeCommitServiceException, CommitDoesNotExistException, CommitIdDoesNotExistException, Difference,
  FileDoesNotExistException, FileTooLargeException, FolderDoesNotExistException, GetBranchCommand, GetCommitCommand, GetDifferencesCommand, GetFileCommand,
  GetFolderCommand, InvalidCommitIdException, InvalidContinuationTokenException, ListRepositoriesCommand,
  paginateGetDifferences, PathDoesNotExistException, RepositoryDoesNotExistException,
} from '@aws-sdk/client-codecommit';
import { startServices, Services } from './services';
import { removeFolders, temporaryFolder, TestRepository } from './support';
import { Repository } from '../../local/engine/repository';
import { MAX_FILE_BYTES } from '../../local/services/codecommit/service';

const repositoryName = 'repository';
const NOWHERE = 'f'.repeat(40);

let services: Services;
let client: CodeCommitClient;
let git: TestRepository;
let repository: Repository;

beforeEach(async () => {
  services = await startServices({ pageSize: 2 });
  client = new CodeCommitClient(services.clientConfig);
  git = new TestRepository();
});
afterEach(async () => {
  client.destroy();
  repository?.close();
  await services.stop();
});
afterAll(removeFolders);

async function serve(branch: string, commit: string): Promise<void> {
  repository = await Repository.over(git.directory, join(temporaryFolder(), 'repository.git'));
  await repository.setBranch(branch, commit);
  services.codeCommit.add(repositoryName, repository);
}

async function differences(before: string | undefined, after: string): Promise<Difference[]> {
  const found: Difference[] = [];
  for await (const page of paginateGetDifferences({ client }, { repositoryName, beforeCommitSpecifier: before, afterCommitSpecifier: after })) {
    found.push(...page.differences ?? []);
  }
  return found;
}

async function caught(work: Promise<unknown>): Promise<CodeCommitServiceException> {
  return work.then(() => { throw new Error('expected an error'); }, (error: CodeCommitServiceException) => error);
}

test('GetBranch', async () => {
  const commit = git.commit({ a: '1' });
  await serve('dev', commit);
  const { branch } = await client.send(new GetBranchCommand({ repositoryName, branchName: 'dev' }));
  expect(branch).toEqual({ branchName: 'dev', commitId: commit });
  expect(await caught(client.send(new GetBranchCommand({ repositoryName, branchName: 'main' })))).toBeInstanceOf(BranchDoesNotExistException);
  expect(await caught(client.send(new GetBranchCommand({ repositoryName: 'other', branchName: 'dev' })))).toBeInstanceOf(RepositoryDoesNotExistException);
});

test('GetCommit', async () => {
  const first = git.commit({ a: '1' });
  const commit = git.commit({ a: '2' }, 'subject\n\nbody <x> line');
  await serve('dev', commit);
  const { commit: answer } = await client.send(new GetCommitCommand({ repositoryName, commitId: commit }));
  expect(answer).toMatchObject({ commitId: commit, treeId: git.git('rev-parse', `${commit}^{tree}`), parents: [first], message: 'subject\n\nbody <x> line\n' });
  expect(answer!.author).toMatchObject({ name: 'Ann Author', email: 'ann@example.com', date: expect.stringMatching(/^\d+ [+-]\d{4}$/) });
  expect(await caught(client.send(new GetCommitCommand({ repositoryName, commitId: NOWHERE })))).toBeInstanceOf(CommitIdDoesNotExistException);
  expect(await caught(client.send(new GetCommitCommand({ repositoryName, commitId: 'dev' })))).toBeInstanceOf(InvalidCommitIdException);
});

describe('GetDifferences', () => {
  test('both sides of a rename, on as many pages as it takes', async () => {
    const before = git.commit({ 'kept': '1', 'changed': '1', 'old name': 'moved', 'gone/deep': '1' });
    const after = git.commit({ 'changed': '2', 'old name': null, 'new "näme"\n': 'moved', 'gone/deep': null });
    await serve('dev', after);
    const found = await differences(before, after);
    expect(found.map(({ changeType, beforeBlob, afterBlob }) => [changeType, beforeBlob?.path, afterBlob?.path])).toEqual([
      ['M', 'changed', 'changed'],
      ['D', 'gone/deep', undefined],
      ['A', undefined, 'new "näme"\n'],
      ['D', 'old name', undefined],
    ]);
    expect(found[0].beforeBlob).toMatchObject({ blobId: git.git('rev-parse', `${before}:changed`), mode: '100644' });
  });

  test('a page holds no more than the service wants, whatever is asked for', async () => {
    const before = git.commit({ a: '1' });
    const after = git.commit({ b: '1', c: '1', d: '1' });
    await serve('dev', after);
    const range = { repositoryName, beforeCommitSpecifier: before, afterCommitSpecifier: after };
    const page = await client.send(new GetDifferencesCommand({ ...range, MaxResults: 100 }));
    expect(page.differences).toHaveLength(2);
    expect(page.NextToken).toBeDefined();
    const smaller = await client.send(new GetDifferencesCommand({ ...range, MaxResults: 1 }));
    expect(smaller.differences).toHaveLength(1);
  });

  test('without a before, everything is added', async () => {
    const commit = git.commit({ 'a': '1', 'b/c': '1' });
    await serve('dev', commit);
    expect((await differences(undefined, 'dev')).map(({ changeType, afterBlob }) => [changeType, afterBlob?.path])).toEqual([['A', 'a'], ['A', 'b/c']]);
  });

  test('between equal trees there are none', async () => {
    const first = git.commit({ a: '1' });
    git.commit({ a: '2' });
    const third = git.commit({ a: '1' });
    await serve('dev', third);
    expect(await differences(first, third)).toEqual([]);
  });

  test('below a path, if there is such a path', async () => {
    const before = git.commit({ 'a/x': '1', 'b/x': '1' });
    const after = git.commit({ 'a/x': '2', 'b/x': '2', 'ab': '1' });
    await serve('dev', after);
    const of = (path: string) => client.send(new GetDifferencesCommand({
      repositoryName, beforeCommitSpecifier: before, afterCommitSpecifier: after, beforePath: path, afterPath: path,
    }));
    expect((await of('a')).differences!.map(({ afterBlob }) => afterBlob!.path)).toEqual(['a/x']);
    expect(await caught(of('c'))).toBeInstanceOf(PathDoesNotExistException);
  });

  test('what cannot be compared', async () => {
    const commit = git.commit({ a: '1' });
    await serve('dev', commit);
    expect(await caught(differences(NOWHERE, commit))).toBeInstanceOf(CommitDoesNotExistException);
    expect(await caught(client.send(new GetDifferencesCommand({ repositoryName, afterCommitSpecifier: commit, NextToken: 'made up' }))))
      .toBeInstanceOf(InvalidContinuationTokenException);
  });
});

describe('GetFolder', () => {
  test('files, folders, links and modes, with their absolute and relative paths', async () => {
    git.commit({ 'src/plain': '1', 'src/tool': '1', 'src/deep/file': '1' });
    chmodSync(join(git.directory, 'src/tool'), 0o755);
    symlinkSync('plain', join(git.directory, 'src/link'));
    const commit = git.commit({});
    await serve('dev', commit);
    const object = (path: string) => git.git('rev-parse', `${commit}:${path}`);
    const folder = await client.send(new GetFolderCommand({ repositoryName, commitSpecifier: commit, folderPath: '/src/' }));
    expect(folder).toMatchObject({
      commitId: commit,
      folderPath: 'src',
      treeId: object('src'),
      files: [
        { blobId: object('src/plain'), absolutePath: 'src/plain', relativePath: 'plain', fileMode: 'NORMAL' },
        { blobId: object('src/tool'), absolutePath: 'src/tool', relativePath: 'tool', fileMode: 'EXECUTABLE' },
      ],
      subFolders: [{ treeId: object('src/deep'), absolutePath: 'src/deep', relativePath: 'deep' }],
      symbolicLinks: [{ blobId: object('src/link'), absolutePath: 'src/link', relativePath: 'link', fileMode: 'SYMLINK' }],
      subModules: [],
    });
  });

  test('the root', async () => {
    const commit = git.commit({ 'a': '1', 'b/c': '1' });
    await serve('dev', commit);
    for (const folderPath of ['', '/']) {
      const folder = await client.send(new GetFolderCommand({ repositoryName, commitSpecifier: 'dev', folderPath }));
      expect(folder.treeId).toBe(git.git('rev-parse', `${commit}^{tree}`));
      expect(folder.files!.map(({ absolutePath }) => absolutePath)).toEqual(['a']);
    }
  });

  test('what is no folder', async () => {
    await serve('dev', git.commit({ a: '1' }));
    const of = (folderPath: string, commitSpecifier = 'dev') => client.send(new GetFolderCommand({ repositoryName, commitSpecifier, folderPath }));
    expect(await caught(of('none'))).toBeInstanceOf(FolderDoesNotExistException);
    expect(await caught(of('a'))).toBeInstanceOf(FolderDoesNotExistException);
    expect(await caught(of('', NOWHERE))).toBeInstanceOf(CommitDoesNotExistException);
  });
});

describe('GetFile', () => {
  const get = (filePath: string, commitSpecifier = 'dev') => client.send(new GetFileCommand({ repositoryName, commitSpecifier, filePath }));

  test('content and mode of files and links, at any depth', async () => {
    git.commit({ 'plain': 'plain\n', 'src/deep/file': 'ä' });
    symlinkSync('plain', join(git.directory, 'link'));
    const commit = git.commit({});
    await serve('dev', commit);
    expect(await get('plain')).toMatchObject({ commitId: commit, blobId: git.git('rev-parse', `${commit}:plain`), filePath: 'plain', fileMode: 'NORMAL', fileSize: 6 });
    expect(Buffer.from((await get('/src/deep/file', commit)).fileContent!).toString()).toBe('ä');
    const link = await get('link');
    expect([link.fileMode, Buffer.from(link.fileContent!).toString()]).toEqual(['SYMLINK', 'plain']);
  });

  test('what is no file, or too large a one', async () => {
    await serve('dev', git.commit({ 'a/b': '1', 'large': 'x'.repeat(MAX_FILE_BYTES + 1), 'largest': 'x'.repeat(MAX_FILE_BYTES) }));
    for (const path of ['none', 'a', 'none/b', 'a/b/c']) {
      expect(await caught(get(path))).toBeInstanceOf(FileDoesNotExistException);
    }
    expect(await caught(get('large'))).toBeInstanceOf(FileTooLargeException);
    expect((await get('largest')).fileSize).toBe(MAX_FILE_BYTES);
    expect(await caught(get('a/b', NOWHERE))).toBeInstanceOf(CommitDoesNotExistException);
  });
});

test('a call that is not emulated ends the run with its name', async () => {
  await caught(client.send(new ListRepositoriesCommand({})));
  expect(services.errors.map(({ message }) => message)).toEqual([expect.stringContaining('codecommit:ListRepositories')]);
});

test('the repository under test keeps its branches', async () => {
  const first = git.commit({ a: '1' });
  const second = git.commit({ a: '2' });
  await serve('main', first);
  expect(git.git('rev-parse', 'main')).toBe(second);
  expect(await repository.resolve('main~1')).toBe(first);
  await expect(repository.resolve('nothing')).rejects.toThrow("'nothing' names no commit");
});
