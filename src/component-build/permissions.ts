import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as s3assets from 'aws-cdk-lib/aws-s3-assets';
import { BoundComponent } from '../component/bound-component';
import { ComponentCatalogue } from '../component/component-catalogue';
import { componentPrefix, releasePrefix } from '../contract/objects';
import { buildsKey, outcomeKey, writableByBuild } from '../contract/tables';
import { componentId } from '../core/names';
import { IDeploymentsTable } from '../deployments-table/deployments-table';
import { IDiffTable } from '../diff-table/diff-table';

/** What a build works with. */
export interface BuildResources {
  readonly bound: BoundComponent;
  readonly catalogue: ComponentCatalogue;
  readonly diffTable: IDiffTable;
  readonly deploymentsTable: IDeploymentsTable;
  readonly artifactBucket: s3.IBucket;
  readonly agent: s3assets.Asset;
  readonly logGroup: logs.ILogGroup;
}

/**
 * Beyond so many dependencies a build may read the artifacts and records of every component of the solution: the 10,240 characters
 * of a role's policies don't hold the list. What it may write stays its own.
 */
const MAX_LISTED_DEPENDENCIES = 20;

const PULL_ACTIONS = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];
const PUSH_ACTIONS = ['ecr:CompleteLayerUpload', 'ecr:DescribeImages', 'ecr:InitiateLayerUpload', 'ecr:PutImage', 'ecr:UploadLayerPart'];

/** Everything that the agent and the kinds' own commands call in a build of one component, and nothing else. */
export function grantBuild(role: iam.IRole, resources: BuildResources): void {
  const { logGroup, diffTable } = resources;
  allow(role, ['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
  diffTable.grantRead(role);
  grantRecords(role, resources);
  grantObjects(role, resources);
  grantImages(role, resources);
}

function grantRecords(role: iam.IRole, { bound, catalogue, deploymentsTable }: BuildResources): void {
  const { solution } = catalogue;
  const own = writableByBuild(solution, bound.component.name);
  const others = dependencies(bound, catalogue);
  deploymentsTable.grantWriteItems(role, own);
  deploymentsTable.grantReadItems(role, others.length > MAX_LISTED_DEPENDENCIES
    ? [`${solution}#*`]
    : [...own, ...others.flatMap((name) => [buildsKey(solution, name), outcomeKey(solution, name, '*')])]);
  deploymentsTable.grantFindBuilds(role);
}

function grantObjects(role: iam.IRole, { bound, catalogue, artifactBucket, agent }: BuildResources): void {
  const { solution } = catalogue;
  const prefix = (name: string) => artifactBucket.arnForObjects(`${componentPrefix(solution, componentId(name))}*`);
  const others = dependencies(bound, catalogue);
  allow(role, ['s3:GetObject'], [
    agent.bucket.arnForObjects(agent.s3ObjectKey),
    catalogue.bucket.arnForObjects(catalogue.objectKey),
    artifactBucket.arnForObjects(`${releasePrefix(solution)}*`),
    ...(others.length > MAX_LISTED_DEPENDENCIES ? [artifactBucket.arnForObjects(`${componentPrefix(solution, '*')}*`)] : [bound.component.name, ...others].map(prefix)),
  ]);
  // Multipart uploads that fail are taken back by the AWS CLI.
  allow(role, ['s3:AbortMultipartUpload', 's3:PutObject'], [prefix(bound.component.name)]);
  artifactBucket.encryptionKey?.grant(role, 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey');
}

function grantImages(role: iam.IRole, { bound, catalogue }: BuildResources): void {
  const own = bound.config.repository;
  const others = dependencies(bound, catalogue).flatMap((name) => catalogue._bound(name).config.repository ?? []);
  if (!own && others.length === 0) {
    return;
  }
  // ECR knows no resource for it: the token is for the registry.
  allow(role, ['ecr:GetAuthorizationToken'], ['*']);
  allow(role, PULL_ACTIONS, [...new Set([...(own ? [own] : []), ...others].map((repository) => repository.repositoryArn))]);
  if (own) {
    allow(role, PUSH_ACTIONS, [own.repositoryArn]);
  }
}

function dependencies(bound: BoundComponent, catalogue: ComponentCatalogue): string[] {
  return catalogue._graph.buildDependencies(bound.component.name);
}

function allow(role: iam.IRole, actions: string[], resources: string[]): void {
  role.addToPrincipalPolicy(new iam.PolicyStatement({ actions, resources }));
}
