import { HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PROMOTED } from '../../src/contract/events';
import { reportKey } from '../../src/contract/objects';
import { parsePromotion } from '../../src/core/promotion';
import { WentLive } from '../../src/core/report/environment-record';
import { FIGURE_DAYS, readReport, ReportRecords, SHOWN_RELEASES } from '../../src/core/report/read-report';
import { reportPage } from '../../src/core/report/report-page';
import { BuildStore } from '../shared/build-store';
import { EnvironmentStore, LiveRelease } from '../shared/environment-store';
import { isNamed } from '../shared/errors';
import { Pipeline } from '../shared/pipeline';
import { PlanStore } from '../shared/plan-store';
import { ReleaseStore } from '../shared/release-store';
import { backOff, Timing } from '../shared/timing';

export interface ReportWriterProps {
  readonly solution: string;
  readonly pipelineName: string;
  readonly artifactBucket: string;
  /** Names of the environments, in the order of deployment. */
  readonly names: readonly string[];
  /** Those that no release of the branch reaches by itself. */
  readonly apart: readonly string[];
  readonly environments: EnvironmentStore;
  readonly releases: ReleaseStore;
  readonly builds: BuildStore;
  readonly plans: PlanStore;
  readonly pipeline: Pipeline;
  readonly s3: S3Client;
  readonly timing: Timing;
}

const ATTEMPTS = 10;

/**
 * Writes the page of what is live where, what came last and why, and how deliveries go. A page replaces the one that was there before it was read for:
 * of two that are written at once, neither lacks what the other has.
 */
export async function writeReport(props: ReportWriterProps): Promise<void> {
  const { solution, pipelineName: pipeline, names: environments, timing } = props;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const present = await presentPage(props);
    const found = await readReport(recordsOf(props), { solution, pipeline, environments, now: timing.now(), last: SHOWN_RELEASES, days: FIGURE_DAYS });
    if (await replace(present, reportPage(found), props)) {
      return;
    }
    await backOff(timing, attempt);
  }
  throw new Error(`s3://${props.artifactBucket}/${reportKey(solution)} could not be written in ${ATTEMPTS} attempts: others keep writing it.`);
}

function recordsOf({ environments, releases, builds, plans, pipeline, apart }: ReportWriterProps): ReportRecords {
  return {
    environment: async (name) => {
      const [live, history] = await Promise.all([environments.read(name), environments.history(name)]);
      return { history: history.map(wentLive), ...(live === undefined ? {} : { live: wentLive(live) }) };
    },
    release: async (key) => releases.get(key),
    builds: async (ids) => builds.since(ids),
    reasons: async (commitId, planId) => (planId === PROMOTED ? undefined : plans.reasons(commitId, planId)),
    started: async (since) => pipeline.started(since),
    promotedLast: async () => pipeline.promotedLast(apart),
  };
}

function wentLive({ Sequence, Release: key, CommitId, PipelineExecutionId, Timestamp, Promotion }: LiveRelease): WentLive {
  const promotion = Promotion === undefined ? undefined : parsePromotion(Promotion);
  const entry = { sequence: Sequence, key, commitId: CommitId, executionId: PipelineExecutionId, timestamp: Timestamp };
  return promotion === undefined ? entry : { ...entry, promotion };
}

/** The ETag of the page that is there; nothing where there is none. */
async function presentPage({ s3, artifactBucket: Bucket, solution }: ReportWriterProps): Promise<string | undefined> {
  try {
    return (await s3.send(new HeadObjectCommand({ Bucket, Key: reportKey(solution) }))).ETag;
  } catch (error) {
    if (isNamed(error, 'NotFound', 'NoSuchKey')) {
      return undefined;
    }
    throw error;
  }
}

/** False: another page was written meanwhile. */
async function replace(present: string | undefined, page: string, { s3, artifactBucket: Bucket, solution }: ReportWriterProps): Promise<boolean> {
  try {
    await s3.send(new PutObjectCommand({
      Bucket,
      Key: reportKey(solution),
      Body: page,
      ContentType: 'text/html; charset=utf-8',
      CacheControl: 'no-cache',
      ...(present === undefined ? { IfNoneMatch: '*' } : { IfMatch: present }),
    }));
    return true;
  } catch (error) {
    if (isNamed(error, 'PreconditionFailed', 'ConditionalRequestConflict', 'NoSuchKey')) {
      return false;
    }
    throw error;
  }
}
