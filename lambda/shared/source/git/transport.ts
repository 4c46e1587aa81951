import { ByteQueue } from './byte-queue';
import { DISCOVERY, UPLOAD_PACK } from './protocol';
import { Timing } from '../../timing';
import { SourceUnavailableError } from '../errors';

export interface TransportOptions {
  /** `https://…`, or `http://` where this machine is meant; without a slash at its end. */
  readonly url: string;
  /** The header `authorization` of a request to this address; undefined: none. */
  readonly authorization: (url: string) => Promise<string | undefined>;
  /** What to look at where the server refuses who asks: follows the error's message. */
  readonly advice: string;
  readonly timing: Timing;
  readonly request?: typeof fetch;
}

/** How long a server may say nothing. */
const SILENCE_MS = 60_000;
/** How long one answer may take in all. */
const ANSWER_MS = 8 * 60_000;
const ATTEMPTS = 3;
const FIRST_PAUSE_MS = 1_000;
/** A server that wants to be left alone for longer is asked at a later look. */
const LONGEST_PAUSE_MS = 5_000;
const MAX_REDIRECTS = 3;
const REDIRECTS = [301, 302, 303, 307, 308];
const MESSAGE_LENGTH = 200;
/** Servers tell Git's clients by it. */
const USER_AGENT = 'git/2.45 (cdk-modular-pipeline)';

/** HTTP as Git's smart protocol uses it. All its failures are transient: `SourceUnavailableError`. */
export class Transport {
  public requests = 0;
  public received = 0;
  private base: string;

  /** @throws where the address is no https address */
  public constructor(private readonly options: TransportOptions) {
    this.base = options.url;
    assertSecure(options.url);
  }

  /** The first request: what the server can do. */
  public async discover(): Promise<ByteQueue> {
    for (let redirects = 0; ; redirects++) {
      const response = await this.attempt(DISCOVERY);
      if (!REDIRECTS.includes(response.status)) {
        return this.queue(response);
      }
      this.follow(response, redirects);
    }
  }

  /** Any other request. */
  public async post(body: string): Promise<ByteQueue> {
    const response = await this.attempt(UPLOAD_PACK, body);
    if (REDIRECTS.includes(response.status)) {
      throw this.unavailable(`redirects to ${JSON.stringify(response.headers.get('location'))}, where only the first request may be redirected`);
    }
    return this.queue(response);
  }

  /** A redirection within the host is followed once the credentials are sure to stay there. */
  private follow(response: Response, redirects: number): void {
    const location = response.headers.get('location') ?? '';
    const from = new URL(`${this.base}${DISCOVERY}`);
    const to = location !== '' && URL.canParse(location, from.href) ? new URL(location, from) : undefined;
    if (to?.origin !== from.origin || !`${to.pathname}${to.search}`.endsWith(DISCOVERY)) {
      throw this.unavailable(`redirects to ${JSON.stringify(location)}, and only a repository on the same host is followed: give the address that it redirects to`);
    }
    if (redirects === MAX_REDIRECTS) {
      throw this.unavailable('redirects again and again');
    }
    this.base = to.href.slice(0, -DISCOVERY.length);
  }

  private async attempt(path: string, body?: string): Promise<Response> {
    const { timing } = this.options;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.send(path, body);
      } catch (error) {
        const { mayPass, retryAfterMs } = error instanceof SourceUnavailableError ? error : { mayPass: false, retryAfterMs: undefined };
        const pause = retryAfterMs ?? FIRST_PAUSE_MS * 2 ** (attempt - 1) * (0.5 + timing.random());
        if (!mayPass || attempt === ATTEMPTS || pause > LONGEST_PAUSE_MS) {
          throw error;
        }
        await timing.sleep(pause);
      }
    }
  }

  private async send(path: string, body: string | undefined): Promise<Response> {
    const { authorization, request = fetch } = this.options;
    const header = await authorization(this.base);
    this.requests += 1;
    let response: Response;
    try {
      response = await request(`${this.base}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        redirect: 'manual',
        signal: AbortSignal.timeout(ANSWER_MS),
        body,
        headers: {
          'git-protocol': 'version=2',
          'user-agent': USER_AGENT,
          ...(body === undefined ? {} : { 'content-type': 'application/x-git-upload-pack-request', 'accept': 'application/x-git-upload-pack-result' }),
          ...(header === undefined ? {} : { authorization: header }),
        },
      });
    } catch (error) {
      throw this.unavailable(`cannot be reached: ${reasonOf(error)}`, { mayPass: true, cause: error });
    }
    if (response.ok || REDIRECTS.includes(response.status)) {
      return response;
    }
    throw await this.refused(response);
  }

  private async refused(response: Response): Promise<SourceUnavailableError> {
    const { status } = response;
    const text = (await response.text().catch(() => '')).replace(/\s+/g, ' ').trim().slice(0, MESSAGE_LENGTH);
    const advice = [401, 403, 404].includes(status) ? ` ${this.options.advice}` : '';
    return this.unavailable(`answers ${status}${text === '' ? '' : ` (${text})`}.${advice}`, {
      status,
      mayPass: status === 429 || status >= 500,
      retryAfterMs: retryAfter(response.headers.get('retry-after'), this.options.timing.now()),
    });
  }

  private queue(response: Response): ByteQueue {
    return new ByteQueue(this.pieces(response));
  }

  private async* pieces(response: Response): AsyncGenerator<Buffer, void> {
    const reader = response.body?.getReader();
    try {
      while (reader !== undefined) {
        const next = await this.inTime(reader);
        if (next.done) {
          return;
        }
        this.received += next.value.length;
        yield Buffer.from(next.value.buffer, next.value.byteOffset, next.value.length);
      }
    } finally {
      // Otherwise the server would go on sending what no one reads.
      await reader?.cancel().catch(() => undefined);
    }
  }

  private async inTime(reader: ReadableStreamDefaultReader<Uint8Array>): ReturnType<ReadableStreamDefaultReader<Uint8Array>['read']> {
    let timer: NodeJS.Timeout | undefined;
    try {
      return await Promise.race([reader.read(), new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`it has said nothing for ${SILENCE_MS / 1000} seconds`)), SILENCE_MS);
      })]);
    } catch (error) {
      await reader.cancel().catch(() => undefined);
      throw this.unavailable(`breaks its answer off: ${reasonOf(error)}`, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  private unavailable(what: string, details: ConstructorParameters<typeof SourceUnavailableError>[1] = {}): SourceUnavailableError {
    return new SourceUnavailableError(`${this.base} ${what}`, details);
  }
}

/** Credentials travel by TLS alone. A loopback address is this machine: a local run's. */
function assertSecure(url: string): void {
  const { protocol, hostname, username, password } = new URL(url);
  if (protocol !== 'https:' && !(protocol === 'http:' && hostname === '127.0.0.1')) {
    throw new Error(`The repository's address is ${url}: only https:// is read.`);
  }
  if (username !== '' || password !== '') {
    throw new Error(`The address of the repository at ${hostname} holds a user or password: put them into a secret of Secrets Manager.`);
  }
}

function retryAfter(value: string | null, now: Date): number | undefined {
  if (value === null) {
    return undefined;
  }
  const seconds = Number(value);
  const milliseconds = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(value) - now.getTime();
  return Number.isFinite(milliseconds) ? Math.max(0, milliseconds) : undefined;
}

/** What undici wraps is what went wrong. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}
