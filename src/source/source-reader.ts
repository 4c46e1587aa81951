import { Aws } from 'aws-cdk-lib';
import * as codecommit from 'aws-cdk-lib/aws-codecommit';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { BoundSourceReader } from './bound-source-reader';

/** Options of `SourceReader.codeCommit`. */
export interface CodeCommitReaderOptions {
  /**
   * A role of the repository's account, assumed to read it: another account's repository needs one.
   * @default - the diff function reads with its own role
   */
  readonly role?: iam.IRole;
}

/**
 * How the diff function reads a source: the branch's head, what differs between two commits, folders and files.
 * Part of what a `PipelineSource` says. See `GitReader` for anything but CodeCommit.
 */
export abstract class SourceReader {
  /** Reads a CodeCommit repository by CodeCommit's API. */
  public static codeCommit(repository: codecommit.IRepository, options: CodeCommitReaderOptions = {}): SourceReader {
    return new CodeCommitReader(repository, options.role);
  }

  /** Reads a zip archive under a key of a versioned bucket. */
  public static s3(bucket: s3.IBucket, key: string): SourceReader {
    return new S3Reader(bucket, key);
  }

  /** @internal */
  public abstract _bind(): BoundSourceReader;
}

class CodeCommitReader extends SourceReader {
  constructor(private readonly repository: codecommit.IRepository, private readonly role?: iam.IRole) {
    super();
  }

  /** @internal */
  public _bind(): BoundSourceReader {
    const { repository, role } = this;
    const reading = (...actions: string[]) => [new iam.PolicyStatement({ actions, resources: [repository.repositoryArn] })];
    const configuration = { kind: 'codecommit' as const, repository: repository.repositoryName, ...(role === undefined ? {} : { role: role.roleArn }) };
    const git = { url: `https://git-codecommit.${repository.env.region}.${Aws.URL_SUFFIX}/v1/repos/${repository.repositoryName}`, region: repository.env.region };
    return {
      configuration,
      tags: { configuration: { ...configuration, git }, statements: role === undefined ? reading('codecommit:GitPull') : [] },
      ...(role === undefined ? {
        checkout: { configuration: git, statements: reading('codecommit:GitPull') },
        statements: reading('codecommit:GetBranch', 'codecommit:GetDifferences', 'codecommit:GetFolder'),
        fileStatements: reading('codecommit:GetFile'),
      } : {
        statements: [new iam.PolicyStatement({ actions: ['sts:AssumeRole'], resources: [role.roleArn] })],
        fileStatements: [],
      }),
    };
  }
}

class S3Reader extends SourceReader {
  constructor(private readonly bucket: s3.IBucket, private readonly key: string) {
    super();
  }

  /** @internal */
  public _bind(): BoundSourceReader {
    const { bucket, key } = this;
    return {
      configuration: { kind: 's3', bucket: bucket.bucketName, key },
      revisionVariable: 'VersionId',
      statements: [
        new iam.PolicyStatement({ actions: ['s3:GetObject', 's3:GetObjectVersion'], resources: [bucket.arnForObjects(key)] }),
        // Otherwise S3 does not tell an object that is not there from one that may not be read.
        new iam.PolicyStatement({ actions: ['s3:ListBucket'], resources: [bucket.bucketArn] }),
        ...(bucket.encryptionKey === undefined ? [] : [new iam.PolicyStatement({ actions: ['kms:Decrypt'], resources: [bucket.encryptionKey.keyArn] })]),
      ],
      fileStatements: [],
    };
  }
}
