import picomatch from 'picomatch';
import { Catalogue, CatalogueComponent } from '../../../src/core/catalogue';
import { GLOB_OPTIONS } from '../../../src/core/globs';

/** What the rules say, straight from their words: slow, and nothing shared with the code under test but the glob library. */

const compiled = new Map<string, (path: string) => boolean>();

function any(globs: readonly string[] | undefined, path: string): boolean {
  return (globs ?? []).some((glob) => {
    const matches = compiled.get(glob) ?? picomatch(glob, GLOB_OPTIONS);
    compiled.set(glob, matches);
    return matches(path);
  });
}

export function owns({ path: root, include, exclude }: CatalogueComponent, path: string): boolean {
  const selected = root === '.' || path === root || path.startsWith(`${root}/`) || any(include, path);
  return selected && !any(exclude, path);
}

export function isGlobal({ globalPaths }: Catalogue, path: string): boolean {
  return any(globalPaths, path);
}

export function isUnowned(catalogue: Catalogue, path: string): boolean {
  return !isGlobal(catalogue, path) && !catalogue.components.some((component) => owns(component, path));
}

/** Names of the affected components, sorted: adds one after the other until nothing is left to add. */
export function affected(catalogue: Catalogue, paths: readonly string[], trace = new Map<string, ReadonlySet<string>>()): string[] {
  const { components } = catalogue;
  const all = paths.some((path) => isGlobal(catalogue, path) && !trace.has(path))
    || (catalogue.unownedPaths === 'all' && paths.some((path) => isUnowned(catalogue, path)));
  const traced = new Set(paths.filter((path) => isGlobal(catalogue, path)).flatMap((path) => [...trace.get(path) ?? []]));
  // Affected, and seen so by its dependents.
  const seen = new Set(components.filter((component) => all || traced.has(component.name)
    || paths.some((path) => owns(component, path) && (!component.interface || any(component.interface, path)))).map(({ name }) => name));
  for (let size = -1; size !== seen.size;) {
    size = seen.size;
    components.filter(({ dependsOn }) => dependsOn?.some((name) => seen.has(name))).forEach(({ name }) => seen.add(name));
  }
  return components
    .filter((component) => seen.has(component.name) || paths.some((path) => owns(component, path))
      || component.testDependsOn?.some((name) => seen.has(name)))
    .map(({ name }) => name).sort();
}
