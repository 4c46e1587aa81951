import { BuildableComponent } from './component';
import { BUILD_ACTION, COMMAND_ENV } from '../src/contract/environment';
import { buildPrefix } from '../src/contract/objects';
import { buildTag, componentId } from '../src/core/names';

export interface CommandsEnvironmentProps {
  readonly solution: string;
  readonly component: BuildableComponent;
  readonly componentDirectory: string;
  readonly commitId: string;
  readonly buildNumber: number;
  readonly fingerprint: string;
  readonly dependenciesFile: string;
  readonly artifactBucket: string;
  /** Kinds that push an image. */
  readonly repositoryUri?: string;
}

/** What the component's own commands find in their environment. */
export function commandsEnvironment(props: CommandsEnvironmentProps): Record<string, string> {
  const { solution, component, buildNumber } = props;
  const variables: Record<string, string> = {
    [BUILD_ACTION]: 'build',
    [COMMAND_ENV.component]: component.name,
    [COMMAND_ENV.componentDirectory]: props.componentDirectory,
    [COMMAND_ENV.buildNumber]: String(buildNumber),
    [COMMAND_ENV.commitId]: props.commitId,
    [COMMAND_ENV.fingerprint]: props.fingerprint,
    [COMMAND_ENV.solution]: solution,
    [COMMAND_ENV.dependenciesFile]: props.dependenciesFile,
  };
  switch (component.build.artifact.type) {
    case 'image': {
      const repositoryUri = requireRepositoryUri(component, props.repositoryUri);
      return { ...variables, [COMMAND_ENV.repositoryUri]: repositoryUri, [COMMAND_ENV.imageUri]: `${repositoryUri}:${buildTag(component.name, buildNumber)}` };
    }
    case 'none':
    case 'reference':
      return variables;
    default:
      return {
        ...variables,
        [COMMAND_ENV.artifactBucket]: props.artifactBucket,
        [COMMAND_ENV.artifactPrefix]: buildPrefix(solution, componentId(component.name), buildNumber),
      };
  }
}

export function requireRepositoryUri(component: BuildableComponent, repositoryUri: string | undefined): string {
  if (repositoryUri === undefined) {
    throw new Error(`Component '${component.name}' leaves an image, but its build knows no ECR repository. Was its environment overridden?`);
  }
  return repositoryUri;
}
