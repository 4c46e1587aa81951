import { Duration, Stack } from 'aws-cdk-lib';
import * as codebuild from 'aws-cdk-lib/aws-codebuild';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { DELIVERY_FILE, DeliveryConfiguration } from '../contract/delivery';
import { FUNCTION_ENV } from '../contract/environment';
import { assetPrefix, changeSetPrefix, componentPrefix, deliveryPrefix, outputsPrefix, reviewPrefix } from '../contract/objects';
import { allowanceKey, environmentKey, stackKey } from '../contract/tables';
import { componentId } from '../core/names';
import { IDeploymentsTable } from '../deployments-table/deployments-table';
import { allow, allowPattern } from '../private/grants';
import { RuntimeFunction } from '../private/runtime-function';
import { grantOnTable } from '../private/tables';

/** The assets of one application. */
export interface ApplicationAssets {
  readonly component: string;
  readonly images?: ecr.IRepository;
}

/** What the deliveries to all places work with. */
export interface DeliveryProps {
  readonly solution: string;
  readonly pipelineName: string;
  readonly configuration: DeliveryConfiguration;
  /** Names of the components whose builds are templates. */
  readonly templates: readonly string[];
  /** Those whose builds are applications, and where their images are. */
  readonly assets: readonly ApplicationAssets[];
  /** CodeBuild projects of deployers other than CloudFormation. */
  readonly projects: readonly codebuild.IProject[];
  readonly deploymentsTable: IDeploymentsTable;
  readonly artifactBucket: s3.IBucket;
  readonly logRetention: logs.RetentionDays;
}

/** Prepares and deploys the stacks of all places, in the environments' accounts by their deploy roles. */
export function createDelivery(scope: Construct, id: string, props: DeliveryProps): RuntimeFunction {
  const { solution, configuration, deploymentsTable, artifactBucket } = props;
  const publishes = props.assets.length > 0;
  const places = Object.entries(configuration.places);
  const created = new RuntimeFunction(scope, id, {
    bundle: 'lambda/delivery.lambda',
    description: `Makes, judges and executes the change sets of ${solution}`,
    files: { [DELIVERY_FILE]: JSON.stringify(configuration) },
    environment: {
      [FUNCTION_ENV.solution]: solution,
      [FUNCTION_ENV.pipeline]: props.pipelineName,
      [FUNCTION_ENV.deploymentsTable]: deploymentsTable.tableName,
      [FUNCTION_ENV.artifactBucket]: artifactBucket.bucketName,
    },
    // One invocation waits a minute for CloudFormation; the rest is for many pages, and for a throttled service.
    // Assets of gigabytes are sent in minutes.
    timeout: publishes ? Duration.minutes(15) : Duration.minutes(5),
    memorySize: publishes ? 1024 : 512,
    logRetention: props.logRetention,
  });
  const { role } = created;
  created.allowAnswers();
  const hasImages = props.assets.some(({ images }) => images !== undefined);
  const publishers = places.flatMap(([, { assets }]) => (assets === undefined ? [] : [assets.fileRoleArn, ...(hasImages ? [assets.imageRoleArn] : [])]));
  const withStacks = places.filter(([, { stackNames }]) => stackNames.length > 0);
  const roles = [...new Set([...withStacks.map(([, { deployRoleArn }]) => deployRoleArn), ...publishers])];
  if (roles.length > 0) {
    allow(role, ['sts:AssumeRole'], roles);
  }
  runProjects(role, props);
  const isSeveral = places.some(([, { stackNames, deliveries = [] }]) => stackNames.length + deliveries.length > 1);
  const environments = [...new Set(places.map(([, { environment }]) => environment))];
  const table = { resourceArns: [deploymentsTable.tableArn], encryptionKey: deploymentsTable.encryptionKey };
  grantOnTable(role, {
    ...table,
    actions: ['dynamodb:GetItem'],
    leadingKeys: environments.flatMap((environment) => [allowanceKey(solution, environment, '*'), environmentKey(solution, environment)]),
  });
  grantOnTable(role, {
    ...table,
    // Which stacks and other deliveries have a release is noted where there are several.
    actions: ['dynamodb:GetItem', 'dynamodb:PutItem', ...(isSeveral || publishes ? ['dynamodb:UpdateItem'] : [])],
    leadingKeys: places.map(([place, { environment }]) => stackKey(solution, environment, place, '*')),
  });
  allowPattern(role, 'What was seen is stored under its execution\'s ID, which is not known yet.', ['s3:GetObject', 's3:PutObject'], [
    artifactBucket.arnForObjects(`${changeSetPrefix(solution)}*`),
  ]);
  allowPattern(role, 'Outputs are stored under their execution\'s ID, which is not known yet.', ['s3:PutObject'], [
    artifactBucket.arnForObjects(`${outputsPrefix(solution)}*`),
  ]);
  // With the right to list, S3 says of a report that it does not exist, rather than that it may not be read.
  allow(role, ['s3:ListBucket'], [artifactBucket.bucketArn]);
  artifactBucket.encryptionKey?.grant(role, 'kms:Decrypt', 'kms:GenerateDataKey');
  readTemplates(scope, props);
  readAssets(role, props);
  return created;
}

