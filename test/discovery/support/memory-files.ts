import { RepositoryFiles } from '../../../cli/discovery/repository-files';

/** A repository's files out of a table. */
export function memoryFiles(contents: { readonly [path: string]: string | object }): RepositoryFiles {
  const texts = new Map(Object.entries(contents).map(([path, content]) => [path, typeof content === 'string' ? content : JSON.stringify(content)]));
  return {
    paths: [...texts.keys()].sort(),
    read: (paths) => new Map(paths.filter((path) => texts.has(path)).map((path) => [path, texts.get(path)!])),
  };
}
