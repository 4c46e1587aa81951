import { BatchGetBuildsCommand, Build, CodeBuildClient, EnvironmentVariable, ListBuildsForProjectCommand, StartBuildCommand } from '@aws-sdk/client-codebuild';
import { DELIVERY_ENV } from '../../../src/contract/deployer';

/** What became of a build. */
export type BuildOutcome =
  | { readonly state: 'running' }
  | { readonly state: 'succeeded' }
  | { readonly state: 'failed'; readonly reason: string };

/** A build that is to be started. */
export interface WorkOrder {
  readonly project: string;
  /** Identifies it: asked for twice, it is started once. */
  readonly token: string;
  /** `s3://` location of the component's build, which is the source. */
  readonly location: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Builds that one look for a token reads, newest first: those of a project's last attempts. */
const MAX_PAGES = 5;

/** The CodeBuild builds that do a delivery's work. */
export class WorkBuilds {
  public constructor(private readonly client: CodeBuildClient) {}

  /** Starts a build, or finds the one that was started with this token. @returns its ID */
  public async start(order: WorkOrder): Promise<string> {
    return await this.find(order) ?? this.startNew(order);
  }

  /** The build that was started with this token. */
  public async find({ project, token }: Pick<WorkOrder, 'project' | 'token'>): Promise<string | undefined> {
    let nextToken: string | undefined;
    for (let page = 0; page < MAX_PAGES; page++) {
      const { ids = [], nextToken: next } = await this.client.send(new ListBuildsForProjectCommand({ projectName: project, sortOrder: 'DESCENDING', nextToken }));
      const builds = ids.length === 0 ? [] : (await this.client.send(new BatchGetBuildsCommand({ ids }))).builds ?? [];
      const found = builds.find(({ environment: { environmentVariables = [] } = {} }) => (
        environmentVariables.some(({ name, value }) => name === DELIVERY_ENV.attempt && value === token)));
      if (found?.id !== undefined) {
        return found.id;
      }
      nextToken = next;
      if (nextToken === undefined) {
        break;
      }
    }
    return undefined;
  }

  public async outcome(id: string): Promise<BuildOutcome> {
    const { builds: [build] = [] } = await this.client.send(new BatchGetBuildsCommand({ ids: [id] }));
    switch (build?.buildStatus) {
      case 'IN_PROGRESS':
        return { state: 'running' };
      case 'SUCCEEDED':
        return { state: 'succeeded' };
      case undefined:
        return { state: 'failed', reason: `build ${id} does not exist any more, so what became of it is not known` };
      default:
        return { state: 'failed', reason: reasonOf(id, build!) };
    }
  }

  private async startNew({ project, token, location, environment }: WorkOrder): Promise<string> {
    const variables = Object.entries({ ...environment, [DELIVERY_ENV.attempt]: token })
      .map(([name, value]): EnvironmentVariable => ({ name, value, type: 'PLAINTEXT' }));
    const { build } = await this.client.send(new StartBuildCommand({
      projectName: project,
      // Holds for five minutes; later, the build is found by its variable.
      idempotencyToken: token,
      sourceTypeOverride: 'S3',
      sourceLocationOverride: location.replace(/^s3:\/\//, ''),
      environmentVariablesOverride: variables,
    }));
    return build!.id!;
  }
}

function reasonOf(id: string, { buildStatus, phases = [], logs }: Build): string {
  const failed = phases.find(({ phaseStatus }) => phaseStatus !== undefined && phaseStatus !== 'SUCCEEDED' && phaseStatus !== 'IN_PROGRESS');
  const message = failed?.contexts?.map(({ message: text }) => text).filter((text) => text !== undefined && text !== '').join('; ');
  return `build ${id} is ${buildStatus}${failed === undefined ? '' : ` in phase ${failed.phaseType}`}${message ? `: ${message}` : ''}`
    + `${logs?.deepLink === undefined ? '' : `. Its log: ${logs.deepLink}`}`;
}
