import { Stack } from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import { SharedResources } from './common-access';
import { BoundComponent } from '../component/bound-component';
import { projectCache } from '../component/cache-settings';
import { ComponentCatalogue } from '../component/component-catalogue';
import { cachePrefix, componentPrefix } from '../contract/objects';
import { buildsKey, outcomeKey, writableByBuild } from '../contract/tables';
import { componentId } from '../core/names';
import { allow, allowPattern } from '../private/grants';
import { grantOnTable } from '../private/tables';

/** What a build works with. */
export interface BuildResources extends SharedResources {
  readonly bound: BoundComponent;
  readonly logGroup: logs.ILogGroup;
}

/**
 * Characters that the list of a build's dependencies may take of the 10,240 that IAM gives a role's own policies. Beyond them the build may read
 * the artifacts and records of every component of the solution. What it may write stays its own.
 */
const MAX_LISTED_CHARACTERS = 5_000;

export const READ_RECORDS = ['dynamodb:BatchGetItem', 'dynamodb:GetItem'];
export const WRITE_RECORDS = ['dynamodb:PutItem', 'dynamodb:UpdateItem'];
export const WRITE_OBJECTS = ['s3:AbortMultipartUpload', 's3:PutObject'];
export const READ_ARTIFACTS = 'A build reads the artifacts of its dependencies, whose keys hold numbers that are not known yet.';
const PULL_ACTIONS = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];
const PUSH_ACTIONS = ['ecr:CompleteLayerUpload', 'ecr:DescribeImages', 'ecr:InitiateLayerUpload', 'ecr:PutImage', 'ecr:UploadLayerPart'];

/** What CodeBuild calls to make a build's reports. It makes their groups, and names them after the project. */
const REPORT_ACTIONS = [
  'codebuild:BatchPutCodeCoverages', 'codebuild:BatchPutTestCases', 'codebuild:CreateReport', 'codebuild:CreateReportGroup', 'codebuild:UpdateReport',
];
export const REPORT_GROUPS = 'CodeBuild makes the groups of reports, and names them after the project.';

/** Lets a build make the reports of its project. */
export function grantReports(role: iam.IRole, project: codebuild.IProject): void {
  allowPattern(role, REPORT_GROUPS, REPORT_ACTIONS, [
    Stack.of(project).formatArn({ service: 'codebuild', resource: 'report-group', resourceName: `${project.projectName}-*` }),
  ]);
}

/** CodeBuild reads and writes the cache with the build's role: its own component's, and no other's. */
export const CACHE = 'CodeBuild names the objects of a cache.';
export const CACHE_ACTIONS = ['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'];

export function grantCache(role: iam.IRole, { bound: { id, settings: { cache } }, catalogue, artifactBucket }: Pick<BuildResources, 'bound' | 'catalogue' | 'artifactBucket'>): void {
  if (cache?.type === 'S3') {
    allowPattern(role, CACHE, CACHE_ACTIONS, [artifactBucket.arnForObjects(`${cachePrefix(catalogue.solution, id)}*`)]);
  }
}

/** Whether builds keep caches in S3. */
export function keepsCaches(catalogue: ComponentCatalogue): boolean {
  return catalogue.componentNames.some((name) => catalogue._bound(name).settings.cache?.type === 'S3');
}

/** Has a component's project keep its cache. */
export function keepCache(project: codebuild.Project, { bound, catalogue, artifactBucket }: Pick<BuildResources, 'bound' | 'catalogue' | 'artifactBucket'>): void {
  const { id, settings: { cache } } = bound;
  if (cache !== undefined) {
    // The CDK's own way lets the project read and write the whole bucket.
    (project.node.defaultChild as codebuild.CfnProject).cache = projectCache(cache, `${artifactBucket.bucketName}/${cachePrefix(catalogue.solution, id).slice(0, -1)}`);
  }
}

/** Everything that the agent and the kinds' own commands call in a build of one component, next to what `CommonAccess` lets all read. */
export function grantBuild(role: iam.IRole, resources: BuildResources): void {
  grantLogs(role, resources.logGroup);
  grantRecords(role, resources);
  grantObjects(role, resources);
  grantLook(role, resources);
  grantImages(role, resources);
  grantCache(role, resources);
}

export function grantLogs(role: iam.IRole, logGroup: logs.ILogGroup): void {
  allow(role, ['logs:CreateLogStream', 'logs:PutLogEvents'], [logGroup.logGroupArn]);
}

function grantRecords(role: iam.IRole, { bound, catalogue, deploymentsTable }: BuildResources): void {
  const own = writableByBuild(catalogue.solution, bound.component.name);
  const { keys } = readableDependencies(bound, catalogue);
  const resourceArns = [deploymentsTable.tableArn];
  grantOnTable(role, { resourceArns, actions: WRITE_RECORDS, leadingKeys: own });
  grantOnTable(role, { resourceArns, actions: READ_RECORDS, leadingKeys: [...own, ...keys] });
}

/** What an application's build looks at next to what it reads and writes. */
export function grantLook(role: iam.IRole, { bound, artifactBucket }: Pick<BuildResources, 'bound' | 'artifactBucket'>): void {
  if (bound.config.artifact._definition().type === 'assembly') {
    // With the right to list, S3 says of an asset that it is not there yet, rather than that it may not be read.
    allow(role, ['s3:ListBucket'], [artifactBucket.bucketArn]);
  }
}

function grantObjects(role: iam.IRole, { bound, catalogue, artifactBucket }: BuildResources): void {
  const artifacts = (id: string) => artifactBucket.arnForObjects(`${componentPrefix(catalogue.solution, id)}*`);
  const own = artifacts(bound.id);
  allowPattern(role, READ_ARTIFACTS, ['s3:GetObject'], [own, ...readableDependencies(bound, catalogue).ids.map(artifacts)]);
  // The AWS CLI takes back what it could not upload whole.
  allowPattern(role, 'A build stores its artifact under its number, which is not known yet.', WRITE_OBJECTS, [own]);
}

/** Patterns of the partition keys, and the ids, of the components whose builds and artifacts a build may read next to its own. */
export function readableDependencies(bound: BoundComponent, catalogue: ComponentCatalogue): { readonly keys: string[]; readonly ids: string[] } {
  const { solution } = catalogue;
  const names = dependencies(bound, catalogue);
  const keys = names.flatMap((name) => [buildsKey(solution, name), outcomeKey(solution, name, '*')]);
  const ids = names.map(componentId);
  // An id stands in an ARN: with partition, a bucket's name of 63 characters at most, and the words of the key.
  const characters = [...keys, ...ids.map((id) => componentPrefix(solution, id))].reduce((sum, text) => sum + text.length + 3, 0) + ids.length * 85;
  return characters <= MAX_LISTED_CHARACTERS ? { keys, ids } : { keys: [`${solution}#*`], ids: ['*'] };
}

/** Pushing the component's own image, pulling those of its dependencies. */
export function grantImages(role: iam.IRole, { bound, catalogue }: Pick<BuildResources, 'bound' | 'catalogue'>): void {
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
