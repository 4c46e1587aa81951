import { formatReason } from '../explain';
import { Reason } from '../reasons';
import { Build, Release } from '../release';
import { buildOf } from '../release-assembly';

/** Detail of the event `Release Went Live`. Public contract: `schema/release-went-live.schema.json`. */
export interface ReleaseWentLive {
  readonly version: 1;
  readonly solution: string;
  readonly pipeline: string;
  readonly environment: string;
  /** Number under which the release is live: what `promote --release` and `rollback` take. */
  readonly release: number;
  /** What was live before; absent where nothing was. */
  readonly previousRelease?: number;
  readonly commitId: string;
  readonly previousCommitId?: string;
  readonly executionId: string;
  /** The promotion that brought it, as the pipeline's variable has it; absent where the branch did. */
  readonly promotion?: string;
  /** Whether it had been live there before what it replaced. */
  readonly rolledBack: boolean;
  /** When it was recorded, ISO 8601 in UTC. */
  readonly timestamp: string;
  /** `s3://` location of the release: every component with its build. */
  readonly releaseUri: string;
  /** Components whose build is another than before, by name. */
  readonly changed: readonly ChangedComponent[];
  /** Names of components whose build is the same as before. */
  readonly unchanged: readonly string[];
  /** How many components that changed or did not are not listed, as an event has 256 KB at most; absent where all are. */
  readonly omitted?: number;
}

export interface ChangedComponent {
  readonly component: string;
  /** Number of the build before; absent where there was none. */
  readonly from?: number;
  /** Number of the build; absent where the component left the release. */
  readonly to?: number;
  readonly location?: string;
  readonly artifactDigest?: string;
  /** Commit that the build was made from. */
  readonly commitId?: string;
  /** Why it was built, in words; absent in promotions. */
  readonly reasons?: readonly string[];
}

/** What is known of one release's going live. */
export interface WentLiveFacts {
  readonly solution: string;
  readonly pipeline: string;
  readonly environment: string;
  readonly live: LiveFacts;
  readonly previous?: LiveFacts;
  /** Whether the release was live there before `previous` was. */
  readonly rolledBack: boolean;
  readonly bucket: string;
  readonly reasons: ReadonlyMap<string, readonly Reason[]>;
}

export interface LiveFacts {
  readonly sequence: number;
  readonly key: string;
  readonly executionId: string;
  readonly promotion?: string;
  readonly timestamp: string;
  readonly release: Release;
}

/** EventBridge takes 256 KB with an event's own fields. */
const MAX_BYTES = 240_000;

const MAX_REASONS = 3;

export function releaseWentLive(facts: WentLiveFacts): ReleaseWentLive {
  const { solution, pipeline, environment, live, previous, rolledBack, bucket, reasons } = facts;
  const names = [...new Set([...Object.keys(live.release.components), ...Object.keys(previous?.release.components ?? {})])].sort();
  const builds = names.map((component) => ({
    component, now: buildOf(live.release, component), before: previous && buildOf(previous.release, component),
  }));
  return withinBounds({
    version: 1,
    solution,
    pipeline,
    environment,
    release: live.sequence,
    ...(previous === undefined ? {} : { previousRelease: previous.sequence, previousCommitId: previous.release.commitId }),
    commitId: live.release.commitId,
    executionId: live.executionId,
    ...(live.promotion === undefined ? {} : { promotion: live.promotion }),
    rolledBack,
    timestamp: live.timestamp,
    releaseUri: `s3://${bucket}/${live.key}`,
    changed: builds.filter((build) => !isSame(build)).map(({ component, now, before }) => changed(component, now, before, reasons)),
    unchanged: builds.filter(isSame).map(({ component }) => component),
  });
}

function isSame({ now, before }: { readonly now: Build | undefined; readonly before: Build | undefined }): boolean {
  return now?.buildNumber === before?.buildNumber;
}

function changed(component: string, now: Build | undefined, before: Build | undefined, reasons: WentLiveFacts['reasons']): ChangedComponent {
  const why = reasons.get(component)?.slice(0, MAX_REASONS).map(formatReason);
  return {
    component,
    ...(before === undefined ? {} : { from: before.buildNumber }),
    ...(now === undefined ? {} : {
      to: now.buildNumber,
      ...(now.location === '' ? {} : { location: now.location }),
      ...(now.artifactDigest === undefined ? {} : { artifactDigest: now.artifactDigest }),
      commitId: now.commitId,
    }),
    ...(why === undefined ? {} : { reasons: why }),
  };
}

/** Lists as many components as an event holds: those that changed first. */
function withinBounds(event: ReleaseWentLive): ReleaseWentLive {
  if (bytes(event) <= MAX_BYTES) {
    return event;
  }
  let room = MAX_BYTES - bytes({ ...event, changed: [], unchanged: [], omitted: 1_000_000 });
  const fitting = <T>(values: readonly T[]) => values.filter((value) => {
    room -= bytes(value) + 1;
    return room >= 0;
  });
  const [listed, unchanged] = [fitting(event.changed), fitting(event.unchanged)];
  return { ...event, changed: listed, unchanged, omitted: event.changed.length + event.unchanged.length - listed.length - unchanged.length };
}

function bytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}
