import { CfnCapabilities, Stack } from 'aws-cdk-lib';
import { ComponentCatalogue } from '../component/component-catalogue';
import { StackConfiguration } from '../contract/objects';
import { OutputOf, StackParameter } from '../core/delivery/place-stacks';
import { ComponentGraph } from '../core/graph';
import { componentId } from '../core/names';
import { Place, placesOf, requireParameters, requireStackName, requireTags, takesStacks, Target } from '../environment/target';
import { requireLiteral } from '../private/literal';

/** What the stacks of all places are made from. */
export interface PlacedStacksProps {
  readonly catalogue: ComponentCatalogue;
  /** Names of the components whose templates are deployed. */
  readonly templates: readonly string[];
  readonly targets: readonly Target[];
  /** Of templates that have none of their own. */
  readonly capabilities: readonly CfnCapabilities[];
}

/**
 * The stacks of every place, by the place's name, in the order of their components.
 * @throws naming the first environment whose stacks can't be
 */
export function placedStacks(pipeline: Stack, props: PlacedStacksProps): ReadonlyMap<string, readonly StackConfiguration[]> {
  const places = placesOf(props.targets);
  places.forEach((place) => requireKnown(place, props));
  const stacks = new Map(places.map((place): [string, readonly StackConfiguration[]] => (
    [place.name, place.deployers.some(takesStacks) ? props.templates.map((component) => stackOf(component, place, props)) : []]
  )));
  requireDistinct(places, stacks);
  requireOthers(pipeline, places, stacks);
  return stacks;
}

function stackOf(component: string, place: Place, props: PlacedStacksProps): StackConfiguration {
  const { catalogue, templates, capabilities } = props;
  const title = `Environment ${JSON.stringify(place.environment)}: stack of component ${JSON.stringify(component)}`;
  const { stack: common = {} } = catalogue._bound(component).config;
  const own = place.stacks[component] ?? {};
  const id = componentId(component);
  const stackName = requireLiteral(`${title}: stackName`, own.stackName ?? common.stackName ?? (templates.length === 1 ? place.stackName : `${place.stackName}-${id}`));
  requireStackName(title, stackName, 'Give it a stackName.');
  const parameters: Record<string, StackParameter> = requireParameters(title, { ...common.parameters, ...own.parameters });
  return {
    id,
    component,
    stackName,
    parameters: { ...parameters, ...outputParameters(component, props) },
    tags: requireTags(title, { ...place.tags, ...common.tags, ...own.tags }),
    capabilities: common.capabilities ?? capabilities,
    dependsOn: dependenciesAmong(catalogue._graph, component, templates).map(componentId),
  };
}

function outputParameters(component: string, { catalogue, templates }: PlacedStacksProps): Record<string, OutputOf> {
  const title = `Component ${JSON.stringify(component)}: outputParameters`;
  const { stack: { outputParameters: taken = {}, parameters = {} } = {} } = catalogue._bound(component).config;
  return Object.fromEntries(Object.entries(taken).map(([parameter, { component: source, output }]): [string, OutputOf] => {
    const other = requireLiteral(`${title} ${JSON.stringify(parameter)}`, source);
    if (!templates.includes(other) || other === component) {
      throw new Error(`${title} ${JSON.stringify(parameter)} takes an output of ${JSON.stringify(other)}, which is ${other === component ? 'the component itself' : 'no template of the pipeline'}: `
        + `name one of ${templates.filter((name) => name !== component).map((name) => JSON.stringify(name)).join(', ') || 'its other templates, of which there is none'}.`);
    }
    if (!/^[A-Za-z0-9]{1,255}$/.test(output)) {
      throw new Error(`${title} ${JSON.stringify(parameter)} takes output ${JSON.stringify(output)}: an output's name has letters and digits only.`);
    }
    if (Object.hasOwn(parameters, parameter)) {
      throw new Error(`${title} ${JSON.stringify(parameter)}: the template's own parameters give it a value as well: remove one of the two.`);
    }
    return [parameter, { stack: componentId(other), output }];
  }));
}

/** The templates that a component depends on, whatever is in between. */
function dependenciesAmong(graph: ComponentGraph, component: string, templates: readonly string[]): string[] {
  const seen = new Set<string>();
  const open = [component];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const further = graph.dependencies(next).filter((name) => !seen.has(name));
    further.forEach((name) => seen.add(name));
    open.push(...further);
  }
  return templates.filter((name) => seen.has(name));
}

function requireKnown({ environment, stacks }: Place, { templates }: PlacedStacksProps): void {
  const unknown = Object.keys(stacks).find((component) => !templates.includes(component));
  if (unknown !== undefined) {
    throw new Error(`Environment ${JSON.stringify(environment)}: stacks names ${JSON.stringify(unknown)}, which is no template of the pipeline: name one of `
      + `${templates.map((name) => JSON.stringify(name)).join(', ')}.`);
  }
}

function requireDistinct(places: readonly Place[], stacks: ReadonlyMap<string, readonly StackConfiguration[]>): void {
  const all = places.flatMap(({ name, account, region }) => stacks.get(name)!.map(({ id, stackName }) => ({ name, id, key: `${account}/${region}/${stackName}` })));
  const keys = all.map(({ key }) => key);
  const second = all.find(({ key }, index) => keys.indexOf(key) !== index);
  if (second !== undefined) {
    const first = all[keys.indexOf(second.key)];
    throw new Error(`Stack ${JSON.stringify(first.id)} of environment ${JSON.stringify(first.name)} and stack ${JSON.stringify(second.id)} of environment `
      + `${JSON.stringify(second.name)} are one stack (${second.key}): give one of them another stackName.`);
  }
}

/** The pipeline may not deliver what it is itself made of. */
function requireOthers(pipeline: Stack, places: readonly Place[], stacks: ReadonlyMap<string, readonly StackConfiguration[]>): void {
  const own = places.find(({ name, account, region }) => account === pipeline.account && region === pipeline.region
    && stacks.get(name)!.some(({ stackName }) => stackName === pipeline.stackName));
  if (own !== undefined) {
    throw new Error(`Environment ${JSON.stringify(own.name)}: stackName is ${JSON.stringify(pipeline.stackName)}, the name of the pipeline's own stack there: give it another.`);
  }
}
