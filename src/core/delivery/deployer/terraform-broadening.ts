import { Effect } from './reported-change';

/** Providers whose resources give no one access to anything. */
const HARMLESS_PROVIDERS = [
  'terraform.io/builtin/terraform', 'registry.terraform.io/hashicorp/null', 'registry.terraform.io/hashicorp/random', 'registry.terraform.io/hashicorp/time',
];

const AWS_PROVIDERS = ['registry.terraform.io/hashicorp/aws', 'registry.opentofu.org/hashicorp/aws'];

/**
 * Types of the AWS provider that say who may do what, or who is reached from where. What a policy allowed before and after is not compared: each of their
 * changes may let someone do more, a removal too, as it may have denied something.
 */
const GRANTING_TYPE = /^aws_(iam_|organizations_|ram_|ssoadmin_|identitystore_|lakeformation_|verifiedaccess_|verifiedpermissions_)|_(policy|policies|policy_attachment|permission|permissions|grant|grants|acl|acl_association|access|access_block|access_point|access_entry|association_authorization|security_group|security_group_rule|rule|user|users|role|authorizer|attachment)$|^aws_(security_group|vpc_security_group_|network_acl|default_security_group|default_network_acl|kms_grant|lambda_permission|lambda_function_url|s3_bucket_public_access_block|cognito_|vpc_peering|vpc_endpoint|route|db_instance|rds_cluster|redshift)/;

/** Attributes that hold such a thing in a resource of any type. */
const GRANTING_ATTRIBUTE = /polic|permission|principal|ingress|egress|cidr|acl|public|grant|assume|access|auth|iam|role|shared|allow/i;

/** Why a change may let someone do more than before; nothing where it does not. A resource of a provider that is not known may. */
export function broadeningOf(resource: Readonly<Record<string, unknown>>, effect: Effect): string | undefined {
  const provider = String(resource.provider_name ?? 'unknown');
  if (HARMLESS_PROVIDERS.includes(provider.replace('registry.opentofu.org', 'registry.terraform.io'))) {
    return undefined;
  }
  const type = String(resource.type ?? '');
  if (!AWS_PROVIDERS.includes(provider)) {
    return `what its provider ${provider} gives access to is not known`;
  }
  if (GRANTING_TYPE.test(type)) {
    return 'it says who may do what, or who is reached from where';
  }
  const attributes = effect === 'delete' || effect === 'forget' ? [] : changedAttributes(resource).filter((name) => GRANTING_ATTRIBUTE.test(name));
  return attributes.length === 0 ? undefined : `it changes ${attributes.slice(0, 5).join(', ')}`;
}

/** Names of the attributes whose values change, or may, as they are not known before. */
function changedAttributes({ change }: Readonly<Record<string, unknown>>): string[] {
  const { before, after, after_unknown: unknown } = record(change);
  const [old, fresh, open] = [record(before), record(after), record(unknown)];
  const names = [...new Set([...Object.keys(old), ...Object.keys(fresh), ...Object.keys(open)])].sort();
  const differs = (name: string) => !(isEmpty(old[name]) && isEmpty(fresh[name])) && JSON.stringify(old[name]) !== JSON.stringify(fresh[name]);
  return names.filter((name) => isUnknown(open[name]) || differs(name));
}

/** Of a list or a block, Terraform says of each part whether it is known. */
function isUnknown(value: unknown): boolean {
  return value === true || typeof value === 'object' && value !== null && Object.values(value).some(isUnknown);
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || Array.isArray(value) && value.length === 0;
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Readonly<Record<string, unknown>> : {};
}
