import { CloudFormationClient, DeleteChangeSetCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { STSClient } from '@aws-sdk/client-sts';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { ChangeSet, failureOf, readChangeSet, resourceChanges, stateOf } from './change-set';
import { completeChangeSet, isIncomplete, replaceChangeSet } from './completion';
import { sessionStatements } from './session';
import { assertStillLive } from './single-build';
import { ChangeSetReport, GuardConfiguration, GuardedEnvironment, GuardVariables } from '../../src/contract/gates';
import { changeSetKey } from '../../src/contract/objects';
import { describeRefusal, Destruction, destructions, refusedOf } from '../../src/core/change-set/guard';
import { broadenings } from '../../src/core/change-set/permissions';
import { ResourceChange, summaryOf } from '../../src/core/change-set/resource-change';
import { AllowanceStore } from '../shared/allowance-store';
import { assumeRole, RoleCredentials } from '../shared/assumed-role';
import { EnvironmentStore } from '../shared/environment-store';
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

/**
 * How far the guard is with a change set: CodePipeline's own, one that was completed, or, where CloudFormation could not make that one, one without
 * the changes of nested stacks. The last two are the continuation tokens of a job, so that none is made twice.
 */
type Progress = { readonly made: 'given' | 'completed' } | { readonly made: 'plain'; readonly because: string };

/** What came of a look at a change set: the guard's answer, or another change set in its place. */
interface Look {
  readonly answer?: Readonly<Record<string, string>>;
  readonly progress?: Progress;
}

const COMPLETED = 'replaced';
const PLAIN = 'plain: ';

/** CodePipeline takes tokens of 2,048 characters. */
const MAX_REASON = 1_000;

function progressOf(token: string | undefined): Progress {
  return token?.startsWith(PLAIN) ? { made: 'plain', because: token.slice(PLAIN.length) } : { made: token === COMPLETED ? 'completed' : 'given' };
}

function tokenOf(progress: Progress): string {
  return progress.made === 'plain' ? `${PLAIN}${progress.because}` : progress.made === 'completed' ? COMPLETED : 'waiting';
}

/**
 * An environment's Guard action, after the change set was made and before anything is executed: reads it whole, and refuses what it would
 * destroy. First it completes a change set that lacks nested stacks or alarms, so that what is judged is what is executed.
 */
export class GuardFunction {
  private readonly allowances: AllowanceStore;
  private readonly environments: EnvironmentStore;

  public constructor(private readonly props: GuardFunctionProps) {
    const { dynamoDb: client, deploymentsTable: tableName, solution, timing } = props;
    this.allowances = new AllowanceStore({ client, tableName, solution, timing });
    this.environments = new EnvironmentStore({ client, tableName, solution, timing });
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
    let progress = progressOf(job.continuationToken);
    for (let look = 0; look < LOOKS; look++) {
      if (look > 0) {
        await this.props.timing.sleep(WAIT_MS);
      }
      const changeSet = await readChangeSet(current.client, current.environment.changeSetName, current.environment.stackName);
      if (changeSet === undefined && progress.made === 'given') {
        throw new Error(`Stack ${current.environment.stackName} has no change set ${current.environment.changeSetName}: a refusal deleted it, or somebody else did. `
          + 'Retry the stage with all of its actions.');
      }
      const next = changeSet && await this.look(current, changeSet, progress);
      if (next?.answer !== undefined) {
        return next.answer;
      }
      progress = next?.progress ?? progress;
    }
    return new Continuation(tokenOf(progress));
  }

  /** One look at a change set: the guard's answer, what was made in its place, or nothing while CloudFormation makes it. */
  private async look(current: Case, changeSet: ChangeSet, progress: Progress): Promise<Look | undefined> {
    const { client, environment, logger } = current;
    switch (stateOf(changeSet.head)) {
      case 'empty':
        return { answer: await this.pass(current, [], []) };
      case 'failed': {
        const because = await failureOf(client, changeSet);
        if (progress.made !== 'completed' || changeSet.head.IncludeNestedStacks !== true) {
          throw new Error(`The change set of stack ${environment.stackName} cannot be executed: ${because}`);
        }
        logger.warn('CloudFormation cannot show the changes of the nested stacks: the change set is made without them', { because });
        await this.replace(current, false);
        return { progress: { made: 'plain', because: because.slice(0, MAX_REASON) } };
      }
      case 'ready':
        if (progress.made !== 'given' || !isIncomplete(changeSet, await this.isCreation(current), environment)) {
          return { answer: await this.judge(current, changeSet, progress) };
        }
        logger.info('The change set is made anew, with what it lacks: its nested stacks, or the alarms that are watched');
        // Where everything is allowed, nobody needs to see nested stacks, and CloudFormation may not be able to show them.
        await this.replace(current, !environment.allowDestructiveChanges);
        return { progress: { made: 'completed' } };
      default:
        return undefined;
    }
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
    await assertStillLive(artifact.release, environment.environment, this.environments);
    return {
      name,
      environment,
      executionId,
      client: cloudFormationAs(credentials, environment.region),
      artifact,
      logger: logger.with({ commit: artifact.release.commitId, execution: executionId, environment: name }),
    };
  }

  private async replace({ client, name, environment, artifact }: Case, includeNestedStacks: boolean): Promise<void> {
    const { template } = this.props.configuration;
    await replaceChangeSet(client, completeChangeSet(name, environment, artifact, { template, includeNestedStacks }), this.props.timing);
  }

  private async isCreation({ client, environment }: Case): Promise<boolean> {
    const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: environment.stackName }));
    return Stacks?.[0]?.StackStatus === 'REVIEW_IN_PROGRESS';
  }

  private async judge(current: Case, changeSet: ChangeSet, progress: Progress): Promise<Readonly<Record<string, string>>> {
    const { client, environment, artifact, logger } = current;
    const changes = await resourceChanges(client, changeSet);
    const destroyed = destructions(changes);
    const { commitId } = artifact.release;
    const refused = environment.allowDestructiveChanges ? [] : refusedOf(destroyed, { types: environment.allowTypes, logicalIds: environment.allowLogicalIds });
    const remaining = refused.length === 0 ? [] : refusedOf(refused, {
      types: [], logicalIds: await this.allowances.logicalIds(environment.environment, commitId),
    });
    if (remaining.length > 0) {
      await client.send(new DeleteChangeSetCommand({ StackName: environment.stackName, ChangeSetName: environment.changeSetName }));
      throw new Error(describeRefusal({
        environment: environment.environment,
        stackName: environment.stackName,
        commitId,
        pipeline: this.props.pipeline,
        refused: remaining,
        ...(progress.made === 'plain' ? { hidden: progress.because } : {}),
      }));
    }
    if (refused.length > 0) {
      logger.warn('Allowed for this release', { resources: refused.map(({ path }) => path) });
    }
    return this.pass(current, changes, destroyed);
  }

  private async pass(current: Case, changes: readonly ResourceChange[], destroyed: readonly Destruction[]): Promise<Readonly<Record<string, string>>> {
    const { name, environment, executionId, artifact, logger } = current;
    const report: ChangeSetReport = {
      version: 1,
      stackName: environment.stackName,
      commitId: artifact.release.commitId,
      changes: changes.map(summaryOf),
      destructive: destroyed.map(({ path }) => path),
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
