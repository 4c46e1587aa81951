import { ArnFormat, CfnCapabilities, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { applicationsOf, placedApplications } from './applications';
import { Baseline, baselineBranchOf } from './baseline';
import { letBuildsRead } from './build-access';
import { buildStrategyOf } from './build-strategy';
import { addChecks } from './checks';
import { Doorbell } from './doorbell';
import { createDiffFunction, createRecordFunction, createReleaseFunction, FunctionsProps } from './functions';
import { checkPipelineSize, environmentsSize, stackSizeProblems } from './limits';
import { failedExecutionsMetric, headMetric } from './metrics';
import { ModularPipelineProps } from './modular-pipeline-props';
import { addPlan, addReleases, planVariable, sourceVariable } from './own-stages';
import { PipelineRole } from './pipeline-role';
import { placedStacks } from './placed-stacks';
import { grantPlan } from './plan-access';
import { regionalStorages } from './regional-storage';
import {
  checkParameters, executionModeOf, pipelineNameOf, planRetentionOf, qualifierOf, reconcileIntervalOf, solutionOf, templatesOf,
} from './settings';
import { whereBuilding, whereDeployingTo } from './stage-conditions';
import { Storage } from './storage';
import { Triggers } from './triggers';
import { WatchedPipeline, watchedPipeline } from './watched-pipeline';
import { Webhook } from './webhook';
import { BuildReference } from '../build-strategy/build-reference';
import { RenderedBuilds } from '../build-strategy/context';
import { ComponentCatalogue } from '../component/component-catalogue';
import { ComponentBuild } from '../component-build/component-build';
import { keepsCaches } from '../component-build/permissions';
import { NO_TAG, PROMOTION_VARIABLE, TAG_VARIABLE } from '../contract/events';
import { HEAD_METRICS } from '../contract/metrics';
import { reportKey } from '../contract/objects';
import { ACTIONS, STAGES } from '../contract/stages';
import { NO_PROMOTION } from '../core/promotion';
import { DeploymentsTable, IDeploymentsTable } from '../deployments-table/deployments-table';
import { DiffTable, IDiffTable } from '../diff-table/diff-table';
import { placesOf, placesWithStacks, takesStacks, targetsOf } from '../environment/target';

const COMMIT_VARIABLE = 'CommitId';

/**
 * A pipeline that, after a merge, builds, tests, versions and deploys only the components that changed.
 *
 * Source (the pinned commit) → Plan → Build (a state machine that starts the builds of changed components alone, in dependency order) →
 * Release (complete: every component with the build to deploy) → a stage per environment
 * (change set, guard, gates, execution, gates, record).
 */
export class ModularPipeline extends Construct {
  /** The pipeline. Stages of your own can be added; its role takes their grants. */
  public readonly pipeline: codepipeline.Pipeline;

  /** The solution's name. */
  public readonly solution: string;

  /** The catalogue of the components. */
  public readonly catalogue: ComponentCatalogue;

  /** The table of plans. */
  public readonly diffTable: IDiffTable;

  /** The table of builds and deployments. */
  public readonly deploymentsTable: IDeploymentsTable;

  /** The bucket of components' artifacts and of releases. */
  public readonly artifactBucket: s3.IBucket;

  /** The key of the buckets, if there is one. */
  public readonly encryptionKey?: kms.IKey;

  /** The function that finds what changed, and starts the pipeline. Invoke it with `{"action":"force","components":["..."]}` to force builds. */
  public readonly diffFunction: lambda.IFunction;

  /** The function that assembles releases. */
  public readonly releaseFunction: lambda.IFunction;

  /** The function that records what is live where. */
  public readonly recordFunction: lambda.IFunction;

  /** Events that could not be handled. A message here is no lost change: the next event or the schedule finds it. */
  public readonly deadLetterQueue: sqs.IQueue;

  /**
   * For constructs that watch the pipeline.
   * @internal
   */
  public readonly _watched: WatchedPipeline;

  /** Where the Git host is to send its pushes: JSON, with the secret that was given to `SourceTrigger.webhook`. */
  public readonly webhookUrl?: string;

  /** The page of what is live where, as `s3://bucket/key`; absent without `reportPage`. */
  public readonly reportUri?: string;

  private readonly builds: RenderedBuilds;
  private readonly reconcileInterval: Duration;
  private readonly environments: readonly string[];

  constructor(scope: Construct, id: string, props: ModularPipelineProps) {
    super(scope, id);
    const stack = Stack.of(this);
    this.solution = solutionOf(this, props.solution);
    const pipelineName = pipelineNameOf(this.solution, props.pipelineName);
    const executionMode = executionModeOf(props.executionMode);
    const { checks = [] } = props;
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;
    const qualifier = qualifierOf(stack, props.qualifier);
    const targets = targetsOf(stack, props.environments, { solution: this.solution, qualifier });
    this.catalogue = new ComponentCatalogue(this, 'Catalogue', {
      ...props,
      solution: this.solution,
      accounts: targets.map(({ account }) => account),
      removalPolicy,
    });
    const templates = templatesOf(this.catalogue, targets);
    const capabilities = props.capabilities ?? [CfnCapabilities.NAMED_IAM, CfnCapabilities.AUTO_EXPAND];
    const applications = placedApplications(stack, { applications: applicationsOf(this.catalogue), targets, qualifier });
    const stacks = placedStacks(stack, { catalogue: this.catalogue, templates, targets, capabilities });
    checkParameters(this.catalogue, targets);
    this.environments = targets.map(({ name }) => name);
    const strategy = buildStrategyOf(this, props.buildStrategy, this.catalogue, targets);
    const size = strategy._size(this.catalogue._graph);
    const ofEnvironments = environmentsSize(targets);
    checkPipelineSize({
      components: this.catalogue.componentNames.length,
      environments: targets.length,
      stages: 3 + (checks.length > 0 ? 1 : 0) + size.stages + ofEnvironments.stages,
      actions: 3 + checks.length + size.actions + ofEnvironments.actions,
    });
    this.node.addValidation({ validate: () => stackSizeProblems(this, this.catalogue.componentNames.length) });

    const tableProps = { encryptionKey: props.encryptionKey, removalPolicy, deletionProtection: removalPolicy === RemovalPolicy.RETAIN };
    this.diffTable = props.diffTable ?? new DiffTable(this, 'DiffTable', tableProps);
    this.deploymentsTable = props.deploymentsTable ?? new DeploymentsTable(this, 'DeploymentsTable', tableProps);
    const storage = new Storage(this, 'Storage', {
      ...props,
      solution: this.solution,
      places: placesWithStacks(targets),
      removalPolicy,
      holdsDeliveries: placesOf(targets).some(({ deployers }) => !deployers.every(takesStacks)),
      caches: keepsCaches(this.catalogue),
    });
    const regions = regionalStorages(this, { catalogue: this.catalogue, targets, removalPolicy });
    this.artifactBucket = storage.artifactBucket;
    this.reportUri = props.reportPage === true ? this.artifactBucket.s3UrlForObject(reportKey(this.solution)) : undefined;
    this.encryptionKey = storage.encryptionKey;

    const sourceOutput = new codepipeline.Artifact('Source');
    const source = props.source.bind(this, { output: sourceOutput, actionName: ACTIONS.source });
    this.reconcileInterval = reconcileIntervalOf(props.reconcileInterval ?? source.reconcileInterval);
    const logRetention = props.logRetention ?? logs.RetentionDays.ONE_YEAR;
    const reader = source.reader._bind();
    const { revisionVariable = COMMIT_VARIABLE } = reader;
    const commitId = revisionVariable === COMMIT_VARIABLE ? sourceVariable(COMMIT_VARIABLE) : planVariable('commitId');
    const functions: FunctionsProps = {
      solution: this.solution,
      catalogue: this.catalogue._json(),
      componentCatalogue: this.catalogue,
      templates,
      stacks,
      applications,
      assets: applicationsOf(this.catalogue).map((component) => ({ component, images: this.catalogue._bound(component).config.repository })),
      targets,
      regions,
      imageRepositories: [...new Set(this.catalogue.componentNames.flatMap((name) => this.catalogue._bound(name).config.repository ?? []))],
      diffTable: this.diffTable,
      deploymentsTable: this.deploymentsTable,
      artifactBucket: this.artifactBucket,
      source,
      reader,
      traceLockfiles: this.catalogue._catalogue.traceLockfiles === true,
      baselineBranch: baselineBranchOf(props.baseline ?? Baseline.lastRelease(), reader),
      pipelineName,
      pipelineArn: stack.formatArn({ service: 'codepipeline', resource: pipelineName, arnFormat: ArnFormat.NO_RESOURCE_NAME }),
      planRetention: planRetentionOf(props.planRetention),
      logRetention,
      removalPolicy,
      refusesUndeclared: props.refuseUndeclaredLocations ?? false,
      writesReport: props.reportPage ?? false,
    };
    const takesTags = targets.some(({ deployOn }) => deployOn?.kind === 'tag');
    const diff = createDiffFunction(this, 'Diff', functions);
    const release = createReleaseFunction(this, 'Release', functions);
    const record = createRecordFunction(this, 'Record', functions);
    this.diffFunction = diff.function;
    this.releaseFunction = release.function;
    this.recordFunction = record.function;
    const triggers = new Triggers(this, 'Triggers', {
      diffFunction: diff.function,
      eventPattern: source.eventPattern,
      ...(takesTags ? { tagEventPattern: source.tagEventPattern, recordedBy: pipelineName } : {}),
      reconcileInterval: this.reconcileInterval,
    });
    this.deadLetterQueue = triggers.deadLetterQueue;
    const secret = source.trigger?._secret;
    this.webhookUrl = secret && new Webhook(this, 'Webhook', {
      solution: this.solution, branch: source.branch, takesTags, secret, diffTable: this.diffTable, diffFunction: this.diffFunction, logRetention,
    }).url;

    if (source.trigger?._rings) {
      new Doorbell(this, 'Doorbell', { pipelineName, source, bucket: storage.pipelineBucket, diffFunction: diff.function });
    }

    letBuildsRead(this, source);
    this.builds = strategy._render({
      scope: new Construct(this, 'Builds'),
      pipelineName,
      pipelineArn: functions.pipelineArn,
      catalogue: this.catalogue,
      diffTable: this.diffTable,
      deploymentsTable: this.deploymentsTable,
      artifactBucket: this.artifactBucket,
      pipelineBucket: storage.pipelineBucket,
      source,
      sourceOutput,
      stageName: STAGES.build,
      commitId,
      planId: planVariable('planId'),
      sourceLocation: planVariable('source'),
      logRetention,
    });
    const pipelineRole = new PipelineRole(this, 'Role');
    this.pipeline = pipelineRole.create(storage.pipelineBucket, (role) => new codepipeline.Pipeline(this, 'Pipeline', {
      pipelineName,
      pipelineType: codepipeline.PipelineType.V2,
      executionMode,
      role,
      ...(regions.length === 0 ? { artifactBucket: storage.pipelineBucket } : {
        crossRegionReplicationBuckets: Object.fromEntries([
          [stack.region, storage.pipelineBucket], ...regions.map(({ region, pipelineBucket }): [string, s3.IBucket] => [region, pipelineBucket]),
        ]),
      }),
      usePipelineRoleForActions: true,
      variables: [new codepipeline.Variable({
        variableName: PROMOTION_VARIABLE,
        defaultValue: NO_PROMOTION,
        description: 'Deploys what was built before: ENVIRONMENT=RELEASE, or ENVIRONMENT/COMPONENT=BUILD',
      }), ...takesTags ? [new codepipeline.Variable({ variableName: TAG_VARIABLE, defaultValue: NO_TAG, description: 'The tag that asks for the promotion' })] : []],
    }));
    triggers.waitFor(this.pipeline);
    regions.forEach((regional) => pipelineRole.allowRegion(regional));
    this.pipeline.addStage({ stageName: STAGES.source, actions: [source.action] });
    addPlan(this, sourceOutput, sourceVariable(revisionVariable), takesTags);
    addChecks(this, checks, {
      pipeline: this.pipeline,
      solution: this.solution,
      source: sourceOutput,
      commitId,
      executionId: codepipeline.GlobalVariables.executionId,
      logRetention,
      removalPolicy,
    });
    this.builds.stages.forEach((stage) => this.pipeline.addStage({ ...stage, beforeEntry: whereBuilding(stage.stageName) }));
    this._watched = watchedPipeline({ pipelineName, targets, builds: this.builds, logRetention });
    addReleases(this, { targets, source: sourceOutput, functions, commitId });
  }

  /**
   * The build of one component, under the strategy `BuildStrategy.actions()`.
   * @throws when no component has this name, or the pipeline's builds share projects
   */
  public componentBuild(component: string): ComponentBuild {
    this.requireComponent(component);
    const build = this.builds.componentBuilds.get(component);
    if (!build) {
      throw new Error(`${JSON.stringify(component)} has no project of its own, because the pipeline's builds are fanned out: use buildOf(${JSON.stringify(component)}), which works under every strategy.`);
    }
    return build;
  }

  /**
   * Where the builds of one component run: role, project and logs, under every strategy.
   * @throws when no component has this name
   */
  public buildOf(component: string): BuildReference {
    this.requireComponent(component);
    return this.builds.builds.get(component)!;
  }

  /**
   * The role of one component's build, for what its commands need in addition to the component itself.
   * @throws when no component has this name
   */
  public buildRole(component: string): iam.IRole {
    return this.buildOf(component).role;
  }

  /**
   * Lets a role say what a commit would build: `cdk-modular-pipeline plan --pipeline`, for pull requests. It reads the pipeline's definition and the release
   * that is live in the first environment, and nothing else: neither source nor artifacts, and it writes nothing.
   *
   * @example
   * import * as iam from 'aws-cdk-lib/aws-iam';
   * import { ModularPipeline } from 'cdk-modular-pipeline';
   *
   * declare const pipeline: ModularPipeline;
   * declare const provider: iam.IOpenIdConnectProvider;
   *
   * const role = new iam.Role(this, 'PullRequests', {
   *   assumedBy: new iam.WebIdentityPrincipal(provider.openIdConnectProviderArn, {
   *     StringEquals: {
   *       'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
   *       'token.actions.githubusercontent.com:sub': 'repo:my-org/my-repository:pull_request',
   *     },
   *   }),
   * });
   * pipeline.grantPlan(role);
   */
  public grantPlan(grantee: iam.IGrantable): iam.Grant {
    return grantPlan(grantee, this, this.environments[0]!);
  }

  /**
   * Condition that skips a stage of yours where the execution builds nothing, as it promotes or rolls back: the one that the pipeline's own Build stage has.
   * @param stageName name of your stage
   *
   * @example
   * import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
   * import { ModularPipeline } from 'cdk-modular-pipeline';
   *
   * declare const pipeline: ModularPipeline;
   * declare const licences: codepipeline.IAction;
   *
   * pipeline.pipeline.addStage({
   *   stageName: 'Licences',
   *   placement: { justAfter: pipeline.pipeline.stage('Plan') },
   *   actions: [licences],
   *   beforeEntry: pipeline.skipUnlessBuilding('Licences'),
   * });
   */
  public skipUnlessBuilding(stageName: string): codepipeline.Conditions {
    return whereBuilding(stageName);
  }

  /**
   * Condition that skips a stage of yours where the execution does not deploy to an environment, as one that promotes to another: the one that the
   * environment's own stages have.
   * @param stageName name of your stage
   * @throws when no environment has this name
   */
  public skipUnlessDeployingTo(environment: string, stageName: string): codepipeline.Conditions {
    if (!this.environments.includes(environment)) {
      throw new Error(`${JSON.stringify(environment)} is no environment of the pipeline. It has ${this.environments.map((name) => JSON.stringify(name)).join(', ')}.`);
    }
    return whereDeployingTo(environment, stageName);
  }

  /** Invocations of the diff function that failed. Sum over five minutes by default. Each is retried. */
  public metricDiffErrors(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.diffFunction.metricErrors(props);
  }

  /** Events that could not be handled, after all retries. Maximum over five minutes by default. */
  public metricDeadLetters(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.deadLetterQueue.metricApproximateNumberOfMessagesVisible({ statistic: cloudwatch.Stats.MAXIMUM, ...props });
  }

  /** Executions of the pipeline that failed. Sum over five minutes by default. */
  public metricFailedExecutions(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return failedExecutionsMetric(this, this.pipeline.pipelineName, props);
  }

  /**
   * Seconds that the branch's head has been waiting for its execution to be started; 0 where it needs none. Maximum over two of the schedule's
   * intervals by default.
   */
  public metricUnstarted(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.headMetric(HEAD_METRICS.unstarted, props);
  }

  /**
   * Seconds that the branch's head has been waiting to be live in the first environment; 0 where it is, where nothing of it differs from what is
   * live, or where something else was promoted by hand. Maximum over two of the schedule's intervals by default.
   */
  public metricUnreleased(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.headMetric(HEAD_METRICS.unreleased, props);
  }

  /**
   * Seconds since the source could not be read: its host is down, throttles, or refuses the connection; 0 where it can. Nothing is planned meanwhile.
   * Maximum over two of the schedule's intervals by default.
   */
  public metricUnreadable(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.headMetric(HEAD_METRICS.unreadable, props);
  }

  /**
   * Plans in a row, up to the last, that built everything because what differs could not be read: the baseline's commit is gone, or it is too much.
   * 0 where the last plan knew what differs. Maximum over two of the schedule's intervals by default.
   */
  public metricPlannedBlind(props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return this.headMetric(HEAD_METRICS.blind, props);
  }

  private headMetric(name: string, props?: cloudwatch.MetricOptions): cloudwatch.Metric {
    return headMetric(this, { name, solution: this.solution, reconcileInterval: this.reconcileInterval }, props);
  }

  private requireComponent(component: string): void {
    const { builds } = this.builds;
    if (!builds.has(component)) {
      throw new Error(`${JSON.stringify(component)} is no component of the pipeline. It has ${[...builds.keys()].map((name) => JSON.stringify(name)).join(', ')}.`);
    }
  }
}
