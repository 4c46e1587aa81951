import { NESTED_STACK } from './described-change';
import { InPlace } from './in-place';
import { allowsMore, isPolicyDocument } from './policies';
import { ResourceChange } from './resource-change';
import { hasProperties } from './values';
import { canonicalJson } from '../digest';

/** One resource by which a change set may let someone do more than before. */
export interface Broadening {
  readonly path: string;
  readonly type: string;
  readonly why: string;
}

/** Types that grant something without a policy document: a new or changed one counts. */
const GRANTS = new Set([
  'AWS::Cognito::IdentityPoolRoleAttachment',
  'AWS::EC2::SecurityGroupEgress',
  'AWS::EC2::SecurityGroupIngress',
  'AWS::EC2::VPCEndpointServicePermissions',
  'AWS::Events::EventBusPolicy',
  'AWS::IAM::AccessKey',
  'AWS::IAM::InstanceProfile',
  'AWS::IAM::OIDCProvider',
  'AWS::IAM::SAMLProvider',
  'AWS::IAM::ServiceLinkedRole',
  'AWS::IAM::User',
  'AWS::IAM::UserToGroupAddition',
  'AWS::LakeFormation::Permissions',
  'AWS::LakeFormation::PrincipalPermissions',
  'AWS::Lambda::LayerVersionPermission',
  'AWS::Lambda::Permission',
  'AWS::Lambda::Url',
  'AWS::RAM::ResourceShare',
  'AWS::RolesAnywhere::Profile',
  'AWS::RolesAnywhere::TrustAnchor',
  'AWS::SSO::Assignment',
  'AWS::SSO::PermissionSet',
]);

/** Lists that let more through the longer they are: whom a policy is attached to, which policies a role has, what a network admits. */
const LISTS = ['Groups', 'ManagedPolicyArns', 'Roles', 'SecurityGroupEgress', 'SecurityGroupIngress', 'Users'];

/** What holds permissions down: losing or changing it may let them grow. */
const BOUNDS = ['BlockPublicAcls', 'BlockPublicPolicy', 'IgnorePublicAcls', 'PermissionsBoundary', 'RestrictPublicBuckets'];

/**
 * The resources by which a change set may let someone do more than before: anyone who is asked to approve broader permissions only is asked
 * when there is one. It errs on the side of asking: what CloudFormation does not show counts.
 */
export function broadenings(changes: readonly ResourceChange[]): Broadening[] {
  const inPlace = new InPlace(changes);
  return changes.flatMap((change) => {
    const why = broadeningOf(change, inPlace);
    return why === undefined ? [] : [{ path: change.path, type: change.type, why }];
  });
}

function broadeningOf(change: ResourceChange, inPlace: InPlace): string | undefined {
  const { action, type, before } = change;
  const after = withUnchanged(change, inPlace);
  if (change.unread) {
    return 'the changes of a nested stack cannot be seen';
  }
  // What a nested stack's resources grant is said of these.
  if (inPlace.leavesAlone(change) || type === NESTED_STACK && change.unknown === undefined) {
    return undefined;
  }
  const had = action !== 'Add' && action !== 'Import';
  const has = action !== 'Remove';
  if (had && before === undefined || has && after === undefined) {
    return 'CloudFormation does not show what it grants';
  }
  if (has && GRANTS.has(type)) {
    return `a resource of this type grants something, and it ${had ? 'changes' : 'is new'}`;
  }
  const [old, fresh] = [contentOf(before), contentOf(has ? after : undefined)];
  for (const place of new Set([...old.policies.keys(), ...fresh.policies.keys()])) {
    if (allowsMore(old.policies.get(place) ?? [], fresh.policies.get(place) ?? [])) {
      return `${place} allows more, or denies less`;
    }
  }
  for (const [place, values] of fresh.lists) {
    if (![...values].every((value) => old.lists.get(place)?.has(value))) {
      return `${place} grows`;
    }
  }
  for (const [place, value] of has ? old.bounds : []) {
    if (fresh.bounds.get(place) !== value) {
      return `${place} changes`;
    }
  }
  return undefined;
}

/** Whether a resource may grant something, by its type and its content. */
export function mayGrant(type: string, resource: unknown): boolean {
  const { policies, lists, bounds } = contentOf(resource);
  return GRANTS.has(type) || policies.size + lists.size + bounds.size > 0;
}

/** The resource after the change. Properties that refer to what stays come out as before, though CloudFormation says that they are not known yet. */
function withUnchanged(change: ResourceChange, inPlace: InPlace): unknown {
  const { before, after } = change;
  if (!hasProperties(before) || !hasProperties(after)) {
    return after;
  }
  const kept = inPlace.unchangedProperties(change).filter((property) => Object.hasOwn(before.Properties, property));
  return { ...after, Properties: { ...after.Properties, ...Object.fromEntries(kept.map((property) => [property, before.Properties[property]])) } };
}

/** What a resource grants, by the property that says it; positions in lists are left out, as they mean nothing. */
interface Content {
  readonly policies: Map<string, unknown[]>;
  readonly lists: Map<string, Set<string>>;
  readonly bounds: Map<string, string>;
}

function contentOf(resource: unknown): Content {
  const content: Content = { policies: new Map(), lists: new Map(), bounds: new Map() };
  collect(resource, [], content);
  return content;
}

function collect(value: unknown, path: readonly string[], content: Content): void {
  const parsed = parsedPolicy(value);
  const place = path.filter((name) => name !== 'Properties').join('.') || 'it';
  const name = path.at(-1) ?? '';
  if (isPolicyDocument(parsed)) {
    content.policies.set(place, [...content.policies.get(place) ?? [], parsed]);
  } else if (BOUNDS.includes(name)) {
    content.bounds.set(place, canonicalJson(parsed));
  } else if (LISTS.includes(name)) {
    content.lists.set(place, new Set((Array.isArray(parsed) ? parsed : [parsed]).map((element) => canonicalJson(element))));
  } else if (Array.isArray(parsed)) {
    parsed.forEach((element) => collect(element, path, content));
  } else if (typeof parsed === 'object' && parsed !== null) {
    Object.entries(parsed).forEach(([key, child]) => collect(child, [...path, key], content));
  }
}

/** Some types take their policy as JSON text. */
function parsedPolicy(value: unknown): unknown {
  if (typeof value !== 'string' || !value.trimStart().startsWith('{') || !value.includes('"Statement"')) {
    return value;
  }
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
