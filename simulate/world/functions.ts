import { CatalogueVersion } from './execution';
import { Programs } from './programs';
import { Random } from '../engine/random';
import type { Sandbox } from '../engine/sandbox';
import type { Task } from '../engine/task';

export const FUNCTIONS = ['diff', 'builds', 'release', 'delivery', 'record'] as const;

export type FunctionName = typeof FUNCTIONS[number];

export type RunProgram = (
  name: string, program: (sandbox: Sandbox, task: Task) => Promise<void>, options: { readonly timeoutMs: number; readonly faultsSeen: Set<string> },
) => Promise<Task>;

export interface FunctionsProps {
  readonly programs: (name: FunctionName, sandbox: Sandbox, version: CatalogueVersion) => ReturnType<Programs['diff']>;
  /** Runs a program as a task in a sandbox of its own. */
  readonly run: RunProgram;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly random: Random;
  readonly version: CatalogueVersion;
}

const TIMEOUT_MS = { diff: 900_000, builds: 300_000, release: 300_000, delivery: 300_000, record: 300_000 } as const;
const RETRIES = 2;
const FIRST_RETRY_MS = 60_000;

/** Lambda: asynchronous invocations, two more attempts, then the dead-letter queue. */
export class Functions {
  public readonly deadLetters: { readonly name: string; readonly faults: readonly string[]; readonly error?: Error }[] = [];
  private readonly versions: Record<FunctionName, CatalogueVersion>;
  private invocations = 0;

  public constructor(private readonly props: FunctionsProps) {
    this.versions = { diff: props.version, builds: props.version, release: props.version, delivery: props.version, record: props.version };
  }

  public deploy(name: FunctionName, version: CatalogueVersion): void {
    this.versions[name] = version;
  }

  public version(name: FunctionName): CatalogueVersion {
    return this.versions[name];
  }

  /** A synchronous invocation: there is one attempt, and anyone who waits gets what the function returns; nothing where it fails. */
  public async call(name: FunctionName, event: object, faults: Set<string>): Promise<unknown> {
    const { programs, run } = this.props;
    let answer: unknown;
    const label = `${name}#${++this.invocations}`;
    await run(label, async (sandbox) => {
      answer = await programs(name, sandbox, this.versions[name]).handle(event, TIMEOUT_MS[name], label);
    }, { timeoutMs: TIMEOUT_MS[name], faultsSeen: faults });
    return answer;
  }

  /** @param faults where what chance does to the invocation is noted */
  public async invoke(name: FunctionName, event: object, faults = new Set<string>()): Promise<void> {
    const { programs, run, sleep, random } = this.props;
    const label = `${name}#${++this.invocations}`;
    const options = { timeoutMs: TIMEOUT_MS[name], faultsSeen: faults };
    for (let attempt = 0; ; attempt++) {
      const task = await run(`${label}.${attempt}`, async (sandbox) => {
        await programs(name, sandbox, this.versions[name]).handle(event, options.timeoutMs, label);
      }, options);
      if (task.end === 'done') {
        return;
      }
      if (attempt === RETRIES) {
        this.deadLetters.push({ name: label, faults: [...faults], error: task.error });
        return;
      }
      await sleep(FIRST_RETRY_MS * (attempt + 1) * (1 + random.next()));
    }
  }
}
