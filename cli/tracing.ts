import { ObjectReader } from './git/object-reader';
import { Clone } from './git/run';
import { parseYaml } from './yaml';
import { readToml } from '../lambda/shared/toml';
import { Catalogue } from '../src/core/catalogue';
import { Trace, traceLockfiles } from '../src/core/lockfile/trace';

export { makeTracedPlan } from '../src/core/lockfile/traced-plan';

/** Traces changed lockfiles between two commits of a repository. */
export async function readTrace(
  catalogue: Catalogue, paths: readonly string[], repository: Clone, base: string, head: string,
): Promise<Trace> {
  const reader = new ObjectReader(repository);
  try {
    return await traceLockfiles({
      catalogue,
      paths,
      read: async (side, path) => reader.read(side === 'before' ? base : head, path),
      parseYaml,
      parseToml: readToml,
    });
  } finally {
    reader.close();
  }
}
