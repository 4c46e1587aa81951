import { drawFate, FaultRates } from './faults';
import { Random } from './random';
import { Runner, Scheduler } from './scheduler';
import { isServiceError, ServiceError, ServiceName } from '../services/service';

export type TaskEnd = 'done' | 'failed' | 'killed';

export interface TaskProps {
  readonly name: string;
  readonly random: Random;
  readonly faults: () => FaultRates;
  readonly scheduler: Scheduler;
  readonly log: (text: string) => void;
  /** Where what chance did is noted, also for others to see. */
  readonly faultsSeen?: Set<string>;
}

/**
 * One run of a program: an invocation of a function, or a build. Between two of its AWS calls it runs in no time; each call happens when chance
 * says, after those of others. A task that is killed never hears of its calls again.
 */
export class Task implements Runner {
  /** What chance did to it. */
  public readonly faults: Set<string>;
  public end?: TaskEnd;
  public error?: Error;
  private pending = 0;
  private readonly ended: Promise<TaskEnd>;
  private finish!: (end: TaskEnd) => void;

  public constructor(private readonly props: TaskProps) {
    this.faults = props.faultsSeen ?? new Set();
    this.ended = new Promise((resolve) => {
      this.finish = resolve;
    });
  }

  public get name(): string {
    return this.props.name;
  }

  public get isWaiting(): boolean {
    return this.pending > 0 || this.end !== undefined;
  }

  public get random(): Random {
    return this.props.random;
  }

  public now(): Date {
    return new Date(this.props.scheduler.now);
  }

  /** Runs the program. Resolves when it ends in one way or another. */
  public async run(program: () => Promise<void>): Promise<TaskEnd> {
    this.props.scheduler.track(this);
    program().then(() => this.over('done'), (error: unknown) => {
      this.error ??= error instanceof Error ? error : new Error(String(error));
      this.over('failed');
    });
    return this.ended;
  }

  /** Ends it wherever it is. */
  public kill(why: string): void {
    if (this.end === undefined) {
      this.faults.add(why);
      this.props.log(`${this.name}: killed (${why})`);
      this.over('killed');
    }
  }

  public async sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.later(milliseconds, resolve));
  }

  /** Calls a service: the effect comes when chance says, and with it, or instead of it, whatever chance makes of it. */
  public async call<T>(service: ServiceName, operation: string, effect: () => Promise<T>): Promise<T> {
    const fate = drawFate(this.random, this.props.faults());
    if (fate.latency > 1_000) {
      this.faults.add('slow call');
    }
    return new Promise((resolve, reject) => {
      const orphaned = async () => {
        // Its program is gone, the request is still on its way.
        if (fate.kind === 'fine' || fate.kind === 'after') {
          await outcomeOf(effect);
        }
      };
      this.later(fate.latency, async () => {
        this.props.log(`${this.name}: ${service} ${operation}${fate.kind === 'fine' ? '' : ` [${fate.kind}]`}`);
        if (fate.kind !== 'fine') {
          this.faults.add(`${fate.kind} at ${operation}`);
        }
        if (fate.kind === 'kill-before') {
          this.kill('crash');
          return;
        }
        if (fate.kind === 'before') {
          reject(connectionLost());
          return;
        }
        if (fate.kind === 'throttle') {
          reject(new ServiceError(THROTTLED[service], 'Rate exceeded', service === 's3' ? 503 : 400));
          return;
        }
        const { answer, error } = await outcomeOf(effect);
        if (fate.kind === 'kill-after') {
          this.kill('crash');
        } else if (fate.kind === 'after') {
          reject(connectionLost());
        } else if (error !== undefined) {
          reject(error);
        } else {
          resolve(answer as T);
        }
      }, orphaned);
    });
  }

  /** Goes on later, unless it is killed before. */
  private later(milliseconds: number, go: () => void | Promise<void>, orphaned: () => void | Promise<void> = () => undefined): void {
    this.pending++;
    this.props.scheduler.after(milliseconds, async () => {
      if (this.end !== undefined) {
        await orphaned();
        return;
      }
      await go();
      this.pending--;
      this.props.scheduler.track(this);
    });
  }

  private over(end: TaskEnd): void {
    if (this.end === undefined) {
      this.end = end;
      this.finish(end);
    }
  }
}

const THROTTLED: Readonly<Record<ServiceName, string>> = {
  dynamodb: 'ProvisionedThroughputExceededException',
  codecommit: 'ThrottlingException',
  codepipeline: 'ThrottlingException',
  ecr: 'ThrottlingException',
  s3: 'SlowDown',
  cloudformation: 'Throttling',
  states: 'ThrottlingException',
  sts: 'Throttling',
};

/** What a service answers. @throws what is a mistake of the simulation */
async function outcomeOf<T>(effect: () => Promise<T>): Promise<{ readonly answer?: T; readonly error?: Error }> {
  try {
    return { answer: await effect() };
  } catch (error) {
    if (!isServiceError(error)) {
      throw error;
    }
    return { error };
  }
}

function connectionLost(): Error {
  return Object.assign(new Error('socket hang up'), { code: 'ECONNRESET', name: 'TimeoutError' });
}
