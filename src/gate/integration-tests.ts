import { Duration } from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { GateBindOptions, GateConfig } from './gate';
import { standardImage } from '../component/build-image';
import { outputsKey } from '../contract/objects';
import { acknowledge } from '../private/acknowledge';
import { allow, allowPattern } from '../private/grants';
import { InlineRole } from '../private/inline-role';
import { sortedByName } from '../private/maps';
import { PlainAction } from '../private/plain-action';

/** Options of `Gate.integrationTests`. */
export interface IntegrationTestsOptions {
  /**
   * Commands of bash, run in the repository's root at the commit. The first that fails ends the tests.
   */
  readonly commands: string[];

  /**
   * Outputs of the deployed stacks that the commands find in their environment, by the variable's name: `{ API_URL: 'ApiUrl' }`, or
   * `{ API_URL: 'api@ApiUrl' }` where several stacks have it. A template must declare them. All outputs of all stacks, by the IDs of their components,
   * are a JSON file in S3, whose address the commands find in `OUTPUTS_URI`.
   * @default - none
   */
  readonly outputs?: { [variable: string]: string };

  /**
   * Further variables of the commands' environment. `ENVIRONMENT`, `COMMIT_ID` and `OUTPUTS_URI` are there already.
   * @default - none
   */
  readonly environmentVariables?: { [name: string]: codebuild.BuildEnvironmentVariable };

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

  /**
   * Image that the commands run in.
   * @default codebuild.LinuxBuildImage.STANDARD_8_0
   */
  readonly buildImage?: codebuild.IBuildImage;

  /**
   * Size of the machine.
   * @default codebuild.ComputeType.SMALL
   */
  readonly computeType?: codebuild.ComputeType;

  /**
   * How long the tests may take: five minutes to 36 hours.
   * @default Duration.hours(1)
   */
  readonly timeout?: Duration;

  /**
   * Network that the tests run in.
   * @default - none of yours: they reach what the internet reaches
   */
  readonly vpc?: ec2.IVpc;

  /**
   * Subnets of the network.
   * @default - its private subnets
   */
  readonly subnets?: ec2.SubnetSelection;

  /**
   * Security groups of the tests.
   * @default - a group of their own, if there is a network
   */
  readonly securityGroups?: ec2.ISecurityGroup[];

  /**
   * Role of the tests. It is granted what they need of CodeBuild itself, and takes grants of yours.
   * @default - a role of their own
   */
  readonly role?: iam.IRole;
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
  const description = `Tests releases of ${options.solution} in ${options.environmentName}`;
  const role = tests.role ?? new InlineRole(scope, 'Role', { assumedBy: new iam.ServicePrincipal('codebuild.amazonaws.com'), description });
  const project = createProject(scope, { role, description, options, tests });
  grantOutputs(role, options);
  return {
    outputs: outputs.map(([, output]) => output),
    actions: [new PlainAction({
      actionName: tests.actionName ?? 'Test',
      runOrder: options.runOrder,
      category: codepipeline.ActionCategory.TEST,
      provider: 'CodeBuild',
      resource: project,
      artifactBounds: { minInputs: 1, maxInputs: 1, minOutputs: 0, maxOutputs: 0 },
      inputs: [options.source],
      configuration: {
        ProjectName: project.projectName,
        EnvironmentVariables: JSON.stringify([
          { name: COMMIT_ID, type: 'PLAINTEXT', value: options.commitId },
          { name: OUTPUTS_URI, type: 'PLAINTEXT', value: `s3://${options.artifactBucket.bucketName}/${outputsKey(options.solution, options.executionId, options.placeName)}` },
          ...outputs.map(([name, output]) => ({ name, type: 'PLAINTEXT', value: `#{${options.outputsNamespace}.${output}}` })),
        ]),
      },
      statements: [new iam.PolicyStatement({
        actions: ['codebuild:BatchGetBuilds', 'codebuild:StartBuild', 'codebuild:StopBuild'],
        resources: [project.projectArn],
      })],
      onBound: ({ bucket }) => grantSource(role, bucket),
    })],
  };
}

interface ProjectProps {
  readonly role: iam.IRole;
  readonly description: string;
  readonly options: GateBindOptions;
  readonly tests: IntegrationTestsOptions;
}

function createProject(scope: Construct, { role, description, options, tests }: ProjectProps): codebuild.IProject {
  const logGroup = new logs.LogGroup(scope, 'Logs', { retention: options.logRetention });
  const reports = tests.reports ? new codebuild.ReportGroup(scope, 'Reports', { type: codebuild.ReportGroupType.TEST }) : undefined;
  const create = () => new codebuild.PipelineProject(scope, 'Project', {
    role,
    description,
    buildSpec: codebuild.BuildSpec.fromObject({
      version: '0.2',
      env: { shell: 'bash' },
      phases: { build: { commands: tests.commands } },
      ...(reports ? { reports: { [reports.reportGroupArn]: { 'files': tests.reports, 'file-format': 'JUNITXML' } } } : {}),
    }),
    environment: { buildImage: tests.buildImage ?? standardImage(), computeType: tests.computeType ?? codebuild.ComputeType.SMALL },
    environmentVariables: { ...sortedByName(tests.environmentVariables ?? {}), [ENVIRONMENT]: { value: options.environmentName } },
    timeout: tests.timeout ?? Duration.hours(1),
    vpc: tests.vpc,
    subnetSelection: tests.subnets,
    securityGroups: tests.securityGroups,
    grantReportGroupPermissions: false,
    logging: { cloudWatch: { logGroup } },
  });
  // A project lets itself write to a whole family of log groups; it needs one.
  const project = role instanceof InlineRole ? role.whileRefusing(isAboutLogs, create) : create();
  acknowledge(project, 'AwsSolutions-CB4', 'The project puts out no artifacts.');
  allow(role, ['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
  if (reports) {
    allow(role, ['codebuild:BatchPutTestCases', 'codebuild:CreateReport', 'codebuild:UpdateReport'], [reports.reportGroupArn]);
  }
  return project;
}

function grantOutputs(role: iam.IRole, { solution, artifactBucket, placeName }: GateBindOptions): void {
  allowPattern(role, 'Outputs are stored under their execution\'s ID, which is not known yet.', ['s3:GetObject'], [
    artifactBucket.arnForObjects(outputsKey(solution, '*', placeName)),
  ]);
  artifactBucket.encryptionKey?.grant(role, 'kms:Decrypt');
}

function grantSource(role: iam.IRole, bucket: s3.IBucket): void {
  allowPattern(role, 'CodePipeline gives its artifacts keys of its own.', ['s3:GetObject', 's3:GetObjectVersion'], [bucket.arnForObjects('*')]);
  bucket.encryptionKey?.grant(role, 'kms:Decrypt');
}

function isAboutLogs({ actions }: iam.PolicyStatement): boolean {
  return actions.length > 0 && actions.every((action) => action.startsWith('logs:'));
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
