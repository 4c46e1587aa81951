import { Catalogue } from '../../src/core/catalogue';
import { mergeTraces, TraceSince } from '../../src/core/lockfile/merge-traces';
import { LockfileError } from '../../src/core/lockfile/resolved-graph';
import { Trace, traceLockfiles } from '../../src/core/lockfile/trace';
import { isNamed } from '../shared/errors';
import type { SourceRepository } from '../shared/source/source-repository';
import { readToml } from '../shared/toml';
import { readYamlDocuments } from '../shared/yaml';

export { packageComparer } from '../../src/core/staleness/package-facts';
export { readYamlDocuments } from '../shared/yaml';

/** Paths that tracing has something to say about, and that differ between a commit and the head. */
export interface TraceablePaths {
  readonly baseCommitId: string;
  readonly paths: ReadonlySet<string>;
}

export interface TracingOptions {
  readonly catalogue: Catalogue;
  readonly headCommitId: string;
  readonly source: SourceRepository;
  /** Whether there is time for another file. */
  readonly inTime: () => boolean;
}

/** Traces changed lockfiles and manifests from each of these commits to the head. */
export async function traceChanges(traceable: readonly TraceablePaths[], options: TracingOptions): Promise<Trace> {
  const traces: TraceSince[] = [];
  // One after the other: a lockfile's graph takes memory.
  for (const one of traceable) {
    traces.push({ changed: one.paths, trace: await traceSince(one, options) });
  }
  return mergeTraces(traces);
}

async function traceSince({ baseCommitId, paths }: TraceablePaths, { catalogue, headCommitId, source, inTime }: TracingOptions): Promise<Trace> {
  return traceLockfiles({
    catalogue,
    paths,
    parseYaml: readYamlDocuments,
    parseToml: readToml,
    async read(side, path) {
      try {
        // What is not among the differences is the same in both.
        return await source.readFile(side === 'before' && paths.has(path) ? baseCommitId : headCommitId, path, inTime);
      } catch (error) {
        // By name: this part is bundled by itself, with classes of its own.
        throw isNamed(error, 'FileUnreadableError') ? new LockfileError((error as Error).message) : error;
      }
    },
  });
}
