import { ComponentGraph } from '../graph';
import { makePlan, Plan, PlannedChange } from '../plan';
import { MAX_REASON_PACKAGES, MAX_REASON_PATHS, MAX_UNTRACED, Reason } from '../reasons';
import { Trace } from './trace';
import { PathChange, PlanInput } from '../comparison';

/** A plan's input whose changes can be read more than once. */
export interface TracedPlanInput extends Omit<PlanInput, 'comparison' | 'globalTrace'> {
  readonly comparison: Extract<PlanInput['comparison'], { readonly kind: 'diff' }>;
}

/**
 * The plan that a trace makes of changes: like `makePlan`, but paths that only a component's tests and checks read of
 * affect that component and not its dependents. Reasons say through which packages a lockfile concerns a component, or why it can't be traced.
 *
 * @throws as `makePlan`
 */
export function makeTracedPlan(input: TracedPlanInput, trace: Trace): Plan {
  const { comparison } = input;
  const isInternal = (path: string) => trace.testOnly.has(path) && !trace.affected.has(path);
  const changes = {
    *[Symbol.iterator](): Generator<PathChange> {
      for (const change of comparison.changes) {
        if (!isInternal(change.path)) {
          yield change;
        }
      }
    },
  };
  const plan = makePlan({ ...input, comparison: { ...comparison, changes }, globalTrace: trace.affected });
  const reasons = new Map(plan.changed.map((change): [string, readonly Reason[]] => [change.component, change.reasons]));
  for (const [path, components] of trace.testOnly) {
    for (const component of components) {
      reasons.set(component, withPath(reasons.get(component) ?? [], path, isInternal(path)));
    }
  }
  const order = ComponentGraph.of(input.catalogue).order();
  return {
    ...plan,
    changed: order.filter((component) => reasons.has(component)).map((component): PlannedChange => (
      { component, reasons: reasons.get(component)!.map((reason) => (reason.kind === 'GlobalPath' ? explained(reason, component, trace) : reason)) }
    )),
    unchanged: plan.unchanged.filter((component) => !reasons.has(component)),
  };
}

/** Reasons with one more path: the component's own, or one that it shares with others. */
function withPath(reasons: readonly Reason[], path: string, own: boolean): Reason[] {
  const kind = own ? 'Direct' : 'GlobalPath';
  const known = reasons.find((reason): reason is Extract<Reason, { kind: 'Direct' | 'GlobalPath' }> => reason.kind === kind);
  if (known === undefined) {
    const reason: Reason = own ? { kind: 'Direct', paths: [path], count: 1, internal: true } : { kind: 'GlobalPath', paths: [path], count: 1 };
    return own ? [reason, ...reasons] : insertGlobal(reasons, reason);
  }
  const paths = known.paths.length < MAX_REASON_PATHS ? [...known.paths, path].sort() : known.paths;
  const merged = { ...known, paths, count: known.count + 1 };
  return reasons.map((reason) => (reason === known ? merged : reason));
}

function explained(reason: Extract<Reason, { kind: 'GlobalPath' }>, component: string, trace: Trace): Reason {
  const packages = [...trace.packages.get(component) ?? []].sort().slice(0, MAX_REASON_PACKAGES);
  const untraced = trace.warnings.map(({ path, detail }) => `${path}: ${detail}`).join('; ').slice(0, MAX_UNTRACED);
  return { ...reason, ...(packages.length > 0 ? { packages } : {}), ...(untraced !== '' ? { untraced } : {}) };
}

/** Where reasons of its kind stand: after what a component has by itself or through dependencies, before its state. */
function insertGlobal(reasons: readonly Reason[], global: Reason): Reason[] {
  const at = reasons.findIndex(({ kind }) => !['Direct', 'Dependency', 'TestDependency'].includes(kind));
  return at < 0 ? [...reasons, global] : [...reasons.slice(0, at), global, ...reasons.slice(at)];
}
