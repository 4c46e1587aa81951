import { FoundPackage } from './ecosystem';
import { FileIndex } from './repository-files';
import { escapeGlob } from '../../src/core/globs';

/** Sources that the tool of an ecosystem takes from a package's folder, by their names. What lies among them may be data that they embed. */
const SOURCES: { readonly [ecosystem: string]: RegExp } = {
  go: /\.(?:go|s|c|h|cc|cpp|hpp)$/,
  cargo: /\.rs$/,
  maven: /\.(?:java|kt|scala|groovy)$/,
  gradle: /\.(?:java|kt|kts|scala|groovy|gradle)$/,
  dotnet: /\.(?:cs|fs|vb|cshtml|razor|resx|xaml)$/,
  python: /\.(?:py|pyi|pyx)$/,
  cdk: /\.(?:py|[mc]?[jt]s)$/,
};

/** Folders of which a tool takes everything, whatever it is. */
const WHOLE: { readonly [ecosystem: string]: readonly string[] } = {
  npm: ['src'],
  cdk: ['bin', 'lib', 'src'],
  cargo: ['src', 'tests', 'benches', 'examples'],
  maven: ['src'],
  gradle: ['src'],
  dotnet: [],
  go: [],
  python: ['src'],
};

/**
 * What the tool takes of a package at the repository's root, as globs: folders with nothing but sources, sources elsewhere, and its manifest.
 * Everything else at the root may be anybody's.
 */
export function rootTakes(one: FoundPackage, packages: readonly FoundPackage[], index: FileIndex): string[] {
  const others = packages.filter(({ folder }) => folder !== '.').map(({ folder }) => `${folder}/`);
  const own = index.files.paths.filter((path) => !others.some((folder) => path.startsWith(folder)));
  const whole = one.ecosystems.flatMap((name) => WHOLE[name] ?? []);
  const sources = one.ecosystems.flatMap((name) => SOURCES[name] ?? []);
  const present = whole.filter((folder) => own.some((path) => path.startsWith(`${folder}/`)));
  const takes = [escapeGlob(one.manifest), ...present.map((folder) => `${folder}/**`)];
  const rest = own.filter((path) => !whole.some((folder) => path.startsWith(`${folder}/`)));
  // Sources wherever they are would have every folder listed where digests are made.
  const named = (one.takes ?? []).filter((glob) => sources.length === 0 || !glob.startsWith('**/'));
  return [...new Set([...takes, ...named, ...sourceGlobs(rest, sources)])].sort();
}

function sourceGlobs(paths: readonly string[], patterns: readonly RegExp[]): string[] {
  const isSource = (path: string) => patterns.some((pattern) => pattern.test(path));
  const globs: string[] = [];
  const folders = new Map<string, string[]>();
  for (const path of paths) {
    const [top] = path.split('/', 1);
    if (top === path) {
      if (isSource(path)) {
        globs.push(escapeGlob(path));
      }
    } else {
      folders.set(top!, [...folders.get(top!) ?? [], path]);
    }
  }
  for (const [folder, inside] of folders) {
    const extensions = new Set(inside.flatMap((path) => (isSource(path) ? [path.slice(path.lastIndexOf('.'))] : [])));
    if (extensions.size > 0) {
      globs.push(...inside.every(isSource) ? [`${escapeGlob(folder)}/**`] : [...extensions].map((extension) => `${escapeGlob(folder)}/**/*${extension}`));
    }
  }
  return globs;
}
