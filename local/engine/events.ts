import { EventEntry } from './event-bus';
import { ActionDefinition, PipelineDefinition } from './pipeline/definition';
import { ActionRun, Execution } from './pipeline/execution';
import { Connection } from '../services/git/git-endpoint';
import { ObjectChange } from '../services/s3/object-store';

/** A CodeCommit repository that pipelines start from. */
export interface Source {
  readonly account: string;
  readonly region: string;
  readonly repositoryName: string;
}

export function sourcesOf(pipelines: readonly PipelineDefinition[]): Source[] {
  const actions = pipelines.flatMap(({ stages }) => stages.flatMap(({ groups }) => groups.flat()));
  const sources = actions.filter(({ kind }) => kind === 'Source/CodeCommit')
    .map(({ account, region, configuration }) => ({ account, region, repositoryName: configuration.RepositoryName }));
  return [...new Map(sources.map((source) => [JSON.stringify(source), source])).values()];
}

/** The connections that pipelines start from, with the repositories that they lead to. */
export function connectionsOf(pipelines: readonly PipelineDefinition[]): Connection[] {
  const actions = pipelines.flatMap(({ stages }) => stages.flatMap(({ groups }) => groups.flat())).filter(({ kind }) => kind === 'Source/CodeStarSourceConnection');
  return [...new Set(actions.map(({ configuration }) => configuration.ConnectionArn))].map((arn) => ({
    arn,
    repositories: new Set(actions.filter(({ configuration }) => configuration.ConnectionArn === arn)
      .map(({ configuration }) => configuration.FullRepositoryId)),
  }));
}

/**
 * What CodeCommit sends when a branch has moved.
 *
 * @param before the commit that the branch was at; undefined where it is new
 */
export function branchEvent({ account, region, repositoryName }: Source, branch: string, commit: string, before: string | undefined): EventEntry {
  return {
    'source': 'aws.codecommit',
    'detail-type': 'CodeCommit Repository State Change',
    account,
    region,
    'resources': [`arn:aws:codecommit:${region}:${account}:${repositoryName}`],
    'detail': {
      event: before === undefined ? 'referenceCreated' : 'referenceUpdated',
      repositoryName,
      repositoryId: repositoryName,
      referenceType: 'branch',
      referenceName: branch,
      referenceFullName: `refs/heads/${branch}`,
      commitId: commit,
      ...(before === undefined ? {} : { oldCommitId: before }),
      callerUserArn: `arn:aws:iam::${account}:user/local`,
    },
  };
}

/** What CodeCommit sends when a tag was made or moved. */
export function tagEvent({ account, region, repositoryName }: Source, tag: string, commit: string): EventEntry {
  return {
    'source': 'aws.codecommit',
    'detail-type': 'CodeCommit Repository State Change',
    account,
    region,
    'resources': [`arn:aws:codecommit:${region}:${account}:${repositoryName}`],
    'detail': {
      event: 'referenceCreated',
      repositoryName,
      repositoryId: repositoryName,
      referenceType: 'tag',
      referenceName: tag,
      referenceFullName: `refs/tags/${tag}`,
      commitId: commit,
      callerUserArn: `arn:aws:iam::${account}:user/local`,
    },
  };
}

/** What S3 sends when an object was put or deleted. */
export function objectEvent({ account, region }: { readonly account: string; readonly region: string }, { type, bucket, object }: ObjectChange): EventEntry {
  const { key, size, etag, versionId } = object;
  return {
    'source': 'aws.s3',
    'detail-type': type,
    account,
    region,
    'resources': [`arn:aws:s3:::${bucket}`],
    'detail': {
      version: '0',
      bucket: { name: bucket },
      object: { key, ...(versionId === undefined ? {} : { 'version-id': versionId }), ...(type === 'Object Created' ? { size, etag: etag.replace(/"/g, '') } : {}) },
      reason: type === 'Object Created' ? 'PutObject' : 'DeleteObject',
    },
  };
}

/** What CodePipeline sends when an execution has another state. */
export function executionEvent({ name, account, region }: PipelineDefinition, { id, started }: Execution, state: string): EventEntry {
  return {
    'source': 'aws.codepipeline',
    'detail-type': 'CodePipeline Pipeline Execution State Change',
    account,
    region,
    'resources': [`arn:aws:codepipeline:${region}:${account}:${name}`],
    'detail': { 'pipeline': name, 'execution-id': id, 'start-time': started.toISOString(), state, 'version': 1 },
  };
}

const ACTION_STATES = { InProgress: 'STARTED', Succeeded: 'SUCCEEDED', Failed: 'FAILED', Abandoned: 'ABANDONED' } as const;

/** What CodePipeline sends when an action has another state. */
export function actionEvent({ name, account, region }: PipelineDefinition, { id }: Execution, { kind }: ActionDefinition, run: ActionRun): EventEntry {
  const [category, provider] = kind.split('/');
  const { stage, action, status, started, message, externalId } = run;
  return {
    'source': 'aws.codepipeline',
    'detail-type': 'CodePipeline Action Execution State Change',
    account,
    region,
    'resources': [`arn:aws:codepipeline:${region}:${account}:${name}`],
    'detail': {
      'pipeline': name,
      'execution-id': id,
      'start-time': started.toISOString(),
      stage,
      action,
      'state': ACTION_STATES[status],
      region,
      'type': { owner: 'AWS', provider, category, version: '1' },
      'version': 1,
      ...(message === undefined ? {} : {
        'execution-result': { 'external-execution-summary': message, ...(externalId === undefined ? {} : { 'external-execution-id': externalId }), 'error-code': 'JobFailed' },
      }),
    },
  };
}
