import { Member, Workspace } from './npm-workspaces';
import { FileIndex } from './repository-files';
import { fieldsOf, stringOf } from './values';
import { joinPath } from '../../src/core/paths';

/** The package at a workspace's root, where it is more than what holds the workspace together. */
export interface RootApplication {
  readonly member: Member;
  /** Globs of what it is made of. */
  readonly takes: readonly string[];
}

const SOURCE_FOLDERS = ['src', 'app', 'pages', 'lib', 'bin', 'server', 'api', 'functions', 'lambda', 'lambdas', 'handlers', 'public'];
const ENTRIES = /^(index|main|app|server|handler|lambda)\.[mc]?[jt]sx?$/;
const SOURCES = /\.[mc]?[jt]sx?$|\.vue$|\.svelte$/;

export function rootApplication({ folder, manifest, members }: Workspace, index: FileIndex): RootApplication | undefined {
  const uses = ['main', 'module', 'exports', 'bin'].some((field) => manifest[field] !== undefined) || Object.keys(fieldsOf(manifest.dependencies)).length > 0;
  if (!uses || members.some((member) => member.folder === folder)) {
    return undefined;
  }
  const isMembers = (path: string) => members.some((member) => path.startsWith(`${member.folder}/`));
  const holdsSources = (path: string) => index.under(path).some((file) => SOURCES.test(file) && !isMembers(file));
  const folders = SOURCE_FOLDERS.map((name) => joinPath(folder, name)).filter(holdsSources);
  const files = index.files.paths.filter((path) => (folder === '.' ? !path.includes('/') : path.startsWith(`${folder}/`) && !path.slice(folder.length + 1).includes('/')))
    .filter((path) => ENTRIES.test(path.slice(path.lastIndexOf('/') + 1)));
  if (folders.length + files.length === 0) {
    return undefined;
  }
  const path = joinPath(folder, 'package.json');
  return {
    member: { name: stringOf(manifest.name) ?? folder, folder, path, manifest },
    takes: [path, joinPath(folder, 'tsconfig.json'), ...folders.map((one) => `${one}/**`), ...files],
  };
}
