import { secondsBetween } from './durations';
import { EnvironmentRecord, WentLive } from './environment-record';
import { DeliveryFigures, deliveryFigures } from './figures';
import { Catalogue } from '../catalogue';
import { formatPromotion } from '../promotion';
import { Reason } from '../reasons';
import { Build, Release } from '../release';
import { buildOf, changedBuilds } from '../release-assembly';

/** What a report is made from. */
export interface ReportInput {
  readonly solution: string;
  readonly pipeline: string;
  /** When it is made, ISO 8601 in UTC. */
  readonly now: string;
  /** In the order of deployment; at least one. */
  readonly environments: readonly EnvironmentRecord[];
  /** Releases by the keys of their objects, as far as they exist: those that are live, and those that are listed. */
  readonly releases: ReadonlyMap<string, Release>;
  /** Since when a build is live in an environment. */
  readonly since: (build: Build, environment: string) => string | undefined;
  /** Why components changed, by the plan's ID, as far as plans still exist. */
  readonly reasons: (planId: string) => ReadonlyMap<string, readonly Reason[]> | undefined;
  /** When executions started, by their IDs. */
  readonly started: ReadonlyMap<string, string>;
  /** Why the branch's head is not deployed; absent where it is. */
  readonly held?: string;
  /** How many releases are listed. */
  readonly last: number;
  /** Over how many days the figures are. */
  readonly days: number;
}

/** What is live where, what came last, and how deliveries go. */
export interface Report {
  readonly solution: string;
  readonly pipeline: string;
  readonly at: string;
  readonly held?: string;
  readonly environments: readonly ReportEnvironment[];
  readonly components: readonly ReportComponent[];
  /** Components that the newest release changed. */
  readonly affected: readonly string[];
  /** The catalogue of the newest release that has one. */
  readonly catalogue?: Catalogue;
  /** The newest first. */
  readonly releases: readonly ReportRelease[];
  readonly figures: DeliveryFigures;
}

export interface ReportEnvironment {
  readonly name: string;
  readonly release?: number;
  readonly commit?: string;
  readonly since?: string;
  /** The promotion that brought what is live. */
  readonly promotion?: string;
}

export interface ReportComponent {
  readonly component: string;
  readonly environments: readonly ReportBuild[];
}

/** A component's build in one environment. */
export interface ReportBuild {
  readonly environment: string;
  readonly build?: number;
  readonly commit?: string;
  readonly since?: string;
  /** The environment before this one, where another build is live there. */
  readonly behind?: string;
}

export interface ReportRelease {
  readonly release: number;
  readonly commit: string;
  readonly promotion?: string;
  /** Where it went live, in the order of deployment. */
  readonly environments: readonly { readonly name: string; readonly since: string; readonly live: boolean; readonly seconds?: number }[];
  /** What it changed where it went live first; absent where its object is gone. */
  readonly changes?: readonly ReportChange[];
}

export interface ReportChange {
  readonly component: string;
  /** The build that was live before; absent where there was none. */
  readonly from?: number;
  /** Absent where the component left the release. */
  readonly to?: number;
  readonly reasons: readonly Reason[];
}

/** The keys of the releases whose objects a report needs, and the plans that it asks for reasons. */
export function releaseKeys(environments: readonly EnvironmentRecord[], last: number): string[] {
  const listed = entries(environments).slice(0, last);
  return [...new Set([
    ...environments.flatMap(({ live }) => (live === undefined ? [] : [live.key])),
    ...listed.flatMap(({ first, previous }) => (previous === undefined ? [first.key] : [first.key, previous.key])),
  ])];
}

