import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3assets from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { FETCH, PLAN, PLAN_ENV } from './commands';
import { ModularPipeline } from '../modular-pipeline/modular-pipeline';
import { acknowledge } from '../private/acknowledge';
import { programsFolder } from '../private/bundles';
import { allow } from '../private/grants';
import { InlineRole } from '../private/inline-role';
import { requireBranch } from '../source/branch';
import { buildStatements, requireConnection, requireRepositoryId, requireSameRegion } from '../source/connection';

/** Where pull requests are. */
export enum PullRequestHost {
  /** GitHub. */
  GITHUB = 'GITHUB',
  /** GitLab.com. */
  GITLAB = 'GITLAB',
  /** Bitbucket Cloud. */
  BITBUCKET = 'BITBUCKET',
}

/** Properties of `PullRequestPlan`. */
export interface PullRequestPlanProps {
  /** The pipeline that requests are planned for. */
  readonly pipeline: ModularPipeline;

  /**
   * Where the repository is.
   * @default PullRequestHost.GITHUB
   */
  readonly host?: PullRequestHost;

  /** The repository, such as `my-org/my-repository`. */
  readonly repository: string;

  /** The branch that requests are to be merged into: the pipeline's. */
  readonly branch: string;

  /** ARN of the connection of AWS CodeConnections to the host, in the pipeline's Region. */
  readonly connectionArn: string;

  /**
   * How long logs are kept.
   * @default RetentionDays.ONE_YEAR
   */
  readonly logRetention?: logs.RetentionDays;
}

const ADDRESSES: Readonly<Record<PullRequestHost, string>> = {
  [PullRequestHost.GITHUB]: 'https://github.com',
  [PullRequestHost.GITLAB]: 'https://gitlab.com',
  [PullRequestHost.BITBUCKET]: 'https://bitbucket.org',
};

/** The hosts' roles that may write. */
const WRITERS: Readonly<Record<PullRequestHost, string[]>> = {
  [PullRequestHost.GITHUB]: ['GITHUB_WRITE', 'GITHUB_MAINTAIN', 'GITHUB_ADMIN'],
  [PullRequestHost.GITLAB]: ['GITLAB_DEVELOPER', 'GITLAB_MAINTAINER', 'GITLAB_OWNER'],
  [PullRequestHost.BITBUCKET]: ['BITBUCKET_WRITE', 'BITBUCKET_ADMIN'],
};

/**
 * Says of each pull request what it would build, as a check of the request whose log has the reasons: for hosts without a CI of their own.
 *
 * A CodeBuild project that the host starts by a webhook when a request is opened, updated or reopened. It merges the request with the branch as Git objects,
 * and plans the merge with the command line of this package, against what is live in the first environment. It runs no code of the request, and has the
 * permissions of `ModularPipeline.grantPlan` alone. The check fails where the request conflicts with the branch, or cannot be planned.
 *
 * A request from a fork is planned at once if its author may write to the repository. Otherwise the check fails until a person who may write comments
 * `/codebuild_run(COMMIT)`, with the ID of the request's latest commit. Who may write: on GitHub the roles write, maintain and admin, on GitLab developer,
 * maintainer and owner, on Bitbucket write and admin.
 *
 * Not verified at the hosts. For a comment in place of a log, see docs/pull-requests.md.
 *
 * @example
 * import { ModularPipeline, PullRequestPlan } from 'cdk-modular-pipeline';
 *
 * declare const pipeline: ModularPipeline;
 * declare const connectionArn: string;
 * new PullRequestPlan(this, 'PullRequests', { pipeline, repository: 'my-org/my-repository', branch: 'main', connectionArn });
 */
export class PullRequestPlan extends Construct {
  /** The project's name. */
  public readonly projectName: string;

  /** The project's role. */
  public readonly role: iam.IRole;

  constructor(scope: Construct, id: string, props: PullRequestPlanProps) {
    super(scope, id);
    const connectionArn = requireConnection('PullRequestPlan: connectionArn', props.connectionArn);
    requireSameRegion('PullRequestPlan: connectionArn', connectionArn, Stack.of(this));
    const repository = requireRepositoryId('PullRequestPlan: repository', props.repository);
    const branch = requireBranch('PullRequestPlan: branch', props.branch);
    const { host = PullRequestHost.GITHUB, pipeline } = props;
    const logGroup = new logs.LogGroup(this, 'Logs', { retention: props.logRetention ?? logs.RetentionDays.ONE_YEAR, removalPolicy: RemovalPolicy.DESTROY });
    const program = new s3assets.Asset(this, 'Program', { path: programsFolder('cli') });
    this.role = new InlineRole(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('codebuild.amazonaws.com'), description: `Plans pull requests of ${pipeline.solution}`,
    });
    allow(this.role, ['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
    allow(this.role, ['s3:GetObject'], [program.bucket.arnForObjects(program.s3ObjectKey)]);
    buildStatements(connectionArn).forEach((statement) => this.role.addToPrincipalPolicy(statement));
    pipeline.grantPlan(this.role);
    const project = new codebuild.CfnProject(this, 'Project', {
      description: `Says what pull requests of ${pipeline.solution} would build`,
      serviceRole: this.role.roleArn,
      artifacts: { type: 'NO_ARTIFACTS' },
      environment: {
        type: 'LINUX_CONTAINER',
        computeType: 'BUILD_GENERAL1_SMALL',
        image: 'aws/codebuild/amazonlinux-x86_64-standard:5.0',
        environmentVariables: Object.entries({
          [PLAN_ENV.program]: program.s3ObjectUrl, [PLAN_ENV.pipeline]: pipeline.pipeline.pipelineName, [PLAN_ENV.branch]: branch,
        }).map(([name, value]) => ({ name, value, type: 'PLAINTEXT' })),
      },
      source: {
        type: host,
        location: `${ADDRESSES[host]}/${repository}.git`,
        auth: { type: 'CODECONNECTIONS', resource: connectionArn },
        // All of it: what is live may be far behind.
        gitCloneDepth: 0,
        gitSubmodulesConfig: { fetchSubmodules: false },
        reportBuildStatus: true,
        // The project's own: a request cannot bring another one.
        buildSpec: Stack.of(this).toJsonString({ version: '0.2', env: { shell: 'bash' }, phases: { install: { commands: FETCH }, build: { commands: PLAN } } }, 2),
      },
      triggers: {
        webhook: true,
        buildType: 'BUILD',
        // CodeBuild's own default asks for a comment on every request.
        pullRequestBuildPolicy: { requiresCommentApproval: 'FORK_PULL_REQUESTS', approverRoles: WRITERS[host] },
        filterGroups: [[
          { type: 'EVENT', pattern: 'PULL_REQUEST_CREATED, PULL_REQUEST_UPDATED, PULL_REQUEST_REOPENED' },
          { type: 'BASE_REF', pattern: `^refs/heads/${escaped(branch)}$` },
        ]],
      },
      logsConfig: { cloudWatchLogs: { status: 'ENABLED', groupName: logGroup.logGroupName } },
      timeoutInMinutes: 30,
      visibility: 'PRIVATE',
    });
    acknowledge(project, 'AwsSolutions-CB4', 'The project puts out no artifacts.');
    project.node.addDependency(this.role);
    this.projectName = project.ref;
  }
}

/** A branch in a pattern of CodeBuild's. */
function escaped(branch: string): string {
  return branch.replace(/[.+()|{}$]/g, '\\$&');
}
