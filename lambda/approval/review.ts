import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { ChangeReport } from '../../src/contract/delivery';
import { ASK, ReviewJobParameters, ReviewNote, ReviewVariables } from '../../src/contract/gates';
import { changeSetKey, reviewKey, reviewNoteKey } from '../../src/contract/objects';
import { Review, reviewPage, reviewText, reviewTitle, waiver } from '../../src/core/change-set/review';
import { beyondOtherPlace } from '../../src/core/delivery/place-report';
import { emailSubject } from '../../src/core/notification/messages';
import { EnvironmentStore } from '../shared/environment-store';
import { isNamed } from '../shared/errors';
import { Job, JobCredentials, jobParameters } from '../shared/jobs';
import { Logger } from '../shared/logger';
import { planReasons } from '../shared/plan-reasons';
import { PlanStore } from '../shared/plan-store';
import { readReleaseArtifact } from '../shared/release-artifact';
import { ReleaseStore } from '../shared/release-store';

export interface ReviewProps {
  readonly solution: string;
  readonly artifactBucket: string;
  readonly plans: PlanStore;
  readonly environments: EnvironmentStore;
  readonly releases: ReleaseStore;
  readonly s3: S3Client;
  readonly s3As: (credentials: JobCredentials) => S3Client;
  readonly sns: SNSClient;
  readonly logger: Logger;
}

/** What an approval's text may have: CodePipeline takes 1,000 characters. */
const MAX_TEXT = 1_000;

/** Writes down what is to be approved, and publishes it where a person has to approve. */
export async function writeReview(job: Job, props: ReviewProps): Promise<Readonly<Record<string, string>>> {
  const parameters = reviewParameters(job);
  const { environment, place, pipelineExecutionId: executionId, mode, page, topicArn } = parameters;
  const { release, undeclared } = await readReleaseArtifact(job, props.s3As);
  const logger = props.logger.with({ commit: release.commitId, execution: executionId, environment });
  const report = await readReport(props, changeSetKey(props.solution, executionId, place));
  const live = await props.environments.read(environment);
  const review: Review = {
    solution: props.solution,
    environment: place,
    release,
    live: live && await props.releases.get(live.Release),
    reasons: await planReasons(props.plans, release.commitId, parameters.planId),
    changes: report.changes,
    destructive: report.destructive,
    broadenings: report.broadenings,
    undeclared,
    waiting: report.stacks.flatMap(({ id, waitsFor }) => (waitsFor === undefined ? [] : [{ stack: id, waitsFor }])),
    leftBehind: report.leftBehind,
    kept: (report.deliveries ?? []).flatMap(({ id, kept }) => (kept === undefined ? [] : [`${id}: ${kept}`])),
    ...(report.partly === undefined ? {} : { partly: report.partly }),
    ...(report.ask === undefined ? {} : { ask: report.ask }),
  };
  await props.s3.send(new PutObjectCommand({
    Bucket: props.artifactBucket,
    Key: reviewKey(props.solution, executionId, place),
    Body: reviewPage(review),
    ContentType: 'text/html; charset=utf-8',
  }));
  const why = waiver(mode, review) ?? await approvedElsewhere(props, parameters, report);
  if (why === undefined && topicArn !== '') {
    await props.sns.send(new PublishCommand({
      TopicArn: topicArn,
      Subject: emailSubject(`Approve: ${reviewTitle(review)}`),
      Message: `${reviewText(review)}\n\nThe same as a page: ${page}\n`,
    }));
  }
  logger.info(why === undefined ? 'Somebody is asked' : 'Nobody is asked', { why, changes: report.changes.length });
  const variables: ReviewVariables = { text: reviewText(review, MAX_TEXT), waiver: why ?? ASK };
  const note: ReviewNote = { ...variables, page };
  await props.s3.send(new PutObjectCommand({
    Bucket: props.artifactBucket, Key: reviewNoteKey(props.solution, executionId, place), Body: JSON.stringify(note), ContentType: 'application/json',
  }));
  return { ...variables };
}

/**
 * Why no one is asked because the environment's first Region was approved; nothing where this one would do more, or that one was not delivered by the
 * execution.
 */
async function approvedElsewhere(
  props: ReviewProps, { approvedIn, pipelineExecutionId }: ReviewJobParameters, report: ChangeReport,
): Promise<string | undefined> {
  if (approvedIn === '') {
    return undefined;
  }
  try {
    const approved = await readReport(props, changeSetKey(props.solution, pipelineExecutionId, approvedIn));
    return beyondOtherPlace(reportsOf(approved), reportsOf(report)).length === 0 ? `what was approved for ${approvedIn} covers it` : undefined;
  } catch (error) {
    // A rollback enters a stage alone.
    if (isNamed(error, 'NoSuchKey')) {
      return undefined;
    }
    throw error;
  }
}

function reportsOf({ stacks, deliveries = [] }: ChangeReport) {
  return [...stacks, ...deliveries];
}

function reviewParameters(job: Job): ReviewJobParameters {
  const parameters = jobParameters(job, ['environment', 'place', 'pipelineExecutionId', 'planId', 'mode', 'page']) as ReviewJobParameters;
  if (!['ALWAYS', 'BROADENING_PERMISSIONS', 'REPLACEMENTS'].includes(parameters.mode)) {
    throw new Error(`The action's mode is '${parameters.mode}': it has to be ALWAYS, BROADENING_PERMISSIONS or REPLACEMENTS.`);
  }
  // Pipelines of earlier versions have none.
  return { ...parameters, approvedIn: parameters.approvedIn ?? '' };
}

async function readReport({ s3, artifactBucket }: ReviewProps, key: string): Promise<ChangeReport> {
  const { Body } = await s3.send(new GetObjectCommand({ Bucket: artifactBucket, Key: key }));
  return JSON.parse(await Body!.transformToString()) as ChangeReport;
}
