import { printTable } from './table';
import { storedReasons } from '../../lambda/shared/stored-reasons';
import { Reason } from '../../src/core/reasons';
import { Build, Release } from '../../src/core/release';

/** Sizes of what is stored, and the calls that read it. */
export function records(sizes: readonly number[]): void {
  printTable('Records, every component changed', [
    'components', 'release in S3, bytes', 'calls to read it', 'BatchGetItem calls to assemble it', 'longest diff, bytes (limit 400 KB)', 'without the cap on its reasons, bytes',
  ], sizes.map((size) => {
    const reasons = [{ kind: 'NeverDeployed' } as Reason, ...Array.from({ length: size - 1 }, (_, index): Reason => ({ kind: 'Dependency', via: name(index) }))];
    // Outcomes, then builds, 100 keys a call.
    return [size, bytes(release(size)), 1, 2 * Math.ceil(size / 100), compact(storedReasons(reasons)), compact(reasons)];
  }));
}

/** As long as a name may be. */
const name = (index: number) => `@organization/component-${index}`.padEnd(128, 'x');
const compact = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value, undefined, 2));

function release(size: number): Release {
  const hash = 'f'.repeat(64);
  const build = (component: string): Build => ({
    component,
    buildNumber: 1234,
    location: `s3://artifacts-bucket-111111111111/solution/components/${component}/1234/artifact.zip`,
    fingerprint: hash,
    artifactDigest: hash,
    definition: hash,
    commitId: 'c'.repeat(40),
    pipelineExecutionId: 'e'.repeat(36),
    timestamp: '2026-01-01T00:00:00.000Z',
  });
  return {
    version: 1,
    solution: 'solution',
    commitId: 'c'.repeat(40),
    planId: 'p'.repeat(20),
    sequence: 1,
    pipelineExecutionId: 'e'.repeat(36),
    timestamp: '2026-01-01T00:00:00.000Z',
    components: Object.fromEntries(Array.from({ length: size }, (_, index) => [name(index), build(name(index))])),
  };
}
