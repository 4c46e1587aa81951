import { randomUUID } from 'node:crypto';
import { FunctionError, Sandbox, SandboxOptions } from './sandbox';

export interface AsyncSettings {
  /** Further attempts after a failed one. */
  readonly retryAttempts: number;
  /** Gets the record of an invocation that failed for good. */
  readonly onFailure?: (record: object) => void;
}

/** What became of an asynchronous invocation. */
export interface AsyncResult {
  readonly error?: FunctionError;
}

/** A Lambda function: warm processes, as many as there are invocations at once. */
export class LambdaFunction {
  private asyncSettings: AsyncSettings = { retryAttempts: 2 };
  private readonly idle: Sandbox[] = [];
  private readonly all = new Set<Sandbox>();
  private readonly waiting: (() => void)[] = [];
  private busy = 0;
  private stopped = false;

  /**
   * @param options how its processes run
   * @param concurrency most invocations at once
   * @param retryDelay between attempts of an asynchronous invocation, in milliseconds; AWS waits one minute, then two
   * @param onStart told of each process that is started
   */
  constructor(
    public readonly options: SandboxOptions,
    private readonly concurrency: number,
    private readonly retryDelay: number,
    private readonly onStart: () => void = () => undefined,
  ) {}

  public get name(): string {
    return this.options.functionName;
  }

  public configureAsync(settings: Partial<AsyncSettings>): void {
    this.asyncSettings = { ...this.asyncSettings, ...settings };
  }

  /** Waits for the answer, as `RequestResponse` does. */
  public async invoke(event: unknown, requestId: string = randomUUID()): Promise<unknown> {
    await this.enter();
    const sandbox = this.idle.pop() ?? this.start();
    try {
      return await sandbox.invoke(event, requestId);
    } finally {
      if (sandbox.usable) {
        this.idle.push(sandbox);
      } else {
        this.all.delete(sandbox);
      }
      this.leave();
    }
  }

  /** As `Event` does: retried, and handed to the failure destination when that was in vain. Never rejects. */
  public async invokeAsync(event: unknown): Promise<AsyncResult> {
    const requestId = randomUUID();
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.invoke(event, requestId);
        return {};
      } catch (thrown) {
        const error = thrown as FunctionError;
        if (this.stopped) {
          return { error };
        }
        if (attempt > this.asyncSettings.retryAttempts) {
          this.asyncSettings.onFailure?.(this.failureRecord(event, requestId, attempt, error));
          return { error };
        }
        await new Promise((resolve) => setTimeout(resolve, this.retryDelay * attempt));
      }
    }
  }

  /** Ends its processes, and what they were at: nothing of it is tried again. */
  public stop(): void {
    this.stopped = true;
    for (const sandbox of this.all) {
      sandbox.stop();
    }
  }

  private start(): Sandbox {
    this.onStart();
    const sandbox = new Sandbox(this.options);
    this.all.add(sandbox);
    return sandbox;
  }

  private async enter(): Promise<void> {
    while (this.busy >= this.concurrency) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
    this.busy += 1;
  }

  private leave(): void {
    this.busy -= 1;
    this.waiting.shift()?.();
  }

  private failureRecord(event: unknown, requestId: string, attempts: number, error: FunctionError): object {
    return {
      version: '1.0',
      timestamp: new Date().toISOString(),
      requestContext: { requestId, functionArn: this.options.arn, condition: 'RetriesExhausted', approximateInvokeCount: attempts },
      requestPayload: event,
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      responsePayload: { errorType: error.name, errorMessage: error.message },
    };
  }
}
