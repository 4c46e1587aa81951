import { DiscoveredPackage } from './ecosystem';
import { FolderSet } from './folder-set';
import { isFixture } from './manifests';
import { FileIndex, folderOf, isVendored } from './repository-files';

const MANIFESTS = ['requirements.txt', 'setup.py', 'Pipfile', 'pyproject.toml'];

/**
 * Folders of Python code with a list of what it needs and in no project: functions, layers, tools. Their lists are read as all their files are, for what they
 * take from elsewhere in the repository; whichever of them has a module, code of the others may import it.
 */
export function pythonFolders(index: FileIndex, projects: readonly string[], isPackaged: (folder: string) => boolean): DiscoveredPackage[] {
  const taken = new FolderSet(projects);
  const manifests = new Map<string, string>();
  for (const path of MANIFESTS.flatMap((name) => index.named(name))) {
    const folder = folderOf(path);
    const isOutside = folder !== '.' && !manifests.has(folder) && !taken.holds(folder) && !isPackaged(folder) && !isFixture(folder) && !isVendored(folder);
    if (isOutside && !/(^|\/)(docs?$|\.)/.test(folder) && holdsCode(index, folder)) {
      manifests.set(folder, path);
    }
  }
  const from = new Set(manifests.keys());
  return [...manifests].map(([folder, manifest]) => ({
    name: folder,
    folder,
    manifest,
    dependencies: [],
    references: [],
    published: [],
    importable: { names: modulesIn(folder, index), from },
    manifestTexts: { build: '', test: '' },
  }));
}

function holdsCode(index: FileIndex, folder: string): boolean {
  return index.under(folder).some((path) => path.endsWith('.py') && !path.endsWith('setup.py'));
}

/** What is imported of a folder: the packages and modules in it, in its `src`, and in a layer's `python`. */
export function modulesIn(folder: string, index: FileIndex): string[] {
  const prefixes = ['', 'src/', 'python/'].map((prefix) => (folder === '.' ? prefix : `${folder}/${prefix}`));
  return [...new Set(index.under(folder).flatMap((path) => prefixes.flatMap((prefix) => {
    const relative = path.startsWith(prefix) ? path.slice(prefix.length) : '';
    return /^(\w+)(?:\/__init__\.py|\.py)$/.exec(relative)?.[1] ?? [];
  })))].filter((module) => !COMMON_MODULES.includes(module));
}

/** What many folders have, so that its name says nothing. */
const COMMON_MODULES = ['setup', 'conftest', 'tests', 'test', 'main', 'noxfile', 'app', 'index', 'handler', 'lambda_function', '__init__'];
