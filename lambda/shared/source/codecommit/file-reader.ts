import { CodeCommitClient, FileDoesNotExistException, FileModeTypeEnum, FileTooLargeException, GetFileCommand } from '@aws-sdk/client-codecommit';
import { limitConcurrency } from '../../concurrency';
import { FileUnreadableError } from '../errors';

/** Calls that are under way at the same time. */
const CONCURRENCY = 16;

/** Reads files of commits from CodeCommit, each at most once. */
export class FileReader {
  private readonly files = new Map<string, Promise<string | undefined>>();
  private readonly limited = limitConcurrency(CONCURRENCY);

  public constructor(private readonly client: CodeCommitClient, private readonly repositoryName: string) {}

  /**
   * Text of a file; undefined where there is none at that path.
   * @param inTime whether there is time for another file
   * @throws FileUnreadableError where it is larger than CodeCommit gives out, or no text, or the time is over
   */
  public async read(commitId: string, path: string, inTime: () => boolean): Promise<string | undefined> {
    const key = `${commitId} ${path}`;
    let file = this.files.get(key);
    if (file === undefined) {
      file = this.limited(async () => this.fetch(commitId, path, inTime));
      this.files.set(key, file);
    }
    return file;
  }

  private async fetch(commitId: string, path: string, inTime: () => boolean): Promise<string | undefined> {
    if (!inTime()) {
      throw new FileUnreadableError('there was no time left to read it');
    }
    try {
      const { fileContent, fileMode } = await this.client.send(new GetFileCommand({
        repositoryName: this.repositoryName, commitSpecifier: commitId, filePath: path,
      }));
      return decode(fileContent!, fileMode);
    } catch (error) {
      if (error instanceof FileDoesNotExistException) {
        return undefined;
      }
      throw error instanceof FileTooLargeException ? new FileUnreadableError('it is larger than CodeCommit gives out (6 MB)') : error;
    }
  }
}

function decode(content: Uint8Array, mode: string | undefined): string {
  if (mode === FileModeTypeEnum.SYMLINK) {
    throw new FileUnreadableError('it is a symbolic link');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    throw new FileUnreadableError('it is not UTF-8');
  }
}
