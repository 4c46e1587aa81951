import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BatchGetBuildsInput, ListBuildsForProjectInput, StartBuildInput } from '@aws-sdk/client-codebuild';
import { JsonService, ServiceError } from './json-protocol';
import { NotEmulatedError } from '../activity';
import { ObjectStore } from './s3/object-store';
import { Build, BuildProject } from '../engine/code-build/project';
import { unzip } from '../engine/zip';

/** What CodeBuild's API works with. */
export interface CodeBuildServices {
  readonly objects: ObjectStore;
  /** For sources. */
  readonly directory: string;
  project(name: string): Pick<BuildProject, 'name' | 'run' | 'requireNoSource' | 'environment'> | undefined;
  /** Runs a build when there is room for one. */
  schedule<T>(build: () => Promise<T>): Promise<T>;
  track(build: Promise<unknown>): void;
  /** A build that something else started, and that has ended. */
  find(id: string): Build | undefined;
  /** Called for each build that has ended. */
  onBuild(build: Build): void;
}

interface StartedBuild {
  readonly id: string;
  readonly projectName: string;
  readonly input: string;
  readonly environment: { readonly environmentVariables: object[] };
  readonly stop: AbortController;
  ended?: Build;
}

/** How long CodeBuild takes a repeated start for the first one. */
const TOKEN_MS = 5 * 60_000;

const START = ['projectName', 'idempotencyToken', 'sourceTypeOverride', 'sourceLocationOverride', 'environmentVariablesOverride'];

/** Builds on one page of ListBuildsForProject. */
const PAGE = 100;

/** CodeBuild's API: builds that someone starts by themselves. */
export class CodeBuild {
  private readonly builds: StartedBuild[] = [];
  private readonly tokens = new Map<string, { readonly build: StartedBuild; readonly until: number }>();
  private services?: CodeBuildServices;

  public readonly service = new JsonService('codebuild', {
    StartBuild: (input: StartBuildInput) => ({ build: describe(this.start(input)) }),
    BatchGetBuilds: ({ ids = [] }: BatchGetBuildsInput) => {
      const found = ids.map((id) => [id, this.describe(id)] as const);
      return { builds: found.flatMap(([, build]) => build ?? []), buildsNotFound: found.flatMap(([id, build]) => (build === undefined ? [id] : [])) };
    },
    ListBuildsForProject: ({ projectName, sortOrder, nextToken }: ListBuildsForProjectInput) => {
      this.require(projectName);
      const ids = this.builds.filter((build) => build.projectName === projectName).map(({ id }) => id);
      const sorted = sortOrder === 'ASCENDING' ? ids : ids.reverse();
      const from = Number(nextToken ?? 0);
      return { ids: sorted.slice(from, from + PAGE), ...(sorted.length > from + PAGE ? { nextToken: String(from + PAGE) } : {}) };
    },
    StopBuild: ({ id }: { readonly id: string }) => {
      const build = this.builds.find((one) => one.id === id);
      if (build === undefined) {
        throw new ServiceError('ResourceNotFoundException', `Build ${id} does not exist`);
      }
      build.stop.abort();
      return { build: describe(build) };
    },
  });

  public use(services: CodeBuildServices): void {
    this.services = services;
  }

  private describe(id: string): object | undefined {
    const started = this.builds.find((build) => build.id === id);
    const ended = this.services?.find(id);
    return started !== undefined ? describe(started) : ended && { id, projectName: ended.project, buildStatus: ended.status, logs: logsOf(id, ended) };
  }

  private require(name: string | undefined) {
    const project = name === undefined ? undefined : this.services?.project(name);
    if (project === undefined) {
      throw new ServiceError('ResourceNotFoundException', `Project cannot be found: arn:aws:codebuild:::project/${name}`);
    }
    return project;
  }

  private start(input: StartBuildInput): StartedBuild {
    const project = this.require(input.projectName);
    const unknown = Object.keys(input).find((name) => !START.includes(name));
    if (unknown !== undefined || input.sourceTypeOverride !== 'S3') {
      throw new NotEmulatedError(`${unknown ?? 'another source than S3'} of the call codebuild:StartBuild`);
    }
    const text = JSON.stringify(input);
    const known = input.idempotencyToken === undefined ? undefined : this.tokens.get(input.idempotencyToken);
    if (known !== undefined && known.until > Date.now()) {
      if (known.build.input !== text) {
        throw new ServiceError('InvalidInputException', 'The idempotency token was used with other parameters');
      }
      return known.build;
    }
    const overrides = input.environmentVariablesOverride ?? [];
    const build: StartedBuild = {
      id: `${project.name}:${randomUUID()}`,
      projectName: project.name,
      input: text,
      environment: { environmentVariables: [...project.environment.filter(({ name }) => !overrides.some((other) => other.name === name)), ...overrides] },
      stop: new AbortController(),
    };
    this.builds.push(build);
    if (input.idempotencyToken !== undefined) {
      this.tokens.set(input.idempotencyToken, { build, until: Date.now() + TOKEN_MS });
    }
    this.services!.track(this.run(build, input));
    return build;
  }

  private async run(build: StartedBuild, { sourceLocationOverride: location = '', environmentVariablesOverride: overrides = [] }: StartBuildInput): Promise<void> {
    const { objects, directory, schedule, onBuild } = this.services!;
    const project = this.require(build.projectName);
    project.requireNoSource();
    const source = join(directory, build.id.replaceAll(':', '-'));
    mkdirSync(source, { recursive: true });
    const [bucket, ...key] = location.split('/');
    if (objects.hasBucket(bucket!) && objects.get(bucket!, key.join('/')) !== undefined) {
      unzip(objects.read(bucket!, key.join('/')), source);
      build.ended = await schedule(async () => project.run({
        initiator: 'delivery',
        sourceVersion: `arn:aws:s3:::${location}`,
        resolvedSourceVersion: '',
        sources: new Map([['source', source]]),
        primarySource: 'source',
        environment: overrides.map(({ name, value, type }) => ({ name: name!, value: value!, ...(type === undefined ? {} : { type }) })),
        stop: build.stop.signal,
      }));
    } else {
      build.ended = {
        id: build.id, project: project.name, status: 'FAILED', phase: 'DOWNLOAD_SOURCE', message: `NoSuchKey: ${location}`, logFile: '', milliseconds: 0, environment: {}, exportedVariables: {},
      };
    }
    onBuild(build.ended);
  }
}

function describe({ id, projectName, environment, ended }: StartedBuild): object {
  const failed = ended?.phase === undefined ? [] : [{ phaseType: ended.phase.toUpperCase(), phaseStatus: 'FAILED', contexts: [{ statusCode: 'CLIENT_ERROR', message: ended.message }] }];
  return {
    id,
    projectName,
    environment,
    buildStatus: ended?.status ?? 'IN_PROGRESS',
    phases: [{ phaseType: 'SUBMITTED', phaseStatus: 'SUCCEEDED' }, ...failed],
    ...(ended === undefined ? {} : { logs: logsOf(id, ended) }),
  };
}

function logsOf(id: string, { logGroup, logFile }: Build): object {
  return { groupName: logGroup, streamName: id, deepLink: `file://${logFile}` };
}
