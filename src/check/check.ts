import { RemovalPolicy } from 'aws-cdk-lib';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { CommandOptions } from './command-options';
import { CommandProject } from './command-project';
import { BuildReport } from '../component/build-props';
import { namedReports } from '../component/build-reports';

/** Options of `Check.commands`. */
export interface CheckOptions extends CommandOptions {
  /**
   * Results of the check, for CodeBuild's pages. Folders are relative to the repository's root.
   * @default - none
   */
  readonly reports?: BuildReport[];

  /**
   * Run the commands with Docker (privileged mode).
   * @default false
   */
  readonly privileged?: boolean;
}

/** What a check is bound with. Texts such as `commitId` are variables of the pipeline, to be put into an action's configuration. */
export interface CheckBindOptions {
  /** Name of the pipeline's solution. */
  readonly solution: string;

  /** The repository's content at the commit. */
  readonly source: codepipeline.Artifact;

  /** The commit. */
  readonly commitId: string;

  /** The execution. */
  readonly executionId: string;

  /** Run order of all checks' actions. */
  readonly runOrder: number;

  /** How long logs are kept. */
  readonly logRetention: logs.RetentionDays;

  /** What becomes of the pipeline's data when they leave the stack. */
  readonly removalPolicy: RemovalPolicy;
}

/** What a check says. */
export interface CheckConfig {
  /** Actions that must succeed before anything is built. */
  readonly actions: codepipeline.IAction[];
}

/**
 * What a commit has to pass before any of its components is built: a scan of the repository, a linter, a licence check. All checks run at once, in a stage of
 * their own. An execution that promotes or rolls back builds nothing and skips them: a new finding of a
 * scanner must not block a rollback.
 *
 * What concerns one component belongs into its `testCommands`: they run only where it changed. A platform team's construct puts its own before those of
 * its users: `checks: [...mandatory, ...props.checks ?? []]`.
 */
export abstract class Check {
  /**
   * Runs commands in the repository's root at the commit.
   * @param name of the action: letters, digits and `. @ _ -`, at most 100
   */
  public static commands(name: string, options: CheckOptions): Check {
    return new CommandsCheck(name, options);
  }

  /** Name of the check. Checks of one pipeline need different ones. */
  public abstract readonly name: string;

  /** Called once, by the pipeline that the check is given to. */
  public abstract bind(scope: Construct, options: CheckBindOptions): CheckConfig;
}

const COMMIT_ID = 'COMMIT_ID';

class CommandsCheck extends Check {
  constructor(public readonly name: string, private readonly options: CheckOptions) {
    super();
  }

  public bind(scope: Construct, bindOptions: CheckBindOptions): CheckConfig {
    const { commands, environmentVariables = {}, reports = [], privileged } = this.options;
    const title = `Check ${JSON.stringify(this.name)}`;
    if (commands.length === 0) {
      throw new Error(`${title}: commands is empty: name at least one command.`);
    }
    if (Object.hasOwn(environmentVariables, COMMIT_ID)) {
      throw new Error(`${title}: environmentVariables has ${COMMIT_ID}, which is there already: give it another name.`);
    }
    const { action } = new CommandProject(scope, {
      ...bindOptions,
      description: `Checks commits of ${bindOptions.solution}: ${this.name}`,
      actionName: this.name,
      options: this.options,
      variables: {},
      pipelineVariables: { [COMMIT_ID]: bindOptions.commitId },
      reports: Object.fromEntries(namedReports(title, reports, '.').map(([name, report]) => [`Report-${name}`, report])),
      privileged,
    });
    return { actions: [action] };
  }
}
