import {
  CodeCommitClient, CommitDoesNotExistException, EncryptionKeyAccessDeniedException, FileDoesNotExistException, FileTooLargeException,
  FolderContentSizeLimitExceededException, FolderDoesNotExistException, GetDifferencesCommand, GetFileCommand, GetFolderCommand,
} from '@aws-sdk/client-codecommit';
import { mockClient } from 'aws-sdk-client-mock';
import { CodeCommitRepository } from '../../../lambda/shared/source/codecommit/code-commit-repository';
import { CommitGoneError, FileUnreadableError, SourceUnreadableError } from '../../../lambda/shared/source/errors';
import { PathChange } from '../../../src/core/comparison';

const client = new CodeCommitClient({ region: 'eu-west-1' });
const mock = mockClient(client);
beforeEach(() => mock.reset());

describe('differences', () => {
  const repository = new CodeCommitRepository(client, 'repository');
  const differences = async () => {
    const changes: PathChange[] = [];
    for await (const page of repository.differences('before', 'after')) {
      changes.push(...page);
    }
    return changes;
  };

  it('reads all pages, both sides of a rename among them', async () => {
    mock.on(GetDifferencesCommand)
      .resolvesOnce({
        differences: [{ changeType: 'D', beforeBlob: { path: 'old' } }, { changeType: 'A', afterBlob: { path: 'new' } }],
        NextToken: 'more',
      })
      .resolvesOnce({ differences: [], NextToken: 'still more' })
      .resolvesOnce({ differences: [{ changeType: 'M', beforeBlob: { path: 'same' }, afterBlob: { path: 'same' } }] });
    expect(await differences()).toEqual([{ path: 'old', type: 'D' }, { path: 'new', type: 'A' }, { path: 'same', type: 'M' }]);
    expect(mock.commandCalls(GetDifferencesCommand).map(({ args }) => args[0].input)).toEqual([undefined, 'more', 'still more'].map((NextToken) => (
      { repositoryName: 'repository', beforeCommitSpecifier: 'before', afterCommitSpecifier: 'after', NextToken }
    )));
  });

  it('says what is a link by now', async () => {
    const [file, link] = [{ path: 'a', mode: '100644' }, { path: 'a', mode: '120000' }];
    mock.on(GetDifferencesCommand).resolves({
      differences: [{ changeType: 'M', beforeBlob: file, afterBlob: link }, { changeType: 'A', afterBlob: link }, { changeType: 'M', beforeBlob: link, afterBlob: file }, { changeType: 'D', beforeBlob: link }],
    });
    expect(await differences()).toEqual([{ path: 'a', type: 'M', isLink: true }, { path: 'a', type: 'A', isLink: true }, { path: 'a', type: 'M' }, { path: 'a', type: 'D' }]);
  });

  it('tells a commit that is gone from other errors', async () => {
    const denied = new EncryptionKeyAccessDeniedException({ message: 'denied', $metadata: {} });
    mock.on(GetDifferencesCommand).rejectsOnce(new CommitDoesNotExistException({ message: 'gone', $metadata: {} })).rejects(denied);
    await expect(differences()).rejects.toThrow(new CommitGoneError('before'));
    await expect(differences()).rejects.toBe(denied);
  });
});

describe('folders', () => {
  const reader = () => new CodeCommitRepository(client, 'repository').folders('commit');

  it('reads files, executables, links and submodules as Git names them', async () => {
    mock.on(GetFolderCommand).resolves({
      treeId: 'tree',
      subFolders: [{ treeId: 't1', absolutePath: 'a/sub', relativePath: 'sub' }],
      files: [
        { blobId: 'b1', absolutePath: 'a/plain', relativePath: 'plain', fileMode: 'NORMAL' },
        { blobId: 'b2', absolutePath: 'a/run', relativePath: 'run', fileMode: 'EXECUTABLE' },
      ],
      symbolicLinks: [{ blobId: 'b3', absolutePath: 'a/link', relativePath: 'link', fileMode: 'SYMLINK' }],
      subModules: [{ commitId: 'c1', absolutePath: 'a/module', relativePath: 'module' }],
    });
    expect(await reader().readFolder('a')).toEqual({
      treeId: 'tree',
      folders: [{ name: 'sub', treeId: 't1' }],
      files: [
        { name: 'plain', objectId: 'b1', mode: '100644' },
        { name: 'run', objectId: 'b2', mode: '100755' },
        { name: 'link', objectId: 'b3', mode: '120000' },
        { name: 'module', objectId: 'c1', mode: '160000' },
      ],
    });
  });

  it('asks for each folder once, also at once, and for the root as /', async () => {
    mock.on(GetFolderCommand).resolves({ treeId: 'tree' });
    const folders = reader();
    await Promise.all([folders.readFolder('.'), folders.readFolder('.'), folders.readFolder('a/b')]);
    await folders.readFolder('a/b');
    expect(mock.commandCalls(GetFolderCommand).map(({ args }) => args[0].input)).toEqual([
      { repositoryName: 'repository', commitSpecifier: 'commit', folderPath: '/' },
      { repositoryName: 'repository', commitSpecifier: 'commit', folderPath: 'a/b' },
    ]);
  });

  it('tells an absent folder, one that is too large, and other errors apart', async () => {
    mock.on(GetFolderCommand, { folderPath: 'absent' }).rejects(new FolderDoesNotExistException({ message: 'absent', $metadata: {} }));
    mock.on(GetFolderCommand, { folderPath: 'large' }).rejects(new FolderContentSizeLimitExceededException({ message: 'large', $metadata: {} }));
    mock.on(GetFolderCommand, { folderPath: 'gone' }).rejects(new CommitDoesNotExistException({ message: 'gone', $metadata: {} }));
    const folders = reader();
    expect(await folders.readFolder('absent')).toBeUndefined();
    await expect(folders.readFolder('large')).rejects.toThrow(new SourceUnreadableError('CodeCommit cannot list folder \'large\' of commit commit: it holds too much.'));
    await expect(folders.readFolder('gone')).rejects.toThrow(CommitDoesNotExistException);
  });
});

