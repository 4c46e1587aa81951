import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ApplicationAssets } from './delivery';
import { RegionalStorage } from './regional-storage';
import { ComponentCatalogue } from '../component/component-catalogue';
import { FUNCTION_ENV } from '../contract/environment';
import {
  ApplicationConfiguration, CATALOGUE_FILE, EnvironmentConfiguration, ENVIRONMENTS_FILE, releasePrefix, REPORTED_ENVIRONMENTS_FILE, ReportedEnvironment,
  reportKey, sourcesPrefix, StackConfiguration,
} from '../contract/objects';
import { environmentKey, EXECUTION_PARTITION } from '../contract/tables';
import { IDeploymentsTable } from '../deployments-table/deployments-table';
import { IDiffTable } from '../diff-table/diff-table';
import { placesOf, Target } from '../environment/target';
import { allow, allowPattern } from '../private/grants';
import { RuntimeFunction } from '../private/runtime-function';
import { grantOnTable } from '../private/tables';
import { BoundSourceReader } from '../source/bound-source-reader';
import { PipelineSourceConfig } from '../source/pipeline-source-config';

/** What the functions of one pipeline work with. */
export interface FunctionsProps {
  readonly solution: string;
  /** The catalogue as its file holds it. */
  readonly catalogue: string;
  readonly componentCatalogue: ComponentCatalogue;
  /** Names of the components whose builds are deployed. */
  readonly templates: readonly string[];
  /** Their stacks, by place. */
  readonly stacks: ReadonlyMap<string, readonly StackConfiguration[]>;
  /** The assets of applications. */
  readonly assets: readonly ApplicationAssets[];
  /** Applications whose stacks are deployed as well, by place. */
  readonly applications: ReadonlyMap<string, readonly ApplicationConfiguration[]>;
  readonly targets: readonly Target[];
  /** Of the Regions other than the pipeline's. */
  readonly regions: readonly RegionalStorage[];
  /** Of the components that are images. */
  readonly imageRepositories: readonly ecr.IRepository[];
  readonly diffTable: IDiffTable;
  readonly deploymentsTable: IDeploymentsTable;
  readonly artifactBucket: s3.IBucket;
  readonly source: PipelineSourceConfig;
  readonly reader: BoundSourceReader;
  /** Whether the diff function reads lockfiles, too. */
  readonly traceLockfiles: boolean;
  readonly baselineBranch?: string;
  readonly pipelineName: string;
  readonly pipelineArn: string;
  readonly planRetention: Duration;
  readonly logRetention: logs.RetentionDays;
  readonly removalPolicy: RemovalPolicy;
  /** Whether a location that the template does not declare fails the release. */
  readonly refusesUndeclared: boolean;
  /** Whether the record function writes the page of what is live where. */
  readonly writesReport: boolean;
}

