import { Annotations } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { environmentsSize, MAX_ACTIONS, MAX_STAGES } from './limits';
import { BuildStrategy } from '../build-strategy/build-strategy';
import { buildspecOf } from '../build-strategy/fan-out/project';
import { ComponentCatalogue } from '../component/component-catalogue';
import { Target } from '../environment/target';

/** Resources of components that a stack has room for, next to the pipeline's own and some of the user's. */
const RESOURCES_OF_COMPONENTS = 420;

/** CloudFormation takes a template of 1 MB. */
const MAX_TEMPLATE_BYTES = 1_000_000;

/** What a component's action, project and role take of it as the CDK writes them, next to the buildspec; and what the rest of a pipeline takes. */
const COMPONENT_BYTES = 7_500;
const PIPELINE_BYTES = 100_000;

/** In an app's context: pipelines without a strategy keep the builds that the first version gave them. */
export const V1_BUILDS = '@cdk-modular-pipeline/v1Builds';

/** The strategy that was asked for; otherwise fan-out. */
export function buildStrategyOf(
  scope: Construct, strategy: BuildStrategy | undefined, catalogue: ComponentCatalogue, targets: readonly Target[],
): BuildStrategy {
  const bytes = templateBytes(catalogue);
  if (strategy === undefined) {
    return isV1(scope) && actionsFit(catalogue, targets) && bytes <= MAX_TEMPLATE_BYTES ? BuildStrategy.actions() : BuildStrategy.fanOut();
  }
  if (strategy._size(catalogue._graph).actions > 1 && bytes > MAX_TEMPLATE_BYTES) {
    Annotations.of(scope).addWarningV2('cdk-modular-pipeline:template-size', `With an action for each of ${catalogue.componentNames.length} components the template has `
      + `about ${bytes} bytes, and CloudFormation takes ${MAX_TEMPLATE_BYTES}: use BuildStrategy.fanOut().`);
  }
  return strategy;
}

function isV1(scope: Construct): boolean {
  const flag: unknown = scope.node.tryGetContext(V1_BUILDS);
  if (flag !== undefined && ![true, false, 'true', 'false'].includes(flag as boolean | string)) {
    throw new Error(`The context ${V1_BUILDS} is ${JSON.stringify(flag)}: it takes true or false.`);
  }
  if (flag !== true && flag !== 'true') {
    return false;
  }
  Annotations.of(scope).addWarningV2('cdk-modular-pipeline:v1-builds', `The context ${V1_BUILDS} keeps an action for each component, changed or not, as the first version made them: `
    + 'each merge starts a build for each. docs/migration.md says how to move to BuildStrategy.fanOut(), which starts the builds of changed components alone.');
  return true;
}

/** About so many bytes has the template of a pipeline with an action for each component. */
function templateBytes(catalogue: ComponentCatalogue): number {
  const buildspecs = catalogue.componentNames.map((name) => JSON.stringify(JSON.stringify(buildspecOf(catalogue._bound(name)), undefined, 2)).length);
  return buildspecs.reduce((sum, length) => sum + length + COMPONENT_BYTES, PIPELINE_BYTES);
}

function actionsFit(catalogue: ComponentCatalogue, targets: readonly Target[]): boolean {
  const { stages, actions } = BuildStrategy.actions()._size(catalogue._graph);
  // A project and a role each, and a repository where the component's image has one.
  const resources = catalogue.componentNames.reduce((sum, name) => sum + (catalogue._bound(name).config.repository ? 3 : 2), 0);
  const environments = environmentsSize(targets);
  return stages + 3 + environments.stages <= MAX_STAGES && actions + 3 + environments.actions <= MAX_ACTIONS && resources <= RESOURCES_OF_COMPONENTS;
}