describe('files', () => {
  const reader = (inTime = () => true) => {
    const repository = new CodeCommitRepository(client, 'repository');
    return { read: async (commit: string, path: string) => repository.readFile(commit, path, inTime) };
  };
  const content = (bytes: readonly number[], fileMode: 'NORMAL' | 'SYMLINK' = 'NORMAL') => (
    { commitId: 'commit', blobId: 'blob', filePath: 'file', fileMode, fileSize: bytes.length, fileContent: Uint8Array.from(bytes) }
  );

  it('reads text, each file once, also at once', async () => {
    mock.on(GetFileCommand).resolves(content([...Buffer.from('{"name":"ä"}')]));
    const files = reader();
    expect(await Promise.all([files.read('commit', 'file'), files.read('commit', 'file')])).toEqual(['{"name":"ä"}', '{"name":"ä"}']);
    expect(mock.commandCalls(GetFileCommand).map(({ args }) => args[0].input)).toEqual([
      { repositoryName: 'repository', commitSpecifier: 'commit', filePath: 'file' },
    ]);
  });

  it('reads sixteen files at a time', async () => {
    let [running, most] = [0, 0];
    mock.on(GetFileCommand).callsFake(async () => {
      most = Math.max(most, ++running);
      await new Promise(setImmediate);
      running -= 1;
      return content([]);
    });
    const files = reader();
    await Promise.all(Array.from({ length: 100 }, async (_, index) => files.read('commit', `${index}`)));
    expect([most, running, mock.commandCalls(GetFileCommand).length]).toEqual([16, 0, 100]);
    // Whoever comes later finds all places free again.
    await Promise.all(Array.from({ length: 100 }, async (_, index) => files.read('later', `${index}`)));
    expect([most, mock.commandCalls(GetFileCommand).length]).toEqual([16, 200]);
  });

  it('tells an absent file, one that cannot be read, and other errors apart', async () => {
    mock.on(GetFileCommand, { filePath: 'absent' }).rejects(new FileDoesNotExistException({ message: 'absent', $metadata: {} }));
    mock.on(GetFileCommand, { filePath: 'large' }).rejects(new FileTooLargeException({ message: 'large', $metadata: {} }));
    mock.on(GetFileCommand, { filePath: 'gone' }).rejects(new CommitDoesNotExistException({ message: 'gone', $metadata: {} }));
    mock.on(GetFileCommand, { filePath: 'link' }).resolves(content([...Buffer.from('elsewhere')], 'SYMLINK'));
    mock.on(GetFileCommand, { filePath: 'bytes' }).resolves(content([0xff, 0xfe]));
    const files = reader();
    expect(await files.read('commit', 'absent')).toBeUndefined();
    await expect(files.read('commit', 'large')).rejects.toThrow(new FileUnreadableError('it is larger than CodeCommit gives out (6 MB)'));
    await expect(files.read('commit', 'link')).rejects.toThrow(new FileUnreadableError('it is a symbolic link'));
    await expect(files.read('commit', 'bytes')).rejects.toThrow(new FileUnreadableError('it is not UTF-8'));
    await expect(files.read('commit', 'gone')).rejects.toThrow(CommitDoesNotExistException);
  });

  it('asks for nothing where the time is over', async () => {
    await expect(reader(() => false).read('commit', 'file')).rejects.toThrow(new FileUnreadableError('there was no time left to read it'));
    expect(mock.calls()).toEqual([]);
  });
});
