import { referencesIn } from './references';
import { nameProperty } from '../../assembly/identities';
import { AssemblyStack } from '../../assembly/manifest';
import { Resource } from '../../assembly/resources';

/** Resources that `checkPrincipals` reads. */
export const PRINCIPAL_TYPES: ReadonlySet<string> = new Set(['AWS::IAM::Role', 'AWS::KMS::Key', 'AWS::S3::BucketPolicy']);

/** Where a type has its policy, and what its service answers where a principal does not exist. */
const POLICIES: Readonly<Record<string, { readonly property: string; readonly answer: string }>> = {
  'AWS::IAM::Role': { property: 'AssumeRolePolicyDocument', answer: 'Invalid principal in policy (IAM, MalformedPolicyDocument)' },
  'AWS::KMS::Key': { property: 'KeyPolicy', answer: 'Policy contains a statement with one or more invalid principals (KMS, MalformedPolicyDocumentException)' },
  'AWS::S3::BucketPolicy': { property: 'PolicyDocument', answer: 'Invalid principal in policy (Amazon S3, MalformedPolicy)' },
};

const BOOTSTRAP_ROLE = /^arn:aws[a-z-]*:iam::(\d{12}):role\/cdk-[a-z0-9]+-(?:deploy|cfn-exec|file-publishing|image-publishing|lookup)-role-\1-([a-z0-9-]+)$/;

/**
 * IAM, KMS and S3 take no policy that names a principal which does not exist. What exists when the stacks are created: the roles that they make, the
 * bootstrap's in the accounts and Regions that they are deployed to, and others of the policy's own account, which are taken for granted.
 * @throws Error in the service's words
 */
export function checkPrincipals(resources: readonly Resource[], stacks: readonly Pick<AssemblyStack, 'account' | 'region'>[]): void {
  const made = new Set(resources.filter(({ type }) => type === 'AWS::IAM::Role').map(({ arn }) => arn));
  const exists = (principal: string, account: string) => {
    const [, , , , owner, entity = ''] = principal.split(':');
    if (!/^(?:role|user)\//.test(entity) || made.has(principal)) {
      return true;
    }
    const bootstrap = BOOTSTRAP_ROLE.exec(principal);
    return bootstrap === null ? owner === account : stacks.some((stack) => stack.account === bootstrap[1] && stack.region === bootstrap[2]);
  };
  for (const { type, logicalId, account, properties } of resources) {
    const policy = POLICIES[type];
    const missing = policy && principalsOf(properties[policy.property]).find((principal) => !exists(principal, account));
    if (missing !== undefined) {
      throw new Error(`${type} ${logicalId}: ${policy!.answer}: ${missing} need not exist when the stack is created.`);
    }
  }
}

function principalsOf(document: unknown): string[] {
  const { Statement: statements } = (document ?? {}) as { readonly Statement?: unknown };
  return [statements ?? []].flat().flatMap((statement) => {
    const { Principal: principal } = statement as { readonly Principal?: { readonly AWS?: string | readonly string[] } | string };
    return typeof principal === 'object' ? [principal.AWS ?? []].flat() : [];
  });
}

interface RetainedResource {
  readonly Type: string;
  readonly DeletionPolicy?: string;
  readonly DependsOn?: string | readonly string[];
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/**
 * What of a stack a creation that fails at some resource leaves behind under a name of its own: the next creation ends in "already exists". Whatever does
 * not wait for the failing resource may be there by then; a rollback deletes it, unless its `DeletionPolicy` is `Retain`. Where that is `RetainExceptOnCreate`,
 * it is deleted. Each as `<logical ID> (<name>), where <logical ID> fails`.
 */
export function collisionsAfterFailure({ template }: Pick<AssemblyStack, 'template'>): string[] {
  const resources = new Map(Object.entries((template.Resources ?? {}) as Record<string, RetainedResource>));
  const kept = [...resources].flatMap(([logicalId, { Type: type, DeletionPolicy: policy, Properties: properties }]) => {
    const property = nameProperty(type);
    const name = property === undefined ? undefined : properties?.[property];
    return policy === 'Retain' && name !== undefined ? [{ logicalId, name: typeof name === 'string' ? name : JSON.stringify(name) }] : [];
  });
  return kept.flatMap(({ logicalId, name }) => {
    const before = dependenciesOf(logicalId, resources);
    const failing = [...resources.keys()].find((other) => other !== logicalId && !before.has(other));
    return failing === undefined ? [] : [`${logicalId} (${name}), where ${failing} fails`];
  });
}

/** All that has to be there before a resource is made. */
function dependenciesOf(logicalId: string, resources: ReadonlyMap<string, RetainedResource>): Set<string> {
  const found = new Set<string>();
  const queue = [logicalId];
  for (const at of queue) {
    const resource = resources.get(at)!;
    for (const id of [...[resource.DependsOn ?? []].flat(), ...referencesIn(resource.Properties).map(({ id: to }) => to)]) {
      if (resources.has(id) && !found.has(id)) {
        found.add(id);
        queue.push(id);
      }
    }
  }
  return found;
}
