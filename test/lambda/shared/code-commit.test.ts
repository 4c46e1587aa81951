import {
  CodeCommitClient, CommitDoesNotExistException, EncryptionKeyAccessDeniedException, FolderContentSizeLimitExceededException,
  FolderDoesNotExistException, GetDifferencesCommand, GetFolderCommand,
} from '@aws-sdk/client-codecommit';
import { mockClient } from 'aws-sdk-client-mock';
import { FolderReader, FolderTooLargeError } from '../../../lambda/shared/folder-reader';
import { CommitGoneError, Repository } from '../../../lambda/shared/repository';
import { PathChange } from '../../../src/core/plan';

const client = new CodeCommitClient({ region: 'eu-west-1' });
const mock = mockClient(client);
beforeEach(() => mock.reset());

describe('Repository', () => {
  const repository = new Repository(client, 'repository');
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

  it('tells a commit that is gone from other errors', async () => {
    const denied = new EncryptionKeyAccessDeniedException({ message: 'denied', $metadata: {} });
    mock.on(GetDifferencesCommand).rejectsOnce(new CommitDoesNotExistException({ message: 'gone', $metadata: {} })).rejects(denied);
    await expect(differences()).rejects.toThrow(new CommitGoneError('before'));
    await expect(differences()).rejects.toBe(denied);
  });
});

describe('FolderReader', () => {
  const reader = () => new FolderReader(client, 'repository', 'commit');

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
    await expect(folders.readFolder('large')).rejects.toThrow(FolderTooLargeError);
    await expect(folders.readFolder('gone')).rejects.toThrow(CommitDoesNotExistException);
  });
});
