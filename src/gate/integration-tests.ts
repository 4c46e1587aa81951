import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { GateBindOptions, GateConfig } from './gate-config';
import { CommandOptions } from '../check/command-options';
import { CommandProject } from '../check/command-project';
import { outputsKey } from '../contract/objects';
import { allowPattern } from '../private/grants';
import { sortedByName } from '../private/maps';

/** Options of `Gate.integrationTests`. The commands find `COMMIT_ID`, `ENVIRONMENT` and `OUTPUTS_URI` in their environment. */
export interface IntegrationTestsOptions extends CommandOptions {
  /**
   * Outputs of the deployed stacks that the commands find in their environment, by the variable's name: `{ API_URL: 'ApiUrl' }`, or
   * `{ API_URL: 'api@ApiUrl' }` where several stacks have it. A template must declare them. All outputs of all stacks, by the IDs of their components,
   * are a JSON file in S3, whose address the commands find in `OUTPUTS_URI`.
   * @default - none
   */
  readonly outputs?: { [variable: string]: string };

  /**
   * Globs of the JUnit reports that the commands leave, such as `reports/*.xml`. They become reports of a report group.
   * @default - no reports
   */
  readonly reports?: string[];

  /**
   * Name of the action. Gates of one environment need different ones.
   * @default 'Test'
   */
  readonly actionName?: string;
}

/** Names that the tests' environment has already. */
const ENVIRONMENT = 'ENVIRONMENT';
const COMMIT_ID = 'COMMIT_ID';
const OUTPUTS_URI = 'OUTPUTS_URI';

/** The tests' project and action. */
export function integrationTestsGate(scope: Construct, options: GateBindOptions, tests: IntegrationTestsOptions): GateConfig {
  const title = `Gate.integrationTests of environment ${JSON.stringify(options.environmentName)}`;
  const outputs = Object.entries(sortedByName(tests.outputs ?? {}));
  check(title, tests);
  const { role, action } = new CommandProject(scope, {
    ...options,
    description: `Tests releases of ${options.solution} in ${options.environmentName}`,
    actionName: tests.actionName ?? 'Test',
    options: tests,
    variables: { [ENVIRONMENT]: options.environmentName },
    pipelineVariables: {
      [COMMIT_ID]: options.commitId,
      [OUTPUTS_URI]: options.outputsUri,
      ...Object.fromEntries(outputs.map(([name, output]) => [name, `#{${options.outputsNamespace}.${output}}`])),
    },
    reports: tests.reports ? { Reports: { files: tests.reports, fileFormat: 'JUNITXML' } } : {},
  });
  grantOutputs(role, options);
  return { outputs: outputs.map(([, output]) => output), actions: [action] };
}

function grantOutputs(role: iam.IRole, { solution, artifactBucket, placeName }: GateBindOptions): void {
  allowPattern(role, 'Outputs are stored under their execution\'s ID, which is not known yet.', ['s3:GetObject'], [
    artifactBucket.arnForObjects(outputsKey(solution, '*', placeName)),
  ]);
  artifactBucket.encryptionKey?.grant(role, 'kms:Decrypt');
}

function check(title: string, { commands, outputs = {}, environmentVariables = {}, reports }: IntegrationTestsOptions): void {
  if (commands.length === 0) {
    throw new Error(`${title}: commands is empty: name at least one command.`);
  }
  if (reports?.length === 0) {
    throw new Error(`${title}: reports is empty: name the reports' files, or leave it out.`);
  }
  for (const [variable, output] of Object.entries(outputs)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(variable)) {
      throw new Error(`${title}: outputs has the variable ${JSON.stringify(variable)}: use letters, digits and _ only, and begin with no digit.`);
    }
    if (!/^([A-Za-z0-9][A-Za-z0-9_-]*@)?[A-Za-z0-9]+$/.test(output)) {
      throw new Error(`${title}: outputs takes ${JSON.stringify(output)} for ${variable}: an output's name has letters and digits only, after its stack's ID and @ if any.`);
    }
  }
  const names = [...Object.keys(outputs), ...Object.keys(environmentVariables), ENVIRONMENT, COMMIT_ID, OUTPUTS_URI];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new Error(`${title}: the variable ${JSON.stringify(twice)} would be there twice: give one of them another name.`);
  }
}
