import * as codepipeline from 'aws-cdk-lib/aws-codepipeline';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { releasePrefix } from '../contract/objects';
import { environmentKey } from '../contract/tables';
import { IDeploymentsTable } from '../deployments-table/deployments-table';
import { acknowledgePattern } from '../private/grants';

/** What a plan is compared with, and where it is. */
export interface PlannedPipeline {
  readonly solution: string;
  readonly pipeline: codepipeline.IPipeline;
  readonly artifactBucket: s3.IBucket;
  readonly deploymentsTable: IDeploymentsTable;
}

/** Lets a role read what a plan needs: the pipeline's definition, and the release that is live in the first environment. */
export function grantPlan(
  grantee: iam.IGrantable, { artifactBucket: bucket, deploymentsTable: table, pipeline, solution }: PlannedPipeline, environment: string,
): iam.Grant {
  const allowed = (action: string, resource: string, conditions?: Record<string, Record<string, unknown>>) => iam.Grant.addToPrincipal({
    grantee, actions: [action], resourceArns: [resource], ...(conditions === undefined ? {} : { conditions }),
  });
  const releases = bucket.arnForObjects(`${releasePrefix(solution)}*`);
  if (Construct.isConstruct(grantee)) {
    acknowledgePattern(grantee, releases, 'Releases are stored under their execution\'s ID, which is not known yet.');
  }
  const grants = [
    allowed('codepipeline:GetPipeline', pipeline.pipelineArn),
    allowed('dynamodb:Query', table.tableArn, { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [environmentKey(solution, environment)] } }),
    allowed('s3:GetObject', releases),
    // Otherwise S3 does not tell a release that is gone from one that may not be read.
    allowed('s3:ListBucket', bucket.bucketArn),
    ...[...new Set([bucket.encryptionKey, table.encryptionKey])].flatMap((key) => key?.grant(grantee, 'kms:Decrypt') ?? []),
  ];
  return grants.reduce((all, grant) => all.combine(grant));
}
