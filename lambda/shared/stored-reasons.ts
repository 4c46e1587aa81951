import { DiffItem } from '../../src/contract/tables';
import { Reason } from '../../src/core/reasons';

/**
 * Reasons by dependencies that a diff keeps. Of every other kind there is one at most, with paths of 4 KB at most, ten of them: with these, an item
 * has about 140 KB at its longest, whatever the number of components.
 */
const MAX_DEPENDENCY_REASONS = 100;

/** The reasons as they are stored. */
export function storedReasons(reasons: readonly Reason[]): Pick<DiffItem, 'Reasons' | 'FurtherReasons'> {
  let dependencies = 0;
  const kept = reasons.filter(({ kind }) => (kind !== 'Dependency' && kind !== 'TestDependency') || ++dependencies <= MAX_DEPENDENCY_REASONS);
  const further = reasons.length - kept.length;
  return { Reasons: kept, ...(further > 0 ? { FurtherReasons: further } : {}) };
}
