import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Build, BuildProject } from './code-build/project';
import { Resource } from '../assembly/resources';

const run = promisify(execFile);

interface WebhookProperties {
  readonly Triggers?: {
    readonly Webhook?: boolean;
    readonly FilterGroups?: readonly (readonly { readonly Type: string; readonly Pattern: string }[])[];
  };
}

export interface PullRequest {
  /** The commit that it wants merged. */
  readonly head: string;
  /** The branch that it is to be merged into. */
  readonly base: string;
  /** As CodeBuild names events, such as `PULL_REQUEST_CREATED`. */
  readonly event: string;
}

export interface PullRequestsOptions {
  readonly projects: readonly Resource[];
  readonly projectByName: (name: string) => BuildProject | undefined;
  /** The bare repository of the host. */
  readonly repository: string;
  readonly directory: string;
  /** What CodeBuild does with the project's role. @throws AccessDeniedError */
  readonly admit: (project: string) => Promise<void>;
}

/** Starts the projects whose webhooks a pull request meets, as the host does: on a clone of the repository at the request's head. */
export async function buildPullRequest(request: PullRequest, options: PullRequestsOptions): Promise<Build[]> {
  const met = options.projects.filter(({ properties }) => meets(properties as WebhookProperties, request));
  return Promise.all(met.map(async ({ name }) => {
    await options.admit(name);
    const clone = join(mkdtempSync(join(options.directory, 'pull-request-')), 'clone');
    try {
      await run('git', ['-C', options.repository, 'update-ref', 'refs/pull/1/head', request.head]);
      await run('git', ['clone', '--quiet', '--no-checkout', `file://${options.repository}`, clone]);
      await run('git', ['-C', clone, 'fetch', '--quiet', 'origin', 'refs/pull/1/head']);
      await run('git', ['-C', clone, 'checkout', '--quiet', '--detach', 'FETCH_HEAD']);
      return await options.projectByName(name)!.run({
        initiator: 'GitHub-Hookshot/local',
        sourceVersion: 'pr/1',
        resolvedSourceVersion: request.head,
        sources: new Map([['Source', clone]]),
        primarySource: 'Source',
        environment: [],
        stop: new AbortController().signal,
      });
    } finally {
      rmSync(join(clone, '..'), { recursive: true, force: true });
    }
  }));
}

function meets({ Triggers: triggers }: WebhookProperties, { base, event }: PullRequest): boolean {
  return triggers?.Webhook === true && (triggers.FilterGroups ?? []).some((group) => group.every(({ Type: type, Pattern: pattern }) => {
    if (type === 'EVENT') {
      return pattern.split(',').some((name) => name.trim() === event);
    }
    return type === 'BASE_REF' && new RegExp(pattern).test(`refs/heads/${base}`);
  }));
}
