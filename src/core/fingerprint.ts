import { canonicalJson, sha256 } from './digest';

/** A component that a build reads: its artifact's digest or, where it leaves no artifact, its own fingerprint. */
export interface DependencyDigest {
  readonly name: string;
  readonly digest: string;
}

export interface FingerprintInput {
  readonly component: string;
  /** See `ComponentInputs`. */
  readonly inputsDigest: string;
  /** Digest of the component's definition. */
  readonly definition: string;
  /** Every component that the build or its tests may read (`ComponentGraph.buildDependencies`), in any order. */
  readonly dependencies: readonly DependencyDigest[];
}

/** Part of every fingerprint: changes whenever what is hashed, or how, does. */
const VERSION = 1;

/** Hash of everything a build reads: equal fingerprints mean that a build would read the same, whatever the commits, branches and histories. */
export function fingerprint(input: FingerprintInput): string {
  return sha256(canonicalJson({
    version: VERSION,
    component: input.component,
    inputs: input.inputsDigest,
    definition: input.definition,
    dependencies: [...input.dependencies].map(({ name, digest }) => [name, digest]).sort(([a], [b]) => (a < b ? -1 : 1)),
  }));
}
