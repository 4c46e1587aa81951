import { randomUUID } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BuildStatus, runBuild } from './build';
import { parseBuildspec } from './buildspec';
import { BuildShell } from './shell';
import { initialVariables } from '../../../src/core/buildspec/script';
import { NotEmulatedError } from '../../activity';
import { Resource } from '../../assembly/resources';

interface EnvironmentVariable {
  readonly name: string;
  readonly value: string;
  readonly type?: string;
}

export interface ProjectProperties {
  readonly Source?: { readonly Type?: string; readonly BuildSpec?: string; readonly Location?: string };
  readonly Environment?: {
    readonly Image?: string;
    readonly PrivilegedMode?: boolean;
    readonly EnvironmentVariables?: readonly { readonly Name: string; readonly Value: string; readonly Type?: string }[];
  };
  readonly ServiceRole?: string;
  readonly TimeoutInMinutes?: number;
  readonly LogsConfig?: { readonly CloudWatchLogs?: { readonly GroupName?: string } };
}

export interface BuildRequest {
  /** `codepipeline/<pipeline>`. */
  readonly initiator: string;
  readonly sourceVersion: string;
  readonly resolvedSourceVersion: string;
  /** Folders with unpacked sources, by artifact name. They are copied: a build may change its own. */
  readonly sources: ReadonlyMap<string, string>;
  readonly primarySource: string;
  readonly environment: readonly EnvironmentVariable[];
  readonly stop: AbortSignal;
  /** ARN of the role in place of the project's. */
  readonly serviceRole?: string;
}

export interface Build {
  readonly id: string;
  readonly project: string;
  readonly status: BuildStatus | 'IN_PROGRESS';
  readonly message?: string;
  /** The first phase that failed. */
  readonly phase?: string;
  readonly logFile: string;
  /** Name of the group that its log would be in. */
  readonly logGroup?: string;
  readonly milliseconds: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly exportedVariables: Readonly<Record<string, string>>;
}

export interface BuildMachine {
  /** For sources, state and logs of builds. */
  readonly directory: string;
  /** Variables that lead clients to the emulated services, with credentials of the build's role, and the `PATH`. */
  environment(privileged: boolean, role: string): Readonly<Record<string, string>>;
  /** The value of a secret, by what a variable names it with. @default - there are none */
  secret?(name: string): string | undefined;
}

const DEFAULT_TIMEOUT_MINUTES = 60;

/** A CodeBuild project. */
export class BuildProject {
  private lastBuildNumber = 0;

  constructor(private readonly resource: Resource<ProjectProperties>, private readonly machine: BuildMachine) {}

  public get name(): string {
    return this.resource.name;
  }

  /** Its environment variables, as the service describes them. */
  public get environment(): EnvironmentVariable[] {
    const { EnvironmentVariables: own = [] } = this.resource.properties.Environment ?? {};
    return own.map(({ Name, Value, Type }) => ({ name: Name, value: Value, ...(Type === undefined ? {} : { type: Type }) }));
  }

  /** @throws NotEmulatedError where the project, which is started by itself, brings a source of its own */
  public requireNoSource(): void {
    const { Type: type } = this.resource.properties.Source ?? {};
    if (type !== 'NO_SOURCE') {
      throw new NotEmulatedError(`source of type ${type} of project '${this.name}', which is started by itself`);
    }
  }

