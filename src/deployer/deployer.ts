import { Construct } from 'constructs';
import { CodeDeployDeployerOptions, codeDeployEcsProject, CodeDeployGroupOptions, codeDeployProject } from './code-deploy';
import { commandsProject, CommandsDeployerOptions } from './commands';
import { DeployerBindOptions, DeployerConfig } from './deployer-config';
import { terraformProject, TerraformDeployerOptions } from './terraform';

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
