/** Folders of a repository: relative to its root, which is `.`. */

export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '.' : path.slice(0, slash);
}

export function join(folder: string, path: string): string {
  return folder === '.' ? path : path === '.' ? folder : `${folder}/${path}`;
}

export function isWithin(path: string, folder: string): boolean {
  return folder === '.' || path === folder || path.startsWith(`${folder}/`);
}

export function relative(folder: string, path: string): string {
  return path === folder ? '.' : folder === '.' ? path : path.slice(folder.length + 1);
}
