import { Catalogue, CatalogueComponent, CatalogueError } from './catalogue';
import { stronglyConnectedComponents } from './strongly-connected';

type Edges = ReadonlyMap<string, readonly string[]>;

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
  private readonly dependsOn: Edges;
  private readonly testDependsOn: Edges;
  private readonly dependedOnBy: Edges;
  private readonly testDependedOnBy: Edges;
  private condensed?: Condensation;

  private constructor(components: readonly CatalogueComponent[]) {
    const known = new Set(components.map(({ name }) => name));
    if (known.size !== components.length) {
      const twice = components.find(({ name }, index) => components.findIndex((other) => other.name === name) !== index)!;
      throw new CatalogueError(`Component ${JSON.stringify(twice.name)} is in the catalogue twice: give every component its own name.`);
    }
    this.names = [...known].sort();
    this.dependsOn = edgesOf(components, known, 'dependsOn');
    this.testDependsOn = edgesOf(components, known, 'testDependsOn');
    this.dependedOnBy = reversed(this.dependsOn);
    this.testDependedOnBy = reversed(this.testDependsOn);
  }

  public has(component: string): boolean {
    return this.dependsOn.has(component);
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
  public dependencies(component: string): readonly string[] {
    return this.neighbours(this.dependsOn, component);
  }

  /** What the component's `testDependsOn` names, without what `dependsOn` names too. */
  public testDependencies(component: string): readonly string[] {
    return this.neighbours(this.testDependsOn, component);
  }

  /** The components whose `dependsOn` names this one. */
  public dependents(component: string): readonly string[] {
    return this.neighbours(this.dependedOnBy, component);
  }

  /** The components whose `testDependsOn`, and not `dependsOn`, names this one. */
  public testDependents(component: string): readonly string[] {
    return this.neighbours(this.testDependedOnBy, component);
  }

  /** Everything reached over `dependsOn`, without the component itself. */
  public transitiveDependencies(component: string): string[] {
    return reach(this.dependsOn, component, this.dependencies(component));
  }

  /** Everything that reaches the component over `dependsOn`, without the component itself. */
  public transitiveDependents(component: string): string[] {
    return reach(this.dependedOnBy, component, this.dependents(component));
  }

  /**
   * The components whose artifacts a build and its tests may read: `dependsOn` and `testDependsOn`, and everything these reach over
   * `dependsOn`. What the tests of a dependency read is no concern of its dependents.
   */
  public buildDependencies(component: string): string[] {
    return reach(this.dependsOn, component, [...this.dependencies(component), ...this.testDependencies(component)]);
  }

  /** Groups of components that depend on each other, over `dependsOn` and `testDependsOn`. Empty where there is no cycle. */
  public cycles(): string[][] {
    return this.condensation().groups.filter((group) => group.length > 1).map((group) => [...group]);
  }

  /**
   * All components, dependencies and test dependencies first, ties by name. The members of a cycle stand on one level.
   * For presentation and detection; where an order of builds is needed, `tranches` refuses cycles.
   */
  public order(): readonly string[] {
    const { level } = this.condensation();
    return [...this.names].sort((a, b) => level.get(a)! - level.get(b)! || (a < b ? -1 : 1));
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
    const { level } = this.condensation();
    const tranches: string[][] = [];
    for (const name of this.names) {
      (tranches[level.get(name)!] ??= []).push(name);
    }
    return tranches;
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

  private neighbours(edges: Edges, component: string): readonly string[] {
    this.assertHas(component);
    return edges.get(component)!;
  }

  private condensation(): Condensation {
    return this.condensed ??= condense(this.names, (name) => [...this.dependencies(name), ...this.testDependencies(name)]);
  }
}

interface Condensation {
  /** Strongly connected components, dependencies first; members sorted. */
  readonly groups: readonly (readonly string[])[];
  /** Length of the longest way down from a component's group to one without dependencies. */
  readonly level: ReadonlyMap<string, number>;
}

function condense(names: readonly string[], successors: (name: string) => readonly string[]): Condensation {
  const groups = stronglyConnectedComponents(names, successors).map((group) => group.sort());
  const level = new Map<string, number>();
  for (const group of groups) {
    let height = 0;
    for (const name of group) {
      for (const next of successors(name)) {
        // Members of the same group have no level yet.
        height = Math.max(height, (level.get(next) ?? -1) + 1);
      }
    }
    group.forEach((name) => level.set(name, height));
  }
  return { groups, level };
}

function edgesOf(components: readonly CatalogueComponent[], known: ReadonlySet<string>, field: 'dependsOn' | 'testDependsOn'): Edges {
  return new Map(components.map((component) => {
    const targets = new Set(component[field]);
    for (const target of targets) {
      if (!known.has(target)) {
        throw new CatalogueError(`Component ${JSON.stringify(component.name)}: ${field} names ${JSON.stringify(target)}, `
          + 'which is no component of the catalogue: correct the name, or add the component.');
      }
    }
    if (field === 'testDependsOn') {
      component.dependsOn?.forEach((target) => targets.delete(target));
    }
    targets.delete(component.name);
    return [component.name, [...targets].sort()];
  }));
}

function reversed(forward: Edges): Edges {
  const backward = new Map<string, string[]>([...forward.keys()].map((name) => [name, []]));
  for (const name of [...forward.keys()].sort()) {
    forward.get(name)!.forEach((target) => backward.get(target)!.push(name));
  }
  return backward;
}

function reach(map: Edges, component: string, from: readonly string[]): string[] {
  const reached = new Set(from);
  // A Set's iterator also visits what is added on the way.
  for (const name of reached) {
    map.get(name)!.forEach((next) => reached.add(next));
  }
  reached.delete(component);
  return [...reached].sort();
}
