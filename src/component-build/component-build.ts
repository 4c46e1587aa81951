import { Stack } from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as s3assets from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { generateBuildspec } from './buildspec';
import { grantBuild } from './permissions';
import { BoundComponent } from '../component/bound-component';
import { ComponentCatalogue } from '../component/component-catalogue';
import { BUILD_ENV } from '../contract/environment';
import { IDeploymentsTable } from '../deployments-table/deployments-table';
import { IDiffTable } from '../diff-table/diff-table';
import { acknowledge } from '../private/acknowledge';
import { bundleFile } from '../private/bundles';
import { allowPattern } from '../private/grants';
import { InlineRole } from '../private/inline-role';
import { PlainAction } from '../private/plain-action';

/** Properties of a `ComponentBuild`. */
export interface ComponentBuildProps {
  /** The catalogue that the component is part of. */
  readonly catalogue: ComponentCatalogue;

  /** Name of the component. */
  readonly component: string;

  /** Where plans are. */
  readonly diffTable: IDiffTable;

  /** Where builds are recorded. */
  readonly deploymentsTable: IDeploymentsTable;

  /** Where artifacts and releases are stored. */
  readonly artifactBucket: s3.IBucket;

  /**
   * Log group of the build. Several builds may share one: each writes its own streams.
   * @default - a log group of the build's own, kept for a year
   */
  readonly logGroup?: logs.ILogGroup;
}

/** Options of `ComponentBuild.action`. */
export interface ComponentBuildActionOptions {
  /** The repository's content, as the source action puts it out. */
  readonly input: codepipeline.Artifact;

  /** The commit that `input` is: usually a variable of the source action, such as `#{Source.CommitId}`. */
  readonly commitId: string;

  /** The plan to build by: usually the variable `planId` of the action that plans, such as `#{Plan.planId}`. */
  readonly planId: string;

  /**
   * Name of the action.
   * @default - the component's id: its name with `-` for what an action's name does not take
   */
  readonly actionName?: string;

  /**
   * Position among the stage's actions. A component must come after those that it depends on.
   * @default 1
   */
  readonly runOrder?: number;
}

/**
 * The CodeBuild side of one component: a project whose build reads the component's own diff and ends at once where there is none,
 * reuses an earlier build of the same content, or else builds, stores and records the component.
 */
export class ComponentBuild extends Construct implements iam.IGrantable {
  /** The project. */
  public readonly project: codebuild.IProject;

  /** The build's role. It can write only its own component's records and artifacts. */
  public readonly role: iam.IRole;

  public readonly grantPrincipal: iam.IPrincipal;

  private readonly bound: BoundComponent;

  constructor(scope: Construct, id: string, props: ComponentBuildProps) {
    super(scope, id);
    const { catalogue } = props;
    this.bound = catalogue._bound(props.component);
    const { component, settings } = this.bound;
    const agent = agentAsset(this);
    const logGroup = props.logGroup ?? new logs.LogGroup(this, 'Logs', { retention: logs.RetentionDays.ONE_YEAR });

    const role = new InlineRole(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('codebuild.amazonaws.com'),
      description: `Builds the component ${component.name} of ${catalogue.solution}`,
    });
    this.role = role;
    this.grantPrincipal = role;
    // A project lets itself write to a whole family of log groups; it needs one.
    this.project = role.whileRefusing(isAboutLogs, () => new codebuild.PipelineProject(this, 'Project', {
      role,
      description: `Builds the component ${component.name} of ${catalogue.solution}`,
      buildSpec: codebuild.BuildSpec.fromObject(generateBuildspec({ ...settings, runsBuildspecFile: settings.buildspecFile !== undefined })),
      environment: { buildImage: settings.buildImage, computeType: settings.computeType, privileged: settings.privileged },
      environmentVariables: {
        ...settings.environmentVariables,
        ...environmentVariables(props, this.bound, agent),
      },
      timeout: settings.timeout,
      vpc: component.props.vpc,
      subnetSelection: component.props.subnets,
      securityGroups: component.props.securityGroups,
      grantReportGroupPermissions: false,
      logging: { cloudWatch: { logGroup, prefix: this.bound.id } },
    }));
    acknowledge(this.project, 'AwsSolutions-CB4', 'The project puts out no artifacts: the build stores them itself, in a bucket with the key of its own.');
    grantBuild(role, { ...props, bound: this.bound, agent, logGroup });
  }

  /**
   * The action that runs the build, for a stage of a pipeline. The pipeline's action role may then run it, and the build may read
   * the pipeline's artifacts.
   */
  public action(options: ComponentBuildActionOptions): codepipeline.IAction {
    const variables: [string, string][] = [
      [BUILD_ENV.commitId, options.commitId],
      [BUILD_ENV.planId, options.planId],
      [BUILD_ENV.pipelineExecutionId, codepipeline.GlobalVariables.executionId],
    ];
    return new PlainAction({
      actionName: options.actionName ?? this.bound.id,
      runOrder: options.runOrder,
      category: codepipeline.ActionCategory.BUILD,
      provider: 'CodeBuild',
      resource: this.project,
      artifactBounds: { minInputs: 1, maxInputs: 1, minOutputs: 0, maxOutputs: 0 },
      inputs: [options.input],
      configuration: {
        ProjectName: this.project.projectName,
        EnvironmentVariables: JSON.stringify(variables.map(([name, value]) => ({ name, type: 'PLAINTEXT', value }))),
      },
      statements: [new iam.PolicyStatement({
        actions: ['codebuild:BatchGetBuilds', 'codebuild:StartBuild', 'codebuild:StopBuild'],
        resources: [this.project.projectArn],
      })],
      onBound: ({ bucket }) => this.grantReadSource(bucket),
    });
  }

  private grantReadSource(bucket: s3.IBucket): void {
    allowPattern(this.role, 'CodePipeline gives its artifacts keys of its own.', ['s3:GetObject', 's3:GetObjectVersion'], [bucket.arnForObjects('*')]);
    bucket.encryptionKey?.grant(this.role, 'kms:Decrypt', 'kms:DescribeKey');
  }
}

function isAboutLogs({ actions }: iam.PolicyStatement): boolean {
  return actions.length > 0 && actions.every((action) => action.startsWith('logs:'));
}

function environmentVariables(
  props: ComponentBuildProps, { component, config, settings }: BoundComponent, agent: s3assets.Asset,
): { [name: string]: codebuild.BuildEnvironmentVariable } {
  const { catalogue } = props;
  const variables: { [name: string]: string | undefined } = {
    [BUILD_ENV.solution]: catalogue.solution,
    [BUILD_ENV.component]: component.name,
    [BUILD_ENV.diffTable]: props.diffTable.tableName,
    [BUILD_ENV.deploymentsTable]: props.deploymentsTable.tableName,
    [BUILD_ENV.artifactBucket]: props.artifactBucket.bucketName,
    [BUILD_ENV.agent]: agent.s3ObjectUrl,
    [BUILD_ENV.catalogue]: catalogue.bucket.s3UrlForObject(catalogue.objectKey),
    [BUILD_ENV.repositoryUri]: config.repository?.repositoryUri,
    [BUILD_ENV.buildspec]: settings.buildspecFile,
  };
  return Object.fromEntries(Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [[name, { value }]])));
}

/** The agent: one asset for all builds of a stack. */
function agentAsset(scope: Construct): s3assets.Asset {
  const stack = Stack.of(scope);
  const id = 'cdk-modular-pipeline.BuildAgent';
  return stack.node.tryFindChild(id) as s3assets.Asset | undefined ?? new s3assets.Asset(stack, id, { path: bundleFile('agent/agent') });
}
