import { MAX_ACTIONS, MAX_STAGES } from './limits';
import { BuildStrategy } from '../build-strategy/build-strategy';
import { ComponentCatalogue } from '../component/component-catalogue';
import { Target } from '../environment/target';

/** Resources of components that a stack has room for, beside the pipeline's own and some of the user's. */
const RESOURCES_OF_COMPONENTS = 420;

/** The strategy that was asked for; otherwise actions while they fit. */
export function buildStrategyOf(strategy: BuildStrategy | undefined, catalogue: ComponentCatalogue, targets: readonly Target[]): BuildStrategy {
  return strategy ?? (actionsFit(catalogue, targets) ? BuildStrategy.actions() : BuildStrategy.fanOut());
}

function actionsFit(catalogue: ComponentCatalogue, targets: readonly Target[]): boolean {
  const { stages, actions } = BuildStrategy.actions()._size(catalogue._graph);
  // A project and a role each, and a repository where the component's image has one.
  const resources = catalogue.componentNames.reduce((sum, name) => sum + (catalogue._bound(name).config.repository ? 3 : 2), 0);
  return stages + 3 + targets.length <= MAX_STAGES && actions + 3 + targets.length * 4 <= MAX_ACTIONS && resources <= RESOURCES_OF_COMPONENTS;
}
