import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ChangeSet, resourceChanges } from './change-set';
import { ChangeReport, DeliveryPlace } from '../../src/contract/delivery';
import { describeRefusal, destructions, refusedOf } from '../../src/core/change-set/guard';
import { broadenings } from '../../src/core/change-set/permissions';
import { ResourceChange, summaryOf } from '../../src/core/change-set/resource-change';
import { AllowanceStore } from '../shared/allowance-store';
import { Logger } from '../shared/logger';

export interface JudgeProps {
  readonly place: DeliveryPlace;
  readonly stackName: string;
  readonly pipeline: string;
  readonly commitId: string;
  /** Digest of the content, and of the parts that an approval holds for. */
  readonly digest: string;
  readonly approvedDigest: string;
  readonly client: CloudFormationClient;
  readonly allowances: AllowanceStore;
  readonly s3: S3Client;
  readonly bucket: string;
  /** Key of the report in the artifact bucket. */
  readonly key: string;
  /** Why the gates are asked although nothing changes. */
  readonly ask: () => Promise<string | undefined>;
  readonly logger: Logger;
}

/** Judges change sets by the place's rules, and writes the report that gates and Deploy read. */
export class Judge {
  public constructor(private readonly props: JudgeProps) {}

  /**
   * All changes of a change set, and why it is refused, if it is.
   * @param hidden why nested stacks are left out of it, where they are
   */
  public async judge(changeSet: ChangeSet, hidden?: string): Promise<{ readonly changes: readonly ResourceChange[]; readonly refusal?: string }> {
    const { client, place, commitId, pipeline, allowances, logger } = this.props;
    const changes = await resourceChanges(client, changeSet);
    const refused = place.allowDestructiveChanges ? [] : refusedOf(destructions(changes), { types: place.allowTypes, logicalIds: place.allowLogicalIds });
    const remaining = refused.length === 0 ? [] : refusedOf(refused, { types: [], logicalIds: await allowances.logicalIds(place.environment, commitId) });
    if (remaining.length > 0) {
      return {
        changes,
        refusal: describeRefusal({
          environment: place.environment, stackName: this.props.stackName, commitId, pipeline, refused: remaining, ...(hidden === undefined ? {} : { hidden }),
        }),
      };
    }
    if (refused.length > 0) {
      logger.warn('Allowed for this release', { resources: refused.map(({ path }) => path) });
    }
    return { changes };
  }

  /** What of a change set its coverage depends on. */
  public summary(changes: readonly ResourceChange[]) {
    return {
      approvedDigest: this.props.approvedDigest,
      changes: changes.map(summaryOf),
      destructive: destructions(changes).map(({ path }) => path),
      broadenings: broadenings(changes),
    };
  }

  /** Writes the report. */
  public async report(
    attempt: number, outcome: ChangeReport['outcome'], changes: readonly ResourceChange[], changeSetArn?: string,
  ): Promise<ChangeReport> {
    const { commitId, digest, s3, bucket, key } = this.props;
    const ask = outcome === 'changes' ? undefined : await this.props.ask();
    const report: ChangeReport = {
      version: 2,
      stackName: this.props.stackName,
      commitId,
      attempt,
      digest,
      outcome,
      ...(changeSetArn === undefined ? {} : { changeSetArn }),
      ...this.summary(changes),
      ...(ask === undefined ? {} : { ask }),
    };
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: JSON.stringify(report, undefined, 2), ContentType: 'application/json' }));
    return report;
  }
}
