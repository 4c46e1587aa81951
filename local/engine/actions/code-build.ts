import { NotEmulatedError } from '../../activity';
import { Build, BuildProject } from '../code-build/project';
import { ActionHandler, required } from '../pipeline/action';
import { ActionFailure } from '../pipeline/action-failure';

export interface CodeBuildActionOptions {
  project(name: string): Pick<BuildProject, 'run'> | undefined;
  /** Runs a build when there is room for one. */
  schedule<T>(build: () => Promise<T>): Promise<T>;
  /** Told of each build that has ended. */
  onBuild(build: Build, executionId: string): void;
}

/** Build/CodeBuild and Test/CodeBuild. */
export function codeBuild(options: CodeBuildActionOptions): ActionHandler {
  return async (request) => {
    const { configuration, inputs, outputs, pipeline } = request;
    const name = required(request, 'ProjectName');
    const project = options.project(name);
    if (project === undefined) {
      throw new ActionFailure(`Error calling startBuild: Project cannot be found: ${name}`);
    }
    const unknown = Object.keys(configuration).find((key) => !['ProjectName', 'PrimarySource', 'EnvironmentVariables'].includes(key));
    if (unknown !== undefined || outputs.size > 0) {
      throw new NotEmulatedError(`${unknown ?? 'output artifacts'} of CodeBuild action '${request.action.name}'`);
    }
    const primarySource = configuration.PrimarySource ?? [...inputs.keys()][0];
    const location = inputs.get(primarySource);
    if (location === undefined) {
      throw new ActionFailure(`Primary source artifact '${primarySource}' is not among the input artifacts of action '${request.action.name}'`);
    }
    const sources = await Promise.all([...inputs].map(async ([artifact, place]) => [artifact, await request.artifacts.folder(place)] as const));
    const build = await options.schedule(async () => project.run({
      initiator: `codepipeline/${pipeline.name}`,
      sourceVersion: `arn:aws:s3:::${location.bucket}/${location.key}`,
      resolvedSourceVersion: request.revisions.find((revision) => revision.name === primarySource)?.revisionId ?? '',
      sources: new Map(sources),
      primarySource,
      environment: JSON.parse(configuration.EnvironmentVariables ?? '[]'),
      stop: request.abandoned,
    }));
    options.onBuild(build, request.executionId);
    if (build.status !== 'SUCCEEDED') {
      throw new ActionFailure(`Build terminated with state: ${build.status}. ${build.message ?? ''}`.trim(), build.id);
    }
    return { externalId: build.id, variables: build.exportedVariables };
  };
}
