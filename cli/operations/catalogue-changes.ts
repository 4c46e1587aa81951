import { Catalogue, CatalogueComponent } from '../../src/core/catalogue';

/** In what a catalogue differs from the deployed one: components, and what they depend on. A sentence each. */
export function catalogueChanges(deployed: Catalogue, given: Catalogue): string[] {
  const [before, after] = [byName(deployed), byName(given)];
  const notes = [...after.keys()].filter((name) => !before.has(name)).map((name) => `${quoted(name)} is new.`);
  notes.push(...[...before.keys()].filter((name) => !after.has(name)).map((name) => `${quoted(name)} is not in it any more.`));
  for (const [name, now] of after) {
    const was = before.get(name);
    if (was !== undefined) {
      notes.push(...edgeChanges(name, was, now));
    }
  }
  return notes.map((note) => `Against the deployed catalogue: ${note}`);
}

function byName({ components }: Catalogue): ReadonlyMap<string, CatalogueComponent> {
  return new Map(components.map((component) => [component.name, component]));
}

function edgeChanges(name: string, was: CatalogueComponent, now: CatalogueComponent): string[] {
  const edges = ({ dependsOn = [], testDependsOn = [] }: CatalogueComponent) => new Set([...dependsOn, ...testDependsOn]);
  const [old, current] = [edges(was), edges(now)];
  return [
    ...[...current].filter((to) => !old.has(to)).map((to) => `${quoted(name)} depends on ${quoted(to)} now.`),
    ...[...old].filter((to) => !current.has(to)).map((to) => `${quoted(name)} does not depend on ${quoted(to)} any more.`),
    ...(was.path === now.path ? [] : [`${quoted(name)} moved from ${quoted(was.path)} to ${quoted(now.path)}.`]),
  ];
}

function quoted(name: string): string {
  return `'${name}'`;
}
