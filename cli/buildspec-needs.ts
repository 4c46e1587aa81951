import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { FAILSAFE_SCHEMA, load, mergeTag } from 'js-yaml';
import { placeBuildspec, ProjectNeeds } from '../src/core/buildspec/placement';
import { readBuildspec } from '../src/core/buildspec/read';

/** What a buildspec of a Git work tree asks of the CodeBuild project that runs it. Undefined where there is no work tree, or no such file. */
export function buildspecNeeds(directory: string, file: string): ProjectNeeds | undefined {
  const root = workTreeOf(resolve(directory));
  if (root === undefined || !existsSync(join(root, file))) {
    return undefined;
  }
  const text = readFileSync(join(root, file), 'utf8');
  let content: unknown;
  try {
    content = load(text, { schema: FAILSAFE_SCHEMA.withTags(mergeTag) });
  } catch (error) {
    throw new Error(`${file} is not YAML: ${(error as Error).message}`);
  }
  const source = { file, text, content };
  return placeBuildspec(readBuildspec(source), source).needs;
}

function workTreeOf(directory: string): string | undefined {
  if (existsSync(join(directory, '.git'))) {
    return directory;
  }
  const parent = dirname(directory);
  return parent === directory ? undefined : workTreeOf(parent);
}
