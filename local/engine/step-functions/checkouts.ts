import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Repository } from '../repository';
import { unzip } from '../zip';

/** Folders with what a repository holds at a commit: each made once. */
export class Checkouts {
  private readonly folders = new Map<string, Promise<string>>();

  /** @param directory for the folders */
  constructor(private readonly directory: string) {}

  public async folder(repository: Repository, commit: string): Promise<string> {
    const known = this.folders.get(commit);
    if (known !== undefined) {
      return known;
    }
    const made = this.make(repository, commit);
    this.folders.set(commit, made);
    return made;
  }

  private async make(repository: Repository, commit: string): Promise<string> {
    const folder = join(this.directory, commit);
    mkdirSync(folder, { recursive: true });
    unzip(await repository.archive(commit), folder);
    return folder;
  }
}
