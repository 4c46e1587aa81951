import { Catalogue, CatalogueComponent } from '../../src/core/catalogue';
import type { Tree } from '../world/repository';

/**
 * What the rules of change detection say, from their words and for the globs that histories use: nothing here is shared with the code under test
 * but the type of a catalogue.
 */

const patterns = new Map<string, RegExp>();

/** `**` is any folders or none, `*` anything but a slash; nothing else is special. */
export function matches(glob: string, path: string): boolean {
  let pattern = patterns.get(glob);
  if (pattern === undefined) {
    const source = glob.split('/').map((segment) => (segment === '**' ? '**' : segment.replace(/[.+^${}()|[\]\\?]/g, '\\$&').replaceAll('*', '[^/]*'))).join('/')
      .replaceAll('**/', '(?:.*/)?').replace(/\/\*\*$/, '(?:/.*)?');
    pattern = new RegExp(`^${source}$`);
    patterns.set(glob, pattern);
  }
  return pattern.test(path);
}

function any(globs: readonly string[] | undefined, path: string): boolean {
  return globs?.some((glob) => matches(glob, path)) ?? false;
}

export function owns({ path: root, include, exclude }: CatalogueComponent, path: string): boolean {
  return (root === '.' || path === root || path.startsWith(`${root}/`) || any(include, path)) && !any(exclude, path);
}

/** Whether dependents read this file of the component. */
export function isInterface(component: CatalogueComponent, path: string): boolean {
  return owns(component, path) && (component.interface === undefined || any(component.interface, path));
}

export function isGlobal({ globalPaths }: Catalogue, path: string): boolean {
  return any(globalPaths, path);
}

export function isUnowned(catalogue: Catalogue, path: string): boolean {
  return !isGlobal(catalogue, path) && !catalogue.components.some((component) => owns(component, path));
}

/** Paths that differ and that no one owns. */
export function unownedChanges(catalogue: Catalogue, before: Tree, after: Tree): string[] {
  return [...new Set([...before.keys(), ...after.keys()])].filter((path) => before.get(path) !== after.get(path) && isUnowned(catalogue, path));
}

export function componentNamed(catalogue: Catalogue, name: string): CatalogueComponent {
  return catalogue.components.find((candidate) => candidate.name === name)!;
}

/** Everything that a component depends on, directly or not; without itself. */
export function dependencies(catalogue: Catalogue, name: string): string[] {
  const found: string[] = [];
  const visit = (current: string): void => {
    for (const next of componentNamed(catalogue, current).dependsOn ?? []) {
      if (next !== name && !found.includes(next)) {
        found.push(next);
        visit(next);
      }
    }
  };
  visit(name);
  return found.sort();
}

/** A change of a note is one that no build's result shows. */
export function withoutNote(content: string): string {
  return content.replace(/ \/\/ .*$/, '');
}

export type Lines = readonly (readonly [path: string, content: string])[];

function select(tree: Tree, wanted: (path: string) => boolean): Lines {
  return [...tree].filter(([path]) => wanted(path)).map(([path, content]) => [path, withoutNote(content)] as const).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** What dependents read of a component, in a tree. */
export function interfaceOf(catalogue: Catalogue, name: string, tree: Tree): Lines {
  return select(tree, (path) => isInterface(componentNamed(catalogue, name), path));
}

/** What a build of the component results in, given what it reads of its dependencies. */
export function buildContent(catalogue: Catalogue, name: string, tree: Tree, read: (dependency: string) => Lines | undefined): string {
  const { build } = componentNamed(catalogue, name);
  return JSON.stringify({
    name,
    definition: build?.digest,
    own: select(tree, (path) => owns(componentNamed(catalogue, name), path)),
    global: select(tree, (path) => isGlobal(catalogue, path)),
    unowned: catalogue.unownedPaths === 'all' ? select(tree, (path) => isUnowned(catalogue, path)) : [],
    dependencies: dependencies(catalogue, name).map((dependency) => [dependency, read(dependency)]),
  });
}

/** What the component has to be at a commit. */
export function expectedContent(catalogue: Catalogue, name: string, tree: Tree): string {
  return buildContent(catalogue, name, tree, (dependency) => interfaceOf(catalogue, dependency, tree));
}

/** Whether the component's own files are such that its commands fail. */
export function isBroken(catalogue: Catalogue, name: string, tree: Tree): boolean {
  return [...tree].some(([path, content]) => owns(componentNamed(catalogue, name), path) && content.includes('broken'));
}

/** The components that a change of these paths, or of these components' definitions, affects. */
export function affected(catalogue: Catalogue, paths: readonly string[], redefined: readonly string[]): Set<string> {
  const { components } = catalogue;
  const all = paths.some((path) => isGlobal(catalogue, path)) || (catalogue.unownedPaths === 'all' && paths.some((path) => isUnowned(catalogue, path)));
  const seen = new Set(components.filter((candidate) => all || redefined.includes(candidate.name) || paths.some((path) => isInterface(candidate, path)))
    .map(({ name }) => name));
  for (let size = -1; size !== seen.size;) {
    size = seen.size;
    components.filter(({ dependsOn }) => dependsOn?.some((name) => seen.has(name))).forEach(({ name }) => seen.add(name));
  }
  return new Set(components
    .filter((candidate) => seen.has(candidate.name) || paths.some((path) => owns(candidate, path)) || candidate.testDependsOn?.some((name) => seen.has(name)))
    .map(({ name }) => name));
}
