import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import * as iam from 'aws-cdk-lib/aws-iam';
import { BoundSourceReader } from './bound-source-reader';

/**
 * How the diff function reads a source: the branch's head, what differs between two commits, folders and files.
 * Part of what a `PipelineSource` says.
 */
export abstract class SourceReader {
  /** Reads a CodeCommit repository by CodeCommit's API. */
  public static codeCommit(repository: codecommit.IRepository): SourceReader {
    return new CodeCommitReader(repository);
  }

  /** @internal */
  public abstract _bind(): BoundSourceReader;
}

class CodeCommitReader extends SourceReader {
  constructor(private readonly repository: codecommit.IRepository) {
    super();
  }

  /** @internal */
  public _bind(): BoundSourceReader {
    const { repository } = this;
    const reading = (...actions: string[]) => [new iam.PolicyStatement({ actions, resources: [repository.repositoryArn] })];
    return {
      configuration: { kind: 'codecommit', repository: repository.repositoryName },
      statements: reading('codecommit:GetBranch', 'codecommit:GetDifferences', 'codecommit:GetFolder'),
      fileStatements: reading('codecommit:GetFile'),
      repository,
    };
  }
}
