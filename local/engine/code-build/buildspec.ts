import { FAILSAFE_SCHEMA, load, mergeTag } from 'js-yaml';
import { Buildspec } from '../../../src/core/buildspec/buildspec';
import { readBuildspec } from '../../../src/core/buildspec/read';
import { NotEmulatedError } from '../../activity';

/**
 * Parses a buildspec of version 0.2, YAML or JSON. What it asks for next to commands (`cache`, `reports`, `runtime-versions`, `artifacts`, `proxy`, the
 * Git credential helper) concerns other runs, other readers or the build image, and changes nothing here.
 *
 * @throws NotEmulatedError for what would run otherwise here than on AWS
 */
export function parseBuildspec(text: string, project: string): Buildspec {
  const file = `the buildspec of project '${project}'`;
  let content: unknown;
  try {
    content = load(text, { schema: FAILSAFE_SCHEMA.withTags(mergeTag) });
  } catch (error) {
    throw new Error(`YAML_FILE_ERROR: ${file}: ${(error as Error).message}`);
  }
  const spec = read(file, text, content);
  const referring = (what: string, names: object) => (Object.keys(names).length > 0 ? [what] : []);
  const other = [
    ...referring('env/parameter-store', spec.parameterStore),
    ...referring('env/secrets-manager', spec.secretsManager),
    ...(spec.batch ? ['batch'] : []),
    ...(spec.runAs !== undefined && spec.runAs !== 'root' ? ['run-as'] : []),
    ...spec.phases.flatMap(({ name, runAs, onFailure }) => [
      ...(runAs !== undefined && runAs !== 'root' ? [`phases/${name}/run-as`] : []),
      ...(onFailure?.action === 'RETRY' ? [`phases/${name}/on-failure: RETRY`] : []),
    ]),
  ];
  if (other.length > 0) {
    throw new NotEmulatedError(`buildspec key ${other[0]} of project '${project}'`);
  }
  return spec;
}

function read(file: string, text: string, content: unknown): Buildspec {
  try {
    return readBuildspec({ file, text, content });
  } catch (error) {
    throw new Error(`YAML_FILE_ERROR: ${(error as Error).message}`);
  }
}
