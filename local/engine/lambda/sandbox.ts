import { ChildProcess, fork } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';

export interface SandboxOptions {
  readonly functionName: string;
  readonly arn: string;
  readonly handler: string;
  readonly codeDirectory: string;
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** How far the function's clock is ahead of this machine's, in milliseconds. @default - it is not */
  readonly clockAhead?: () => number;
}

/** An error that the handler threw, or that ended its process. */
export class FunctionError extends Error {
  constructor(public readonly name: string, message: string) {
    super(message);
  }
}

type Answer = { readonly result?: unknown; readonly error?: { readonly name: string; readonly message: string } };

/** One process that runs a function's handler: one invocation at a time, reused while it is warm. */
export class Sandbox {
  private readonly process: ChildProcess;
  private exited = false;

  constructor(private readonly options: SandboxOptions) {
    const log = createWriteStream(options.logFile, { flags: 'a' });
    this.process = fork(join(__dirname, 'bootstrap.cjs'), {
      cwd: options.codeDirectory,
      // The runtimes of Node.js bring the AWS SDK along.
      env: { NODE_PATH: join(__dirname, '..', '..', '..', 'node_modules'), ...options.environment, _HANDLER: options.handler, LAMBDA_TASK_ROOT: options.codeDirectory },
      execArgv: [`--max-old-space-size=${options.memoryMegabytes}`],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.process.stdout?.pipe(log, { end: false });
    this.process.stderr?.pipe(log, { end: false });
    this.process.once('exit', () => { this.exited = true; });
    this.process.once('close', () => log.end());
  }

  public get usable(): boolean {
    return !this.exited;
  }

  /** @throws FunctionError if the handler throws, times out or ends its process */
  public async invoke(event: unknown, requestId: string): Promise<unknown> {
    const { timeoutSeconds, functionName, arn, memoryMegabytes } = this.options;
    const answer = await new Promise<Answer>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.stop();
        finish(() => reject(new FunctionError('Sandbox.Timedout', `${requestId} Task timed out after ${timeoutSeconds}.00 seconds`)));
      }, timeoutSeconds * 1000);
      const onExit = (code: number | null) => finish(() => reject(new FunctionError('Runtime.ExitError', `${requestId} Error: Runtime exited with exit status ${code}`)));
      const onMessage = (message: Answer) => finish(() => resolve(message));
      const finish = (settle: () => void) => {
        clearTimeout(timer);
        this.process.off('exit', onExit).off('message', onMessage);
        settle();
      };
      this.process.on('exit', onExit).on('message', onMessage);
      this.process.send({
        event,
        deadline: Date.now() + timeoutSeconds * 1000,
        clockAhead: this.options.clockAhead?.() ?? 0,
        context: {
          awsRequestId: requestId,
          functionName,
          functionVersion: '$LATEST',
          invokedFunctionArn: arn,
          memoryLimitInMB: String(memoryMegabytes),
          callbackWaitsForEmptyEventLoop: true,
        },
      });
    });
    if (answer.error) {
      throw new FunctionError(answer.error.name, answer.error.message);
    }
    return answer.result;
  }

  public stop(): void {
    this.exited = true;
    this.process.kill('SIGKILL');
  }
}
