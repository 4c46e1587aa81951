import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as s3assets from 'aws-cdk-lib/aws-s3-assets';
import { Construct } from 'constructs';
import { ComponentCatalogue } from '../component/component-catalogue';
import { releasePrefix, sourcesPrefix } from '../contract/objects';
import { CheckoutConfiguration } from '../contract/source';
import { IDeploymentsTable } from '../deployments-table/deployments-table';
import { IDiffTable } from '../diff-table/diff-table';
import { bundleFile } from '../private/bundles';
import { digestOf } from '../private/digest';
import { allow, allowPattern } from '../private/grants';
import { fingerprintIndexArn } from '../private/tables';
import { Checkout } from '../source/bound-source-reader';

/** What the builds of one catalogue share. */
export interface SharedResources {
  readonly catalogue: ComponentCatalogue;
  readonly diffTable: IDiffTable;
  readonly deploymentsTable: IDeploymentsTable;
  readonly artifactBucket: s3.IBucket;
}

/**
 * What all builds of a catalogue read alike, as one policy: said once instead of in every role, a template of 1 MB holds
 * twice as many components.
 */
export class CommonAccess extends Construct {
  /** The access of a catalogue's builds that work with the same tables and bucket. */
  public static of(resources: SharedResources): CommonAccess {
    const { catalogue, diffTable, deploymentsTable, artifactBucket } = resources;
    const id = `Builds-${digestOf([diffTable, deploymentsTable, artifactBucket].map(({ node }) => node.path)).slice(0, 8)}`;
    return catalogue.node.tryFindChild(id) as CommonAccess | undefined ?? new CommonAccess(catalogue, id, resources);
  }

  /** The program that every build runs. */
  public readonly agent: s3assets.Asset;
  public readonly policy: iam.ManagedPolicy;
  private readonly sources = new Set<string>();
  private cloned?: CheckoutConfiguration;

  private constructor(scope: Construct, id: string, { catalogue, diffTable, deploymentsTable, artifactBucket }: SharedResources) {
    super(scope, id);
    this.agent = agentAsset(this);
    this.policy = new iam.ManagedPolicy(this, 'Policy', {
      description: `What every build of ${catalogue.solution} reads`,
      document: new iam.PolicyDocument({ minimize: true }),
    });
    allow(this.policy, ['s3:GetObject'], [
      this.agent.bucket.arnForObjects(this.agent.s3ObjectKey), catalogue.bucket.arnForObjects(catalogue.objectKey),
    ]);
    allowPattern(this.policy, 'A release is stored under its execution\'s ID, which is not known yet.', ['s3:GetObject'], [
      artifactBucket.arnForObjects(`${releasePrefix(catalogue.solution)}*`),
    ]);
    allow(this.policy, ['dynamodb:BatchGetItem', 'dynamodb:GetItem'], [diffTable.tableArn]);
    // The index's own partition key is the fingerprint: it tells no component.
    allow(this.policy, ['dynamodb:Query'], [fingerprintIndexArn(deploymentsTable.tableArn)]);
    this.useKey(['kms:Decrypt', 'kms:DescribeKey'], diffTable.encryptionKey);
    this.useKey(['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey'], deploymentsTable.encryptionKey);
    this.useKey(['kms:Decrypt', 'kms:GenerateDataKey'], artifactBucket.encryptionKey);
  }

  /** Lets the builds read the artifacts of a pipeline. */
  public readSource(bucket: s3.IBucket): void {
    if (this.sources.has(bucket.node.path)) {
      return;
    }
    this.sources.add(bucket.node.path);
    allowPattern(this.policy, 'CodePipeline gives its artifacts keys of its own.', ['s3:GetObject', 's3:GetObjectVersion'], [bucket.arnForObjects('*')]);
    this.useKey(['kms:Decrypt', 'kms:DescribeKey'], bucket.encryptionKey);
  }

  /** Lets the builds read what the source's archives hold: which files may be executed may get lost where an archive is unpacked. */
  public readListings({ catalogue: { solution }, artifactBucket }: SharedResources): void {
    allowPattern(this.policy, 'An archive\'s listing is stored under its content\'s hash, which is not known yet.', ['s3:GetObject'], [
      artifactBucket.arnForObjects(`${sourcesPrefix(solution)}listings/*`),
    ]);
  }

  /** Lets the builds clone the repository in place of reading the pipeline's artifact. */
  public clone({ configuration, statements }: Checkout): void {
    this.cloned = configuration;
    this.policy.addStatements(...statements);
  }

  /** Where the builds clone the repository from, if they do. */
  public get checkout(): CheckoutConfiguration | undefined {
    return this.cloned;
  }

  private useKey(actions: string[], key: kms.IKey | undefined): void {
    if (key) {
      allow(this.policy, actions, [key.keyArn]);
    }
  }
}

/** The agent: one asset for all builds of a stack. */
function agentAsset(scope: Construct): s3assets.Asset {
  const stack = Stack.of(scope);
  const id = 'cdk-modular-pipeline.BuildAgent';
  return stack.node.tryFindChild(id) as s3assets.Asset | undefined ?? new s3assets.Asset(stack, id, { path: bundleFile('agent/agent') });
}
