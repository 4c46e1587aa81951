import { isIdentity } from './identity';
import { ChangeDetail, ResourceChange } from './resource-change';
import { isSameAsFarAsKnown, propertyOf } from './values';

/**
 * Which resources of a change set are modified and certainly not replaced.
 *
 * CloudFormation lists every resource that refers to one that is modified, and says of those whose property cannot be changed in place that they may
 * be replaced. They are not where all such references are to what a modification keeps. That is found from the resources that are modified for
 * certain to those that refer to them, and on to those that refer to these.
 */
export class InPlace {
  private readonly byPath = new Map<string, ResourceChange[]>();
  private readonly kept = new Set<ResourceChange>();

  public constructor(changes: readonly ResourceChange[]) {
    for (const change of changes) {
      this.byPath.set(change.path, [...this.byPath.get(change.path) ?? [], change]);
    }
    const open = new Set(changes);
    for (let found = true; found;) {
      const more = [...open].filter((change) => this.stays(change));
      more.forEach((change) => { this.kept.add(change); open.delete(change); });
      found = more.length > 0;
    }
  }

  /** Whether the resource is modified, or only looked at, and stays the resource that it is. */
  public has(change: ResourceChange): boolean {
    return this.kept.has(change);
  }

  /** Whether nothing of the resource comes out different: all that is said to change are references to what stays. */
  public leavesAlone(change: ResourceChange): boolean {
    return change.action === 'SyncWithActual' && change.unknown === undefined
      || this.has(change) && effective(change).length > 0 && effective(change).every((detail) => this.doubt(change, detail) === undefined);
  }

  /** Properties that come out as before: all that is said of them are references to what stays. */
  public unchangedProperties(change: ResourceChange): string[] {
    const details = effective(change).filter(({ attribute }) => attribute === 'Properties');
    const changed = new Set(details.filter((detail) => this.doubt(change, detail) !== undefined).map(({ property }) => property));
    return changed.has(undefined) ? [] : [...new Set(details.map(({ property }) => property!))].filter((property) => !changed.has(property));
  }

  /** Why a resource that may be replaced is not certain to stay; for each property that could replace it. */
  public doubts(change: ResourceChange): string[] {
    return [...new Set(effective(change).filter(mayReplace).map((detail) => this.doubt(change, detail)).filter((doubt) => doubt !== undefined))];
  }

  private stays(change: ResourceChange): boolean {
    const { action, replacement, unknown } = change;
    if (unknown !== undefined || contradiction(change) !== undefined) {
      return false;
    }
    if (action === 'SyncWithActual' || action === 'Modify' && replacement === 'False') {
      return true;
    }
    return action === 'Modify' && replacement === 'Conditional' && effective(change).some(mayReplace) && this.doubts(change).length === 0;
  }

  /** Why a property may come out different; `undefined`: it does not. */
  private doubt(change: ResourceChange, { property, evaluation, source, cause, changeType, before, after }: ChangeDetail): string | undefined {
    const { path } = change;
    const what = property ?? 'it';
    if (source === 'ParameterReference') {
      return `${what} is given by parameter ${cause}, which changes`;
    }
    if (evaluation !== 'Dynamic' || changeType === 'Add' || changeType === 'Remove') {
      return `${what} changes`;
    }
    if (source !== 'ResourceReference' && source !== 'ResourceAttribute' || !cause) {
      return `${what} may change`;
    }
    // Where values are shown, they have to agree.
    const differs = before !== undefined && after !== undefined && !isSameAsFarAsKnown(before, after);
    if (differs || !isSameAsFarAsKnown(propertyOf(change.before, property), propertyOf(change.after, property))) {
      return `${what} changes by ${cause}`;
    }
    const [logicalId, ...attribute] = cause.split('.');
    const causes = this.byPath.get(path.slice(0, path.lastIndexOf('/') + 1) + logicalId) ?? [];
    if (causes.length === 0) {
      return `${what} may change by ${cause}, and ${logicalId} is not in the change set`;
    }
    if (!causes.every((resource) => this.has(resource))) {
      return `${what} may change by ${cause}, and ${logicalId} is not certain to stay`;
    }
    if (source === 'ResourceAttribute' && attribute.length === 0 || !causes.every(({ type }) => isIdentity(type, attribute.length === 0 ? undefined : attribute.join('.')))) {
      return `${what} may change by ${cause}, which an update of ${logicalId} may change`;
    }
    return undefined;
  }
}

/** What CloudFormation says that cannot all be true of a resource that stays; `undefined`: nothing. */
export function contradiction(change: ResourceChange): string | undefined {
  const { action, replacement, policyAction } = change;
  if (action !== 'Modify' || replacement !== 'False') {
    return undefined;
  }
  if (policyAction !== undefined && policyAction !== 'Retain') {
    return `its Replacement is False, and its PolicyAction ${policyAction}`;
  }
  const certain = effective(change).find(({ recreation, evaluation }) => recreation === 'Always' && evaluation === 'Static');
  return certain && `its Replacement is False, and ${certain.property ?? 'what changes'} requires recreation`;
}

/** Details by which something may change: resetting what CloudFormation knows of a property changes nothing. */
function effective({ details = [] }: ResourceChange): ChangeDetail[] {
  return details.filter(({ changeType }) => changeType !== 'SyncWithActual');
}

/** Only properties and tags can replace a resource; of a property that does not say whether it does, it may. */
function mayReplace({ attribute, recreation }: ChangeDetail): boolean {
  return recreation === undefined ? attribute === 'Properties' || attribute === undefined : recreation !== 'Never';
}
