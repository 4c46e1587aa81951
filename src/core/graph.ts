import { Catalogue, CatalogueComponent, CatalogueError } from './catalogue';
import { stronglyConnectedComponents } from './strongly-connected';

/** By component, the components that its edges lead to. Components stand for their places among the sorted names, so sorted places are sorted names. */
type Edges = readonly (readonly number[])[];

interface Links {
  readonly forward: Edges;
  readonly backward: Edges;
}

/** The components and what they depend on. Every list of names is sorted; nothing here recurses, hangs or depends on the catalogue's order. */
export class ComponentGraph {
  /**
   * @throws CatalogueError where a name is there twice or a dependency is not a component
   */
  public static of(catalogue: Pick<Catalogue, 'components'>): ComponentGraph {
    return new ComponentGraph(catalogue.components);
  }

  /** All components. */
  public readonly names: readonly string[];
  private readonly places = new Map<string, number>();
  private readonly build: Links;
  private readonly test: Links;
  private condensed?: Condensation;

  private constructor(components: readonly CatalogueComponent[]) {
    const byName = new Map<string, CatalogueComponent>();
    for (const component of components) {
      if (byName.has(component.name)) {
        throw new CatalogueError(`Component ${JSON.stringify(component.name)} is in the catalogue twice: give every component its own name.`);
      }
      byName.set(component.name, component);
    }
    this.names = [...byName.keys()].sort();
    this.names.forEach((name, place) => this.places.set(name, place));
    const sorted = this.names.map((name) => byName.get(name)!);
    this.build = linksOf(sorted, this.places, 'dependsOn');
    this.test = linksOf(sorted, this.places, 'testDependsOn', this.build.forward);
  }

  public has(component: string): boolean {
    return this.places.has(component);
  }

  /**
   * @param consequence - what follows from the component's absence, for the message
   * @throws CatalogueError where there is no such component
   */
  public assertHas(component: string, consequence?: string): void {
    if (!this.has(component)) {
      throw new CatalogueError(`${JSON.stringify(component)} is no component of the catalogue${consequence ? ` and ${consequence}` : ''}: `
        + 'check its name.');
    }
  }

  /** What the component's `dependsOn` names. */
  public dependencies(component: string): string[] {
    return this.named(this.build.forward[this.place(component)]);
  }

  /** What the component's `testDependsOn` names, without what `dependsOn` names too. */
  public testDependencies(component: string): string[] {
    return this.named(this.test.forward[this.place(component)]);
  }

  /** The components whose `dependsOn` names this one. */
  public dependents(component: string): string[] {
    return this.named(this.build.backward[this.place(component)]);
  }

  /** The components whose `testDependsOn`, and not `dependsOn`, names this one. */
  public testDependents(component: string): string[] {
    return this.named(this.test.backward[this.place(component)]);
  }

  /** Everything reached over `dependsOn`, without the component itself. */
  public transitiveDependencies(component: string): string[] {
    const place = this.place(component);
    return this.reach(this.build.forward, place, this.build.forward[place]);
  }

  /** Everything that reaches the component over `dependsOn`, without the component itself. */
  public transitiveDependents(component: string): string[] {
    const place = this.place(component);
    return this.reach(this.build.backward, place, this.build.backward[place]);
  }

  /**
   * The components whose artifacts a build and its tests may read: `dependsOn` and `testDependsOn`, and everything these reach over
   * `dependsOn`. What the tests of a dependency read is no concern of its dependents.
   */
  public buildDependencies(component: string): string[] {
    const place = this.place(component);
    return this.reach(this.build.forward, place, [...this.build.forward[place], ...this.test.forward[place]]);
  }

  /** Groups of components that depend on each other, over `dependsOn` and `testDependsOn`. Empty where there is no cycle. */
  public cycles(): string[][] {
    return this.condensation().groups.filter((group) => group.length > 1).map((group) => this.named(group));
  }

  /**
   * All components, dependencies and test dependencies first, ties by name. The members of a cycle stand on one level.
   * For presentation and detection; where an order of builds is needed, `tranches` refuses cycles.
   */
  public order(): readonly string[] {
    return this.levels().flat();
  }

