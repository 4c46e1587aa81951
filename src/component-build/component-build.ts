import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { generateBuildspec } from './buildspec';
import { CommonAccess } from './common-access';
import { grantBuild, grantReports, keepCache } from './permissions';
import { buildVariables } from './variables';
import { BoundComponent } from '../component/bound-component';
import { ComponentCatalogue } from '../component/component-catalogue';
import { BUILD_ENV } from '../contract/environment';
import { IDeploymentsTable } from '../deployments-table/deployments-table';
import { IDiffTable } from '../diff-table/diff-table';
import { acknowledge } from '../private/acknowledge';
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
  private readonly access: CommonAccess;

  constructor(scope: Construct, id: string, props: ComponentBuildProps) {
    super(scope, id);
    const { catalogue } = props;
    this.bound = catalogue._bound(props.component);
    const { component, settings } = this.bound;
    this.access = CommonAccess.of(props);
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
      environment: { buildImage: settings.buildImage, computeType: settings.computeType, fleet: settings.fleet, privileged: settings.privileged },
      environmentVariables: {
        ...settings.environmentVariables,
        ...buildVariables(props, this.bound, this.access),
        [BUILD_ENV.component]: { value: component.name },
      },
      timeout: settings.timeout,
      vpc: component.props.vpc,
      subnetSelection: component.props.subnets,
      securityGroups: component.props.securityGroups,
      grantReportGroupPermissions: false,
      logging: { cloudWatch: { logGroup, prefix: this.bound.id } },
    }));
    keepCache(this.project as codebuild.Project, { ...props, bound: this.bound });
    acknowledge(this.project, 'AwsSolutions-CB4', 'The project puts out no artifacts: the build stores them itself, in a bucket with the key of its own.');
    if (Object.keys(settings.reports).length > 0) {
      grantReports(role, this.project);
    }
    role.addManagedPolicy(this.access.policy);
    grantBuild(role, { ...props, bound: this.bound, logGroup });
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
      onBound: ({ bucket }) => this.access.readSource(bucket),
    });
  }
}

function isAboutLogs({ actions }: iam.PolicyStatement): boolean {
  return actions.length > 0 && actions.every((action) => action.startsWith('logs:'));
}
