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
import { allow, allowPattern } from '../private/grants';
import { fingerprintIndexArn, grantOnTable } from '../private/tables';

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
  allow(role, ['logs:CreateLogStream', 'logs:PutLogEvents'], [resources.logGroup.logGroupArn]);
  grantRecords(role, resources);
  grantObjects(role, resources);
  grantImages(role, resources);
}

function grantRecords(role: iam.IRole, { bound, catalogue, diffTable, deploymentsTable }: BuildResources): void {
  const { solution } = catalogue;
  const own = writableByBuild(solution, bound.component.name);
  const others = dependencies(bound, catalogue);
  const read = ['dynamodb:BatchGetItem', 'dynamodb:GetItem'];
  const deployments = { resourceArns: [deploymentsTable.tableArn], encryptionKey: deploymentsTable.encryptionKey };
  grantOnTable(role, { actions: read, resourceArns: [diffTable.tableArn], encryptionKey: diffTable.encryptionKey });
  grantOnTable(role, { ...deployments, actions: ['dynamodb:PutItem', 'dynamodb:UpdateItem'], leadingKeys: own });
  grantOnTable(role, {
    ...deployments,
    actions: read,
    leadingKeys: others.length > MAX_LISTED_DEPENDENCIES
      ? [`${solution}#*`]
      : [...own, ...others.flatMap((name) => [buildsKey(solution, name), outcomeKey(solution, name, '*')])],
  });
  // The index's own partition key is the fingerprint: it tells no component.
  grantOnTable(role, { actions: ['dynamodb:Query'], resourceArns: [fingerprintIndexArn(deploymentsTable.tableArn)] });
}

function grantObjects(role: iam.IRole, { bound, catalogue, artifactBucket, agent }: BuildResources): void {
  const { solution } = catalogue;
  const others = dependencies(bound, catalogue);
  const artifacts = (id: string) => artifactBucket.arnForObjects(`${componentPrefix(solution, id)}*`);
  const own = artifacts(bound.id);
  allow(role, ['s3:GetObject'], [agent.bucket.arnForObjects(agent.s3ObjectKey), catalogue.bucket.arnForObjects(catalogue.objectKey)]);
  allowPattern(role, 'A build reads the releases and the artifacts of its dependencies, whose keys hold numbers that are not known yet.', ['s3:GetObject'], [
    artifactBucket.arnForObjects(`${releasePrefix(solution)}*`),
    own,
    ...(others.length > MAX_LISTED_DEPENDENCIES ? [artifacts('*')] : others.map((name) => artifacts(componentId(name)))),
  ]);
  // The AWS CLI takes back what it could not upload whole.
  allowPattern(role, 'A build stores its artifact under its number, which is not known yet.', ['s3:AbortMultipartUpload', 's3:PutObject'], [own]);
  artifactBucket.encryptionKey?.grant(role, 'kms:Decrypt', 'kms:GenerateDataKey');
}

function grantImages(role: iam.IRole, { bound, catalogue }: BuildResources): void {
  const own = bound.config.repository;
  const others = dependencies(bound, catalogue).flatMap((name) => catalogue._bound(name).config.repository ?? []);
  if (!own && others.length === 0) {
    return;
  }
  allowPattern(role, 'ECR knows no resource for it: the token is for the registry.', ['ecr:GetAuthorizationToken'], ['*']);
  allow(role, PULL_ACTIONS, [...new Set([...(own ? [own] : []), ...others].map((repository) => repository.repositoryArn))]);
  if (own) {
    allow(role, PUSH_ACTIONS, [own.repositoryArn]);
  }
}

function dependencies(bound: BoundComponent, catalogue: ComponentCatalogue): string[] {
  return catalogue._graph.buildDependencies(bound.component.name);
}