/** Deliveries other than stacks are builds, which report to the artifact bucket. */
function runProjects(role: iam.IRole, { projects, configuration, artifactBucket, solution }: DeliveryProps): void {
  if (projects.length === 0) {
    return;
  }
  allow(role, ['codebuild:BatchGetBuilds', 'codebuild:ListBuildsForProject', 'codebuild:StartBuild'], [...new Set(projects.map(({ projectArn }) => projectArn))]);
  allowPattern(role, 'Reports are stored under their attempt\'s token, which is not known yet.', ['s3:GetObject'], [
    artifactBucket.arnForObjects(`${deliveryPrefix(solution)}*`),
  ]);
  if (Object.values(configuration.places).some(({ deliveries = [] }) => deliveries.some(({ switches }) => switches))) {
    allowPattern(role, 'What waits for its switch is noted under its execution\'s ID, which is not known yet.', ['s3:PutObject'], [
      artifactBucket.arnForObjects(`${reviewPrefix(solution)}*`),
    ]);
  }
}

/** What is published in places is read from the store with the function's own right; it is written there by the places' publishing roles. */
function readAssets(role: iam.IRole, { assets, artifactBucket, solution }: DeliveryProps): void {
  if (assets.length === 0) {
    return;
  }
  allowPattern(role, 'Assets are stored under the CDK\'s hash, which is not known yet.', ['s3:GetObject'], assets.map(({ component }) => (
    artifactBucket.arnForObjects(`${assetPrefix(solution, componentId(component))}*`)
  )));
  const repositories = assets.flatMap(({ images }) => images ?? []);
  if (repositories.length > 0) {
    allow(role, ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], repositories.map(({ repositoryArn }) => repositoryArn));
  }
}

/** CloudFormation reads templates with the deploy role's rights. Other accounts read all artifacts; the pipeline's own needs a statement. */
function readTemplates(scope: Construct, { configuration, artifactBucket, solution, templates, assets }: DeliveryProps): void {
  const pipeline = Stack.of(scope);
  const own = Object.values(configuration.places)
    .filter(({ account, region, stackNames }) => account === pipeline.account && region === pipeline.region && stackNames.length > 0);
  if (own.length > 0) {
    artifactBucket.addToResourcePolicy(new iam.PolicyStatement({
      sid: 'DeployRolesReadTemplates',
      actions: ['s3:GetObject'],
      principals: [...new Set(own.map(({ deployRoleArn }) => deployRoleArn))].map((arn) => new iam.ArnPrincipal(arn)),
      resources: [...templates, ...assets.map(({ component }) => component)].map((template) => artifactBucket.arnForObjects(`${componentPrefix(solution, componentId(template))}*`)),
    }));
  }
}
