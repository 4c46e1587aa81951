import { Duration, Stack, Token } from 'aws-cdk-lib';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { SourceReader } from './source-reader';
import { requireLiteral } from '../private/literal';
import { PlainAction } from '../private/plain-action';

/** What a source is bound with. */
export interface PipelineSourceBindOptions {
  /** What the source action puts out: the repository's content at the commit. */
  readonly output: codepipeline.Artifact;

  /** Name and variables' namespace of the source action. */
  readonly actionName: string;
}

/** What a source says. */
export interface PipelineSourceConfig {
  /** The source action. It does not start the pipeline: the diff function does. */
  readonly action: codepipeline.IAction;

  /** The branch. */
  readonly branch: string;

  /** How the diff function reads the repository. */
  readonly reader: SourceReader;

  /**
   * Matches the events that may have moved the branch. They only make the diff function look: too many do no harm, and lost ones are found by the schedule.
   * @default - none: the schedule alone finds what changed
   */
  readonly eventPattern?: events.EventPattern;

  /**
   * How often the schedule looks, where the pipeline's `reconcileInterval` does not say: whole minutes, at least one.
   * @default Duration.minutes(15)
   */
  readonly reconcileInterval?: Duration;
}

/** Options of `PipelineSource.codeCommit`. */
export interface CodeCommitSourceOptions {
  /** The branch whose merges are released. */
  readonly branch: string;
}

/**
 * Where changes come from.
 *
 * For a host that has no factory here, extend the class: `bind` returns an action of the category Source that puts out the variable `CommitId`, and
 * a reader.
 */
export abstract class PipelineSource {
  /**
   * A branch of a CodeCommit repository, in the pipeline's account and Region.
   * @throws when bound in another account or Region than the repository's
   */
  public static codeCommit(repository: codecommit.IRepository, options: CodeCommitSourceOptions): PipelineSource {
    return new CodeCommitSource(repository, options);
  }

  /** Called once, by the pipeline that the source belongs to. */
  public abstract bind(scope: Construct, options: PipelineSourceBindOptions): PipelineSourceConfig;
}

class CodeCommitSource extends PipelineSource {
  constructor(private readonly repository: codecommit.IRepository, private readonly options: CodeCommitSourceOptions) {
    super();
  }

  public bind(scope: Construct, { output, actionName }: PipelineSourceBindOptions): PipelineSourceConfig {
    const { repository } = this;
    const branch = requireBranch('PipelineSource.codeCommit: branch', this.options.branch);
    this.requireNearness(Stack.of(scope));
    return {
      branch,
      reader: SourceReader.codeCommit(repository),
      action: new PlainAction({
        actionName,
        category: codepipeline.ActionCategory.SOURCE,
        provider: 'CodeCommit',
        resource: repository,
        artifactBounds: { minInputs: 0, maxInputs: 0, minOutputs: 1, maxOutputs: 1 },
        outputs: [output],
        variablesNamespace: actionName,
        // Left out, CodePipeline would poll, and start every change twice.
        configuration: { RepositoryName: repository.repositoryName, BranchName: branch, PollForSourceChanges: 'false' },
        statements: [new iam.PolicyStatement({
          actions: [
            'codecommit:CancelUploadArchive', 'codecommit:GetBranch', 'codecommit:GetCommit', 'codecommit:GetUploadArchiveStatus', 'codecommit:UploadArchive',
          ],
          resources: [repository.repositoryArn],
        })],
      }),
      eventPattern: {
        source: ['aws.codecommit'],
        detailType: ['CodeCommit Repository State Change'],
        resources: [repository.repositoryArn],
        detail: {
          event: ['referenceCreated', 'referenceUpdated'],
          // A tag may have the branch's name.
          referenceType: ['branch'],
          referenceName: [branch],
        },
      },
    };
  }

  private requireNearness(stack: Stack): void {
    const { account, region } = this.repository.env;
    for (const [what, own, its] of [['account', stack.account, account], ['Region', stack.region, region]] as const) {
      if (!Token.isUnresolved(own) && !Token.isUnresolved(its) && own !== its) {
        throw new Error(`CodeCommit repository ${this.repository.node.path}: its ${what} is ${its}, the pipeline's is ${own}. `
          + 'A source in another account or Region is not supported yet: put the pipeline where the repository is.');
      }
    }
  }
}

/** A branch's name as Git takes it, as a literal. */
export function requireBranch(what: string, branch: string): string {
  requireLiteral(what, branch);
  if (!/^[^\s~^:?*[\\]+$/.test(branch) || branch.length > 256 || branch.startsWith('refs/')) {
    throw new Error(`${what} is ${JSON.stringify(branch)}: write the branch's short name, such as "main", at most 256 characters.`);
  }
  return branch;
}