/** Plans commits and starts the pipeline. */
export function createDiffFunction(scope: Construct, id: string, props: FunctionsProps): RuntimeFunction {
  const { source, reader, traceLockfiles } = props;
  const takesTags = props.targets.some(({ deployOn }) => deployOn?.kind === 'tag');
  const tags = takesTags ? reader.tags : undefined;
  if (takesTags && tags === undefined) {
    throw new Error('An environment takes tags, and the pipeline\'s source has none: an archive in S3 is no repository. Use DeployOn.demand().');
  }
  const created = new RuntimeFunction(scope, id, {
    bundle: 'lambda/diff.lambda',
    description: `Finds what changed in ${props.solution}, and starts its pipeline`,
    files: { [CATALOGUE_FILE]: props.catalogue, [ENVIRONMENTS_FILE]: environmentsFile(props) },
    ...(traceLockfiles ? { parts: { 'tracing.js': 'lambda/diff/tracing' } } : {}),
    environment: {
      ...commonEnvironment(props),
      [FUNCTION_ENV.source]: Stack.of(scope).toJsonString(tags?.configuration ?? reader.configuration),
      [FUNCTION_ENV.branch]: source.branch,
      [FUNCTION_ENV.pipeline]: props.pipelineName,
      [FUNCTION_ENV.baselineBranch]: props.baselineBranch,
      [FUNCTION_ENV.planRetentionDays]: `${props.planRetention.toDays()}`,
    },
    // A diff of 100,000 files is read in pages, in a few minutes.
    timeout: Duration.minutes(15),
    memorySize: 1024,
    logRetention: props.logRetention,
  });
  const reading = [...reader.statements, ...traceLockfiles ? reader.fileStatements : [], ...tags?.statements ?? []];
  reading.forEach((statement) => created.role.addToPrincipalPolicy(statement));
  allow(created.role, [
    'codepipeline:GetPipelineExecution', 'codepipeline:GetPipelineState', 'codepipeline:ListPipelineExecutions', 'codepipeline:StartPipelineExecution',
    'codepipeline:StopPipelineExecution',
  ], [props.pipelineArn]);
  created.allowAnswers();
  grantTable(created.role, props.diffTable, ['dynamodb:DeleteItem', 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem']);
  const environments = props.targets.map(({ name }) => environmentKey(props.solution, name));
  // A tag's release is looked for among all that were live in the environment before.
  grantTable(created.role, props.deploymentsTable, ['dynamodb:GetItem', ...takesTags ? ['dynamodb:Query'] : []], environments);
  grantTable(created.role, props.deploymentsTable, ['dynamodb:BatchGetItem'], [`${props.solution}#*`]);
  grantReadReleases(created.role, props);
  grantWriteReleases(created.role, props);
  if (reader.configuration.kind === 's3') {
    allowPattern(created.role, 'What is known of the source\'s versions is stored under their content\'s hash, which is not known yet.', ['s3:GetObject', 's3:PutObject'], [
      props.artifactBucket.arnForObjects(`${sourcesPrefix(props.solution)}*`),
    ]);
  }
  return created;
}

/** Assembles releases. */
export function createReleaseFunction(scope: Construct, id: string, props: FunctionsProps): RuntimeFunction {
  const created = new RuntimeFunction(scope, id, {
    bundle: 'lambda/release.lambda',
    description: `Assembles the releases of ${props.solution}`,
    files: { [CATALOGUE_FILE]: props.catalogue, [ENVIRONMENTS_FILE]: environmentsFile(props) },
    environment: { ...commonEnvironment(props), ...(props.refusesUndeclared ? { [FUNCTION_ENV.refusesUndeclared]: 'true' } : {}) },
    // An image of gigabytes is copied in minutes; Lambda's further attempts go on where one ended.
    timeout: props.regions.length > 0 ? Duration.minutes(15) : Duration.minutes(5),
    memorySize: props.regions.length > 0 ? 1024 : 512,
    logRetention: props.logRetention,
  });
  created.allowAnswers();
  grantTable(created.role, props.diffTable, ['dynamodb:GetItem', 'dynamodb:Query']);
  grantTable(created.role, props.deploymentsTable, ['dynamodb:BatchGetItem'], [`${props.solution}#*`]);
  grantReadReleases(created.role, props);
  grantWriteReleases(created.role, props);
  grantCopies(created.role, props);
  allowPattern(created.role, 'Artifacts are stored under their build\'s number, which is not known yet: the release looks whether they are there.', ['s3:GetObject'], [
    props.artifactBucket.arnForObjects(`${props.solution}/components/*`),
  ]);
  if (props.imageRepositories.length > 0) {
    allow(created.role, ['ecr:DescribeImages'], props.imageRepositories.map((repository) => repository.repositoryArn));
  }
  return created;
}

/** Records what is live where. */
export function createRecordFunction(scope: Construct, id: string, props: FunctionsProps): RuntimeFunction {
  const created = new RuntimeFunction(scope, id, {
    bundle: 'lambda/record.lambda',
    description: `Records which release of ${props.solution} is live where`,
    files: props.writesReport ? { [REPORTED_ENVIRONMENTS_FILE]: reportedFile(props) } : {},
    environment: {
      ...commonEnvironment(props),
      [FUNCTION_ENV.pipeline]: props.pipelineName,
      ...(props.writesReport ? { [FUNCTION_ENV.reportPage]: 'true' } : {}),
    },
    timeout: Duration.minutes(5),
    memorySize: 512,
    logRetention: props.logRetention,
  });
  created.allowAnswers();
  allow(created.role, ['codepipeline:GetPipelineExecution', 'codepipeline:GetPipelineState'], [props.pipelineArn]);
  const environments = props.targets.map(({ name }) => environmentKey(props.solution, name));
  grantTable(created.role, props.diffTable, ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'], [EXECUTION_PARTITION]);
  grantTable(created.role, props.deploymentsTable, ['dynamodb:GetItem', 'dynamodb:PutItem'], environments);
  grantTable(created.role, props.deploymentsTable, ['dynamodb:UpdateItem'], [`${props.solution}#*`]);
  grantReadReleases(created.role, props);
  if (props.writesReport) {
    grantReport(created.role, props);
  }
  return created;
}

function reportedFile({ targets }: FunctionsProps): string {
  return JSON.stringify(targets.map(({ name, deployOn }): ReportedEnvironment => ({ name, ...(deployOn === undefined ? {} : { apart: true }) })));
}

/** The page tells what is live, what came before, and why. */
function grantReport(role: iam.IRole, props: FunctionsProps): void {
  const { solution, targets, artifactBucket } = props;
  allow(role, ['codepipeline:ListPipelineExecutions'], [props.pipelineArn]);
  grantTable(role, props.deploymentsTable, ['dynamodb:Query'], targets.map(({ name }) => environmentKey(solution, name)));
  grantTable(role, props.deploymentsTable, ['dynamodb:BatchGetItem'], [`${solution}#*`]);
  grantTable(role, props.diffTable, ['dynamodb:Query']);
  allow(role, ['s3:GetObject', 's3:PutObject'], [artifactBucket.arnForObjects(reportKey(solution))]);
  artifactBucket.encryptionKey?.grant(role, 'kms:GenerateDataKey');
}

function environmentsFile({ targets, regions, stacks, applications }: FunctionsProps): string {
  return JSON.stringify(placesOf(targets).map(({ name, environment, region, parameters }): EnvironmentConfiguration => {
    const regional = regions.find((candidate) => candidate.region === region);
    const { deployOn } = targets.find((target) => target.name === environment)!;
    return {
      name,
      environment,
      ...(deployOn === undefined ? {} : { deployOn }),
      parameters,
      stacks: stacks.get(name)!,
      applications: applications.get(name)!,
      ...(regional ? { artifacts: regional.artifacts() } : {}),
    };
  }));
}

function commonEnvironment(props: FunctionsProps): { [name: string]: string } {
  return {
    [FUNCTION_ENV.solution]: props.solution,
    [FUNCTION_ENV.diffTable]: props.diffTable.tableName,
    [FUNCTION_ENV.deploymentsTable]: props.deploymentsTable.tableName,
    [FUNCTION_ENV.artifactBucket]: props.artifactBucket.bucketName,
  };
}

function grantTable(role: iam.IRole, table: IDiffTable | IDeploymentsTable, actions: string[], leadingKeys?: string[]): void {
  grantOnTable(role, { actions, resourceArns: [table.tableArn], encryptionKey: table.encryptionKey, leadingKeys });
}

const RELEASES = 'A release is stored under its execution\'s ID, which is not known yet.';

function releases({ artifactBucket, solution }: FunctionsProps): string {
  return artifactBucket.arnForObjects(`${releasePrefix(solution)}*`);
}

/** With the right to list, S3 tells a release that is not there from one that may not be read. */
function grantReadReleases(role: iam.IRole, props: FunctionsProps): void {
  allowPattern(role, RELEASES, ['s3:GetObject'], [releases(props)]);
  allow(role, ['s3:ListBucket'], [props.artifactBucket.bucketArn]);
  props.artifactBucket.encryptionKey?.grant(role, 'kms:Decrypt');
}

function grantWriteReleases(role: iam.IRole, props: FunctionsProps): void {
  allowPattern(role, RELEASES, ['s3:PutObject'], [releases(props)]);
  props.artifactBucket.encryptionKey?.grant(role, 'kms:GenerateDataKey');
}

/** Builds are copied to the Regions where they are deployed. */
function grantCopies(role: iam.IRole, { solution, regions, artifactBucket, imageRepositories }: FunctionsProps): void {
  if (regions.length > 0) {
    const prefix = `${solution}/components/`;
    allowPattern(role, 'Artifacts are stored under their build\'s number, which is not known yet.', ['s3:GetObject'], [artifactBucket.arnForObjects(`${prefix}*`)]);
    if (imageRepositories.length > 0) {
      allow(role, ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'], imageRepositories.map((repository) => repository.repositoryArn));
    }
    regions.forEach((regional) => regional.allowCopies(role, prefix));
  }
}
