import { FoundApplication } from './model';
import { escapeGlob } from '../../src/core/globs';
import { componentNameProblem } from '../../src/core/names';
import { baseName, FileIndex } from '../discovery/repository-files';

/** A CDK application as a component. @param folder of the pipeline's app, which is not part of it */
export function describeApplication(path: string, index: FileIndex, folder: string): FoundApplication {
  const name = path === '.' ? 'application' : baseName(path);
  const commands = commandsOf(path, index);
  return {
    name: componentNameProblem(name) === undefined ? name : 'application',
    path,
    exclude: path === '.' || folder.startsWith(`${path}/`) ? [`${escapeGlob(folder)}/**`] : [],
    ...(commands !== undefined && { buildCommands: commands }),
    images: index.under(path).some((file) => baseName(file) === 'Dockerfile'),
  };
}

const SYNTH = 'npx --yes aws-cdk@2 synth --quiet --no-lookups --output cdk.out';

/** Commands for what the kind's own, for applications of Node.js with a lockfile of npm, do not build. */
function commandsOf(path: string, index: FileIndex): string[] | undefined {
  const has = (name: string) => index.has(path === '.' ? name : `${path}/${name}`);
  if (has('package-lock.json')) {
    return undefined;
  }
  if (has('package.json')) {
    return ['npm install', 'npx cdk synth --quiet --no-lookups --output cdk.out'];
  }
  return [...has('requirements.txt') ? ['python -m pip install --requirement requirements.txt'] : [], SYNTH];
}
