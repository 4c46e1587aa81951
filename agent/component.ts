import { Catalogue, CatalogueComponent, ComponentDefinition } from '../src/core/catalogue';

/** A component that has a definition to build it by. */
export type BuildableComponent = CatalogueComponent & { readonly build: ComponentDefinition };

/** The catalogue's component of this name. */
export function requireComponent({ components }: Catalogue, name: string): BuildableComponent {
  const component = components.find((candidate) => candidate.name === name);
  if (component === undefined) {
    throw new Error(`The catalogue has no component '${name}'. Catalogue and build are of different deployments of the pipeline: deploy it again.`);
  }
  if (component.build === undefined) {
    throw new Error(`Component '${name}' has no build definition in the catalogue, so it cannot be built.`);
  }
  return { ...component, build: component.build };
}
