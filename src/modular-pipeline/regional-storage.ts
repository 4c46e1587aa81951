import { ArnFormat, RemovalPolicy, Stack, Stage } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { Storage } from './storage';
import { Place } from '../environment/target';
import { digestOf } from '../private/digest';
import { allow, allowPattern } from '../private/grants';

/** What the storage of another Region is made from. */
export interface RegionalStorageProps {
  readonly solution: string;
  readonly region: string;
  /** The places in the Region. */
  readonly places: readonly Place[];
  readonly removalPolicy: RemovalPolicy;
}

/**
 * What a Region other than the pipeline's needs in the pipeline's account: a bucket with copies of components' artifacts, as Lambda reads code from its
 * own Region alone, and one for what CodePipeline hands on to its actions there. In a stack of its own, which is deployed before the pipeline's.
 */
export class RegionalStorage {
  public readonly region: string;
  /** Name of the bucket with the copies. */
  public readonly artifactBucketName: string;
  public readonly pipelineBucket: s3.IBucket;
  private readonly keyAlias?: string;

  constructor(scope: Construct, props: RegionalStorageProps) {
    const pipeline = Stack.of(scope);
    const { solution, region } = props;
    const names = storageNames(pipeline, solution, region);
    const stack = new Stack(Stage.of(scope)!, `${pipeline.node.id}-${solution}-${region}`, {
      stackName: `${pipeline.stackName}-support-${region}`,
      description: `What the pipeline of ${solution} in ${pipeline.region} needs in ${region}`,
      env: { account: pipeline.account, region },
    });
    pipeline.addStackDependency(stack);
    const storage = new Storage(stack, 'Storage', { ...props, names });
    this.region = region;
    this.artifactBucketName = names.artifacts;
    this.pipelineBucket = storage.pipelineBucket;
    this.keyAlias = storage.encryptionKey && names.keyAlias;
  }

  /** Lets a role of the pipeline's stack read and write copies below a prefix. */
  public allowCopies(role: iam.IRole, prefix: string): void {
    const bucketArn = Stack.of(role).formatArn({
      service: 's3', region: '', account: '', resource: this.artifactBucketName, arnFormat: ArnFormat.NO_RESOURCE_NAME,
    });
    allowPattern(role, 'Copies are stored under their build\'s number, which is not known yet.', ['s3:GetObject', 's3:PutObject'], [`${bucketArn}/${prefix}*`]);
    allow(role, ['s3:ListBucket'], [bucketArn]);
    this.allowKey(role, ['kms:Decrypt', 'kms:GenerateDataKey']);
  }

  /** Lets a role of the pipeline's stack use the key, if there is one. */
  public allowKey(role: iam.IRole, actions: string[]): void {
    if (this.keyAlias !== undefined) {
      const keys = Stack.of(role).formatArn({ service: 'kms', region: this.region, resource: 'key', resourceName: '*' });
      allowPattern(role, 'A key of another Region is known here by its alias, which the condition names.', actions, [keys], {
        'ForAnyValue:StringEquals': { 'kms:ResourceAliases': this.keyAlias },
      });
    }
  }
}

/** Names that no other pipeline has. A bucket's is unique in all of AWS, and at most 63 characters long. */
function storageNames(pipeline: Stack, solution: string, region: string) {
  const hash = digestOf([pipeline.account, pipeline.region, pipeline.node.path, solution, region]).slice(0, 12);
  const readable = solution.toLowerCase().replace(/[^a-z0-9]+/g, '-').slice(0, 20);
  const name = (purpose: string) => `${readable}-${purpose}-${hash}`;
  return { artifacts: name('artifacts'), pipelineArtifacts: name('pipeline'), keyAlias: `alias/${name('artifacts')}` };
}
