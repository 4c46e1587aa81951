import { execFileSync, spawn } from 'node:child_process';
import { IncomingMessage, ServerResponse } from 'node:http';
import { basename, dirname } from 'node:path';

/** How the server is set up, as hosts differ. */
export interface BackendSettings {
  /** Hides protocol 2 from clients. */
  readonly hidesProtocol2?: boolean;
  /** Knows no partial clones. */
  readonly hasNoFilter?: boolean;
  /** Gives out what a branch or tag reaches, and nothing else, in protocol 0. */
  readonly onlyReachable?: boolean;
}

let backend: string | undefined;

/** Has Git's own `git http-backend` answer a request for a bare repository. Resolves when the answer has ended. */
export async function answerByGit(
  directory: string, path: string, request: IncomingMessage, response: ServerResponse, settings: BackendSettings = {},
): Promise<void> {
  backend ??= `${execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim()}/git-http-backend`;
  const url = new URL(request.url!, 'http://localhost');
  const { 'git-protocol': protocol, 'content-type': type, 'content-length': length } = request.headers;
  const child = spawn(backend, {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {
      PATH: process.env.PATH,
      GIT_PROJECT_ROOT: dirname(directory),
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: `/${basename(directory)}${path}`,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method,
      ...(type === undefined ? {} : { CONTENT_TYPE: type }),
      ...(length === undefined ? {} : { CONTENT_LENGTH: length }),
      ...(protocol === undefined || settings.hidesProtocol2 ? {} : { GIT_PROTOCOL: String(protocol) }),
      ...configuration({
        'safe.directory': '*',
        'uploadpack.allowFilter': String(!settings.hasNoFilter),
        'uploadpack.allowAnySHA1InWant': String(!settings.onlyReachable),
      }),
    },
  });
  request.pipe(child.stdin);
  child.stdin.on('error', () => undefined);
  response.on('close', () => child.kill());
  await relay(child.stdout, response);
}

function configuration(values: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(values);
  return Object.fromEntries([
    ['GIT_CONFIG_COUNT', String(entries.length)],
    ...entries.flatMap(([key, value], index) => [[`GIT_CONFIG_KEY_${index}`, key], [`GIT_CONFIG_VALUE_${index}`, value]]),
  ]) as Record<string, string>;
}

/** What a CGI program prints: headers, an empty line, the body. */
async function relay(output: NodeJS.ReadableStream, response: ServerResponse): Promise<void> {
  let head: Buffer | undefined = Buffer.alloc(0);
  for await (const chunk of output) {
    if (head === undefined) {
      await write(response, chunk as Buffer);
      continue;
    }
    head = Buffer.concat([head, chunk as Buffer]);
    const end = head.indexOf('\r\n\r\n');
    if (end !== -1) {
      const headers = head.toString('latin1', 0, end).split('\r\n').map((line) => line.split(': ') as [string, string]);
      const status = headers.find(([name]) => name === 'Status')?.[1].slice(0, 3);
      response.writeHead(Number(status ?? 200), Object.fromEntries(headers.filter(([name]) => name !== 'Status')));
      await write(response, head.subarray(end + 4));
      head = undefined;
    }
  }
  response.end();
}

async function write(response: ServerResponse, chunk: Buffer): Promise<void> {
  if (chunk.length > 0 && !response.write(chunk) && !response.destroyed) {
    await new Promise<void>((resolve) => {
      const go = () => {
        response.off('drain', go).off('close', go);
        resolve();
      };
      response.once('drain', go).once('close', go);
    });
  }
}
