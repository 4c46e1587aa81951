import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { RenderedFile, Versions } from './files';
import { parseRemote } from './remote';
import { Suggestions } from './settings';
import { InputError } from '../errors';
import { Clone, runGit } from '../git/run';

/** The root of the work tree that a folder is in. */
export async function findRoot(repository: Clone): Promise<string> {
  const { status, stdout, stderr } = await runGit(repository, ['rev-parse', '--show-toplevel']);
  if (status !== 0) {
    throw new InputError(`'${repository.folder}' is in no work tree of Git (${stderr}): run git init first, or pass the repository's folder with --repo.`);
  }
  return stdout.toString('utf8').replace(/\n$/, '');
}

/** What the repository's remote and the machine's environment suggest. */
export async function findSuggestions(repository: Clone): Promise<Suggestions> {
  const ask = async (...args: string[]) => {
    const { status, stdout } = await runGit(repository, args);
    const text = stdout.toString('utf8').trim();
    return status === 0 && text !== '' ? text : undefined;
  };
  const address = await ask('remote', 'get-url', 'origin');
  const remote = address === undefined ? undefined : parseRemote(address);
  const branch = (await ask('symbolic-ref', '--short', 'refs/remotes/origin/HEAD'))?.replace(/^origin\//, '') ?? await ask('symbolic-ref', '--short', 'HEAD');
  const { CDK_DEFAULT_ACCOUNT: account, AWS_REGION, AWS_DEFAULT_REGION, CDK_DEFAULT_REGION } = repository.environment;
  const region = AWS_REGION ?? AWS_DEFAULT_REGION ?? CDK_DEFAULT_REGION;
  return {
    repositoryName: remote?.repository.split('/').pop() ?? basename(repository.folder),
    ...(remote !== undefined && { remote }),
    ...(branch !== undefined && { branch }),
    ...(account !== undefined && { account }),
    ...(region !== undefined && { region }),
  };
}

/** Versions as this package declares them; its own as it is installed. */
export function readVersions(): Versions {
  const { version, peerDependencies, devDependencies } = ownManifest();
  return {
    // A package that was never released has no version to name.
    own: version === '0.0.0' ? '*' : `^${version}`,
    awsCdkLib: peerDependencies['aws-cdk-lib']!,
    constructs: peerDependencies.constructs!,
    awsCdk: devDependencies['aws-cdk']!,
    tsx: devDependencies.tsx!,
    typescript: devDependencies.typescript!,
    nodeTypes: devDependencies['@types/node']!,
  };
}

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly peerDependencies: { readonly [name: string]: string };
  readonly devDependencies: { readonly [name: string]: string };
}

/** The nearest manifest above this file, which is in another folder once it is bundled. */
function ownManifest(): Manifest {
  for (let folder = __dirname; folder !== dirname(folder); folder = dirname(folder)) {
    const file = join(folder, 'package.json');
    const manifest = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) as Manifest : undefined;
    if (manifest?.name === 'cdk-modular-pipeline') {
      return manifest;
    }
  }
  throw new Error(`No package.json of cdk-modular-pipeline is above ${__dirname}: reinstall the package.`);
}

/** Those of the files that are there already, with another content. */
export function findOverwritten(root: string, files: readonly RenderedFile[]): string[] {
  return files.filter(({ path, content }) => existsSync(join(root, path)) && readFileSync(join(root, path), 'utf8') !== content).map(({ path }) => path);
}

export function writeFiles(root: string, files: readonly RenderedFile[]): void {
  for (const { path, content } of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}