  /** Runs a build in a fresh folder. */
  public async run(request: BuildRequest): Promise<Build> {
    const started = Date.now();
    const { properties } = this.resource;
    this.lastBuildNumber += 1;
    const id = `${this.name}:${randomUUID()}`;
    const directory = join(this.machine.directory, this.name, String(this.lastBuildNumber));
    const logFile = join(directory, 'build.log');
    const sourceDirectories = this.copySources(request, join(directory, 'src'));
    const source = sourceDirectories.get(request.primarySource);
    if (source === undefined) {
      throw new Error(`Project '${this.name}' has no input artifact '${request.primarySource}'.`);
    }
    const project = this.projectVariables();
    const start = plainValues(request.environment, this.name);
    const buildspec = parseBuildspec(this.buildspecText(source), this.name);
    const image = {
      ...this.machine.environment(properties.Environment?.PrivilegedMode ?? false, request.serviceRole ?? properties.ServiceRole ?? ''),
      ...this.standardVariables(request, id, source, started),
      ...Object.fromEntries([...sourceDirectories].map(([artifact, path]) => [`CODEBUILD_SRC_DIR_${artifact}`, path])),
    };
    const shell = new BuildShell(buildspec.shell, join(directory, 'state'), source, {
      ...initialVariables({ image, buildspec: buildspec.variables, project, start }),
      HOME: join(directory, 'home'),
      TMPDIR: join(directory, 'tmp'),
    }, logFile);
    mkdirSync(join(directory, 'home'));
    mkdirSync(join(directory, 'tmp'));
    writeFileSync(logFile, '');
    const timeoutMilliseconds = (properties.TimeoutInMinutes ?? DEFAULT_TIMEOUT_MINUTES) * 60_000;
    const outcome = await runBuild(buildspec, shell, logFile, { timeoutMilliseconds, stop: request.stop });
    const exportedVariables = buildspec.exportedVariables.length === 0 ? {} : await shell.values(buildspec.exportedVariables, directory);
    for (const name of ['src', 'home', 'tmp', 'state']) {
      rmSync(join(directory, name), { recursive: true, force: true });
    }
    return {
      id,
      project: this.name,
      status: outcome.status,
      ...(outcome.failure ? { message: outcome.failure.message, phase: outcome.failure.phase } : {}),
      logFile,
      logGroup: properties.LogsConfig?.CloudWatchLogs?.GroupName ?? `/aws/codebuild/${this.name}`,
      milliseconds: Date.now() - started,
      environment: { ...project, ...start },
      exportedVariables,
    };
  }

  private copySources({ sources }: BuildRequest, directory: string): Map<string, string> {
    mkdirSync(directory, { recursive: true });
    return new Map([...sources].map(([artifact, path]) => {
      const copy = join(directory, artifact);
      cpSync(path, copy, { recursive: true, verbatimSymlinks: true });
      return [artifact, copy];
    }));
  }

  private projectVariables(): Record<string, string> {
    return plainValues(this.environment.map((variable) => this.revealed(variable)), this.name);
  }

  private revealed(variable: EnvironmentVariable): EnvironmentVariable {
    const value = variable.type === 'SECRETS_MANAGER' ? this.machine.secret?.(variable.value) : undefined;
    return value === undefined ? variable : { name: variable.name, value };
  }

  private standardVariables(request: BuildRequest, id: string, source: string, started: number): Record<string, string> {
    const { account, region, properties } = this.resource;
    return {
      AWS_DEFAULT_REGION: region,
      AWS_REGION: region,
      CODEBUILD_BUILD_ARN: `arn:aws:codebuild:${region}:${account}:build/${id}`,
      CODEBUILD_BUILD_ID: id,
      CODEBUILD_BUILD_IMAGE: properties.Environment?.Image ?? '',
      CODEBUILD_BUILD_NUMBER: String(this.lastBuildNumber),
      CODEBUILD_BUILD_SUCCEEDING: '1',
      CODEBUILD_CI: 'true',
      CODEBUILD_INITIATOR: request.initiator,
      CODEBUILD_LOG_PATH: id.split(':')[1],
      CODEBUILD_RESOLVED_SOURCE_VERSION: request.resolvedSourceVersion,
      CODEBUILD_SOURCE_VERSION: request.sourceVersion,
      CODEBUILD_SRC_DIR: source,
      CODEBUILD_START_TIME: String(started),
    };
  }

  /** Inline in the template, or a file of the source. */
  private buildspecText(source: string): string {
    const buildspec = this.resource.properties.Source?.BuildSpec ?? 'buildspec.yml';
    if (buildspec.includes('\n') || buildspec.trimStart().startsWith('{')) {
      return buildspec;
    }
    const file = join(source, buildspec);
    if (!existsSync(file)) {
      throw new Error(`YAML_FILE_ERROR: project '${this.name}' has the buildspec '${buildspec}', which its source does not hold.`);
    }
    return readFileSync(file, 'utf8');
  }
}

function plainValues(variables: readonly EnvironmentVariable[], project: string): Record<string, string> {
  const special = variables.find(({ type }) => type !== undefined && type !== 'PLAINTEXT');
  if (special) {
    throw new NotEmulatedError(`environment variable '${special.name}' of type ${special.type} of project '${project}'`);
  }
  return Object.fromEntries(variables.map(({ name, value }) => [name, String(value)]));
}
