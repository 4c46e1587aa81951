/** Folders of a repository: relative to its root, which is `.`. */

/** Folder that a path is in; `.` for the root. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '.' : path.slice(0, slash);
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** `relative` as seen from `folder`; undefined where it leads out of the repository. */
export function resolvePath(folder: string, relative: string): string | undefined {
  const segments = folder === '.' || relative.startsWith('/') ? [] : folder.split('/');
  for (const segment of relative.split('/')) {
    if (segment === '..') {
      if (segments.pop() === undefined) {
        return undefined;
      }
    } else if (segment !== '.' && segment !== '') {
      segments.push(segment);
    }
  }
  return segments.join('/') || '.';
}

/** A path below a folder. */
export function joinPath(folder: string, path: string): string {
  return folder === '.' ? path : path === '.' || path === '' ? folder : `${folder}/${path}`;
}

/** Whether a path is the folder or lies in it. */
export function isInFolder(path: string, folder: string): boolean {
  return folder === '.' || path === folder || path.startsWith(`${folder}/`);
}

/** A path in a folder, as seen from there. */
export function relativePath(folder: string, path: string): string {
  return path === folder ? '.' : folder === '.' ? path : path.slice(folder.length + 1);
}
