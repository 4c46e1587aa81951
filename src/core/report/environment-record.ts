import { Promotion } from '../promotion';

/** What went live in an environment once. */
export interface WentLive {
  /** Its number there. */
  readonly sequence: number;
  /** Key of the release's object. */
  readonly key: string;
  readonly commitId: string;
  readonly executionId: string;
  /** When, ISO 8601 in UTC. */
  readonly timestamp: string;
  /** The promotion that brought it, if one did. */
  readonly promotion?: Promotion;
}

/** An environment's past and present, as the ledger has it. */
export interface EnvironmentRecord {
  readonly name: string;
  /** What is live; absent where nothing was ever deployed. */
  readonly live?: WentLive;
  /** Everything that went live, the earliest first. */
  readonly history: readonly WentLive[];
}
