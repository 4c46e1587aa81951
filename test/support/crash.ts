import { DeleteCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';

/** The process dies. */
export class Crashed extends Error {
  public readonly name = 'Crashed';
  public constructor() {
    super('The process died.');
  }
}

/** Lets a program die right after one of its writes: the write is done, nobody hears of it, and nothing else is done. */
export class Crash {
  /** How many writes there were. */
  public writes = 0;
  private remaining = Infinity;

  /** Dies after so many writes from now. */
  public after(writes: number): void {
    this.remaining = writes;
  }

  public never(): void {
    this.remaining = Infinity;
  }

  /** A client whose writes count. */
  public watch<T extends { send: (command: never) => Promise<unknown> }>(client: T): T {
    return new Proxy(client, {
      get: (target, property) => {
        if (property !== 'send') {
          return Reflect.get(target, property) as unknown;
        }
        return async (command: never) => {
          if (this.remaining <= 0) {
            throw new Crashed();
          }
          const answer = await target.send(command);
          if (isWrite(command)) {
            this.writes++;
            this.remaining--;
            if (this.remaining <= 0) {
              throw new Crashed();
            }
          }
          return answer;
        };
      },
    });
  }
}

function isWrite(command: object): boolean {
  return command instanceof PutCommand || command instanceof UpdateCommand || command instanceof DeleteCommand
    || /^(Put|Start)/.test(command.constructor.name);
}
