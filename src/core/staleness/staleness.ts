import { Catalogue } from '../catalogue';

/** Why a catalogue does not hold: what changed since it was found, or why that is not known. */
export interface StaleCause {
  /** The first few, sorted. */
  readonly paths: readonly string[];
  readonly count: number;
  readonly detail?: string;
}

/** What of a catalogue does not hold for a commit. */
export interface Staleness {
  /** It holds for no component. */
  readonly everything?: StaleCause;
  /** By component: it may depend on all others and on every file, and they on all of it. */
  readonly components: ReadonlyMap<string, StaleCause>;
  /** Paths of which the catalogue can't say that nothing reads them. */
  readonly unknown: ReadonlySet<string>;
  /** Who uses which package of `testPackages` and `sharedPackages` is not known. */
  readonly packageUse?: StaleCause;
}

/** The catalogue holds. */
export const NOT_STALE: Staleness = { components: new Map(), unknown: new Set() };

/** The catalogue with what of it holds for tracing lockfiles: a package whose users are not known is everyone's, and built with. */
export function heldForTracing(catalogue: Catalogue, staleness: Staleness = NOT_STALE): Catalogue {
  const { everything, components: stale, packageUse } = staleness;
  if (everything === undefined && packageUse === undefined && stale.size === 0) {
    return catalogue;
  }
  const allUnknown = everything !== undefined || packageUse !== undefined;
  return {
    ...catalogue,
    sharedPackages: allUnknown ? undefined : catalogue.sharedPackages,
    components: catalogue.components.map((component) => (allUnknown || stale.has(component.name) ? { ...component, testPackages: undefined } : component)),
  };
}
