import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FaultKind } from './engine/faults';
import { readFilesAtOnce } from './engine/files';
import { Random } from './engine/random';
import { Sandbox } from './engine/sandbox';
import { drawSteps } from './history';
import { comeToRest } from './model/rest';
import { Violation } from './model/violation';
import type { Defect } from './planted/defect';
import { Services } from './services/service';
import { Programs, PROGRAMS } from './world/programs';
import { drawSettings } from './world/settings';
import { perform } from './world/steps';
import { System } from './world/system';

/** One history, perhaps cut down. */
export interface HistoryOptions {
  readonly seed: number;
  /** Positions of the steps to keep; all where absent. */
  readonly steps?: readonly number[];
  /** Kinds of faults that chance is denied. */
  readonly without?: readonly FaultKind[];
  /** Whether the SDK's clients write requests and read responses as they do over HTTP; by default, those of every tenth seed do. */
  readonly usesWire?: boolean;
  /** Whether the catalogue is found in the sources; by default chance says. */
  readonly isFound?: boolean;
}

export interface Outcome {
  /** What the history broke; nothing where all held. */
  readonly violation?: Violation;
  /** Executions that were started. */
  readonly executions: number;
  /** AWS calls that were made. */
  readonly calls: number;
}

/** The programs under test, and what may stand in their way. */
export interface Subject {
  readonly programs: Programs;
  tamper(services: Services, system: System): Services;
}

/** The real programs, with a defect where there is one. */
export function subjectWith(defect?: Pick<Defect, 'programs' | 'tamper'>): Subject {
  return { programs: defect?.programs?.(PROGRAMS) ?? PROGRAMS, tamper: defect?.tamper ?? ((services) => services) };
}

/** Runs histories, one after the other, in one process. */
export class Simulator {
  private readonly sandboxes = { wire: [] as Sandbox[], direct: [] as Sandbox[] };
  private readonly folder = mkdtempSync(join(tmpdir(), 'simulate-'));

  public constructor(private readonly subject: Subject = subjectWith()) {
    readFilesAtOnce();
  }

  public async run({ seed, steps: kept, without = [], usesWire = seed % 10 === 0, isFound }: HistoryOptions, log?: (line: string) => void): Promise<Outcome> {
    const chance = (of: string) => Random.named(seed, of);
    const drawn = drawSettings(chance('settings'), chance('further settings'), chance('facts'), chance('settings of gates'), chance('hosts'));
    const settings = { ...drawn, isFound: isFound ?? drawn.isFound, faults: { ...drawn.faults, ...Object.fromEntries(without.map((kind) => [kind, 0])) } };
    const { programs } = this.subject;
    // Traces of stacks take a tenth of the time, and only someone who looks at one history reads them.
    Error.stackTraceLimit = log === undefined ? 0 : 20;
    let calls = 0;
    const system = new System({
      seed,
      settings,
      programs,
      log,
      sandboxes: usesWire ? this.sandboxes.wire : this.sandboxes.direct,
      usesWire,
      folder: this.folder,
      tamper: (services, made) => this.subject.tamper(async (...call) => {
        calls++;
        return services(...call);
      }, made),
    });
    const steps = drawSteps(seed).filter((_step, index) => kept?.includes(index) ?? true);
    const end = (violation?: Violation): Outcome => ({ calls, executions: system.pipeline.executions.length, ...(violation && { violation }) });
    try {
      for (const step of steps) {
        await perform(system, step);
      }
      await comeToRest(system);
      return end();
    } catch (error) {
      // Tasks of a history that broke off keep their sandboxes.
      return end(error instanceof Violation ? error : new Violation('nothing crashes', (error as Error).stack ?? String(error)));
    }
  }

  /** Removes what was written to this machine. */
  public dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
