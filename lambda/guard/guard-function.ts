import { CloudFormationClient, DeleteChangeSetCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { ChangeSet, readChangeSet, resourceChanges, stateOf } from './change-set';
import { completeChangeSet, isIncomplete, replaceChangeSet } from './completion';
import { sessionStatements } from './session';
import { ChangeSetReport, GuardConfiguration, GuardedEnvironment, GuardVariables } from '../../src/contract/gates';
import { changeSetKey } from '../../src/contract/objects';
import { describeRefusal, isDestructive, refusedChanges } from '../../src/core/change-set/guard';
import { broadenings } from '../../src/core/change-set/permissions';
import { ResourceChange } from '../../src/core/change-set/resource-change';
import { AllowanceStore } from '../shared/allowance-store';
import { assumeRole, RoleCredentials } from '../shared/assumed-role';
import { Continuation, Job, JobCredentials, jobOf, jobParameters, JobResults } from '../shared/jobs';
import { errorFields, Logger } from '../shared/logger';
import { readReleaseArtifact, ReleaseArtifact } from '../shared/release-artifact';
import { Timing } from '../shared/timing';

export interface GuardFunctionProps {
  readonly solution: string;
  /** Name of the pipeline. */
  readonly pipeline: string;
  readonly configuration: GuardConfiguration;
  readonly deploymentsTable: string;
  readonly artifactBucket: string;
  readonly codePipeline: CodePipelineClient;
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly s3: S3Client;
  readonly s3As: (credentials: JobCredentials) => S3Client;
  readonly sts: STSClient;
  readonly cloudFormationAs: (credentials: RoleCredentials, region: string) => CloudFormationClient;
  readonly timing: Timing;
  readonly logger: Logger;
}

/** One environment's change set, and what it is judged by. */
interface Case {
  readonly name: string;
  readonly environment: GuardedEnvironment;
  readonly executionId: string;
  readonly client: CloudFormationClient;
  readonly artifact: ReleaseArtifact;
  readonly logger: Logger;
}

/** Between two looks at a change set that is being made, and how many looks one invocation takes: three minutes of its five. */
const WAIT_MS = 3_000;
const LOOKS = 60;

/** Token of a job whose change set is being made anew: it is not replaced a second time. */
const REPLACED = 'replaced';

/**
 * An environment's Guard action, after the change set was made and before anything is executed: reads it whole, and refuses what it would
 * destroy. First it completes a change set that lacks nested stacks or alarms, so that what is judged is what is executed.
 */
export class GuardFunction {
  private readonly allowances: AllowanceStore;

  public constructor(private readonly props: GuardFunctionProps) {
    const { dynamoDb: client, deploymentsTable: tableName, solution, timing } = props;
    this.allowances = new AllowanceStore({ client, tableName, solution, timing });
  }

  public async handle(event: unknown): Promise<void> {
    const { logger, codePipeline } = this.props;
    const job = jobOf(event);
    try {
      if (job === undefined) {
        throw new Error('The guard answers jobs of CodePipeline only, and this event is none.');
      }
      await new JobResults(codePipeline, logger).answer(job, async () => this.guard(job));
    } catch (error) {
      logger.error('The event could not be handled', errorFields(error));
      throw error;
    }
  }

  private async guard(job: Job): Promise<Readonly<Record<string, string>> | Continuation> {
    const current = await this.caseOf(job);
    let replaced = job.continuationToken === REPLACED;
    for (let look = 0; look < LOOKS; look++) {
      if (look > 0) {
        await this.props.timing.sleep(WAIT_MS);
      }
      const changeSet = await readChangeSet(current.client, current.environment.changeSetName, current.environment.stackName);
      const state = changeSet && stateOf(changeSet.head);
      if (changeSet === undefined && !replaced) {
        throw new Error(`Stack ${current.environment.stackName} has no change set ${current.environment.changeSetName}: a refusal deleted it, or somebody else did. `
          + 'Retry the stage with all of its actions.');
      }
      switch (state) {
        case 'empty':
          return this.pass(current, []);
        case 'failed':
          throw new Error(`The change set of stack ${current.environment.stackName} cannot be executed: ${changeSet!.head.StatusReason ?? changeSet!.head.Status}`);
        case 'ready':
          if (replaced || !isIncomplete(changeSet!, await this.isCreation(current), current.environment.rollback)) {
            return this.judge(current, changeSet!);
          }
          current.logger.info('The change set is made anew, with its nested stacks and the alarms that are watched');
          await this.complete(current);
          replaced = true;
          break;
        default:
          // It is being made.
      }
    }
    return new Continuation(replaced ? REPLACED : 'waiting');
  }

  private async caseOf(job: Job): Promise<Case> {
    const { configuration, artifactBucket, sts, cloudFormationAs, s3As, logger } = this.props;
    const { environment: name, pipelineExecutionId: executionId } = jobParameters(job, ['environment', 'pipelineExecutionId']);
    const environment = configuration.environments[name];
    if (environment === undefined) {
      throw new Error(`The guard knows no environment '${name}'; it knows ${Object.keys(configuration.environments).sort().join(', ')}. Deploy the pipeline again.`);
    }
    const credentials = await assumeRole(sts, environment.deployRoleArn, 'modular-pipeline-guard', sessionStatements(environment, environment.artifactBucket ?? artifactBucket));
    const artifact = await readReleaseArtifact(job, s3As);
    return {
      name,
      environment,
      executionId,
      client: cloudFormationAs(credentials, environment.region),
      artifact,
      logger: logger.with({ commit: artifact.release.commitId, execution: executionId, environment: name }),
    };
  }

  private async complete({ client, name, environment, artifact }: Case): Promise<void> {
    await replaceChangeSet(client, completeChangeSet(name, environment, artifact, this.props.configuration.template), this.props.timing);
  }

  private async isCreation({ client, environment }: Case): Promise<boolean> {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: environment.stackName }));
    return Stacks?.[0]?.StackStatus === 'REVIEW_IN_PROGRESS';
  }

  private async judge(current: Case, changeSet: ChangeSet): Promise<Readonly<Record<string, string>>> {
    const { client, environment, artifact, logger } = current;
    const changes = await resourceChanges(client, changeSet);
    const { commitId } = artifact.release;
    const refused = environment.allowDestructiveChanges ? [] : refusedChanges(changes, {
      types: environment.allowTypes,
      logicalIds: environment.allowLogicalIds,
    });
    const remaining = refused.length === 0 ? [] : refusedChanges(refused, {
      types: [], logicalIds: await this.allowances.logicalIds(environment.environment, commitId),
    });
    if (remaining.length > 0) {
      await client.send(new DeleteChangeSetCommand({ StackName: environment.stackName, ChangeSetName: environment.changeSetName }));
      throw new Error(describeRefusal({
        environment: environment.environment, stackName: environment.stackName, commitId, pipeline: this.props.pipeline, refused: remaining,
      }));
    }
    if (refused.length > 0) {
      logger.warn('Allowed for this release', { resources: refused.map(({ path }) => path) });
    }
    return this.pass(current, changes);
  }

  private async pass(current: Case, changes: readonly ResourceChange[]): Promise<Readonly<Record<string, string>>> {
    const { name, environment, executionId, artifact, logger } = current;
    const report: ChangeSetReport = {
      version: 1,
      stackName: environment.stackName,
      commitId: artifact.release.commitId,
      changes: changes.map(({ before, after, ...change }) => change),
      destructive: changes.filter(isDestructive).map(({ path }) => path),
      broadenings: broadenings(changes),
    };
    await this.props.s3.send(new PutObjectCommand({
      Bucket: this.props.artifactBucket,
      Key: changeSetKey(this.props.solution, executionId, name),
      Body: JSON.stringify(report, undefined, 2),
      ContentType: 'application/json',
    }));
    const variables: GuardVariables = {
      changes: `${report.changes.length}`,
      destructive: `${report.destructive.length}`,
      broadening: `${report.broadenings.length}`,
    };
    logger.info('Passed', { ...variables });
    return { ...variables };
  }
}
