import { Annotations, Duration, RemovalPolicy, Resource, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { cachesPrefix, componentPrefix, deliveryPrefix } from '../contract/objects';
import { Place } from '../environment/target';
import { acknowledge } from '../private/acknowledge';
import { admitDeployRoles, DeployRolesAccess } from '../private/deploy-roles';
import { retainedOnceCreated } from '../private/retained';

/** What storage is made from. */
export interface StorageProps {
  readonly solution: string;
  /** The places that read from it: those with stacks. */
  readonly places: readonly Place[];
  /** Whether deliveries other than stacks hand something from one step to the next. @default false */
  readonly holdsDeliveries?: boolean;
  /** Names, where the storage is referred to from another Region. */
  readonly names?: StorageNames;
  readonly removalPolicy: RemovalPolicy;
  readonly encryptionKey?: kms.IKey;
  readonly artifactBucket?: s3.IBucket;
  readonly serverAccessLogsBucket?: s3.IBucket;
  /** Whether builds keep caches in S3. */
  readonly caches?: boolean;
}

/** Only literal names can be referred to from another Region. */
export interface StorageNames {
  readonly artifacts: string;
  readonly pipelineArtifacts: string;
  readonly keyAlias: string;
}

/** How long the pipeline's own artifacts are kept: longer than any approval (7 days) and any sensible retry or rollback. */
const PIPELINE_ARTIFACTS_KEPT = Duration.days(90);

/** A cache that no build has written for a month is of no use; what a build has replaced is of none at once. */
const CACHES_KEPT = Duration.days(30);

/** In a bucket that keeps versions, what is deleted or replaced stays until its version is deleted as well. */
function cachesRule(solution: string): s3.LifecycleRule {
  return { id: 'Caches', prefix: cachesPrefix(solution), expiration: CACHES_KEPT, noncurrentVersionExpiration: Duration.days(1) };
}

/** How long what the steps of deliveries hand on is kept: longer than any approval. */
const DELIVERY_STEPS_KEPT = Duration.days(30);

/**
 * The buckets, and the key where one is needed. Policies name the environments' accounts and roles, and none else.
 */
export class Storage extends Construct {
  /** Where components' artifacts and releases are. Nothing in it expires. */
  public readonly artifactBucket: s3.IBucket;
  /** What actions of the pipeline hand on to each other. */
  public readonly pipelineBucket: s3.Bucket;
  public readonly encryptionKey?: kms.IKey;

  constructor(scope: Construct, id: string, private readonly props: StorageProps) {
    super(scope, id);
    this.encryptionKey = props.encryptionKey ?? (this.otherAccounts().length > 0 ? this.createKey() : undefined);
    this.artifactBucket = props.artifactBucket ?? this.createBucket('Artifacts', {
      versioned: true,
      bucketName: props.names?.artifacts,
      lifecycleRules: [...props.caches ? [cachesRule(props.solution)] : [], ...this.deliveryRules()],
    });
    this.pipelineBucket = this.createBucket('PipelineArtifacts', {
      lifecycleRules: [{ expiration: PIPELINE_ARTIFACTS_KEPT }], bucketName: props.names?.pipelineArtifacts,
    });
    this.admitOtherAccounts();
    this.admitDeployRoles();
  }

  /** What deliveries hand from one step to the next may hold secrets, as plans of Terraform do. */
  private deliveryRules(): s3.LifecycleRule[] {
    const { holdsDeliveries, solution } = this.props;
    return !holdsDeliveries ? [] : [{ prefix: deliveryPrefix(solution), expiration: DELIVERY_STEPS_KEPT, noncurrentVersionExpiration: Duration.days(1) }];
  }

  private otherAccounts(): string[] {
    const { account } = Stack.of(this);
    return [...new Set(this.props.places.map((place) => place.account).filter((other) => other !== account))].sort();
  }

  private createKey(): kms.IKey {
    const key = new kms.Key(this, 'Key', {
      description: `Artifacts of ${this.props.solution}`,
      enableKeyRotation: true,
      removalPolicy: retainedOnceCreated(this.props.removalPolicy),
    });
    const { names } = this.props;
    return names ? new kms.Alias(this, 'KeyAlias', { aliasName: names.keyAlias, targetKey: key }) : key;
  }

  private createBucket(id: string, props: Pick<s3.BucketProps, 'versioned' | 'lifecycleRules' | 'bucketName'>): s3.Bucket {
    const { serverAccessLogsBucket } = this.props;
    const bucket = new PlainBucket(this, id, {
      bucketName: props.bucketName,
      encryption: this.encryptionKey ? s3.BucketEncryption.KMS : s3.BucketEncryption.S3_MANAGED,
      encryptionKey: this.encryptionKey,
      bucketKeyEnabled: this.encryptionKey ? true : undefined,
      enforceSSL: true,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      versioned: props.versioned,
      lifecycleRules: [{ abortIncompleteMultipartUploadAfter: Duration.days(7) }, ...(props.lifecycleRules ?? [])],
      removalPolicy: retainedOnceCreated(this.props.removalPolicy),
      autoDeleteObjects: this.props.removalPolicy === RemovalPolicy.DESTROY,
      serverAccessLogsBucket,
      serverAccessLogsPrefix: serverAccessLogsBucket ? `${this.props.solution}/${id}/` : undefined,
    });
    // A bucket has a name to collide with: it comes after what may fail more easily, and its key's alias is a text to it.
    if (this.props.names && this.encryptionKey) {
      bucket.node.addDependency(this.encryptionKey);
    }
    if (!serverAccessLogsBucket) {
      acknowledge(bucket, 'AwsSolutions-S1', 'Access logs need a bucket that outlives the pipeline: the property serverAccessLogsBucket turns them on.');
    }
    return bucket;
  }

  /** CloudFormation, Lambda, Glue and Step Functions read components' artifacts with roles of the environment's account. */
  private admitOtherAccounts(): void {
    const accounts = this.otherAccounts();
    if (accounts.length === 0) {
      return;
    }
    const principals = accounts.map((account) => new iam.AccountPrincipal(account));
    const { statementAdded } = this.artifactBucket.addToResourcePolicy(new iam.PolicyStatement({
      sid: 'EnvironmentsReadArtifacts',
      actions: ['s3:GetObject', 's3:GetObjectVersion'],
      principals,
      resources: [this.artifactBucket.arnForObjects(`${componentPrefix(this.props.solution, '*')}*`)],
    }));
    if (!statementAdded && !Resource.isOwnedResource(this.artifactBucket)) {
      Annotations.of(this).addWarningV2('cdk-modular-pipeline:imported-bucket',
        `Bucket ${this.artifactBucket.bucketName} is imported, so its policy is not changed here: let the accounts ${accounts.join(', ')} `
        + `read ${componentPrefix(this.props.solution, '*')}*.`);
    }
    this.artifactBucket.encryptionKey?.addToResourcePolicy(new iam.PolicyStatement({
      sid: 'EnvironmentsReadArtifacts',
      actions: ['kms:Decrypt', 'kms:DescribeKey'],
      principals,
      resources: ['*'],
    }));
  }

  /** The roles that create change sets read the template from the pipeline's bucket of their Region. In the pipeline's own account they need it as much. */
  private admitDeployRoles(): void {
    const { account, region } = Stack.of(this);
    const places = this.props.places.filter((place) => place.region === region);
    const admit = (access: DeployRolesAccess) => admitDeployRoles(places, account, access);
    admit({ sid: 'DeployRolesReadTemplates', actions: ['s3:GetObject', 's3:GetObjectVersion'], resources: [this.pipelineBucket.arnForObjects('*')] })
      .forEach((statement) => this.pipelineBucket.addToResourcePolicy(statement));
    admit({ sid: 'DeployRolesSeeTheBucket', actions: ['s3:GetBucketLocation', 's3:GetBucketVersioning', 's3:ListBucket'], resources: [this.pipelineBucket.bucketArn] })
      .forEach((statement) => this.pipelineBucket.addToResourcePolicy(statement));
    admit({ sid: 'DeployRolesReadTemplates', actions: ['kms:Decrypt', 'kms:DescribeKey'], resources: ['*'] })
      .forEach((statement) => this.pipelineBucket.encryptionKey?.addToResourcePolicy(statement));
  }
}

/** The CDK lets the role of a pipeline read and write a bucket of another Region by patterns of actions: the role has its own grants instead. */
class PlainBucket extends s3.Bucket {
  public grantReadWrite(identity: iam.IGrantable): iam.Grant {
    return iam.Grant.drop(identity, 'granted by name of the actions, see PipelineRole');
  }
}
