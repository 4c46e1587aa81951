import { ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** An account in a Region. */
export interface Place {
  readonly account: string;
  readonly region: string;
}

const START_TIMEOUT_MS = 60_000;

/**
 * MiniStack, an emulator of AWS that others keep, as a process on the loopback interface. It tells accounts apart by access keys: one that is an
 * account's number is of that account.
 */
export class MiniStack {
  /**
   * @param python of the environment that it is installed in
   * @param directory for its state and log
   * @param variables for itself and, with these, for all functions that it runs
   */
  public static async start(python: string, directory: string, home: Place, variables: Readonly<Record<string, string>>): Promise<MiniStack> {
    const port = await freePort();
    const logFile = join(directory, 'ministack.log');
    const log = openSync(logFile, 'a');
    const child = spawn(python, [join(__dirname, 'mini-stack.py')], {
      env: {
        PATH: process.env.PATH,
        HOME: directory,
        TMPDIR: directory,
        NODE_NO_WARNINGS: '1',
        // By itself it listens on all interfaces.
        BIND_HOST: '127.0.0.1',
        MINISTACK_HOST: '127.0.0.1',
        GATEWAY_PORT: String(port),
        MINISTACK_ACCOUNT_ID: home.account,
        MINISTACK_REGION: home.region,
        S3_DATA_DIR: join(directory, 's3'),
        // Waits of state machines, which are for services that are far away and busy.
        SFN_WAIT_SCALE: '0',
        MINISTACK_WORKER_THREADS: '256',
        LAMBDA_ASYNC_RETRY_BASE_SECONDS: '0.1',
        ...variables,
      },
      stdio: ['pipe', log, log],
    });
    closeSync(log);
    const started = new MiniStack(child, `http://127.0.0.1:${port}`, logFile);
    await started.untilReady(home);
    return started;
  }

  private constructor(private readonly child: ChildProcess, public readonly endpoint: string, public readonly logFile: string) {}

  /** For clients of the SDK. */
  public clientConfig({ account, region }: Place) {
    return {
      endpoint: this.endpoint,
      region,
      credentials: { accessKeyId: account, secretAccessKey: 'local' },
      forcePathStyle: true,
    };
  }

  /** For programs that use an SDK or the AWS CLI. */
  public environment({ account, region }: Place): Record<string, string> {
    return {
      AWS_ENDPOINT_URL: this.endpoint,
      AWS_ACCESS_KEY_ID: account,
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_PAGER: '',
    };
  }

  /** A call of a service that speaks AWS JSON, by its target, such as `AWSStepFunctions.StartExecution`. @throws EmulatorError */
  public async call<Output = Record<string, unknown>>(place: Place, service: string, target: string, input: object, signal?: AbortSignal): Promise<Output> {
    const { body } = await this.send(place, service, '/', { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target }, JSON.stringify(input), signal);
    return JSON.parse(body || '{}') as Output;
  }

  /** Invokes a function and waits for its end. Resolves to what it returned, or to its error. */
  public async invoke(place: Place, functionName: string, event: unknown): Promise<{ readonly result?: unknown; readonly error?: unknown }> {
    const path = `/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`;
    const { body, headers } = await this.send(place, 'lambda', path, { 'content-type': 'application/json' }, JSON.stringify(event));
    const payload = body === '' ? undefined : JSON.parse(body) as unknown;
    return headers.has('x-amz-function-error') ? { error: payload } : { result: payload };
  }

  public async stop(): Promise<void> {
    const exit = new Promise<void>((resolve) => this.child.once('exit', () => resolve()));
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill();
      await exit;
    }
  }

  private async send(place: Place, service: string, path: string, headers: Record<string, string>, body: string, signal?: AbortSignal) {
    const scope = `${place.account}/20260101/${place.region}/${service}/aws4_request`;
    const response = await fetch(`${this.endpoint}${path}`, {
      method: 'POST',
      headers: { ...headers, authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0` },
      body,
      ...(signal === undefined ? {} : { signal }),
    });
    const text = await response.text();
    if (!response.ok) {
      throw new EmulatorError(`${headers['x-amz-target'] ?? path}: ${response.status} ${text}`);
    }
    return { body: text, headers: response.headers };
  }

  private async untilReady(place: Place): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    for (;;) {
      if (this.child.exitCode !== null || Date.now() > deadline) {
        await this.stop();
        throw new Error(`MiniStack did not start:\n${readFileSync(this.logFile, 'utf8').slice(-2000)}`);
      }
      try {
        await this.send(place, 'cloudformation', '/', { 'content-type': 'application/x-www-form-urlencoded' }, 'Action=DescribeStacks&Version=2010-05-15');
        return;
      } catch {
        await sleep(100);
      }
    }
  }
}

/** What the emulator answered with is an error. */
export class EmulatorError extends Error {}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
