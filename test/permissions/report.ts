import { Grant, grantKey, Judge } from './judge';
import { Policies, Policy, Role } from './policies';

/** A permission, told without the names of one solution's resources. */
export interface Permission {
  /** Who has it. */
  readonly who: string;
  readonly action: string;
  readonly on: string;
}

/** Every permission that some policy grants and none of the judged runs used. A kind of role, such as the builds', uses together what one of it uses. */
export function unusedPermissions(judges: readonly Judge[]): Permission[] {
  const permissions = new Map<string, Permission & { used: boolean }>();
  for (const { policies, used } of judges) {
    for (const { who, grant } of grantsOf(policies)) {
      const permission = { who, action: grant.action, on: describe(grant.resource, policies) };
      const id = permissionText(permission);
      permissions.set(id, { ...permission, used: (permissions.get(id)?.used ?? false) || used.has(grantKey(grant)) });
    }
  }
  return [...permissions.values()].filter((permission) => !permission.used)
    .map(({ who, action, on }) => ({ who, action, on }))
    .sort((a, b) => (permissionText(a) < permissionText(b) ? -1 : 1));
}

export function permissionText({ who, action, on }: Permission): string {
  return `${who}: ${action} on ${on}`;
}

function grantsOf(policies: Policies): { readonly who: string; readonly grant: Grant }[] {
  const ofRoles = [...policies.roles.values()].flatMap((role) => role.policies.flatMap(expand).map((grant) => ({ who: kindOf(role), grant })));
  const ofResources = [...policies.ofResources].flatMap(([arn, policy]) => {
    const who = `policy of ${describe(arn, policies)}`;
    return expand(policy).map((grant) => ({ who, grant }));
  });
  return [...ofRoles, ...ofResources];
}

function expand({ name, policy }: Policy): Grant[] {
  return policy.Statement.filter(({ Effect }) => Effect === 'Allow').flatMap(({ Sid, Action, Resource = '' }) => [Action].flat().flatMap((action) => (
    [Resource].flat().map((resource) => ({ policy: name, statement: Sid, action, resource }))
  )));
}

function kindOf({ logicalId, trust }: Role): string {
  const service = JSON.stringify(trust.policy.Statement[0].Principal);
  if (service.includes('codebuild')) {
    return logicalId.startsWith('PullRequests') ? 'pull request build' : 'build';
  }
  if (service.includes('codepipeline')) {
    return logicalId.includes('Doorbell') ? 'doorbell' : 'pipeline';
  }
  const [, name] = /([A-Z][a-z]+)(?:Function)?Role[0-9A-F]{8}$/.exec(logicalId) ?? [];
  return service.includes('states') ? 'state machine' : `${name?.toLowerCase()} function`;
}

/** Of these types, a solution has several that are alike. */
const ALIKE: Readonly<Record<string, string>> = {
  'AWS::CodeBuild::Project': 'project',
  'AWS::CodePipeline::Pipeline': 'pipeline',
  'AWS::ECR::Repository': 'image repository',
  'AWS::KMS::Key': 'key',
  'AWS::Lambda::Function': 'function',
  'AWS::Logs::LogGroup': 'log group',
  'AWS::SQS::Queue': 'dead-letter queue',
  'AWS::SecretsManager::Secret': 'secret',
  'AWS::StepFunctions::StateMachine': 'state machine',
};

const NAMED_BY_SERVICE: Readonly<Record<string, string>> = { codebuild: 'project', codecommit: 'repository', codepipeline: 'pipeline', iam: 'role' };

function describe(resource: string, { resources }: Policies): string {
  const owner = resources.filter(({ arn }) => arn !== '' && resource.startsWith(arn.replace(/:\*$/, ''))).sort((a, b) => b.arn.length - a.arn.length)[0];
  if (owner === undefined) {
    return describeOther(resource);
  }
  const name = ALIKE[owner.type] ?? owner.logicalId.replace(/[0-9A-F]{8}$/, '').replace(/^Pipeline(Storage)?/, '');
  const rest = resource.slice(owner.arn.length).replace(/^\/[a-z-]+\/(?=[a-z-]+\/)/, '/').replace(/components\/(\$\{[^}]+\}|[^/]+)\//, 'components/<component>/');
  return ['AWS::S3::Bucket', 'AWS::DynamoDB::GlobalTable'].includes(owner.type) ? `${name}${rest}` : name;
}

function describeOther(resource: string): string {
  const [, , service, , , ...name] = resource.split(':');
  if (service === undefined || service === '') {
    return resource === '' ? '-' : resource;
  }
  if (service === 's3') {
    return 'asset';
  }
  return NAMED_BY_SERVICE[service] ?? `${service} ${name[0].split('/')[0]}`;
}
