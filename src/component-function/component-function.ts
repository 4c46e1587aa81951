import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as codedeploy from 'aws-cdk-lib/aws-codedeploy';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { ComponentCode } from './component-code';
import { describedBuild } from './versions-of-builds';
import { allowPattern } from '../private/grants';
import { InlineRole } from '../private/inline-role';

/** Properties of a `ComponentFunction`. */
export interface ComponentFunctionProps extends lambda.FunctionOptions {
  /** Which component's build the function runs. */
  readonly code: ComponentCode;

  /**
   * Runtime of a zip.
   * @default - an image brings its own; required for a zip
   */
  readonly runtime?: lambda.Runtime;

  /**
   * Handler of a zip, such as `index.handler`.
   * @default - an image brings its own; required for a zip
   */
  readonly handler?: string;

  /**
   * Name of the alias by which the function is to be invoked.
   * @default 'live'
   */
  readonly aliasName?: string;

  /**
   * How fast the alias' traffic goes over from the old version to the new one.
   * @default codedeploy.LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES
   */
  readonly deploymentConfig?: codedeploy.ILambdaDeploymentConfig;

  /**
   * Alarms that end a deployment and take the traffic back while it is going over.
   * @default - one alarm: an error of the alias within a minute
   */
  readonly alarms?: cloudwatch.IAlarm[];

  /**
   * Function that is run before the new version gets any traffic, such as one that tests it. It reports to CodeDeploy
   * (`PutLifecycleEventHookExecutionStatus`) whether the deployment goes on.
   * @default - none
   */
  readonly preHook?: lambda.IFunction;

  /**
   * Function that is run when the new version has all the traffic. It reports to CodeDeploy as `preHook` does.
   * @default - none
   */
  readonly postHook?: lambda.IFunction;
}

/**
 * A Lambda function of the application that a pipeline deploys: its code is a component's build, and each new build gets its traffic gradually.
 *
 * Every build, and every other change of the function, becomes a version. CodeDeploy leads the alias from the old one to the new one; where an alarm
 * or a hook says no, it leads it back, and CloudFormation rolls the stack back: the pipeline records nothing.
 *
 * A new version takes the place of the one before, which the guard of an environment always allows. The description of a function whose code is a zip
 * ends in the build's number, such as `Takes orders (build 7)`: Lambda publishes no version of a function that has not changed, and a build may well have
 * the content of the one before.
 */
export class ComponentFunction extends Construct implements iam.IGrantable {
  /** The function. What invokes it has to invoke the alias instead. */
  public readonly function: lambda.Function;

  /** The alias: invoke this, and grant rights to invoke on this. */
  public readonly alias: lambda.Alias;

  /** CodeDeploy's part. */
  public readonly deploymentGroup: codedeploy.LambdaDeploymentGroup;

  /** The alarms that end a deployment. */
  public readonly alarms: cloudwatch.IAlarm[];

  public readonly grantPrincipal: iam.IPrincipal;

  constructor(scope: Construct, id: string, props: ComponentFunctionProps) {
    super(scope, id);
    const { code, runtime, handler, aliasName, deploymentConfig, alarms, preHook, postHook, ...options } = props;
    if (options.currentVersionOptions?.description !== undefined) {
      throw new Error(`${this.node.path}: currentVersionOptions.description is ${JSON.stringify(options.currentVersionOptions.description)}: leave it out, `
        + 'because a version\'s description names its build. A version without it would not be published for a new build.');
    }
    const bound = code._bind(this);
    this.function = new lambda.Function(this, 'Function', {
      ...options,
      ...runtimeOf(this, props),
      description: bound.sharesContent ? describedBuild(this.node.path, options.description, bound.build) : options.description,
      code,
      // The CDK makes a new version where the template's text changes; a parameter's value changes none of it, but its description.
      currentVersionOptions: { ...options.currentVersionOptions, description: bound.build },
    });
    this.grantPrincipal = this.function.grantPrincipal;
    this.alias = new lambda.Alias(this, 'Alias', { aliasName: aliasName ?? 'live', version: this.function.currentVersion });
    this.alarms = alarms ?? [this.errorAlarm()];
    const role = this.deploymentRole();
    this.deploymentGroup = new codedeploy.LambdaDeploymentGroup(this, 'DeploymentGroup', {
      alias: this.alias,
      deploymentConfig,
      alarms: this.alarms,
      preHook,
      postHook,
      role: role.withoutPolicyUpdates(),
      autoRollback: { failedDeployment: true, stoppedDeployment: true, deploymentInAlarm: this.alarms.length > 0 },
    });
    this.allowHooks(role, [preHook, postHook].filter((hook) => hook !== undefined));
  }

  private errorAlarm(): cloudwatch.IAlarm {
    return new cloudwatch.Alarm(this, 'Errors', {
      alarmDescription: `Errors of ${this.node.path}: ends a deployment and takes the traffic back`,
      metric: this.alias.metricErrors({ period: Duration.minutes(1) }),
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: cloudwatch.TreatMissingData.NOT_BREACHING,
    });
  }

  /** What CodeDeploy needs for this alias, in place of AWS's managed policy for all functions of the account. */
  private deploymentRole(): iam.Role {
    const role = new InlineRole(this, 'DeploymentRole', {
      assumedBy: new iam.ServicePrincipal('codedeploy.amazonaws.com'),
      description: `Leads the traffic of ${this.node.path} to new versions`,
    });
    const { functionArn } = this.function;
    allowPattern(role, 'CodeDeploy works on versions, whose numbers are not known yet.', [
      'lambda:GetAlias', 'lambda:GetProvisionedConcurrencyConfig', 'lambda:UpdateAlias',
    ], [functionArn, `${functionArn}:*`]);
    if (this.alarms.length > 0) {
      allowPattern(role, 'CodeDeploy asks for the state of all alarms at once.', ['cloudwatch:DescribeAlarms'], ['*']);
    }
    return role;
  }

  /** Apart from the role: a hook may answer to the deployment group, which has the role. */
  private allowHooks(role: iam.Role, hooks: readonly lambda.IFunction[]): void {
    if (hooks.length > 0) {
      const policy = new iam.Policy(this, 'InvokeHooks', {
        roles: [role],
        statements: [new iam.PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: hooks.map((hook) => hook.functionArn) })],
      });
      // Traffic goes over when the alias changes: by then the hooks may be run.
      this.alias.node.addDependency(policy);
    }
  }
}

function runtimeOf({ node }: Construct, { code, runtime, handler }: ComponentFunctionProps): Pick<lambda.FunctionProps, 'runtime' | 'handler'> {
  if (code._isImage) {
    if (runtime !== undefined || handler !== undefined) {
      throw new Error(`${node.path}: ${runtime === undefined ? 'handler' : 'runtime'} is given, and the code is an image, which brings its own: leave it out.`);
    }
    return { runtime: lambda.Runtime.FROM_IMAGE, handler: lambda.Handler.FROM_IMAGE };
  }
  if (runtime === undefined || handler === undefined) {
    throw new Error(`${node.path}: ${runtime === undefined ? 'runtime' : 'handler'} is missing: the code is a zip, which needs both.`);
  }
  return { runtime, handler };
}
