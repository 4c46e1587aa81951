import { main } from '../../../cli/main';

/** What `discover` says about the files that it looked at. */
export const FILE_COUNTS = /^Of \d+ files \d+ \(\d+%\) belong to a component\. [^\n]*\n/;

export interface RunResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly input?: Buffer;
  readonly colours?: boolean;
  readonly environment?: NodeJS.ProcessEnv;
}

/** Runs the command line in this process. */
export async function run(args: readonly string[], over: RunOptions = {}): Promise<RunResult> {
  let [out, err] = ['', ''];
  const code = await main(args, {
    out: (text) => { out += text; },
    err: (text) => { err += text; },
    readInput: async () => over.input ?? Buffer.alloc(0),
    colours: over.colours ?? false,
    environment: over.environment ?? { PATH: process.env.PATH },
  });
  return { code, out, err };
}

/** Runs it and parses what it prints. */
export async function runJson<T>(args: readonly string[], over: RunOptions = {}): Promise<T> {
  const { code, out, err } = await run(args, over);
  expect({ code, err: err.replace(FILE_COUNTS, '') }).toEqual({ code: 0, err: '' });
  return JSON.parse(out) as T;
}