/** Puts a report together. */
export function makeReport(input: ReportInput): Report {
  const { solution, pipeline, now, held, environments, releases, last } = input;
  const listed = entries(environments).slice(0, last).map((entry) => releaseOf(entry, input));
  const live = environments.map(({ live: entry }) => entry && releases.get(entry.key));
  const newest = [...live].filter((release) => release !== undefined).sort((a, b) => b.sequence - a.sequence);
  const catalogue = newest.find((release) => release.catalogue !== undefined)?.catalogue;
  return {
    solution,
    pipeline,
    at: now,
    ...(held === undefined ? {} : { held }),
    environments: environments.map(({ name, live: entry }) => ({
      name,
      ...(entry === undefined ? {} : {
        release: entry.sequence, commit: entry.commitId, since: entry.timestamp, ...(entry.promotion ? { promotion: formatPromotion(entry.promotion) } : {}),
      }),
    })),
    components: componentsOf(live, input),
    affected: (listed[0]?.changes ?? []).flatMap(({ component, to }) => (to === undefined ? [] : [component])),
    ...(catalogue === undefined ? {} : { catalogue }),
    releases: listed,
    figures: deliveryFigures(input),
  };
}

function componentsOf(live: readonly (Release | undefined)[], { environments, since }: ReportInput): ReportComponent[] {
  const names = [...new Set(live.flatMap((release) => Object.keys(release?.components ?? {})))].sort();
  const build = (component: string, index: number): Build | undefined => {
    const release = live[index];
    return release && buildOf(release, component);
  };
  return names.map((component) => ({
    component,
    environments: environments.map(({ name }, index): ReportBuild => {
      const own = build(component, index);
      const before = index === 0 ? own : build(component, index - 1);
      const time = own && since(own, name);
      return {
        environment: name,
        ...(own === undefined ? {} : { build: own.buildNumber, commit: own.commitId, ...(time === undefined ? {} : { since: time }) }),
        ...(before?.buildNumber === own?.buildNumber ? {} : { behind: environments[index - 1].name }),
      };
    }),
  }));
}

/** A release, where it went live first, and what was live there before. */
interface Entry {
  readonly sequence: number;
  readonly first: WentLive;
  readonly previous?: WentLive;
  readonly places: readonly { readonly name: string; readonly entry: WentLive; readonly live: boolean }[];
}

/** Every release that ever went live, the newest first. */
function entries(environments: readonly EnvironmentRecord[]): Entry[] {
  const found = new Map<number, Entry>();
  for (const { name, live, history } of environments) {
    history.forEach((entry, index) => {
      const { sequence } = entry;
      const place = { name, entry, live: sequence === live?.sequence };
      const known = found.get(sequence);
      found.set(sequence, known === undefined
        ? { sequence, first: entry, ...(index > 0 ? { previous: history[index - 1] } : {}), places: [place] }
        : { ...known, places: [...known.places, place] });
    });
  }
  return [...found.values()].sort((a, b) => b.sequence - a.sequence);
}

function releaseOf({ sequence, first, previous, places }: Entry, { releases, reasons, started }: ReportInput): ReportRelease {
  const release = releases.get(first.key);
  const start = started.get(first.executionId);
  return {
    release: sequence,
    commit: first.commitId,
    ...(first.promotion ? { promotion: formatPromotion(first.promotion) } : {}),
    environments: places.map(({ name, entry, live }) => ({
      name, since: entry.timestamp, live, ...(start === undefined ? {} : { seconds: secondsBetween(start, entry.timestamp) }),
    })),
    ...(release === undefined ? {} : { changes: changesOf(release, previous && releases.get(previous.key), reasons(release.planId)) }),
  };
}

function changesOf(release: Release, previous: Release | undefined, reasons: ReadonlyMap<string, readonly Reason[]> | undefined): ReportChange[] {
  const gone = Object.keys(previous?.components ?? {}).filter((name) => buildOf(release, name) === undefined).sort();
  return [
    ...changedBuilds(release, previous).map(({ component, buildNumber }): ReportChange => {
      const old = previous && buildOf(previous, component);
      return { component, ...(old ? { from: old.buildNumber } : {}), to: buildNumber, reasons: reasons?.get(component) ?? [] };
    }),
    ...gone.map((component): ReportChange => ({ component, from: buildOf(previous!, component)!.buildNumber, reasons: [] })),
  ];
}
