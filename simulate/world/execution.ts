import type { Catalogue } from '../../src/core/catalogue';
import { Release } from '../../src/core/release';

/** What is live in an environment, or about to be. */
export interface Deployment {
  /** The execution that deploys it. */
  readonly execution: Execution;
  readonly release: Release;
  readonly parameters: Readonly<Record<string, string>>;
}

export type Status = 'InProgress' | 'Stopping' | 'Stopped' | 'Succeeded' | 'Superseded' | 'Failed' | 'Cancelled';

/** One deployment of the pipeline's own stack. */
export interface CatalogueVersion {
  readonly number: number;
  readonly catalogue: Catalogue;
}

/** What asked for an execution. */
export interface StartRequest {
  /** The commit it is pinned to; the branch's head where absent. */
  readonly commitId?: string;
  readonly token?: string;
  /** `creation`: the pipeline itself, when it was created. */
  readonly by: 'function' | 'person' | 'creation';
  /** What it promotes, as people write it. */
  readonly promotion?: string;
  /** A rollback: the execution whose release an environment goes back to. */
  readonly rollback?: { readonly target: Execution; readonly environment: string };
}

/** What became of an action. `injected`: chance or a person had it fail, and not the system under test. */
export type ActionResult =
  | { readonly ok: true; readonly variables?: Readonly<Record<string, string>>; readonly continuationToken?: string }
  | { readonly ok: false; readonly why: string; readonly injected: boolean };

/** One execution of the pipeline. */
export class Execution {
  public status: Status = 'InProgress';
  public commitId?: string;
  /** Position of the stage it is in or waits for. */
  public stage = 0;
  public variables: Readonly<Record<string, string>> = {};
  /** Names of the actions of the current stage that succeeded. */
  public readonly done = new Set<string>();
  /** Changes when actions under way no longer matter to it. */
  public generation = 0;
  public failure?: { readonly why: string; readonly injected: boolean };
  /** Places in which its release was deployed, and environments in all of whose places it was. */
  public readonly places = new Set<string>();
  public readonly deployedIn = new Set<string>();
  /** The latest version of the catalogue at its end, for those that have ended; and whether that was while it was being deployed. */
  public lastVersion?: number;
  public endedInDeployment = false;
  /** The library had it stopped, as it was not needed; otherwise a person did, where it is stopped. */
  public stoppedAsNeedless = false;
  /** The table of plans was emptied under it. */
  public lostItsPlan = false;

  public constructor(
    public readonly id: string, public readonly order: number, public readonly version: CatalogueVersion, public readonly request: StartRequest,
  ) {}

  public get isActive(): boolean {
    return this.status === 'InProgress' || this.status === 'Stopping';
  }

  /** The execution whose release it deploys. */
  public get releasedBy(): Execution {
    return this.request.rollback?.target ?? this;
  }
}
