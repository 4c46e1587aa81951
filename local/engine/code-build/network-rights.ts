import { Resource } from '../../assembly/resources';

/** What CreateProject checks of the project's own role where it has a VpcConfig: without it CloudFormation cannot make the project. */
const CHECKED = [
  'ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface', 'ec2:DescribeDhcpOptions', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSecurityGroups',
  'ec2:DescribeSubnets', 'ec2:DescribeVpcs',
];

/** Resources that `checkNetworks` reads. */
export const NETWORK_TYPES: ReadonlySet<string> = new Set(['AWS::CodeBuild::Project', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::Policy', 'AWS::IAM::Role']);

interface Document {
  readonly Statement?: Statement | readonly Statement[];
}

interface Statement {
  readonly Effect?: string;
  readonly Action?: string | readonly string[];
}

interface PolicyProperties {
  readonly PolicyDocument?: Document;
  readonly Roles?: readonly string[];
}

interface RoleProperties {
  readonly Policies?: readonly { readonly PolicyDocument?: Document }[];
  readonly ManagedPolicyArns?: readonly string[];
}

/** @throws Error in CodeBuild's words, where a project in a VPC names a role of the assembly that lacks a right */
export function checkNetworks(resources: readonly Resource[]): void {
  for (const { name, properties } of resources.filter(({ type }) => type === 'AWS::CodeBuild::Project')) {
    const { VpcConfig: network, ServiceRole: roleArn } = properties as { readonly VpcConfig?: object; readonly ServiceRole?: string };
    const role = resources.find(({ type, arn }) => type === 'AWS::IAM::Role' && arn === roleArn);
    const missing = network === undefined || role === undefined ? undefined : CHECKED.find((action) => !allows(documentsOf(role, resources), action));
    if (missing !== undefined) {
      throw new Error(`CodeBuild project '${name}': Not authorized to perform ${missing.slice('ec2:'.length)} (InvalidInputException): its role ${roleArn} lacks ${missing}.`);
    }
  }
}

function documentsOf(role: Resource, resources: readonly Resource[]): Document[] {
  const { Policies: inline = [], ManagedPolicyArns: arns = [] } = role.properties as RoleProperties;
  const attached = resources.filter(({ type, arn, properties }) => (
    (type === 'AWS::IAM::ManagedPolicy' && arns.includes(arn)) || (type === 'AWS::IAM::Policy' && (properties as PolicyProperties).Roles?.includes(role.name))
  ));
  return [...inline.map(({ PolicyDocument: document }) => document), ...attached.map(({ properties }) => (properties as PolicyProperties).PolicyDocument)]
    .filter((document) => document !== undefined);
}

function allows(documents: readonly Document[], action: string): boolean {
  const statements = documents.flatMap(({ Statement: list = [] }) => [list].flat() as Statement[]);
  return statements.some(({ Effect: effect, Action: actions = [] }) => effect === 'Allow' && [actions].flat().some((pattern) => matches(pattern, action)));
}

function matches(pattern: string, action: string): boolean {
  const expression = pattern.split('*').map((text) => text.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('?', '.')).join('.*');
  return new RegExp(`^${expression}$`, 'i').test(action);
}
