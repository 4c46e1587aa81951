import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { CommandOptions } from './command-options';
import { standardImage } from '../component/build-image';
import { BuildspecReport } from '../core/buildspec/buildspec';
import { acknowledge } from '../private/acknowledge';
import { allow, allowPattern } from '../private/grants';
import { InlineRole } from '../private/inline-role';
import { sortedByName } from '../private/maps';
import { PlainAction } from '../private/plain-action';

/** What an action with a project of its own is made from. */
export interface CommandProjectProps {
  readonly description: string;
  readonly actionName: string;
  readonly runOrder: number;
  readonly options: CommandOptions;
  /** Variables that are known at synth. */
  readonly variables: { readonly [name: string]: string };
  /** Variables that are the pipeline's. */
  readonly pipelineVariables: { readonly [name: string]: string };
  /** By the construct IDs of their report groups. */
  readonly reports: { readonly [id: string]: Pick<BuildspecReport, 'files' | 'fileFormat' | 'baseDirectory'> };
  readonly privileged?: boolean;
  readonly source: codepipeline.Artifact;
  readonly logRetention: logs.RetentionDays;
  readonly removalPolicy: RemovalPolicy;
}

/** Formats of code coverage: other reports are of tests. */
const COVERAGE: readonly string[] = ['CLOVERXML', 'COBERTURAXML', 'JACOCOXML', 'SIMPLECOV'];

/** A project that runs commands on the repository's content, its role, and the action that starts it. */
export class CommandProject {
  public readonly role: iam.IRole;
  public readonly action: codepipeline.IAction;

  constructor(scope: Construct, props: CommandProjectProps) {
    const { description, options } = props;
    const role = options.role ?? new InlineRole(scope, 'Role', { assumedBy: new iam.ServicePrincipal('codebuild.amazonaws.com'), description });
    const project = createProject(scope, role, props);
    this.role = role;
    this.action = new PlainAction({
      actionName: props.actionName,
      runOrder: props.runOrder,
      category: codepipeline.ActionCategory.TEST,
      provider: 'CodeBuild',
      resource: project,
      artifactBounds: { minInputs: 1, maxInputs: 1, minOutputs: 0, maxOutputs: 0 },
      inputs: [props.source],
      configuration: {
        ProjectName: project.projectName,
        EnvironmentVariables: JSON.stringify(Object.entries(props.pipelineVariables).map(([name, value]) => ({ name, type: 'PLAINTEXT', value }))),
      },
      statements: [new iam.PolicyStatement({
        actions: ['codebuild:BatchGetBuilds', 'codebuild:StartBuild', 'codebuild:StopBuild'],
        resources: [project.projectArn],
      })],
      onBound: ({ bucket }) => grantSource(role, bucket),
    });
  }
}

function createProject(scope: Construct, role: iam.IRole, { description, options, variables, reports, ...props }: CommandProjectProps): codebuild.IProject {
  const logGroup = new logs.LogGroup(scope, 'Logs', { retention: props.logRetention, removalPolicy: RemovalPolicy.DESTROY });
  const groups = Object.entries(reports).map(([id, report]) => ({ report, group: reportGroup(scope, id, report.fileFormat, props.removalPolicy) }));
  const create = () => new codebuild.PipelineProject(scope, 'Project', {
    role,
    description,
    buildSpec: codebuild.BuildSpec.fromObject({
      version: '0.2',
      env: { shell: 'bash' },
      phases: { build: { commands: options.commands } },
      ...(groups.length === 0 ? {} : {
        reports: Object.fromEntries(groups.map(({ group, report: { files, fileFormat, baseDirectory } }) => [
          group.reportGroupArn, { files, 'file-format': fileFormat, ...(baseDirectory === undefined ? {} : { 'base-directory': baseDirectory }) },
        ])),
      }),
    }),
    environment: {
      buildImage: options.buildImage ?? standardImage(), computeType: options.computeType ?? codebuild.ComputeType.SMALL, privileged: props.privileged,
    },
    environmentVariables: {
      ...sortedByName(options.environmentVariables ?? {}), ...Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, { value }])),
    },
    timeout: options.timeout ?? Duration.hours(1),
    vpc: options.vpc,
    subnetSelection: options.subnets,
    securityGroups: options.securityGroups,
    grantReportGroupPermissions: false,
    logging: { cloudWatch: { logGroup } },
  });
  // A project lets itself write to a whole family of log groups; it needs one.
  const project = role instanceof InlineRole ? role.whileRefusing(isAboutLogs, create) : create();
  acknowledge(project, 'AwsSolutions-CB4', 'The project puts out no artifacts.');
  if (props.privileged) {
    acknowledge(project, 'AwsSolutions-CB3', 'The commands were given Docker.');
  }
  allow(role, ['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
  for (const { report: { fileFormat }, group } of groups) {
    const put = COVERAGE.includes(fileFormat) ? 'codebuild:BatchPutCodeCoverages' : 'codebuild:BatchPutTestCases';
    allow(role, [put, 'codebuild:CreateReport', 'codebuild:UpdateReport'], [group.reportGroupArn]);
  }
  return project;
}

function reportGroup(scope: Construct, id: string, format: string, removalPolicy: RemovalPolicy): codebuild.ReportGroup {
  return new codebuild.ReportGroup(scope, id, {
    type: COVERAGE.includes(format) ? codebuild.ReportGroupType.CODE_COVERAGE : codebuild.ReportGroupType.TEST,
    removalPolicy,
    deleteReports: removalPolicy === RemovalPolicy.DESTROY,
  });
}

function grantSource(role: iam.IRole, bucket: s3.IBucket): void {
  allowPattern(role, 'CodePipeline gives its artifacts keys of its own.', ['s3:GetObject', 's3:GetObjectVersion'], [bucket.arnForObjects('*')]);
  bucket.encryptionKey?.grant(role, 'kms:Decrypt');
}

function isAboutLogs({ actions }: iam.PolicyStatement): boolean {
  return actions.length > 0 && actions.every((action) => action.startsWith('logs:'));
}
