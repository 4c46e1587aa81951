import { Duration } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { FUNCTION_ENV } from '../contract/environment';
import { CATALOGUE_FILE, componentPrefix, EnvironmentConfiguration, ENVIRONMENTS_FILE, releasePrefix } from '../contract/objects';
import { environmentKey } from '../contract/tables';
import { componentId } from '../core/names';
import { IDeploymentsTable } from '../deployments-table/deployments-table';
import { IDiffTable } from '../diff-table/diff-table';
import { Target } from '../environment/target';
import { RuntimeFunction } from '../private/runtime-function';
import { PipelineSourceConfig } from '../source/pipeline-source';

/** What the functions of one pipeline work with. */
export interface FunctionsProps {
  readonly solution: string;
  /** The catalogue as its file holds it. */
  readonly catalogue: string;
  /** Name of the component whose build is deployed. */
  readonly template: string;
  readonly targets: readonly Target[];
  readonly diffTable: IDiffTable;
  readonly deploymentsTable: IDeploymentsTable;
  readonly artifactBucket: s3.IBucket;
  readonly source: PipelineSourceConfig;
  readonly baselineBranch?: string;
  readonly pipelineName: string;
  readonly pipelineArn: string;
  readonly planRetention: Duration;
  readonly logRetention: logs.RetentionDays;
}

/** Plans commits and starts the pipeline. */
export function createDiffFunction(scope: Construct, id: string, props: FunctionsProps): RuntimeFunction {
  const created = new RuntimeFunction(scope, id, {
    bundle: 'lambda/diff.lambda',
    description: `Finds what changed in ${props.solution}, and starts its pipeline`,
    files: { [CATALOGUE_FILE]: props.catalogue },
    environment: {
      ...commonEnvironment(props),
      [FUNCTION_ENV.repository]: props.source.repository.repositoryName,
      [FUNCTION_ENV.branch]: props.source.branch,
      [FUNCTION_ENV.pipeline]: props.pipelineName,
      [FUNCTION_ENV.baselineEnvironment]: props.targets[0].name,
      [FUNCTION_ENV.baselineBranch]: props.baselineBranch,
      [FUNCTION_ENV.planRetentionDays]: `${props.planRetention.toDays()}`,
    },
    // A diff of 100,000 files is read in pages, in a few minutes.
    timeout: Duration.minutes(15),
    memorySize: 1024,
    logRetention: props.logRetention,
  });
  props.source.readStatements.forEach((statement) => created.role.addToPrincipalPolicy(statement));
  created.allow(['codepipeline:GetPipelineExecution', 'codepipeline:StartPipelineExecution'], [props.pipelineArn]);
  created.allowAnswers();
  props.diffTable.grantReadWrite(created.role);
  props.deploymentsTable.grantReadItems(created.role, [environmentKey(props.solution, props.targets[0].name)]);
  grantReleases(created.role, props, ['s3:GetObject'], ['kms:Decrypt']);
  return created;
}

/** Assembles releases. */
export function createReleaseFunction(scope: Construct, id: string, props: FunctionsProps): RuntimeFunction {
  const environments = props.targets.map(({ name, parameters, tags }): EnvironmentConfiguration => ({ name, parameters, tags }));
  const created = new RuntimeFunction(scope, id, {
    bundle: 'lambda/release.lambda',
    description: `Assembles the releases of ${props.solution}`,
    files: { [CATALOGUE_FILE]: props.catalogue, [ENVIRONMENTS_FILE]: JSON.stringify(environments) },
    environment: commonEnvironment(props),
    timeout: Duration.minutes(5),
    memorySize: 512,
    logRetention: props.logRetention,
  });
  created.allowAnswers();
  props.diffTable.grantRead(created.role);
  props.deploymentsTable.grantReadItems(created.role, [`${props.solution}#*`]);
  grantReleases(created.role, props, ['s3:GetObject', 's3:PutObject'], ['kms:Decrypt', 'kms:GenerateDataKey']);
  created.allow(['s3:GetObject'], [props.artifactBucket.arnForObjects(`${componentPrefix(props.solution, componentId(props.template))}*`)]);
  return created;
}

/** Records what is live where. */
export function createRecordFunction(scope: Construct, id: string, props: FunctionsProps): RuntimeFunction {
  const created = new RuntimeFunction(scope, id, {
    bundle: 'lambda/record.lambda',
    description: `Records which release of ${props.solution} is live where`,
    files: { [CATALOGUE_FILE]: props.catalogue },
    environment: commonEnvironment(props),
    timeout: Duration.minutes(5),
    memorySize: 512,
    logRetention: props.logRetention,
  });
  created.allowAnswers();
  props.deploymentsTable.grantReadItems(created.role, [`${props.solution}#*`]);
  props.deploymentsTable.grantWriteItems(created.role, [`${props.solution}#*`]);
  grantReleases(created.role, props, ['s3:GetObject'], ['kms:Decrypt']);
  return created;
}

function commonEnvironment(props: FunctionsProps): { [name: string]: string } {
  return {
    [FUNCTION_ENV.solution]: props.solution,
    [FUNCTION_ENV.diffTable]: props.diffTable.tableName,
    [FUNCTION_ENV.deploymentsTable]: props.deploymentsTable.tableName,
    [FUNCTION_ENV.artifactBucket]: props.artifactBucket.bucketName,
  };
}

function grantReleases(role: iam.IRole, { artifactBucket, solution }: FunctionsProps, actions: string[], keyActions: string[]): void {
  role.addToPrincipalPolicy(new iam.PolicyStatement({ actions, resources: [artifactBucket.arnForObjects(`${releasePrefix(solution)}*`)] }));
  artifactBucket.encryptionKey?.grant(role, ...keyActions);
}
