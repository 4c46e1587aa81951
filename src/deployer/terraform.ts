import { Construct } from 'constructs';
import { STORE_REPORT } from './buildspec';
import { DeliveryMachine } from './delivery-machine';
import { deliveryProject, requireRole } from './delivery-project';
import { DeliveryProject, DeployerBindOptions } from './deployer-config';
import { DeliveryReportForm } from './report-form';
import { RollbackPolicy } from './rollback-policy';
import { DELIVERY_ENV } from '../contract/deployer';
import { componentId } from '../core/names';
import { shellQuote } from '../core/shell';
import { requireLiteral } from '../private/literal';

/** Options of `Deployer.terraform`. */
export interface TerraformDeployerOptions extends DeliveryMachine {
  /**
   * Name of the bucket with the state, which the role that the commands act as may read and write. The module declares an empty `backend "s3" {}`. The
   * state is locked by an object next to it, which takes Terraform 1.10 or OpenTofu 1.10.
   */
  readonly stateBucket: string;

  /**
   * Key of the state: one for each Region of each environment.
   * @default - `SOLUTION/PLACE/COMPONENT.tfstate`
   */
  readonly stateKey?: string;

  /**
   * Region of the bucket.
   * @default - the environment's Region
   */
  readonly stateRegion?: string;

  /**
   * Values of the module's input variables. `environment` and others that differ between environments are given here.
   * @default - none
   */
  readonly variables?: { [name: string]: string };

  /**
   * The program: `terraform`, or `tofu`. The image has it, or `installCommands` install it.
   * @default 'terraform'
   */
  readonly executable?: string;

  /**
   * What is done with an older build.
   * @default RollbackPolicy.DEPLOY_OLDER
   */
  readonly rollback?: RollbackPolicy;
}

/** The project that plans and applies. */
export function terraformProject(scope: Construct, component: string, bind: DeployerBindOptions, options: TerraformDeployerOptions): DeliveryProject {
  const title = `Environment ${JSON.stringify(bind.environmentName)}: Deployer.terraform(${JSON.stringify(component)})`;
  requireRole(scope, title, bind, options);
  const executable = options.executable ?? 'terraform';
  if (!/^[A-Za-z0-9._/-]+$/.test(executable)) {
    throw new Error(`${title}: executable is ${JSON.stringify(executable)}: write the name or the path of the program, such as "tofu".`);
  }
  const backend = {
    bucket: requireLiteral(`${title}: stateBucket`, options.stateBucket),
    key: requireLiteral(`${title}: stateKey`, options.stateKey ?? `${bind.solution}/${bind.placeName}/${componentId(component)}.tfstate`),
    region: requireLiteral(`${title}: stateRegion`, options.stateRegion ?? bind.region),
    use_lockfile: 'true',
    encrypt: 'true',
  };
  const init = `${executable} init -input=false -no-color -lockfile=readonly ${Object.entries(backend).map(([name, value]) => `-backend-config=${shellQuote(`${name}=${value}`)}`).join(' ')}`;
  const plan = '"$DELIVERY_DIRECTORY/plan"';
  const project = deliveryProject(scope, {
    title,
    component,
    bind,
    machine: options,
    takesOver: true,
    variables: { ...inputVariables(title, options.variables ?? {}), AWS_REGION: bind.region, AWS_DEFAULT_REGION: bind.region, TF_IN_AUTOMATION: 'true' },
    steps: {
      install: options.installCommands ?? [],
      report: [
        { as: 'place', command: `${init} && ${executable} plan -input=false -no-color -out=${plan} && ${executable} show -json ${plan} > "$REPORT_FILE"` },
        { as: 'project', command: `aws s3 cp --only-show-errors ${plan} "$${DELIVERY_ENV.handover}"` },
        STORE_REPORT,
      ],
      deploy: [
        { as: 'project', command: `aws s3 cp --only-show-errors "$${DELIVERY_ENV.handover}" ${plan}` },
        { as: 'place', command: `${init} && ${executable} apply -input=false -no-color ${plan}` },
      ],
    },
  });
  return { component, ...project, report: DeliveryReportForm.TERRAFORM, rollback: options.rollback };
}

function inputVariables(title: string, variables: { readonly [name: string]: string }): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      throw new Error(`${title}: variables has ${JSON.stringify(name)}: an input variable that is given has letters, digits and _ only.`);
    }
    return [`TF_VAR_${name}`, requireLiteral(`${title}: variables ${JSON.stringify(name)}`, value)];
  }));
}
