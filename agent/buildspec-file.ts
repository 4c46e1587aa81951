import { readYamlTexts } from '../lambda/shared/yaml';
import { BUILD_ENV, COMMAND_ENV } from '../src/contract/environment';
import { Buildspec } from '../src/core/buildspec/buildspec';
import { placeBuildspec, ProjectNeeds, requireNeeds } from '../src/core/buildspec/placement';
import { readBuildspec } from '../src/core/buildspec/read';
import { initialVariables } from '../src/core/buildspec/script';

/** A buildspec of the repository that a component is built by. */
export interface BuildspecFile {
  readonly spec: Buildspec;
  /** What of it has no effect, and why: for the log. */
  readonly notes: readonly string[];
}

/**
 * Reads a buildspec of the repository.
 * @param needsGiven what the project was deployed with for the file's sake, as JSON
 * @throws Error for what a component's build can't do, and for what the project lacks: by file, line and way out
 */
export function readBuildspecFile(text: string, file: string, needsGiven: string | undefined): BuildspecFile {
  let content: unknown;
  try {
    content = readYamlTexts(text);
  } catch (error) {
    throw new Error(`${file} is not YAML: ${(error as Error).message}`);
  }
  const source = { file, text, content };
  const spec = readBuildspec(source);
  const { needs, notes } = placeBuildspec(spec, source);
  requireNeeds(needs, JSON.parse(needsGiven ?? '{}') as ProjectNeeds, source);
  return { spec, notes };
}

/** What the file's first command finds: its variables come after those that the project has and the build was started with. */
export function variablesOf({ variables }: Buildspec, environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const own = new Set<string>([...Object.values(COMMAND_ENV), ...(environment[BUILD_ENV.variables] ?? '').split(' ')]);
  const set = Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const isGiven = ([name]: [string, string]) => own.has(name) || /^(?:MODULAR|CODEBUILD)_/.test(name);
  return initialVariables({ image: Object.fromEntries(set), buildspec: variables, project: Object.fromEntries(set.filter(isGiven)), start: {} });
}
