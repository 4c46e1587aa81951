import type { Settings } from './settings';
import { ArtifactDefinition, Catalogue, CatalogueComponent } from '../../src/core/catalogue';
import { Random } from '../engine/random';

export const TEMPLATE = 'template';
export const TEMPLATE_FILE = 'template.yml';

/** Names of components that histories know; a catalogue has some of them. */
const NAMES = ['c0', 'c1', 'c2', '@scope/c3', 'c4'] as const;
export const FOLDERS: Readonly<Record<typeof NAMES[number], string>> = { 'c0': 'c0', 'c1': 'c1', 'c2': 'c0/sub', '@scope/c3': 'pkg/c3', 'c4': 'c4' };

/** The template declares a parameter for every component there may ever be. */
export function templateText(version: string): string {
  const parameters = NAMES.map((name) => `  ${parameterOf(name)}: { Type: String, Default: '' }`);
  return ['Parameters:', ...parameters, 'Resources: {}', `Description: ${version}`, ''].join('\n');
}

function parameterOf(name: string): string {
  return `Location${name.replace(/[^a-z0-9]/g, '')}`;
}

/** A catalogue of the template and some further components. */
export function drawCatalogue(random: Random, { components: most, baselineBranch }: Pick<Settings, 'components' | 'baselineBranch'>): Catalogue {
  const names = NAMES.slice(0, random.integer(1, most));
  return {
    version: 1,
    solution: 'shop',
    components: [template(), ...names.map((name, index) => drawComponent(random, name, names.slice(0, index)))],
    ...(random.chance(0.3) ? { globalPaths: [random.pick(['lock.json', 'config/*.json'])] } : {}),
    // What is to be fixed there depends on a second tree, which people move as they like.
    ...drawUnownedPaths(random, baselineBranch === undefined),
  };
}

function drawUnownedPaths(random: Random, mayRefuse: boolean): Pick<Catalogue, 'unownedPaths'> {
  const policy = random.weighted({ ignore: 75, all: 15, error: mayRefuse ? 10 : 0 });
  return policy === 'ignore' ? {} : { unownedPaths: policy };
}

/** Another catalogue: one component or rule of the first is another, new or gone. */
export function changeCatalogue(random: Random, catalogue: Catalogue): Catalogue {
  const changed = changeComponents(random, catalogue);
  // What a build reads is told by its definition: where other files are unowned it is another one.
  return changed.unownedPaths === 'all' ? { ...changed, components: changed.components.map((component) => redefined(random, component)) } : changed;
}

function changeComponents(random: Random, catalogue: Catalogue): Catalogue {
  const others = catalogue.components.filter(({ name }) => name !== TEMPLATE);
  const missing = NAMES.filter((name) => !others.some((other) => other.name === name));
  switch (random.weighted({ redefine: 4, redraw: 2, add: missing.length > 0 ? 3 : 0, remove: others.length > 1 ? 2 : 0, globals: 1 })) {
    case 'redefine': return replace(catalogue, random.pick(others).name, (old) => redefined(random, old));
    case 'redraw': {
      const index = random.integer(0, others.length - 1);
      const before = others.slice(0, index).map(({ name }) => name);
      return replace(catalogue, others[index]!.name, ({ name }) => drawComponent(random, name as typeof NAMES[number], before));
    }
    case 'add': return { ...catalogue, components: [...catalogue.components, drawComponent(random, missing[0]!, others.map(({ name }) => name))] };
    case 'remove': return without(random, catalogue, random.pick(others).name);
    // Likewise with other global paths.
    case 'globals': return {
      ...catalogue,
      globalPaths: random.chance(0.5) ? ['lock.json'] : [],
      components: catalogue.components.map((component) => redefined(random, component)),
    };
  }
}

function replace(catalogue: Catalogue, name: string, change: (old: CatalogueComponent) => CatalogueComponent): Catalogue {
  return { ...catalogue, components: catalogue.components.map((component) => (component.name === name ? change(component) : component)) };
}

function redefined(random: Random, component: CatalogueComponent): CatalogueComponent {
  return { ...component, build: { ...component.build!, digest: drawDigest(random) } };
}

function without(random: Random, catalogue: Catalogue, gone: string): Catalogue {
  const names = (all: readonly string[] = []) => all.filter((name) => name !== gone);
  return {
    ...catalogue,
    components: catalogue.components.filter(({ name }) => name !== gone).map((component) => {
      const depended = component.dependsOn?.includes(gone) || component.testDependsOn?.includes(gone);
      const left = { ...component, dependsOn: names(component.dependsOn), testDependsOn: names(component.testDependsOn) };
      return depended ? redefined(random, left) : left;
    }),
  };
}

function template(): CatalogueComponent {
  return {
    name: TEMPLATE,
    path: TEMPLATE_FILE,
    build: { digest: 'template', kind: 'template', artifact: { type: 'file', path: TEMPLATE_FILE }, parameters: [] },
  };
}

function drawComponent(random: Random, name: typeof NAMES[number], others: readonly string[]): CatalogueComponent {
  const path = FOLDERS[name];
  const artifact: ArtifactDefinition = { type: random.chance(0.75) ? 'image' : 'none' };
  const dependsOn = random.some(others, 0.4);
  return {
    name,
    path,
    ...(random.chance(0.3) ? { include: [random.pick(['shared/**', 'shared/*.ts', 'docs/**/*.md', 'c0/api/*'])] } : {}),
    ...(random.chance(0.3) ? { exclude: [random.pick([`${path}/README.md`, `${path}/**/*.md`, 'c0/sub/**'])] } : {}),
    ...(random.chance(0.3) ? { interface: [`${path}/api/**`] } : {}),
    dependsOn,
    testDependsOn: random.some(others.filter((other) => !dependsOn.includes(other)), 0.2),
    build: {
      digest: drawDigest(random),
      kind: 'custom',
      artifact,
      parameters: artifact.type === 'image' ? [{ name: parameterOf(name), part: 'location' }] : [],
    },
  };
}

function drawDigest(random: Random): string {
  return `definition ${random.integer(1, 1_000_000)}`;
}

/** Components in an order in which each comes after what it depends on, with the position of its action in the stage. */
export function runOrders({ components }: Catalogue): ReadonlyMap<string, number> {
  const orders = new Map<string, number>();
  const visit = (name: string): number => {
    const known = orders.get(name);
    if (known !== undefined) {
      return known;
    }
    const { dependsOn = [], testDependsOn = [] } = components.find((component) => component.name === name)!;
    const order = 1 + Math.max(0, ...[...dependsOn, ...testDependsOn].map(visit));
    orders.set(name, order);
    return order;
  };
  components.forEach(({ name }) => visit(name));
  return orders;
}
