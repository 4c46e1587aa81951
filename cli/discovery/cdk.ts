import { DiscoveredPackage, Ecosystem } from './ecosystem';
import { INTERNAL_RULES } from './internal-files';
import { isFixture } from './manifests';
import { FileIndex, folderOf } from './repository-files';
import { joinPath } from '../../src/core/paths';

/** Folders that an app's templates put code into. */
const SOURCE_FOLDERS = ['bin', 'lib', 'src', 'lambda', 'lambdas', 'functions', 'infra', 'infrastructure', 'stacks', 'constructs', 'assets'];

/**
 * Apps of the AWS CDK, one for each `cdk.json`, whatever their language: what they package by literal paths, entries of functions among them, their files say.
 * Where the folder has a package of another ecosystem, that is the app.
 */
export const cdk: Ecosystem = {
  name: 'cdk',
  internal: INTERNAL_RULES.npm,
  discover(index, isPackaged) {
    const folders = index.named('cdk.json').map(folderOf).filter((folder) => folder === '.' || !(isFixture(folder) || isPackaged(folder)));
    return { packages: folders.map((folder) => describe(folder, index)), globalPaths: [], foundFrom: ['**/cdk.json'], warnings: [] };
  },
};

function describe(folder: string, index: FileIndex): DiscoveredPackage {
  const manifest = joinPath(folder, 'cdk.json');
  const sources = SOURCE_FOLDERS.filter((name) => index.isFolder(joinPath(folder, name)));
  return {
    name: folder === '.' ? 'app' : folder,
    folder,
    manifest,
    dependencies: [],
    references: [],
    published: [],
    manifestTexts: { build: index.readOne(manifest) ?? '', test: '' },
    ...(folder === '.' && { takes: ['cdk.json', 'cdk.context.json', ...sources.map((name) => `${name}/**`)] }),
  };
}
