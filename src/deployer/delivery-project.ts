import { Duration, Stack, Token } from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { deliveryBuildspec, DELIVERY_ROLE, StepCommands } from './buildspec';
import { DeliveryMachine } from './delivery-machine';
import { DeliveryProject, DeployerBindOptions } from './deployer-config';
import { standardImage } from '../component/build-image';
import { DELIVERY_ENV } from '../contract/deployer';
import { componentPrefix, placeDeliveryPrefix } from '../contract/objects';
import { canonicalJson, sha256 } from '../core/digest';
import { componentId } from '../core/names';
import { acknowledge } from '../private/acknowledge';
import { digestOf } from '../private/digest';
import { allow, allowPattern } from '../private/grants';
import { InlineRole } from '../private/inline-role';
import { requireLiteral } from '../private/literal';
import { sortedByName } from '../private/maps';

const HASH_LENGTH = 8;

/** What a built-in deployer is made of. */
export interface DeliveryProjectProps {
  /** Names the deployer in messages. */
  readonly title: string;
  readonly component: string;
  readonly bind: DeployerBindOptions;
  readonly machine: DeliveryMachine;
  readonly steps: StepCommands;
  /** Variables in addition to the machine's, and names that are taken. */
  readonly variables?: { readonly [name: string]: string };
  readonly taken?: readonly string[];
  /** Whether a step takes what an earlier one left. @default false */
  readonly takesOver?: boolean;
}

/** The project of a built-in deployer, and the digest of its definition. */
export function deliveryProject(scope: Construct, props: DeliveryProjectProps): Pick<DeliveryProject, 'project' | 'projectName' | 'definition'> {
  const { title, component, bind, machine, steps } = props;
  check(props);
  const description = `Delivers ${component} of ${bind.solution} to ${bind.placeName}`;
  const role = machine.role ?? new InlineRole(scope, 'Role', { assumedBy: new iam.ServicePrincipal('codebuild.amazonaws.com'), description });
  const buildspec = deliveryBuildspec(steps);
  const plain = { ...props.variables, ...(machine.roleArn === undefined ? {} : { [DELIVERY_ROLE]: requireLiteral(`${title}: roleArn`, machine.roleArn) }) };
  const variables: { [name: string]: codebuild.BuildEnvironmentVariable } = sortedByName({
    ...machine.environmentVariables, ...Object.fromEntries(Object.entries(plain).map(([name, value]) => [name, { value }])),
  });
  const logGroup = new logs.LogGroup(scope, 'Logs', { retention: bind.logRetention, removalPolicy: bind.removalPolicy });
  const buildImage = machine.buildImage ?? standardImage();
  const { region } = Stack.of(scope);
  const unique = digestOf([scope.node.addr, Token.isUnresolved(region) ? '' : region]).slice(0, HASH_LENGTH);
  // Known at synth, as the function that starts builds has it in a file.
  const projectName = `${bind.solution.replaceAll('.', '-')}-delivery-${unique}`;
  const create = () => new codebuild.Project(scope, 'Project', {
    projectName,
    role,
    description,
    buildSpec: codebuild.BuildSpec.fromObject(buildspec),
    environment: { buildImage, computeType: machine.computeType ?? codebuild.ComputeType.SMALL },
    environmentVariables: variables,
    timeout: machine.timeout ?? Duration.hours(1),
    vpc: machine.vpc,
    subnetSelection: machine.subnets,
    securityGroups: machine.securityGroups,
    grantReportGroupPermissions: false,
    logging: { cloudWatch: { logGroup } },
  });
  // A project lets itself write to a whole family of log groups; it needs one.
  const project = role instanceof InlineRole ? role.whileRefusing(isAboutLogs, create) : create();
  acknowledge(project, 'AwsSolutions-CB4', 'The project puts out no artifacts.');
  allow(role, ['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
  acknowledgeSecrets(role, machine);
  grantStore(role, props);
  if (machine.roleArn !== undefined) {
    allow(role, ['sts:AssumeRole'], [machine.roleArn]);
  }
  const definition = sha256(canonicalJson(Stack.of(scope).resolve({
    buildspec, variables, image: [buildImage.type, buildImage.imageId], compute: machine.computeType, account: bind.account, region: bind.region,
  })));
  return { project, projectName, definition };
}

/** The CDK lets a project read a secret that an ARN names by a pattern, as the ARN may lack its random end. */
function acknowledgeSecrets(role: iam.IRole, { environmentVariables = {} }: DeliveryMachine): void {
  for (const { type, value } of Object.values(environmentVariables)) {
    const [, arn] = type === codebuild.BuildEnvironmentVariableType.SECRETS_MANAGER ? /^(arn:[^:]+:secretsmanager:[^:]+:[^:]+:secret:[^:]+)/.exec(String(value)) ?? [] : [];
    if (arn !== undefined) {
      acknowledge(role, `AwsSolutions-IAM5[Resource::${arn}*]`, 'The ARN of a secret may lack its random end.');
    }
  }
}

/** A project reads the component's artifacts, and writes what its own attempts report and hand on. */
function grantStore(role: iam.IRole, { component, takesOver = false, bind: { artifactBucket, solution, placeName } }: DeliveryProjectProps): void {
  const id = componentId(component);
  allowPattern(role, 'Artifacts are stored under their build\'s number, which is not known yet.', ['s3:GetObject', 's3:GetObjectVersion'], [
    artifactBucket.arnForObjects(`${componentPrefix(solution, id)}*`),
  ]);
  allowPattern(role, 'What an attempt writes is stored under its token, which is not known yet.', [...takesOver ? ['s3:GetObject'] : [], 's3:PutObject'], [
    artifactBucket.arnForObjects(`${placeDeliveryPrefix(solution, placeName, id)}*`),
  ]);
  artifactBucket.encryptionKey?.grant(role, 'kms:Decrypt', 'kms:GenerateDataKey');
}

function check({ title, machine: { environmentVariables = {}, roleArn }, variables = {}, taken = [], bind }: DeliveryProjectProps): void {
  const reserved = [...Object.values(DELIVERY_ENV), DELIVERY_ROLE, 'REPORT_FILE', ...Object.keys(variables), ...taken];
  const twice = Object.keys(environmentVariables).find((name) => reserved.includes(name));
  if (twice !== undefined) {
    throw new Error(`${title}: environmentVariables has ${JSON.stringify(twice)}, which is set already: give it another name.`);
  }
  if (roleArn !== undefined) {
    const [, account] = /^arn:[\w-]+:iam::(\d{12}):role\/.+$/.exec(requireLiteral(`${title}: roleArn`, roleArn)) ?? [];
    if (account !== bind.account) {
      throw new Error(`${title}: roleArn is ${JSON.stringify(roleArn)}: write the ARN of a role in account ${bind.account}, which the environment is in.`);
    }
  }
}

/** @throws where the environment is in another account, and nothing says as whom the commands act there */
export function requireRole(scope: Construct, title: string, { account }: DeployerBindOptions, { roleArn }: DeliveryMachine): void {
  if (roleArn === undefined && account !== Stack.of(scope).account) {
    throw new Error(`${title}: the environment is in account ${account}, and the pipeline is not: give roleArn, a role there that the commands act as.`);
  }
}

function isAboutLogs({ actions }: iam.PolicyStatement): boolean {
  return actions.length > 0 && actions.every((action) => action.startsWith('logs:'));
}
