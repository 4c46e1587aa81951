import { CodePipelineClient } from '@aws-sdk/client-codepipeline';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { writeReview } from './review';
import { waive } from './waive';
import { EnvironmentStore } from '../shared/environment-store';
import { JobCredentials, jobOf, jobParameters, JobResults } from '../shared/jobs';
import { errorFields, Logger } from '../shared/logger';
import { PlanStore } from '../shared/plan-store';
import { ReleaseStore } from '../shared/release-store';
import { Timing } from '../shared/timing';

export interface ApprovalFunctionProps {
  readonly solution: string;
  readonly pipeline: string;
  readonly diffTable: string;
  readonly deploymentsTable: string;
  readonly artifactBucket: string;
  readonly codePipeline: CodePipelineClient;
  readonly dynamoDb: DynamoDBDocumentClient;
  readonly s3: S3Client;
  readonly s3As: (credentials: JobCredentials) => S3Client;
  readonly sns: SNSClient;
  readonly timing: Timing;
  readonly logger: Logger;
}

/** The actions around an approval: `review` before it, `waive` next to it. */
export class ApprovalFunction {
  public constructor(private readonly props: ApprovalFunctionProps) {}

  public async handle(event: unknown): Promise<void> {
    const { solution, diffTable, deploymentsTable, artifactBucket, codePipeline, dynamoDb: client, s3, timing, logger } = this.props;
    const job = jobOf(event);
    try {
      if (job === undefined) {
        throw new Error('The approval function answers jobs of CodePipeline only, and this event is none.');
      }
      await new JobResults(codePipeline, logger).answer(job, async () => {
        const { action } = jobParameters(job, ['action']);
        switch (action) {
          case 'review':
            return writeReview(job, {
              ...this.props,
              plans: new PlanStore({ client, tableName: diffTable, solution, timing }),
              environments: new EnvironmentStore({ client, tableName: deploymentsTable, solution, timing }),
              releases: new ReleaseStore(s3, artifactBucket),
            });
          case 'waive':
            return waive(job, this.props);
          default:
            throw new Error(`The action's user parameters name the action '${action}': it has to be review or waive.`);
        }
      });
    } catch (error) {
      logger.error('The event could not be handled', errorFields(error));
      throw error;
    }
  }
}
