import { EnvironmentRecord } from './environment-record';
import { releaseKeys, Report, makeReport } from './report';
import { BuildNumber } from '../promoted-release';
import { Reason } from '../reasons';
import { Build, Release } from '../release';

const MS_PER_DAY = 86_400_000;

/** How many releases a report lists, unless asked otherwise. */
export const SHOWN_RELEASES = 20;

/** Over how many days its figures are, unless asked otherwise. */
export const FIGURE_DAYS = 30;

/** A build, and since when it is or was live in each environment. */
export interface BuildSince {
  readonly build: Build;
  readonly since: ReadonlyMap<string, string>;
}

/** What a report is read from: the pipeline and the command line read it each in their own way. */
export interface ReportRecords {
  environment(name: string): Promise<Omit<EnvironmentRecord, 'name'>>;
  /** The release under this key; nothing where its object is gone. */
  release(key: string): Promise<Release | undefined>;
  /** These builds, as far as they exist. */
  builds(ids: readonly BuildNumber[]): Promise<readonly BuildSince[]>;
  /** Why components changed, as far as the plan still exists. */
  reasons(commitId: string, planId: string): Promise<ReadonlyMap<string, readonly Reason[]> | undefined>;
  /** When executions started, ISO 8601, by their IDs: all that started at this time or later and are still known. */
  started(since: Date): Promise<ReadonlyMap<string, string>>;
  /** What people read of the promotion that holds the branch; nothing where none does. */
  promotedLast(): Promise<string | undefined>;
}

export interface ReadReportOptions {
  readonly solution: string;
  readonly pipeline: string;
  /** Names of the environments, in the order of deployment. */
  readonly environments: readonly string[];
  readonly now: Date;
  /** How many releases are listed. */
  readonly last: number;
  /** Over how many days the figures are. */
  readonly days: number;
}

/** Reads what a report needs, and puts it together. */
export async function readReport(records: ReportRecords, { environments: names, now, last, days, ...about }: ReadReportOptions): Promise<Report> {
  const environments = await Promise.all(names.map(async (name): Promise<EnvironmentRecord> => ({ name, ...await records.environment(name) })));
  const [started, held] = await Promise.all([records.started(new Date(now.getTime() - days * MS_PER_DAY)), records.promotedLast()]);
  const found = await Promise.all(releaseKeys(environments, last).map(async (key) => [key, await records.release(key)] as const));
  const releases = new Map(found.flatMap(([key, release]): [string, Release][] => (release === undefined ? [] : [[key, release]])));
  const live = environments.flatMap(({ live: entry }) => (entry === undefined ? [] : releases.get(entry.key) ?? []));
  const ids = new Map(live.flatMap(({ components }) => Object.values(components)).map((build) => [idOf(build), build]));
  const since = new Map((await records.builds([...ids.values()])).map(({ build, since: times }) => [idOf(build), times]));
  const reasons = new Map(await Promise.all([...releases.values()].map(async ({ commitId, planId }) => (
    [planId, await records.reasons(commitId, planId)] as const))));
  return makeReport({
    ...about,
    now: now.toISOString(),
    environments,
    releases,
    since: (build, environment) => since.get(idOf(build))?.get(environment),
    reasons: (planId) => reasons.get(planId),
    started,
    ...(held === undefined ? {} : { held }),
    last,
    days,
  });
}

function idOf({ component, buildNumber }: BuildNumber): string {
  return `${component}#${buildNumber}`;
}
