import { MiniStack, Place } from './mini-stack';
import { Resource } from '../../../local/assembly/resources';
import { ProjectProperties } from '../../../local/engine/code-build/project';

interface Project {
  readonly name: string;
  readonly arn: string;
  readonly source: { readonly type: string; readonly buildspec?: string; readonly location?: string };
  readonly environment: {
    readonly image: string;
    readonly privilegedMode?: boolean;
    readonly environmentVariables?: readonly { readonly name: string; readonly value: string; readonly type?: string }[];
  };
  readonly serviceRole: string;
  readonly timeoutInMinutes?: number;
}

const BATCH = 100;

/** The projects that MiniStack's CodeBuild knows. */
export async function projectsOf(miniStack: MiniStack, place: Place): Promise<Resource<ProjectProperties>[]> {
  const call = async <Output>(operation: string, input: object) => miniStack.call<Output>(place, 'codebuild', `CodeBuild_20161006.${operation}`, input);
  const { projects: names } = await call<{ projects: string[] }>('ListProjects', {});
  const projects: Resource<ProjectProperties>[] = [];
  for (let start = 0; start < names.length; start += BATCH) {
    const { projects: found } = await call<{ projects: Project[] }>('BatchGetProjects', { names: names.slice(start, start + BATCH) });
    projects.push(...found.map((project) => ({
      type: 'AWS::CodeBuild::Project',
      logicalId: project.name,
      name: project.name,
      arn: project.arn,
      account: place.account,
      region: place.region,
      properties: propertiesOf(project),
    })));
  }
  return projects;
}

function propertiesOf({ source, environment, serviceRole, timeoutInMinutes }: Project): ProjectProperties {
  return {
    Source: { Type: source.type, BuildSpec: source.buildspec, Location: source.location },
    Environment: {
      Image: environment.image,
      PrivilegedMode: environment.privilegedMode,
      EnvironmentVariables: (environment.environmentVariables ?? []).map(({ name, value, type }) => ({ Name: name, Value: value, Type: type })),
    },
    ServiceRole: serviceRole,
    ...(timeoutInMinutes === undefined ? {} : { TimeoutInMinutes: timeoutInMinutes }),
  };
}
