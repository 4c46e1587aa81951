import { Aws, CfnCapabilities, DefaultStackSynthesizer, Duration, Environment, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sfn from 'aws-cdk-lib/aws-stepfunctions';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { Construct } from 'constructs';
import { guardRules } from './change-set-guard';
import { Gate } from './gate';
import { GateBindOptions, GateConfig, GatePosition } from './gate-config';
import { stateMachineGate, StateMachineGateOptions } from './state-machine';
import { DEPLOYMENT_FILE, DeploymentAnswer, DeploymentConfiguration, DeploymentEvent } from '../contract/guarded-deployment';
import { componentPrefix, releasePrefix } from '../contract/objects';
import { acknowledge } from '../private/acknowledge';
import { DeployRole, admitDeployRoles } from '../private/deploy-roles';
import { digestOf } from '../private/digest';
import { allow, allowPattern } from '../private/grants';
import { InlineRole } from '../private/inline-role';
import { requireLiteral } from '../private/literal';
import { RuntimeFunction } from '../private/runtime-function';

/** Properties of a `GuardedDeployment`. */
export interface GuardedDeploymentProps {
  /**
   * Account and Region that the stack is in, both literal. The account is bootstrapped with trust in this one (`cdk bootstrap --trust`).
   */
  readonly env: Environment;

  /** Name of the stack. */
  readonly stackName: string;

  /**
   * Name of the component whose build is the template: a file, such as that of `Component.custom` with `BuildArtifact.file('template.yml')`. The input then
   * says where the release is (`{"release":"s3://..."}`), as that of `gate()` does. Code that the template takes from S3 has to be in the stack's own Region.
   * @default - the input names the template: `{"templateUrl":"https://..."}`
   */
  readonly component?: string;

  /**
   * Values of the template's parameters.
   * @default - the template's defaults
   */
  readonly parameters?: { [name: string]: string };

  /**
   * CloudFormation types whose resources may be deleted and replaced.
   * @default - only types that are replaced by design, such as `AWS::Lambda::Version`
   */
  readonly allowTypes?: string[];

  /**
   * Logical IDs of resources that may be deleted and replaced; in a nested stack such as `Database/Table`.
   * @default - none
   */
  readonly allowLogicalIds?: string[];

  /**
   * Capabilities that CloudFormation is given for the template.
   * @default - CAPABILITY_NAMED_IAM and CAPABILITY_AUTO_EXPAND
   */
  readonly capabilities?: CfnCapabilities[];

  /**
   * Qualifier of the CDK bootstrap in the account.
   * @default - the qualifier of this stack
   */
  readonly qualifier?: string;

  /**
   * How long logs are kept.
   * @default logs.RetentionDays.ONE_YEAR
   */
  readonly logRetention?: logs.RetentionDays;
}

/**
 * A state machine that deploys one stack from the template that its input names (`{"templateUrl":"https://..."}`), or from a component's build, and takes
 * one of three paths: a stack that does not exist is created; one that exists is updated if nothing would be deleted or replaced; otherwise the change set is
 * deleted, and the execution fails with the list of resources. One execution at a time. It can be a gate: `gate()`.
 */
export class GuardedDeployment extends Construct {
  /** The state machine. */
  public readonly stateMachine: sfn.StateMachine;

  private readonly reader?: ReleaseReader;

  constructor(scope: Construct, id: string, props: GuardedDeploymentProps) {
    super(scope, id);
    const logRetention = props.logRetention ?? logs.RetentionDays.ONE_YEAR;
    const configuration = this.configuration(props);
    const description = `Deploys stack ${configuration.stackName}, unless resources would be deleted or replaced`;
    const steps = new RuntimeFunction(this, 'Steps', {
      bundle: 'lambda/guarded-deployment.lambda',
      description,
      files: { [DEPLOYMENT_FILE]: JSON.stringify(configuration) },
      environment: {},
      timeout: Duration.minutes(2),
      memorySize: 256,
      logRetention,
    });
    this.reader = props.component === undefined ? undefined : { ...configuration, role: steps.role };
    allow(steps.role, ['sts:AssumeRole'], [configuration.deployRoleArn]);
    const role = new InlineRole(this, 'Role', { assumedBy: new iam.ServicePrincipal('states.amazonaws.com'), description });
    allow(role, ['lambda:InvokeFunction'], [steps.function.functionArn]);
    this.stateMachine = new sfn.StateMachine(this, 'StateMachine', {
      comment: description,
      definitionBody: sfn.DefinitionBody.fromString(Stack.of(this).toJsonString(
        definition(steps.function.functionArn, props.component === undefined ? 'templateUrl' : 'release'),
      )),
      role,
      tracingEnabled: true,
      logs: { destination: new logs.LogGroup(this, 'Logs', { retention: logRetention, removalPolicy: RemovalPolicy.DESTROY }), level: sfn.LogLevel.ALL },
    });
    acknowledge(role, 'AwsSolutions-IAM5[Resource::*]', 'Step Functions\' log deliveries and X-Ray know no resources.');
  }

  /**
   * The deployment as a gate of an environment: one stack more, before the environment's own or after it. With `component`, the function may read the
   * pipeline's releases from then on, and the stack's deploy role what components built.
   */
  public gate(options: StateMachineGateOptions = {}): Gate {
    return new GuardedDeploymentGate(this.stateMachine, options, this.reader);
  }

  private configuration(props: GuardedDeploymentProps): DeploymentConfiguration {
    const title = `GuardedDeployment ${this.node.path}`;
    const account = requireLiteral(`${title}: env.account`, props.env.account ?? '');
    const region = requireLiteral(`${title}: env.region`, props.env.region ?? '');
    if (!/^\d{12}$/.test(account) || region === '') {
      throw new Error(`${title}: env is ${JSON.stringify(props.env)}: name both the account and the Region that the stack is in.`);
    }
    const stackName = requireLiteral(`${title}: stackName`, props.stackName);
    if (!/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(stackName)) {
      throw new Error(`${title}: stackName is ${JSON.stringify(stackName)}: CloudFormation takes a letter, then letters, digits and -, at most 128.`);
    }
    const stack = Stack.of(this);
    const qualifier = props.qualifier ?? stack.synthesizer.bootstrapQualifier ?? DefaultStackSynthesizer.DEFAULT_QUALIFIER;
    const partition = RegionInfo.get(region).partition ?? stack.partition;
    const role = (kind: string) => `arn:${partition}:iam::${account}:role/cdk-${qualifier}-${kind}-${account}-${region}`;
    const { allowTypes = [], allowLogicalIds = [] } = guardRules({ allowTypes: props.allowTypes, allowLogicalIds: props.allowLogicalIds });
    return {
      account,
      region,
      stackName,
      deployRoleArn: role('deploy-role'),
      executionRoleArn: role('cfn-exec-role'),
      capabilities: props.capabilities ?? [CfnCapabilities.NAMED_IAM, CfnCapabilities.AUTO_EXPAND],
      parameters: props.parameters ?? {},
      allowTypes,
      allowLogicalIds,
      ...(props.component === undefined ? {} : { component: requireLiteral(`${title}: component`, props.component) }),
    };
  }
}

/** Who reads a release, and the template that is in it. */
interface ReleaseReader extends DeployRole {
  readonly role: iam.IRole;
}

class GuardedDeploymentGate extends Gate {
  public readonly position: GatePosition;

  /** @param reader where the template is a component's */
  constructor(
    private readonly stateMachine: sfn.IStateMachine, private readonly options: StateMachineGateOptions, private readonly reader: ReleaseReader | undefined,
  ) {
    super();
    this.position = options.position ?? GatePosition.BEFORE_DEPLOY;
  }

  public bind(_scope: Construct, bindOptions: GateBindOptions): GateConfig {
    const { artifactBucket, solution } = bindOptions;
    if (this.reader) {
      admitToArtifacts(this.reader, artifactBucket, solution);
      allowPattern(this.reader.role, 'A release is stored under its execution\'s ID, which is not known yet.', ['s3:GetObject'], [
        artifactBucket.arnForObjects(`${releasePrefix(solution)}*`),
      ]);
      artifactBucket.encryptionKey?.grant(this.reader.role, 'kms:Decrypt');
    }
    return stateMachineGate(this.stateMachine, bindOptions, this.options);
  }
}

/** CloudFormation reads a template with the deploy role's rights: the bootstrap gives it none to a bucket of its own account, and other accounts admit it. */
function admitToArtifacts(reader: ReleaseReader, bucket: s3.IBucket, solution: string): void {
  const { account } = Stack.of(bucket);
  const sid = `DeployRole${digestOf(reader.deployRoleArn).slice(0, 8)}ReadsTemplates`;
  for (const statement of admitDeployRoles([reader], account, { sid, actions: ['s3:GetObject'], resources: [bucket.arnForObjects(`${componentPrefix(solution, '*')}*`)] })) {
    bucket.addToResourcePolicy(statement);
  }
  for (const statement of admitDeployRoles([reader], account, { sid, actions: ['kms:Decrypt'], resources: ['*'] })) {
    bucket.encryptionKey?.addToResourcePolicy(statement);
  }
}

const WAIT_SECONDS = 5;

/** The state machine, as Amazon States Language: its state is the input, and the last answer under `answer`. */
function definition(functionArn: string, input: 'templateUrl' | 'release'): object {
  const step = (name: DeploymentEvent['step'], next: string, more: object = {}) => ({
    Type: 'Task',
    Resource: `arn:${Aws.PARTITION}:states:::lambda:invoke`,
    Parameters: { FunctionName: functionArn, Payload: { 'step': name, 'execution.$': '$$.Execution.Id', 'started.$': '$$.Execution.StartTime', ...more } },
    ResultSelector: { 'verdict.$': '$.Payload.verdict', 'payload.$': '$.Payload' },
    ResultPath: '$.answer',
    Retry: [{
      ErrorEquals: ['Lambda.ClientExecutionTimeoutException', 'Lambda.ServiceException', 'Lambda.AWSLambdaException', 'Lambda.SdkClientException', 'Lambda.TooManyRequestsException'],
      IntervalSeconds: 2,
      MaxAttempts: 5,
      BackoffRate: 2,
      JitterStrategy: 'FULL',
    }],
    Next: next,
  });
  const when = (verdict: DeploymentAnswer['verdict'], next: string) => ({ Variable: '$.answer.verdict', StringEquals: verdict, Next: next });
  const wait = (next: string) => ({ Type: 'Wait', Seconds: WAIT_SECONDS, Next: next });
  return {
    StartAt: 'Prepare',
    States: {
      'Prepare': step('prepare', 'Wait for the change set', { [`${input}.$`]: `$.${input}` }),
      'Wait for the change set': wait('Inspect'),
      'Inspect': step('inspect', 'What to do'),
      'What to do': {
        Type: 'Choice',
        Choices: [when('safe', 'Execute'), when('empty', 'Delete the empty change set'), when('refused', 'Reject')],
        Default: 'Wait for the change set',
      },
      'Delete the empty change set': { ...step('reject', 'Deployed'), ResultPath: null },
      'Reject': { ...step('reject', 'Refused'), ResultPath: null },
      'Refused': { Type: 'Fail', Error: 'Refused', CausePath: '$.answer.payload.message' },
      'Execute': { ...step('execute', 'Wait for the stack'), ResultPath: null },
      'Wait for the stack': wait('Watch'),
      'Watch': step('watch', 'Is it deployed'),
      'Is it deployed': { Type: 'Choice', Choices: [when('done', 'Deployed')], Default: 'Wait for the stack' },
      'Deployed': { Type: 'Succeed' },
    },
  };
}
