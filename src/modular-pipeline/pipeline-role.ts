import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { RegionalStorage } from './regional-storage';
import { allow, allowPattern } from '../private/grants';

const KEY_ACTIONS = ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];

const ARTIFACT_ACTIONS: readonly string[] = ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject'];

/**
 * The one role of the pipeline and its actions. While the pipeline itself is made it takes no grants: the CDK's would let it do
 * `s3:GetObject*`, `s3:List*` and more. Afterwards it takes them as any role, so that actions of the user's own find theirs.
 */
export class PipelineRole extends iam.Role {
  private open = false;

  constructor(scope: Construct, id: string) {
    super(scope, id, { assumedBy: new iam.ServicePrincipal('codepipeline.amazonaws.com') });
  }

  /**
   * Makes a pipeline with this role, and grants it what every pipeline needs of its artifact bucket.
   * @param objects what it may do with artifacts
   */
  public create(bucket: s3.IBucket, make: (role: iam.IRole) => codepipeline.Pipeline, objects = ARTIFACT_ACTIONS): codepipeline.Pipeline {
    const pipeline = make(this);
    this.open = true;
    this.allowBucket(bucket, objects);
    allowPattern(this, 'CodePipeline asks for it to run Lambda actions, and Lambda knows no resource for it.', ['lambda:ListFunctions'], ['*']);
    bucket.encryptionKey?.grant(this, ...KEY_ACTIONS);
    return pipeline;
  }

  /** Grants what the pipeline needs of the storage of another Region. */
  public allowRegion(regional: RegionalStorage): void {
    this.allowBucket(regional.pipelineBucket, ARTIFACT_ACTIONS);
    regional.allowKey(this, KEY_ACTIONS);
  }

  private allowBucket(bucket: s3.IBucket, objects: readonly string[]): void {
    allow(this, ['s3:GetBucketAcl', 's3:GetBucketLocation', 's3:GetBucketVersioning'], [bucket.bucketArn]);
    allowPattern(this, 'CodePipeline gives its artifacts keys of its own.', [...objects], [bucket.arnForObjects('*')]);
  }

  public addToPrincipalPolicy(statement: iam.PolicyStatement): iam.AddToPrincipalPolicyResult {
    return this.open ? super.addToPrincipalPolicy(statement) : { statementAdded: true, policyDependable: this };
  }
}
