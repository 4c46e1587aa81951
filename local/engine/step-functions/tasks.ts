import { ServiceTask, StatesError, TaskContext } from './state-machine';
import { BUILD_ENV } from '../../../src/contract/environment';
import { NotEmulatedError } from '../../activity';
import { ObjectStore } from '../../services/s3/object-store';
import { Build, BuildProject } from '../code-build/project';
import { LambdaFunction } from '../lambda/function';
import { FunctionError } from '../lambda/sandbox';

/** What a task that starts builds reaches. */
export interface BuildServices {
  /** An empty folder: what a build without a source begins with. */
  readonly emptyFolder: string;
  project(name: string): Pick<BuildProject, 'requireNoSource' | 'run'> | undefined;
  /** Runs a component's build when there is room for one. */
  schedule<T>(build: () => Promise<T>, component: string): Promise<T>;
  /** Told of each build that has ended. */
  onBuild(build: Build, executionId: string): void;
}

/** What the tasks of state machines reach. */
export interface TaskServices extends BuildServices {
  readonly objects: ObjectStore;
  /** Tasks of further services. */
  readonly further: Readonly<Record<string, ServiceTask>>;
  functionByArn(arn: string): LambdaFunction | undefined;
}

type Parameters = Readonly<Record<string, unknown>>;

/** Most bytes of what a task hands on. */
const MAX_PAYLOAD = 262_144;

/** The calls that a task can make, by the part of its resource after `states:::`. */
export function serviceTasks(services: TaskServices): Record<string, ServiceTask> {
  return {
    'lambda:invoke': async (parameters) => invoke(services, parameters),
    'codebuild:startBuild.sync': async (parameters, context) => startBuild(services, parameters, context),
    ...services.further,
    's3:getObject': async ({ Bucket: bucket, Key: key }) => JSON.parse(services.objects.read(String(bucket), String(key)).toString()) as unknown,
  };
}

async function invoke({ functionByArn }: TaskServices, parameters: Parameters): Promise<unknown> {
  onlyKnown('lambda:invoke', parameters, ['FunctionName', 'Payload']);
  const target = functionByArn(String(parameters.FunctionName));
  if (target === undefined) {
    throw new StatesError('Lambda.ResourceNotFoundException', `Function not found: ${String(parameters.FunctionName)}`);
  }
  try {
    const payload = await target.invoke(parameters.Payload) ?? null;
    const bytes = Buffer.byteLength(JSON.stringify(payload));
    if (bytes > MAX_PAYLOAD) {
      throw new StatesError('States.DataLimitExceeded', `The state's result has ${bytes} bytes, more than ${MAX_PAYLOAD}.`);
    }
    return { ExecutedVersion: '$LATEST', Payload: payload, StatusCode: 200 };
  } catch (error) {
    if (error instanceof FunctionError) {
      throw new StatesError(error.name, JSON.stringify({ errorMessage: error.message, errorType: error.name }));
    }
    throw error;
  }
}

interface StartBuild {
  readonly ProjectName: string;
  readonly ServiceRoleOverride?: string;
  readonly EnvironmentVariablesOverride?: readonly { readonly Name: string; readonly Value: string; readonly Type?: string }[];
}

/** Logs are files locally: where they are to go has no effect. */
const START_BUILD = ['ProjectName', 'EnvironmentVariablesOverride', 'ServiceRoleOverride', 'LogsConfigOverride'];

/** The task codebuild:startBuild.sync. @throws StatesError */
export async function startBuild(services: BuildServices, parameters: Parameters, { pipelineExecutionId, stop }: TaskContext): Promise<unknown> {
  onlyKnown('codebuild:startBuild.sync', parameters, START_BUILD);
  const { ProjectName: name, ServiceRoleOverride: serviceRole, EnvironmentVariablesOverride: overrides = [] } = (
    parameters as Parameters & StartBuild
  );
  const project = services.project(name);
  if (project === undefined) {
    throw new StatesError('CodeBuild.ResourceNotFoundException', `Project cannot be found: ${name}`);
  }
  project.requireNoSource();
  const build = await services.schedule(async () => project.run({
    initiator: 'states/local',
    sourceVersion: '',
    resolvedSourceVersion: '',
    sources: new Map([['source', services.emptyFolder]]),
    primarySource: 'source',
    environment: overrides.map(({ Name, Value, Type }) => ({ name: Name, value: Value, ...(Type === undefined ? {} : { type: Type }) })),
    stop,
    ...(serviceRole === undefined ? {} : { serviceRole }),
  }), overrides.find(({ Name }) => Name === BUILD_ENV.component)?.Value ?? '');
  services.onBuild(build, pipelineExecutionId);
  const description = {
    Build: { Id: build.id, ProjectName: build.project, BuildStatus: build.status, Phases: phases(build), Logs: { DeepLink: build.logFile } },
  };
  if (build.status !== 'SUCCEEDED') {
    throw new StatesError('States.TaskFailed', JSON.stringify(description));
  }
  return description;
}

function phases({ status, phase, message }: Build): object[] {
  const contexts = [{ StatusCode: 'COMMAND_EXECUTION_ERROR', Message: message }];
  return message === undefined ? [] : [{ PhaseType: phase?.toUpperCase(), PhaseStatus: status, Contexts: contexts }];
}

function onlyKnown(call: string, parameters: Parameters, known: readonly string[]): void {
  const unknown = Object.keys(parameters).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new NotEmulatedError(`${unknown} of the task ${call}`);
  }
}
