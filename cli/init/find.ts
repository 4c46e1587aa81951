import { describeApplication } from './applications';
import { findComponents } from './components';
import { FoundRepository, FoundTemplate } from './model';
import { parameterNames } from './template';
import { findTemplates } from './template-files';
import { discoverCatalogue } from '../discovery/discover';
import { baseName, FileIndex, folderOf, RepositoryFiles } from '../discovery/repository-files';

const MOST_NAMED = 5;

/**
 * What a repository's files say about a pipeline for it.
 *
 * @param folder of the pipeline's app: what is in it is not looked at
 */
export function findRepository(files: RepositoryFiles, folder: string): FoundRepository {
  const index = new FileIndex(without(files, folder));
  const applications = index.named('cdk.json').map(folderOf).filter((one) => one !== folder);
  const templates = findTemplates(index).filter(({ path }) => !isIn(path, applications));
  const [template] = templates;
  const { workspaces, packageFolders, notes } = findWorkspaces(index.files);
  const deployed = template === undefined ? applications[0] : undefined;
  const application = deployed === undefined ? undefined : describeApplication(deployed, index, folder);
  // An application brings its functions and images along, as assets.
  const components = deployed === '.' ? [] : findComponents(index, template, [folder, ...applications.filter((one) => one !== '.')]);
  // Only a package can be left out, and none that others are made from.
  const excluded = applications.filter((one) => one !== deployed && packageFolders.has(one) && !components.some(({ path }) => path === one));
  return {
    components,
    ...(template !== undefined && { template }),
    ...(application !== undefined && { application }),
    workspaces,
    excluded,
    notes: [
      ...notes,
      ...named(applications.filter((one) => one !== deployed), (one) => (
        `${one === '.' ? 'cdk.json' : `${one}/cdk.json`} is a CDK application that is not among the components: add it with Component.cdkApp.`)),
      ...named(templates.slice(1).map(({ path }) => path), (path) => `${path} is a template too, and is not deployed: add it with Component.template, and a stackName of its own.`),
      ...named(index.named('serverless.yml'), (path) => `${path} is not deployed: write what it deploys as a template.`),
      ...named(terraformFolders(index), (path) => `${path} holds Terraform, which this pipeline does not run.`),
      ...undeclared(template, components),
    ],
  };
}

function undeclared(template: FoundTemplate | undefined, components: FoundRepository['components']): string[] {
  if (template === undefined) {
    return [];
  }
  const missing = components.flatMap((component) => parameterNames(component)).filter((name) => !template.parameters.includes(name));
  return missing.length === 0 ? [] : [`${template.path} has to declare the parameters that receive the components' builds: ${missing.join(', ')}.`];
}

interface FoundWorkspaces {
  readonly workspaces: boolean;
  readonly packageFolders: ReadonlySet<string>;
  readonly notes: readonly string[];
}

function findWorkspaces(files: RepositoryFiles): FoundWorkspaces {
  const { catalogue, warnings } = discoverCatalogue(files);
  const packageFolders = new Set(catalogue.components.map(({ path }) => path));
  const broken = warnings.filter(({ kind }) => kind === 'BrokenManifest');
  // A template alone is named in the app: discovery has nothing to add to it.
  const isFile = new Set(files.paths);
  return {
    workspaces: [...packageFolders].some((path) => !isFile.has(path)) && broken.length === 0,
    packageFolders,
    notes: broken.map(({ path, detail }) => `${path} can't be read: ${detail}. Repair it, then add "discovery: ComponentDiscovery.workTree()".`),
  };
}

function terraformFolders(index: FileIndex): string[] {
  return [...new Set(index.files.paths.filter((path) => path.endsWith('.tf')).map((path) => folderOf(path)))].map((folder) => (folder === '.' ? 'The root' : folder));
}

function named(all: readonly string[], text: (one: string) => string): string[] {
  return [...all.slice(0, MOST_NAMED).map(text), ...all.length > MOST_NAMED ? [`And ${all.length - MOST_NAMED} more like ${baseName(all[0]!)}.`] : []];
}

function isIn(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => folder !== '.' && path.startsWith(`${folder}/`));
}

/** The files outside of a folder. */
function without(files: RepositoryFiles, folder: string): RepositoryFiles {
  return {
    paths: files.paths.filter((path) => path !== folder && !path.startsWith(`${folder}/`)),
    links: files.links,
    submodules: files.submodules,
    missing: files.missing,
    read: (paths) => files.read(paths),
  };
}
