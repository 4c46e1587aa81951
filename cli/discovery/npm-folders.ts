import { isFixture } from './manifests';
import { Member, parseManifest, Workspace } from './npm-workspaces';
import { FileIndex, folderOf, isVendored } from './repository-files';
import { Fields, fieldsOf, stringOf } from './values';
import { isInFolder } from '../../src/core/paths';

/** Folders of functions by their usual names: `lambda/orders/index.ts`, `src/functions/orders/handler.js`. */
const FUNCTION = /^((?:.+\/)?(?:lambdas?|functions?|handlers?)\/[^/]+)\/(?:src\/)?(?:index|handler|app|main|lambda|function)\.[mc]?[jt]sx?$/;

/**
 * Packages in no workspace, as one that has them as members: each manifest's folder, and below a manifest at the root the folders of functions that have
 * none of their own, unless an app of the CDK packages them. Undefined where the root has a workspace: what that leaves out is left out on purpose.
 */
export function packagesByFolder(index: FileIndex, workspaces: readonly Workspace[], isPackaged: (folder: string) => boolean): Workspace | undefined {
  if (workspaces.some(({ folder }) => folder === '.')) {
    return undefined;
  }
  const root = parseManifest(index.readOne('package.json'))?.fields;
  const isTaken = (folder: string) => folder === '.' || /(^|\/)\./.test(folder) || isFixture(folder) || isVendored(folder) || isPackaged(folder)
    || workspaces.some((workspace) => folder === workspace.folder || folder.startsWith(`${workspace.folder}/`));
  const members = index.named('package.json').filter((path) => !isTaken(folderOf(path))).flatMap((path): Member[] => {
    const manifest = parseManifest(index.readOne(path))?.fields;
    return manifest === undefined || !describesPackage(manifest) ? []
      : [{ name: stringOf(manifest.name) ?? folderOf(path), folder: folderOf(path), path, manifest }];
  });
  const functions = root === undefined || index.has('cdk.json') ? [] : functionsOf(index, members).filter(({ folder }) => !isTaken(folder));
  return root === undefined && members.length === 0 ? undefined : { folder: '.', manifest: root ?? {}, settings: {}, members: [...members, ...functions] };
}

/** More than a mark for the files next to it (`{"type": "module"}`). */
function describesPackage(manifest: Fields): boolean {
  return ['name', 'dependencies', 'devDependencies', 'scripts', 'main', 'exports'].some((field) => manifest[field] !== undefined);
}

function functionsOf(index: FileIndex, members: readonly Member[]): Member[] {
  const found = new Map<string, Member>();
  for (const path of index.files.paths) {
    const folder = FUNCTION.exec(path)?.[1];
    if (folder !== undefined && !found.has(folder) && !/(^|\/)node_modules\//.test(path) && !members.some((member) => isInFolder(path, member.folder))) {
      found.set(folder, { name: folder, folder, path, manifest: fieldsOf(undefined) });
    }
  }
  return [...found.values()];
}
