/** The parts of a build that Step Functions reports which say why it failed. */
interface FailedBuild {
  readonly Id?: string;
  readonly BuildStatus?: string;
  readonly Phases?: readonly {
    readonly PhaseType?: string;
    readonly PhaseStatus?: string;
    readonly Contexts?: readonly { readonly StatusCode?: string; readonly Message?: string }[];
  }[];
  readonly Logs?: { readonly DeepLink?: string };
}

const LONGEST_REASON = 400;

/**
 * What a person needs to know of a failed build, in a line: from the description of the build, where Step Functions gives one, or from the error
 * that kept it from being started.
 */
export function failureReason(error: string, cause: string): string {
  const build = failedBuild(cause);
  if (build === undefined) {
    return shortened(`${error}: ${cause}`);
  }
  const phase = build.Phases?.find(({ PhaseStatus: status }) => status !== undefined && status !== 'SUCCEEDED');
  const message = phase?.Contexts?.find(({ Message: text }) => text)?.Message;
  const what = `build ${build.Id} ended ${build.BuildStatus}${phase === undefined ? '' : ` in ${phase.PhaseType}`}`;
  const link = build.Logs?.DeepLink;
  return shortened(message === undefined ? what : `${what}: ${message}`) + (link === undefined ? '' : ` ${link}`);
}

/** Phases of a build before the first command of its own. */
const BEFORE_COMMANDS: readonly (string | undefined)[] = ['SUBMITTED', 'QUEUED', 'PROVISIONING', 'DOWNLOAD_SOURCE'];

/**
 * Whether a build failed before its own commands ran, or by the service's fault: another start may succeed. One whose commands failed, that took too
 * long or was stopped, would do so again.
 */
export function isWorthAnotherStart(cause: string): boolean {
  const build = failedBuild(cause);
  const failed = build?.Phases?.find(({ PhaseStatus: status }) => status !== undefined && status !== 'SUCCEEDED');
  return build?.BuildStatus === 'FAULT' || failed?.PhaseStatus === 'FAULT'
    || (build?.BuildStatus === 'FAILED' && failed !== undefined && BEFORE_COMMANDS.includes(failed.PhaseType));
}

function failedBuild(cause: string): FailedBuild | undefined {
  try {
    const { Build: build } = JSON.parse(cause) as { Build?: FailedBuild };
    return build;
  } catch {
    return undefined;
  }
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= LONGEST_REASON ? line : `${line.slice(0, LONGEST_REASON - 1)}…`;
}
