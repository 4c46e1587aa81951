import { RemovalPolicy } from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { CodeDeployDeployerOptions, codeDeployEcsProject, CodeDeployGroupOptions, codeDeployProject } from './code-deploy';
import { commandsProject, CommandsDeployerOptions } from './commands';
import { DeliveryReportForm } from './report-form';
import { RollbackPolicy } from './rollback-policy';
import { terraformProject, TerraformDeployerOptions } from './terraform';

/** What a deployer is bound with, once for every Region of an environment. */
export interface DeployerBindOptions {
  /** Name of the environment. */
  readonly environmentName: string;

  /** Name of the environment in this Region: that of the environment, for its further Regions with the Region. */
  readonly placeName: string;

  /** Account that the environment is in. */
  readonly account: string;

  /** Region that the environment is in. */
  readonly region: string;

  /** Name of the pipeline's solution. */
  readonly solution: string;

  /** The bucket of components' artifacts, and of what deliveries write. */
  readonly artifactBucket: s3.IBucket;

  /** How long logs are kept. */
  readonly logRetention: logs.RetentionDays;

  /** What becomes of the pipeline's data when they leave the stack. With `DESTROY` a deployer's logs go too. */
  readonly removalPolicy: RemovalPolicy;
}

/**
 * A CodeBuild project that delivers the builds of a component. Each step is a build of it, with the component's artifact as its source.
 *
 * `DELIVERY_STEP` says which: `report` stores the report under `DELIVERY_REPORT`, and changes nothing; `deploy` delivers. What the first leaves under
 * `DELIVERY_HANDOVER` the later ones find there. A step that succeeds has done it all; one that fails is done again as a whole. Where the project
 * `switches`, `deploy` brings everything but what users are given, and `switch` gives it to them, once a person approved.
 */
export interface DeliveryProject {
  /** Name of the component whose builds are delivered. Its artifact is a zip. */
  readonly component: string;

  /** The project. Its source is none, its buildspec its own, and its role may read the component's artifacts. */
  readonly project: codebuild.IProject;

  /** Name of the project, as it was given to it: a literal, as the function that starts its builds holds it in a file. */
  readonly projectName: string;

  /** Everything that makes its deliveries what they are, apart from the component's builds: where it differs, the same build is delivered again. */
  readonly definition: string;

  /**
   * In which form it reports.
   * @default DeliveryReportForm.NONE
   */
  readonly report?: DeliveryReportForm;

  /**
   * What it does with an older build.
   * @default RollbackPolicy.DEPLOY_OLDER
   */
  readonly rollback?: RollbackPolicy;

  /**
   * Outputs of the environment's stacks that its builds find in their environment, by the variable's name. Only for a deployer that follows
   * `Deployer.cloudFormation()`.
   * @default - none
   */
  readonly outputs?: { [variable: string]: string };

  /**
   * What waits for a person's approval between the steps `deploy` and `switch`, in words, such as `deployment group web of shop`. Nothing but other such
   * deployers may follow.
   * @default - there is no step `switch`: `deploy` delivers all
   */
  readonly switches?: string;
}

/** What a deployer says. */
export interface DeployerConfig {
  /**
   * What it delivers with.
   * @default - the environment's stacks. Only `Deployer.cloudFormation()` may leave it out
   */
  readonly delivery?: DeliveryProject;
}

/**
 * How builds reach an environment. A deployer of one's own extends this class.
 *
 * Before anything is delivered, every deployer reports what would change: the environment's guard judges it, and approvals show it. What is delivered is what
 * was reported. A build that is in the environment already is not delivered again.
 *
 * @example
 * import { Component, DeploymentEnvironment, Deployer, RollbackPolicy } from 'cdk-modular-pipeline';
 *
 * const test: DeploymentEnvironment = {
 *   name: 'test',
 *   env: { account: '111111111111', region: 'eu-west-1' },
 *   deployers: [
 *     Deployer.commands('migrations', { commands: ['./migrate.sh'], rollback: RollbackPolicy.SKIP }),
 *     Deployer.cloudFormation(),
 *   ],
 * };
 */
export abstract class Deployer {
  /** CloudFormation: the stacks of all components that are templates or CDK applications. What an environment has where it names no deployers. */
  public static cloudFormation(): Deployer {
    return new StacksDeployer();
  }

  /**
   * Commands that run in CodeBuild with the component's artifact: migrations of a database, a static site, whatever has a command line.
   * @param component name of the component; its artifact is a zip
   */
  public static commands(component: string, options: CommandsDeployerOptions): Deployer {
    return new BuiltInDeployer((scope, bindOptions) => ({ delivery: commandsProject(scope, component, bindOptions, options) }));
  }

  /**
   * Terraform, or OpenTofu: the component's artifact is a root module with its lock file. Prepare makes a plan, which is reported resource by resource;
   * Deploy applies that very plan. A plan is made for every release, as others may have changed what it manages.
   * @param component name of the component; its artifact is a zip
   */
  public static terraform(component: string, options: TerraformDeployerOptions): Deployer {
    return new BuiltInDeployer((scope, bindOptions) => ({ delivery: terraformProject(scope, component, bindOptions, options) }));
  }

  /**
   * CodeDeploy: the component's artifact is a revision, with its `appspec.yml`, for EC2 or on-premises instances. The deployment is made in the
   * environment's account, and is followed to its end.
   * @param component name of the component; its artifact is a zip
   */
  public static codeDeploy(component: string, options: CodeDeployDeployerOptions): Deployer {
    return new BuiltInDeployer((scope, bindOptions) => ({ delivery: codeDeployProject(scope, component, bindOptions, options) }));
  }

  /**
   * CodeDeploy for ECS: the component's artifact has `taskdef.json`, the input of `RegisterTaskDefinition`, and `appspec.yaml`, which names the task
   * definition as `<TASK_DEFINITION>`. The task definition is registered in the environment's account, and a blue/green deployment of it is made and
   * followed to its end; with `switchApproval`, a person approves before it gets the traffic.
   * @param component name of the component; its artifact is a zip
   */
  public static codeDeployEcs(component: string, options: CodeDeployGroupOptions): Deployer {
    return new BuiltInDeployer((scope, bindOptions) => ({ delivery: codeDeployEcsProject(scope, component, bindOptions, options) }));
  }

  /**
   * Whether it stands for the environment's stacks.
   * @internal
   */
  public get _takesStacks(): boolean {
    return false;
  }

  /**
   * Called once for every Region of each environment that the deployer is given to.
   * @param scope of the deployer in this Region
   */
  public abstract bind(scope: Construct, options: DeployerBindOptions): DeployerConfig;
}

class StacksDeployer extends Deployer {
  /** @internal */
  public get _takesStacks(): boolean {
    return true;
  }

  public bind(): DeployerConfig {
    return {};
  }
}

class BuiltInDeployer extends Deployer {
  constructor(private readonly binding: (scope: Construct, options: DeployerBindOptions) => DeployerConfig) {
    super();
  }

  public bind(scope: Construct, options: DeployerBindOptions): DeployerConfig {
    return this.binding(scope, options);
  }
}
