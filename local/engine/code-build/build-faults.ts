import { StatesError } from '../step-functions/state-machine';

/** What goes wrong with a build before its own commands run. */
export type BuildFault = 'throttled' | 'PROVISIONING' | 'DOWNLOAD_SOURCE' | 'fault';

export interface BuildFaultOptions {
  /** Builds that the account runs at the same time; a start beyond is refused. @default - all wait for a processor */
  readonly buildQuota?: number;
  /** What goes wrong with the n-th start of a component's build, from 1. @default - nothing */
  readonly buildFault?: (component: string, start: number) => BuildFault | undefined;
}

/** Refuses and fails builds that state machines start, as CodeBuild does. */
export class BuildFaults {
  /** Starts that were refused because of the quota. */
  public refused = 0;
  private running = 0;
  private readonly starts = new Map<string, number>();

  constructor(private readonly options: BuildFaultOptions) {}

  /** Whether the quota says how many builds run, not the number of processors. */
  public get hasQuota(): boolean {
    return this.options.buildQuota !== undefined;
  }

  /** @throws StatesError as Step Functions gives it, where the build is refused or fails before its commands */
  public async run<T>(component: string, build: () => Promise<T>): Promise<T> {
    const { buildQuota = Infinity, buildFault } = this.options;
    if (this.running >= buildQuota) {
      this.refused += 1;
      throw new StatesError('CodeBuild.AccountLimitExceededException', `Cannot have more than ${buildQuota} builds in queue for the account`);
    }
    const start = (this.starts.get(component) ?? 0) + 1;
    this.starts.set(component, start);
    const fault = buildFault?.(component, start);
    if (fault === 'throttled') {
      throw new StatesError('CodeBuild.AWSCodeBuildException', 'Rate exceeded (Service: AWSCodeBuild; Status Code: 400; Error Code: ThrottlingException)');
    }
    if (fault !== undefined) {
      throw new StatesError('States.TaskFailed', JSON.stringify(failedBuild(component, start, fault)));
    }
    this.running += 1;
    try {
      return await build();
    } finally {
      this.running -= 1;
    }
  }
}

function failedBuild(component: string, start: number, fault: Exclude<BuildFault, 'throttled'>): object {
  const phase = fault === 'fault'
    ? { PhaseType: 'BUILD', PhaseStatus: 'FAULT', Contexts: [{ StatusCode: 'INTERNAL_SERVICE_ERROR', Message: 'Internal Service Error' }] }
    : { PhaseType: fault, PhaseStatus: 'CLIENT_ERROR', Contexts: [{ StatusCode: 'CLIENT_ERROR', Message: 'Unable to pull customer\'s container image' }] };
  const succeeded = { PhaseType: 'SUBMITTED', PhaseStatus: 'SUCCEEDED', Contexts: [] };
  return { Build: { Id: `${component}:${start}`, BuildStatus: fault === 'fault' ? 'FAULT' : 'FAILED', Phases: [succeeded, phase] } };
}
