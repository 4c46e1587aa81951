import { createHash } from 'node:crypto';
import { NotEmulatedError } from '../activity';

/** A resource as far as its name and attributes depend on it. */
export interface ResourceIdentity {
  readonly type: string;
  readonly logicalId: string;
  readonly stackName: string;
  readonly account: string;
  readonly region: string;
  /** The name that the template asks for; `undefined`: it is generated. */
  readonly explicitName?: string;
  /** Where in IAM's name space it is. @default / */
  readonly path?: string;
}

interface IdentityRule {
  /** Property that names the resource. */
  readonly nameProperty?: string;
  /** What `Ref` gives; the name where absent. */
  readonly ref?: (name: string, resource: ResourceIdentity) => string;
  readonly attributes?: Readonly<Record<string, (name: string, resource: ResourceIdentity) => string>>;
}

const arn = (service: string, prefix = '') => (name: string, { account, region }: ResourceIdentity): string =>
  `arn:aws:${service}:${region}:${account}:${prefix}${name}`;
const iamArn = (kind: string) => (name: string, { account, path = '/' }: ResourceIdentity): string => `arn:aws:iam::${account}:${kind}${path}${name}`;

const STATE_MACHINE = arn('states', 'stateMachine:');
const TABLE: IdentityRule = { nameProperty: 'TableName', attributes: { Arn: arn('dynamodb', 'table/') } };

const SECRET: NonNullable<IdentityRule['ref']> = (name, resource) => `${arn('secretsmanager', 'secret:')(name, resource)}-${digest(name, 6)}`;

const RULES: Readonly<Record<string, IdentityRule>> = {
  'AWS::CloudWatch::Alarm': { nameProperty: 'AlarmName', attributes: { Arn: arn('cloudwatch', 'alarm:') } },
  'AWS::CodeBuild::Project': { nameProperty: 'Name', attributes: { Arn: arn('codebuild', 'project/') } },
  'AWS::CodeBuild::ReportGroup': { nameProperty: 'Name', attributes: { Arn: arn('codebuild', 'report-group/') } },
  'AWS::CodeCommit::Repository': {
    nameProperty: 'RepositoryName',
    ref: (name) => digest(name, 36),
    attributes: {
      Arn: arn('codecommit'),
      Name: (name) => name,
      CloneUrlHttp: (name, { region }) => `https://git-codecommit.${region}.amazonaws.com/v1/repos/${name}`,
    },
  },
  'AWS::CodePipeline::Pipeline': { nameProperty: 'Name', attributes: { Version: () => '1' } },
  'AWS::DynamoDB::GlobalTable': TABLE,
  'AWS::DynamoDB::Table': TABLE,
  'AWS::EC2::SecurityGroup': { attributes: { GroupId: (name) => `sg-${digest(name, 17)}` } },
  'AWS::ECR::Repository': {
    nameProperty: 'RepositoryName',
    attributes: {
      Arn: arn('ecr', 'repository/'),
      RepositoryUri: (name, { account, region }) => `${account}.dkr.ecr.${region}.amazonaws.com/${name}`,
    },
  },
  'AWS::Events::Rule': { nameProperty: 'Name', attributes: { Arn: arn('events', 'rule/') } },
  'AWS::IAM::ManagedPolicy': { nameProperty: 'ManagedPolicyName', ref: iamArn('policy') },
  'AWS::IAM::Role': { nameProperty: 'RoleName', attributes: { Arn: iamArn('role'), RoleId: (name) => digest(name, 20) } },
  'AWS::KMS::Alias': { nameProperty: 'AliasName' },
  'AWS::KMS::Key': { ref: (name) => digest(name, 36), attributes: { Arn: (name, key) => arn('kms', 'key/')(digest(name, 36), key), KeyId: (name) => digest(name, 36) } },
  'AWS::Lambda::Function': { nameProperty: 'FunctionName', attributes: { Arn: arn('lambda', 'function:') } },
  'AWS::Logs::LogGroup': { nameProperty: 'LogGroupName', attributes: { Arn: (name, group) => `${arn('logs', 'log-group:')(name, group)}:*` } },
  'AWS::S3::Bucket': {
    nameProperty: 'BucketName',
    attributes: {
      Arn: (name) => `arn:aws:s3:::${name}`,
      DomainName: (name) => `${name}.s3.amazonaws.com`,
      RegionalDomainName: (name, { region }) => `${name}.s3.${region}.amazonaws.com`,
    },
  },
  'AWS::SNS::Topic': { nameProperty: 'TopicName', ref: arn('sns'), attributes: { TopicArn: arn('sns'), TopicName: (name) => name } },
  'AWS::SQS::Queue': {
    nameProperty: 'QueueName',
    ref: (name, { account, region }) => `https://sqs.${region}.amazonaws.com/${account}/${name}`,
    attributes: { Arn: arn('sqs'), QueueName: (name) => name },
  },
  // CloudFormation calls its ARN the attribute Id.
  'AWS::SecretsManager::Secret': { nameProperty: 'Name', ref: SECRET, attributes: { Arn: SECRET, Id: SECRET } },
  'AWS::StepFunctions::StateMachine': { nameProperty: 'StateMachineName', ref: STATE_MACHINE, attributes: { Arn: STATE_MACHINE, Name: (name) => name } },
};

/** The property that names a resource of this type; `undefined` where CloudFormation always generates the name. */
export function nameProperty(type: string): string | undefined {
  return RULES[type]?.nameProperty;
}

/** The name a resource has, the template's or one generated as CloudFormation does: stack, logical ID, something unique. */
export function physicalName(resource: ResourceIdentity): string {
  if (resource.explicitName !== undefined) {
    return resource.explicitName;
  }
  const unique = digest(`${resource.account}/${resource.region}/${resource.stackName}/${resource.logicalId}`, 12);
  const name = `${resource.stackName.slice(0, 24)}-${resource.logicalId.slice(0, 24)}-${unique}`;
  return resource.type === 'AWS::S3::Bucket' || resource.type === 'AWS::ECR::Repository' ? name.toLowerCase() : name;
}

/** What `Ref` gives. */
export function refOf(resource: ResourceIdentity): string {
  const name = physicalName(resource);
  return RULES[resource.type]?.ref?.(name, resource) ?? name;
}

/** Whether a type has the attribute `Arn`. */
export function hasArn(type: string): boolean {
  return RULES[type]?.attributes?.Arn !== undefined;
}

/** What `Fn::GetAtt` gives. */
export function attributeOf(resource: ResourceIdentity, attribute: string): string {
  const value = RULES[resource.type]?.attributes?.[attribute];
  if (value === undefined) {
    throw new NotEmulatedError(`attribute '${attribute}' of ${resource.type} (${resource.logicalId} in stack ${resource.stackName})`);
  }
  return value(physicalName(resource), resource);
}

function digest(text: string, length: number): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return length === 36 ? [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-') : hex.slice(0, length);
}