  /**
   * The components in tranches that can be built one after the other, each tranche's members at the same time.
   * @throws CatalogueError that prints each cycle
   */
  public tranches(): string[][] {
    const cycles = this.cycles();
    if (cycles.length > 0) {
      const printed = cycles.map((members) => `  ${this.cyclePath(members).join(' -> ')}`).join('\n');
      throw new CatalogueError('Components depend on each other in a cycle, so there is no order to build them in:\n'
        + `${printed}\nRemove one dependency of each cycle, or make its components one.`);
    }
    return this.levels();
  }

  /** One way around a cycle's members: a shortest one through the first of them. */
  private cyclePath(members: readonly string[]): string[] {
    const [start] = members;
    const inside = new Set(members);
    const cameFrom = new Map<string, string>();
    const queue = [start];
    for (const name of queue) {
      for (const next of [...this.dependencies(name), ...this.testDependencies(name)]) {
        if (next === start) {
          const path = [start];
          for (let at = name; at !== start; at = cameFrom.get(at)!) {
            path.push(at);
          }
          return [...path, start].reverse();
        }
        if (inside.has(next) && !cameFrom.has(next)) {
          cameFrom.set(next, name);
          queue.push(next);
        }
      }
    }
    return [...members];
  }

  private levels(): string[][] {
    const { level } = this.condensation();
    const levels: string[][] = [];
    this.names.forEach((name, place) => (levels[level[place]] ??= []).push(name));
    return levels;
  }

  private place(component: string): number {
    this.assertHas(component);
    return this.places.get(component)!;
  }

  private named(places: readonly number[]): string[] {
    return places.map((place) => this.names[place]);
  }

  private reach(edges: Edges, place: number, from: readonly number[]): string[] {
    const reached = new Set(from);
    // A Set's iterator also visits what is added on the way.
    for (const at of reached) {
      edges[at].forEach((next) => reached.add(next));
    }
    reached.delete(place);
    return this.named([...reached].sort((a, b) => a - b));
  }

  private condensation(): Condensation {
    return this.condensed ??= condense(this.build.forward.map((targets, place) => targets.concat(this.test.forward[place])));
  }
}

interface Condensation {
  /** Strongly connected components, dependencies first; members sorted. */
  readonly groups: readonly (readonly number[])[];
  /** By component: length of the longest way down from its group to one without dependencies. */
  readonly level: readonly number[];
}

function condense(edges: Edges): Condensation {
  const groups = stronglyConnectedComponents(edges);
  const level: number[] = edges.map(() => -1);
  for (const group of groups) {
    let height = 0;
    for (const place of group) {
      for (const next of edges[place]) {
        // Members of the same group have no level yet.
        height = Math.max(height, level[next] + 1);
      }
    }
    if (group.length > 1) {
      group.sort((a, b) => a - b);
    }
    group.forEach((place) => { level[place] = height; });
  }
  return { groups, level };
}

/**
 * @param components - sorted by name
 * @param without - edges to leave out
 */
function linksOf(
  components: readonly CatalogueComponent[], places: ReadonlyMap<string, number>, field: 'dependsOn' | 'testDependsOn', without?: Edges,
): Links {
  const backward: number[][] = components.map(() => []);
  components.forEach((component, from) => component[field]?.forEach((target) => {
    const to = places.get(target);
    if (to === undefined) {
      throw new CatalogueError(`Component ${JSON.stringify(component.name)}: ${field} names ${JSON.stringify(target)}, `
        + 'which is no component of the catalogue: correct the name, or add the component.');
    }
    // A target that is named twice was added last.
    if (to !== from && backward[to].at(-1) !== from && !without?.[from].includes(to)) {
      backward[to].push(from);
    }
  }));
  return { forward: reversed(backward), backward };
}

/** The same edges the other way round; sorted, whatever order they are in here. */
function reversed(edges: Edges): Edges {
  const others: number[][] = edges.map(() => []);
  edges.forEach((targets, from) => targets.forEach((to) => others[to].push(from)));
  return others;
}
