import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { bindCodeCommit } from './code-commit-source';
import { bindConnection } from './connection-source';
import { PipelineSourceBindOptions, PipelineSourceConfig } from './pipeline-source-config';
import { CodeCommitSourceOptions, ConnectionSourceOptions } from './pipeline-source-options';
import { bindS3 } from './s3-source';

/**
 * Where changes come from.
 *
 * For a host that has no factory here, extend the class: `bind` returns an action of the category Source that puts out the variable `CommitId`, and
 * a reader.
 */
export abstract class PipelineSource {
  /**
   * A branch of a CodeCommit repository, in the pipeline's Region.
   * @throws when bound in another Region than the repository's, or, without a role, in another account
   */
  public static codeCommit(repository: codecommit.IRepository, options: CodeCommitSourceOptions): PipelineSource {
    return new FactorySource((scope, bound) => bindCodeCommit(scope, bound, repository, options));
  }

  /**
   * A branch of a repository on GitHub.
   *
   * Read through a connection of AWS CodeConnections, with the pipeline's own roles: no secret is stored. The schedule looks every minute; a look at an
   * unchanged branch costs two small requests. Before the first deployment, `cdk-modular-pipeline source check` says what works.
   *
   * @example
   * import { PipelineSource } from 'cdk-modular-pipeline';
   *
   * declare const connectionArn: string;
   *
   * PipelineSource.gitHub('my-org/my-repository', { connectionArn, branch: 'main' });
   *
   * @param repository such as `my-org/my-repository`
   * @throws where the ARN is none of a connection, or of another Region, or the repository has no owner
   */
  public static gitHub(repository: string, options: ConnectionSourceOptions): PipelineSource {
    return connected('PipelineSource.gitHub', repository, options);
  }

  /**
   * A branch of a repository on a GitHub Enterprise Server. Read like GitHub's, see `gitHub`. Not verified: run `cdk-modular-pipeline source check` first.
   * @param repository such as `my-org/my-repository`
   */
  public static gitHubEnterprise(repository: string, options: ConnectionSourceOptions): PipelineSource {
    return connected('PipelineSource.gitHubEnterprise', repository, options);
  }

  /**
   * A branch of a project on GitLab.com. Read like GitHub's, see `gitHub`. Not verified: run `cdk-modular-pipeline source check` first.
   * @param repository such as `my-group/my-subgroup/my-project`
   */
  public static gitLab(repository: string, options: ConnectionSourceOptions): PipelineSource {
    return connected('PipelineSource.gitLab', repository, options);
  }

  /**
   * A branch of a project on a GitLab of your own. Read like GitHub's, see `gitHub`. Not verified: run `cdk-modular-pipeline source check` first.
   * @param repository such as `my-group/my-subgroup/my-project`
   */
  public static gitLabSelfManaged(repository: string, options: ConnectionSourceOptions): PipelineSource {
    return connected('PipelineSource.gitLabSelfManaged', repository, options);
  }

  /**
   * A branch of a repository on Bitbucket Cloud. Read like GitHub's, see `gitHub`. Not verified: the host is not known to support partial clones,
   * without which a plan fetches the contents of both commits, up to 2 GB.
   * @param repository such as `my-workspace/my-repository`
   */
  public static bitbucket(repository: string, options: ConnectionSourceOptions): PipelineSource {
    return connected('PipelineSource.bitbucket', repository, options);
  }

  /**
   * A branch of a repository on Azure DevOps. Read like GitHub's, see `gitHub`. Not verified: run `cdk-modular-pipeline source check` first.
   * @param repository such as `my-organization/my-project/my-repository`
   */
  public static azureDevOps(repository: string, options: ConnectionSourceOptions): PipelineSource {
    return connected('PipelineSource.azureDevOps', repository, options);
  }

  /**
   * A branch of a repository on whatever host a connection reaches. See `gitHub`.
   * @param repository the repository's ID as CodePipeline takes it: owner and name, or groups and project, with slashes between them
   */
  public static connection(repository: string, options: ConnectionSourceOptions): PipelineSource {
    return connected('PipelineSource.connection', repository, options);
  }

  /**
   * A zip archive under a key of a versioned bucket, in the pipeline's Region: for what other pipelines, vendors or hosts put there.
   *
   * What the archive holds counts, not when or how it was packed: its commit is `s3-` and a hash of its files, and an archive with equal content changes
   * nothing. Pack what is in the application's folder, not the folder. Read are at most 1 GB and 200,000 files, stored or deflated; encrypted entries,
   * paths that lead out of the archive, backslashes, and paths that are there twice are refused, and nothing is planned.
   *
   * A bucket of the app is made to send its events to EventBridge. For another one, turn them on; until then the schedule finds what changed.
   * Let versions live longer than a pipeline's execution may wait: what expires can neither be started again nor can its lockfiles be compared.
   *
   * @example
   * import * as s3 from 'aws-cdk-lib/aws-s3';
   * import { PipelineSource } from 'cdk-modular-pipeline';
   *
   * const bucket = new s3.Bucket(this, 'Sources', { versioned: true, enforceSSL: true });
   * PipelineSource.s3(bucket, 'shop/source.zip');
   *
   * @param key the object's key
   * @throws where the bucket keeps no versions, or is known to be in another Region
   */
  public static s3(bucket: s3.IBucket, key: string): PipelineSource {
    return new FactorySource((scope, bound) => bindS3(scope, bound, bucket, key));
  }

  /** Called once, by the pipeline that the source belongs to. */
  public abstract bind(scope: Construct, options: PipelineSourceBindOptions): PipelineSourceConfig;
}

class FactorySource extends PipelineSource {
  constructor(private readonly bound: (scope: Construct, options: PipelineSourceBindOptions) => PipelineSourceConfig) {
    super();
  }

  public bind(scope: Construct, options: PipelineSourceBindOptions): PipelineSourceConfig {
    return this.bound(scope, options);
  }
}

function connected(what: string, repository: string, options: ConnectionSourceOptions): PipelineSource {
  return new FactorySource((scope, bound) => bindConnection(scope, bound, what, repository, options));
}
