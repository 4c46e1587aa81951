/** The phases of a buildspec, in the order in which CodeBuild runs them. */
export const PHASES = ['install', 'pre_build', 'build', 'post_build'] as const;
export type PhaseName = (typeof PHASES)[number];

/** Shells that run commands on Linux: CodeBuild's default is `sh`. */
export type ShellName = 'sh' | 'bash';

/** Names of variables, and where their values are: the name of a parameter, or `secret:key:stage:version`. */
export type References = Readonly<Record<string, string>>;

/** A buildspec of version 0.2, as AWS documents it. What is absent in the file is absent here. */
export interface Buildspec {
  readonly shell: ShellName;
  /** Linux user of all commands, unless a phase says otherwise. */
  readonly runAs?: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly parameterStore: References;
  readonly secretsManager: References;
  readonly exportedVariables: readonly string[];
  readonly gitCredentialHelper: boolean;
  readonly proxy?: BuildspecProxy;
  readonly batch: boolean;
  /** In the order of running; those without an entry are left out. */
  readonly phases: readonly BuildspecPhase[];
  /** By the name or ARN of a report group. */
  readonly reports: Readonly<Record<string, BuildspecReport>>;
  readonly artifacts: boolean;
  readonly cache?: BuildspecCache;
}

export interface BuildspecProxy {
  readonly uploadArtifacts: boolean;
  readonly logs: boolean;
}

export interface BuildspecPhase {
  readonly name: PhaseName;
  readonly runAs?: string;
  /** Each is a script of its own. */
  readonly commands: readonly string[];
  /** Run after the commands, also where one of them failed. */
  readonly finally: readonly string[];
  /** CodeBuild's phase transitions where absent: a failed build is followed by post_build, every other failure ends the run. */
  readonly onFailure?: OnFailure;
  /** `install` alone: versions by runtime, such as `{ nodejs: '22' }`. */
  readonly runtimeVersions: Readonly<Record<string, string>>;
}

export type OnFailure =
  | { readonly action: 'ABORT' }
  | { readonly action: 'CONTINUE' }
  /** Build again, up to `count` times, where the message of the failure matches. */
  | { readonly action: 'RETRY'; readonly count: number; readonly pattern: string };

export interface BuildspecReport {
  readonly files: readonly string[];
  readonly fileFormat: string;
  readonly baseDirectory?: string;
  readonly discardPaths: boolean;
}

export interface BuildspecCache {
  readonly paths: readonly string[];
  readonly key?: string;
  readonly fallbackKeys: readonly string[];
  readonly action?: 'restore' | 'save';
}
