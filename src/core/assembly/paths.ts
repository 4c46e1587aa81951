import { AssemblyError } from './error';

/** A path of an assembly, taken from one of its folders. It may leave the assembly by `..`, as assets that are not staged do. */
export function pathIn(folder: string, path: string): string {
  if (path.startsWith('/') || /^[A-Za-z]:[\\/]/.test(path)) {
    return path;
  }
  const parts: string[] = [];
  for (const part of `${folder}/${path}`.split('/')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') {
      parts.pop();
    } else if (part !== '' && part !== '.') {
      parts.push(part);
    }
  }
  return parts.join('/');
}

/** A file of the assembly itself. */
export function fileIn(folder: string, path: string, title: string): string {
  const file = pathIn(folder, path);
  if (file.startsWith('/') || file.startsWith('..') || /^[A-Za-z]:/.test(file)) {
    throw new AssemblyError(`${title} is ${JSON.stringify(path)}, which is outside of the assembly.`);
  }
  return file;
}
