import { FileHandle, open } from 'node:fs/promises';
import { Archive } from '../../lambda/shared/source/zip/archive';
import { InputError } from '../errors';

/** A zip archive on this machine. Close it. */
export class FileArchive implements Archive {
  /** @throws InputError where the file cannot be read */
  public static async open(name: string): Promise<FileArchive> {
    try {
      const handle = await open(name, 'r');
      return new FileArchive(name, handle, (await handle.stat()).size);
    } catch (error) {
      throw new InputError(`The archive '${name}' can't be read: ${(error as Error).message}`);
    }
  }

  private constructor(public readonly name: string, private readonly handle: FileHandle, public readonly size: number) {}

  public async read(from: number, length: number): Promise<Buffer> {
    const bytes = Buffer.alloc(length);
    for (let done = 0; done < length;) {
      const { bytesRead } = await this.handle.read(bytes, done, length - done, from + done);
      if (bytesRead === 0) {
        throw new InputError(`The archive '${this.name}' became shorter while it was read.`);
      }
      done += bytesRead;
    }
    return bytes;
  }

  public async close(): Promise<void> {
    await this.handle.close();
  }
}
