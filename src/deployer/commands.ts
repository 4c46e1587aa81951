import { Construct } from 'constructs';
import { STORE_REPORT } from './buildspec';
import { DeliveryMachine } from './delivery-machine';
import { deliveryProject, requireRole } from './delivery-project';
import { DeliveryProject, DeployerBindOptions } from './deployer-config';
import { DeliveryReportForm } from './report-form';
import { RollbackPolicy } from './rollback-policy';
import { sortedByName } from '../private/maps';

/** Options of `Deployer.commands`. */
export interface CommandsDeployerOptions extends DeliveryMachine {
  /**
   * Commands of bash that deliver, run in the root of the component's artifact. The first that fails ends the delivery, and a retry runs all again: they
   * have to bear that.
   */
  readonly commands: string[];

  /**
   * Commands that say what `commands` would change, and change nothing: they write the file `$REPORT_FILE`, JSON of the form
   * `{ "changes": [{ "path": "V2__orders.sql", "type": "Migration", "effect": "create" }] }`. An `effect` is `create`, `update`, `replace`, `delete`,
   * `forget` (it stays, and is managed no more) or `unknown`; `broadens` says why someone may do more than before. The guard refuses what is replaced,
   * deleted or unknown, unless it is allowed. An empty list means that there is nothing to do.
   * @default - nothing says what changes: every kind of approval asks, and the guard lets it pass
   */
  readonly reportCommands?: string[];

  /**
   * Outputs of the environment's stacks that the commands find in their environment, by the variable's name: `{ BUCKET: 'SiteBucket' }`, or
   * `{ BUCKET: 'site@Bucket' }` where several stacks have it. Only where the deployer follows `Deployer.cloudFormation()`.
   * @default - none
   */
  readonly outputs?: { [variable: string]: string };

  /**
   * What is done with an older build.
   * @default RollbackPolicy.DEPLOY_OLDER
   */
  readonly rollback?: RollbackPolicy;
}

/** The project that runs the commands. */
export function commandsProject(scope: Construct, component: string, bind: DeployerBindOptions, options: CommandsDeployerOptions): DeliveryProject {
  const title = `Environment ${JSON.stringify(bind.environmentName)}: Deployer.commands(${JSON.stringify(component)})`;
  const { commands, reportCommands, outputs = {}, rollback } = options;
  if (commands.length === 0) {
    throw new Error(`${title}: commands is empty: name at least one command.`);
  }
  if (reportCommands?.length === 0) {
    throw new Error(`${title}: reportCommands is empty: name the commands that write $REPORT_FILE, or leave it out.`);
  }
  requireRole(scope, title, bind, options);
  const asPlace = (command: string) => ({ command, as: 'place' as const });
  const project = deliveryProject(scope, {
    title,
    component,
    bind,
    machine: options,
    steps: {
      install: options.installCommands ?? [],
      report: reportCommands === undefined ? [] : [...reportCommands.map(asPlace), STORE_REPORT],
      deploy: commands.map(asPlace),
    },
    taken: Object.keys(outputs),
  });
  return {
    component,
    ...project,
    report: reportCommands === undefined ? DeliveryReportForm.NONE : DeliveryReportForm.CHANGES,
    rollback,
    outputs: sortedByName(outputs),
  };
}
