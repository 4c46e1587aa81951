import { Trace } from './trace';

/** What changed since one of several commits, traced. */
export interface TraceSince {
  /** The paths that changed since then. */
  readonly changed: ReadonlySet<string>;
  readonly trace: Trace;
}

/**
 * The trace of what changed since any of several commits: a path concerns whom it does since one of them.
 * One that can't be traced since one of them is not traced.
 */
export function mergeTraces(traces: readonly TraceSince[]): Trace {
  const affected = new Map<string, ReadonlySet<string> | 'all'>();
  const testOnly = new Map<string, ReadonlySet<string>>();
  for (const path of new Set(traces.flatMap(({ trace }) => [...trace.affected.keys(), ...trace.testOnly.keys()]))) {
    const since = traces.filter(({ changed }) => changed.has(path)).map(({ trace }) => trace);
    const builds = since.map((trace) => trace.affected.get(path));
    const tests = since.map((trace) => trace.testOnly.get(path));
    const tested = new Set(tests.flatMap((names) => [...names ?? []]));
    if (builds.every((names) => names !== undefined)) {
      const built = builds.includes('all') ? 'all' : new Set(builds.flatMap((names) => [...names]));
      affected.set(path, built);
      testOnly.set(path, new Set([...tested].filter((name) => built !== 'all' && !built.has(name))));
    } else if (builds.every((names) => names === undefined) && tests.every((names) => names !== undefined)) {
      testOnly.set(path, tested);
    }
  }
  const packages = new Map<string, Set<string>>();
  for (const [component, chains] of traces.flatMap(({ trace }) => [...trace.packages])) {
    packages.set(component, new Set([...packages.get(component) ?? [], ...chains]));
  }
  const warnings = new Map(traces.flatMap(({ trace }) => trace.warnings).map((warning) => [`${warning.path}: ${warning.detail}`, warning]));
  return { affected, testOnly, packages, warnings: [...warnings.values()] };
}
