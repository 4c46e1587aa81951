import { Annotations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import type { DiscoveryProgram } from '../contract/discovery';
import { ProjectNeeds } from '../core/buildspec/placement';
import { bundleFile } from '../private/bundles';

/**
 * What a buildspec of the repository asks of its component's project, read from the work tree that synth runs in. Where the file isn't there, the build
 * itself refuses what the project lacks.
 * @throws Error for what no component's build can do: by file, line and way out
 */
export function needsOfBuildspec(scope: IConstruct, component: string, file: string): ProjectNeeds {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- it is bundled, and loaded where a component has a buildspec of its own
  const program = require(bundleFile('cli/parts/analysis')) as DiscoveryProgram;
  let needs: ProjectNeeds | undefined;
  try {
    needs = program.buildspecNeeds('.', file);
  } catch (error) {
    throw new Error(`Component ${JSON.stringify(component)}: buildspecFile ${(error as Error).message}`);
  }
  if (needs === undefined) {
    Annotations.of(scope).addInfo(`Component ${JSON.stringify(component)}: buildspecFile ${JSON.stringify(file)} is in no Git work tree here, so what it asks of the CodeBuild project `
      + '(secrets, runtime versions, reports, a proxy, Git credentials) is not given to it: its builds fail where it asks for any. Synthesize in a clone of the repository.');
  }
  return needs ?? {};
}
