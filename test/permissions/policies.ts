import { readAssembly } from '../../local/assembly/manifest';
import { resolveDeclared, Resource } from '../../local/assembly/resources';

export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | string[];
  readonly Resource?: string | string[];
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

/** A policy, every statement of which has a name. */
export interface Policy {
  readonly name: string;
  readonly policy: { readonly Version: string; readonly Statement: readonly Statement[] };
}

export interface Role {
  readonly arn: string;
  readonly logicalId: string;
  readonly policies: readonly Policy[];
  readonly trust: Policy;
  readonly tags: Readonly<Record<string, string>>;
}

interface Document {
  readonly Version?: string;
  readonly Statement: Omit<Statement, 'Sid'> | readonly Omit<Statement, 'Sid'>[];
}

const POLICY_TYPES = [
  'AWS::IAM::ManagedPolicy', 'AWS::IAM::Policy', 'AWS::IAM::Role', 'AWS::Lambda::Permission', 'AWS::S3::BucketPolicy', 'AWS::SNS::TopicPolicy', 'AWS::SQS::QueuePolicy',
];
const RESOURCE_TYPES = [
  'AWS::CodeBuild::Project', 'AWS::CodePipeline::Pipeline', 'AWS::DynamoDB::GlobalTable', 'AWS::ECR::Repository', 'AWS::Events::Rule', 'AWS::KMS::Key',
  'AWS::Lambda::Function', 'AWS::Logs::LogGroup', 'AWS::S3::Bucket', 'AWS::SNS::Topic', 'AWS::SQS::Queue', 'AWS::SecretsManager::Secret',
  'AWS::StepFunctions::StateMachine',
];

/** All policies of an assembly. */
export class Policies {
  public readonly roles: ReadonlyMap<string, Role>;
  /** By ARN of the resource that they belong to. */
  public readonly ofResources: ReadonlyMap<string, Policy>;
  public readonly resources: readonly Resource[];

  constructor(assembly: string) {
    this.resources = resolveDeclared(readAssembly(assembly), new Set([...POLICY_TYPES, ...RESOURCE_TYPES]));
    this.roles = new Map(this.of('AWS::IAM::Role').map((role) => [role.arn, this.role(role)]));
    this.ofResources = this.resourcePolicies();
  }

  private of(type: string): Resource<any>[] {
    return this.resources.filter((resource) => resource.type === type);
  }

  private role({ arn, name, account, logicalId, properties }: Resource<any>): Role {
    const { Policies: inline = [], ManagedPolicyArns: managed = [], Tags: tags = [], AssumeRolePolicyDocument: trust } = properties;
    const attached = (managed as string[]).map((policyArn) => {
      const policy = this.of('AWS::IAM::ManagedPolicy').find((candidate) => managedArn(candidate) === policyArn);
      if (policy === undefined) {
        throw new Error(`Role ${name} has the policy ${policyArn}, which is none of the assembly's.`);
      }
      return named(policy.logicalId, policy.properties.PolicyDocument);
    });
    const separate = [...this.of('AWS::IAM::Policy'), ...this.of('AWS::IAM::ManagedPolicy')]
      .filter((policy) => policy.account === account && (policy.properties.Roles ?? []).includes(name))
      .map((policy) => named(policy.logicalId, policy.properties.PolicyDocument));
    const own = (inline as { PolicyName: string; PolicyDocument: Document }[]).map((policy) => named(`${logicalId}/${policy.PolicyName}`, policy.PolicyDocument));
    return {
      arn,
      logicalId,
      policies: [...own, ...attached, ...separate],
      trust: named(`${logicalId}/trust`, trust),
      tags: Object.fromEntries((tags as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, Value])),
    };
  }

  private resourcePolicies(): Map<string, Policy> {
    const policies = new Map<string, Policy>();
    this.of('AWS::S3::BucketPolicy').forEach(({ logicalId, properties }) => policies.set(`arn:aws:s3:::${properties.Bucket}`, named(logicalId, properties.PolicyDocument)));
    this.of('AWS::KMS::Key').forEach(({ arn, logicalId, properties }) => policies.set(arn, named(logicalId, properties.KeyPolicy)));
    this.of('AWS::SNS::TopicPolicy').forEach(({ logicalId, properties }) => (properties.Topics as string[]).forEach((arn) => policies.set(arn, named(logicalId, properties.PolicyDocument))));
    for (const { logicalId, properties } of this.of('AWS::SQS::QueuePolicy')) {
      (properties.Queues as string[]).forEach((url) => {
        const queue = this.of('AWS::SQS::Queue').find(({ name }) => url.endsWith(`/${name}`))!;
        policies.set(queue.arn, named(logicalId, properties.PolicyDocument));
      });
    }
    for (const { arn, name } of this.of('AWS::Lambda::Function')) {
      const permissions = this.of('AWS::Lambda::Permission').filter(({ properties }) => properties.FunctionName === arn || properties.FunctionName === name);
      policies.set(arn, named(`permissions of ${name}`, { Statement: permissions.map(({ properties }) => permission(properties, arn)) }));
    }
    return policies;
  }
}

function named(name: string, { Version = '2012-10-17', Statement: given }: Document): Policy {
  const statements = [given].flat() as Omit<Statement, 'Sid'>[];
  return { name, policy: { Version, Statement: statements.map((statement, index) => ({ ...statement, Sid: `S${index}` })) } };
}

function managedArn({ arn, name, account, properties }: Resource<any>): string {
  return arn === '' ? `arn:aws:iam::${account}:policy${properties.Path ?? '/'}${name}` : arn;
}

/** A permission of a function as the statement of its policy. */
function permission({ Action, Principal, SourceArn, SourceAccount }: Record<string, string>, functionArn: string): Omit<Statement, 'Sid'> {
  return {
    Effect: 'Allow',
    Action,
    Resource: functionArn,
    Principal: Principal.endsWith('.amazonaws.com') ? { Service: Principal } : { AWS: Principal },
    Condition: {
      ...(SourceArn === undefined ? {} : { ArnLike: { 'aws:SourceArn': SourceArn } }),
      ...(SourceAccount === undefined ? {} : { StringEquals: { 'aws:SourceAccount': SourceAccount } }),
    },
  };
}
