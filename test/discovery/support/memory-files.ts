import { RepositoryFiles } from '../../../cli/discovery/repository-files';

/** A symbolic link to what it holds. */
export class Link {
  public constructor(public readonly target: string) {}
}

/** A commit of another repository. */
export const SUBMODULE = Symbol('submodule');

/** Content that a partial clone left out. */
export const MISSING = Symbol('missing');

export type Contents = { readonly [path: string]: string | object | Link | typeof SUBMODULE | typeof MISSING };

/** A repository's files out of a table. */
export function memoryFiles(contents: Contents): RepositoryFiles {
  const entries = Object.entries(contents);
  const texts = new Map(entries.flatMap(([path, content]): [string, string][] => (
    typeof content === 'symbol' || content instanceof Link ? [] : [[path, typeof content === 'string' ? content : JSON.stringify(content)]])));
  const missing = new Set<string>();
  return {
    paths: entries.map(([path]) => path).sort(),
    read: (paths) => {
      paths.filter((path) => contents[path] === MISSING).forEach((path) => missing.add(path));
      return new Map(paths.filter((path) => texts.has(path)).map((path) => [path, texts.get(path)!]));
    },
    links: new Map(entries.flatMap(([path, content]): [string, string][] => (content instanceof Link ? [[path, content.target]] : []))),
    submodules: new Set(entries.filter(([, content]) => content === SUBMODULE).map(([path]) => path)),
    missing,
  };
}
