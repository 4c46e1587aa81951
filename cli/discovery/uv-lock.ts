import { PackageDependency } from './ecosystem';
import { withoutMark } from './manifests';
import { FileIndex, resolvePath } from './repository-files';
import { fieldAt, Fields, fieldsOf, stringOf } from './values';

/** By folder: what a lockfile of uv says that projects of the repository need of each other, whatever their manifests leave to plugins. */
export function dependenciesInUvLock(index: FileIndex, path: string, folder: string, parse: (text: string) => unknown): Map<string, PackageDependency[]> {
  const found = new Map<string, PackageDependency[]>();
  const text = index.readOne(path);
  const packages = text === undefined ? [] : itemsOf(fieldsOf(parsed(text, parse)).package);
  const folders = new Map<string, string>();
  for (const one of packages) {
    const local = ['editable', 'virtual', 'directory'].map((kind) => stringOf(fieldAt(one.source, kind))).find((given) => given !== undefined);
    const target = local === undefined ? undefined : resolvePath(folder, local);
    if (target !== undefined) {
      folders.set(String(one.name), target);
    }
  }
  for (const one of packages) {
    const from = folders.get(String(one.name));
    if (from !== undefined) {
      const build = [...itemsOf(one.dependencies), ...Object.values(fieldsOf(one['optional-dependencies'])).flatMap(itemsOf)];
      const development = Object.values(fieldsOf(one['dev-dependencies'])).flatMap(itemsOf);
      const edges = [...build.map((entry) => ({ entry, use: 'build' as const })), ...development.map((entry) => ({ entry, use: 'development' as const }))];
      found.set(from, edges.flatMap(({ entry, use }) => {
        const target = folders.get(String(entry.name));
        return target === undefined || target === from ? [] : [{ folder: target, use }];
      }));
    }
  }
  return found;
}

function parsed(text: string, parse: (text: string) => unknown): unknown {
  try {
    return parse(withoutMark(text));
  } catch {
    // It counts as another text of the lockfile does: it affects all.
    return undefined;
  }
}

function itemsOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}
