import { Stack, Token } from 'aws-cdk-lib';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { ApplicationStacks } from './application-stacks';
import { DeploymentEnvironment } from './deployment-environment';
import { StackOptions } from './stack-options';
import { DeployOnConfiguration } from '../contract/objects';
import { RESERVED_STAGES } from '../contract/stages';
import { Deployer } from '../deployer/deployer';
import { Gate } from '../gate/gate';
import { GatePosition } from '../gate/gate-config';
import { refuseUnknownKeys } from '../private/known-keys';
import { requireLiteral, requireLiterals } from '../private/literal';
import { sortedByName } from '../private/maps';

/** CloudFormation's own limits. */
const MAX_PARAMETERS = 200;
const MAX_PARAMETER_BYTES = 4096;
const MAX_TAGS = 50;

/** One Region of an environment, with every default filled in: where a change set is made. */
export interface Place {
  /** Unique among all places: the environment's name, and for its further Regions the Region as well. */
  readonly name: string;
  readonly environment: string;
  readonly account: string;
  readonly region: string;
  /** In their order; what `approval` asks for is the last. */
  readonly gates: readonly Gate[];
  /** In their order. */
  readonly deployers: readonly Deployer[];
  /** Name of the stack; of several, what they are called by default begins with it. */
  readonly stackName: string;
  /** What is different of single stacks here, by component. */
  readonly stacks: { readonly [component: string]: StackOptions };
  /** Which stacks of applications it takes, by component. */
  readonly applications: { readonly [component: string]: ApplicationStacks };
  /** Whether a stack of that name may be taken over. */
  readonly adopt: boolean;
  readonly parameters: { readonly [name: string]: string };
  readonly tags: { readonly [key: string]: string };
  /** Names of the outputs that become variables; absent: all. */
  readonly publishedOutputs?: readonly string[];
  readonly deployRoleArn: string;
  readonly executionRoleArn: string;
}

/** An environment with every default filled in. */
export interface Target {
  readonly name: string;
  readonly account: string;
  readonly parameters: { readonly [name: string]: string };
  /** What lets it take a release; absent where it takes every one. */
  readonly deployOn?: DeployOnConfiguration;
  /** The places that are deployed to at the same time, wave by wave. */
  readonly waves: readonly Wave[];
}

export interface Wave {
  /** Name of the stage. */
  readonly name: string;
  readonly places: readonly Place[];
}

/** All places of some environments, in the order of deployment. */
export function placesOf(targets: readonly Target[]): Place[] {
  return targets.flatMap(({ waves }) => waves.flatMap(({ places }) => places));
}

/** Those that have stacks. */
export function placesWithStacks(targets: readonly Target[]): Place[] {
  return placesOf(targets).filter(({ deployers }) => deployers.some(takesStacks));
}

/** Where the pipeline itself is, and what its environments take from it. */
export interface TargetDefaults {
  readonly solution: string;
  readonly qualifier: string;
}

/**
 * The environments as targets, in their order.
 * @throws naming the first that can't be one, and why
 */
export function targetsOf(pipeline: Stack, environments: readonly DeploymentEnvironment[], defaults: TargetDefaults): Target[] {
  if (environments.length === 0) {
    throw new Error('environments is empty: name at least one environment to deploy to.');
  }
  if (Token.isUnresolved(pipeline.account) || Token.isUnresolved(pipeline.region)) {
    throw new Error(`Stack ${JSON.stringify(pipeline.node.path)} has no explicit account and Region: give it "env: { account, region }", `
      + 'because a pipeline has to know which of its environments are in another account.');
  }
  const targets = environments.map((environment) => targetOf(pipeline, environment, defaults));
  assertDistinct(targets);
  assertReached(targets);
  return targets;
}

/** @throws where a release would pass over an environment that does not take every one, or where there is no baseline */
function assertReached(targets: readonly Target[]): void {
  const [first] = targets;
  if (first!.deployOn !== undefined) {
    throw new Error(`Environment ${JSON.stringify(first!.name)}: deployOn: the first environment takes every release, as what is live there is what the next commit is compared with.`
      + ' Put an environment before it that does.');
  }
  targets.forEach(({ name, deployOn }, index) => {
    const before = targets.slice(0, index).find((target) => target.deployOn !== undefined);
    if (deployOn === undefined && before !== undefined) {
      throw new Error(`Environment ${JSON.stringify(name)} takes every release, and comes after ${JSON.stringify(before.name)}, which does not: releases would reach it that never were live there.`
        + ' Put it before that one, or give it a deployOn too.');
    }
  });
}

function assertDistinct(targets: readonly Target[]): void {
  const places = placesOf(targets);
  // Waves and places are named after their environment, as an environment of the user's might be.
  for (const names of [targets.flatMap(({ waves }) => waves.map(({ name }) => name)), places.map(({ name }) => name)]) {
    const lowerCase = names.map((name) => name.toLowerCase());
    const twice = lowerCase.find((name, index) => lowerCase.indexOf(name) !== index);
    if (twice !== undefined) {
      throw new Error(`Environment ${JSON.stringify(twice)} is there more than once (case does not count): give every environment its own name.`);
    }
  }
  const withStacks = placesWithStacks(targets);
  const stacks = withStacks.map(({ account, region, stackName }) => `${account}/${region}/${stackName}`);
  const shared = withStacks.findIndex((_, index) => stacks.indexOf(stacks[index]) !== index);
  if (shared >= 0) {
    const first = withStacks[stacks.indexOf(stacks[shared])];
    throw new Error(`Environments ${JSON.stringify(first.name)} and ${JSON.stringify(withStacks[shared].name)} are one stack (${stacks[shared]}): `
      + 'give one of them another stackName.');
  }
}

const ENVIRONMENT_KEYS: Record<keyof DeploymentEnvironment, true> = {
  name: true,
  env: true,
  furtherRegions: true,
  regionsAtOnce: true,
  gates: true,
  approval: true,
  deployers: true,
  deployOn: true,
  stackName: true,
  stacks: true,
  applications: true,
  adopt: true,
  parameters: true,
  tags: true,
  publishedOutputs: true,
  deployRoleArn: true,
  executionRoleArn: true,
};

const STACK_KEYS: Record<keyof StackOptions, true> = { stackName: true, parameters: true, tags: true };

const APPLICATION_KEYS: Record<keyof ApplicationStacks, true> = { stage: true, stackNames: true };

function targetOf(pipeline: Stack, environment: DeploymentEnvironment, { solution, qualifier }: TargetDefaults): Target {
  const name = requireEnvironmentName(environment.name);
  const title = `Environment ${JSON.stringify(name)}`;
  refuseUnknownKeys(title, 'DeploymentEnvironment', environment, ENVIRONMENT_KEYS);
  Object.entries(environment.stacks ?? {}).forEach(([component, options]) => {
    refuseUnknownKeys(`${title}: stacks ${JSON.stringify(component)}`, 'StackOptions', options, STACK_KEYS);
  });
  Object.entries(environment.applications ?? {}).forEach(([component, stacks]) => {
    refuseUnknownKeys(`${title}: applications ${JSON.stringify(component)}`, 'ApplicationStacks', stacks, APPLICATION_KEYS);
  });
  const account = required(title, 'account', environment.env.account);
  if (!/^\d{12}$/.test(account)) {
    throw new Error(`${title}: env.account is ${JSON.stringify(account)}: an account's ID has 12 digits.`);
  }
  const stackName = requireLiteral(`${title}: stackName`, environment.stackName ?? solution);
  requireStackName(title, stackName, environment.stackName === undefined ? 'It comes from the solution\'s name: give the environment a stackName.' : 'Change it.');
  const parameters = requireParameters(title, sortedByName(environment.parameters ?? {}));
  const common = {
    environment: name,
    account,
    gates: gatesOf(title, environment),
    deployers: deployersOf(title, environment),
    stackName,
    stacks: environment.stacks ?? {},
    applications: environment.applications ?? {},
    adopt: environment.adopt ?? false,
    ...(environment.publishedOutputs === undefined ? {} : { publishedOutputs: requireOutputs(title, environment.publishedOutputs) }),
    parameters,
    tags: requireTags(title, sortedByName(environment.tags ?? {})),
  };
  const places = regionsOf(title, environment).map((region, index): Place => {
    const partition = RegionInfo.get(region).partition ?? pipeline.partition;
    const role = (kind: string) => `arn:${partition}:iam::${account}:role/cdk-${qualifier}-${kind}-${account}-${region}`;
    return {
      ...common,
      name: index === 0 ? name : `${name}.${region}`,
      region,
      deployRoleArn: environment.deployRoleArn ?? role('deploy-role'),
      executionRoleArn: environment.executionRoleArn ?? role('cfn-exec-role'),
    };
  });
  const deployOn = environment.deployOn?._configuration;
  const waves = wavesOf(name, places, requireRegionsAtOnce(title, environment.regionsAtOnce ?? 1));
  return { name, account, parameters, ...(deployOn === undefined ? {} : { deployOn }), waves };
}

function requireOutputs(title: string, outputs: readonly string[]): readonly string[] {
  const wrong = requireLiterals(`${title}: publishedOutputs`, outputs).find((output) => !/^[A-Za-z0-9]{1,255}$/.test(output));
  if (wrong !== undefined) {
    throw new Error(`${title}: publishedOutputs has ${JSON.stringify(wrong)}: an output's name has letters and digits only.`);
  }
  return outputs;
}

/** @throws for a name that CloudFormation does not take */
export function requireStackName(title: string, stackName: string, wayOut: string): void {
  if (!/^[A-Za-z][A-Za-z0-9-]{0,127}$/.test(stackName)) {
    throw new Error(`${title}: stackName is ${JSON.stringify(stackName)}: CloudFormation takes a letter, then letters, digits and -, at most 128. ${wayOut}`);
  }
}

/** @throws where a gate stands nowhere: it would be left out without a word */
function gatesOf(title: string, { gates = [], approval }: DeploymentEnvironment): readonly Gate[] {
  const positions = Object.values(GatePosition);
  gates.forEach((gate, index) => {
    if (!positions.includes(gate.position)) {
      throw new Error(`${title}: the position of gate ${index + 1} (${gate.constructor.name}) is ${JSON.stringify(gate.position) ?? 'undefined'}: a class that extends Gate overrides the `
        + `property "position" with GatePosition.${positions.join(' or GatePosition.')}. In Python it is a method with @property, in Java getPosition(), in Go Position().`);
    }
  });
  return [...gates, ...approval ? [Gate.approval()] : []];
}

function deployersOf(title: string, environment: DeploymentEnvironment): readonly Deployer[] {
  const { deployers = [Deployer.cloudFormation()] } = environment;
  if (deployers.length === 0) {
    throw new Error(`${title}: deployers is empty: name one, or leave it out, which means Deployer.cloudFormation().`);
  }
  const ofStacks = deployers.filter(takesStacks).length;
  if (ofStacks > 1) {
    throw new Error(`${title}: deployers has Deployer.cloudFormation() ${ofStacks} times: name it once, it delivers all stacks in their order.`);
  }
  const of = (['stacks', 'applications', 'parameters', 'tags', 'publishedOutputs', 'stackName', 'adopt'] as const).find((name) => environment[name] !== undefined);
  if (ofStacks === 0 && of !== undefined) {
    throw new Error(`${title}: ${of} is about stacks, and deployers has no Deployer.cloudFormation(): add it, or remove ${of}.`);
  }
  return deployers;
}

/** Whether a deployer stands for the stacks of its environment. */
export function takesStacks({ _takesStacks: takes }: Deployer): boolean {
  return takes;
}

/** All Regions of an environment, in their order. */
function regionsOf(title: string, { env, furtherRegions = [] }: DeploymentEnvironment): string[] {
  const regions = [required(title, 'region', env.region), ...requireLiterals(`${title}: furtherRegions`, furtherRegions)];
  const twice = regions.find((region, index) => regions.indexOf(region) !== index);
  if (twice !== undefined) {
    throw new Error(`${title}: Region ${JSON.stringify(twice)} is there more than once: name it in env or in furtherRegions, once.`);
  }
  return regions;
}

function requireRegionsAtOnce(title: string, count: number): number {
  if (!Number.isInteger(count) || count < 1) {
    throw new Error(`${title}: regionsAtOnce is ${count}: it takes a whole number from 1 up.`);
  }
  return count;
}

function wavesOf(name: string, places: readonly Place[], size: number): Wave[] {
  const waves: Wave[] = [];
  for (let start = 0; start < places.length; start += size) {
    waves.push({ name: start === 0 ? name : `${name}.wave${waves.length + 1}`, places: places.slice(start, start + size) });
  }
  return waves;
}

function required(title: string, field: 'account' | 'region', value: string | undefined): string {
  if (value === undefined) {
    throw new Error(`${title}: env.${field} is missing: name both the account and the Region that it is in.`);
  }
  return requireLiteral(`${title}: env.${field}`, value);
}

function requireEnvironmentName(name: string): string {
  requireLiteral('The name of an environment', name);
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) {
    throw new Error(`Environment ${JSON.stringify(name)}: a name has letters, digits and . _ - only, begins with a letter or a digit, and has at most 64.`);
  }
  const reserved = RESERVED_STAGES.find((stage) => stage.test(name));
  if (reserved) {
    throw new Error(`Environment ${JSON.stringify(name)}: the pipeline has a stage of this name: choose another.`);
  }
  return name;
}

export function requireParameters(title: string, parameters: { readonly [name: string]: string }): { readonly [name: string]: string } {
  const names = Object.keys(parameters);
  if (names.length > MAX_PARAMETERS) {
    throw new Error(`${title}: parameters has ${names.length} values, and a template declares at most ${MAX_PARAMETERS}: remove some.`);
  }
  for (const name of names) {
    if (!/^[A-Za-z0-9]{1,255}$/.test(name)) {
      throw new Error(`${title}: parameters ${JSON.stringify(name)}: CloudFormation takes 1 to 255 letters and digits.`);
    }
    const bytes = Buffer.byteLength(requireLiteral(`${title}: parameters ${JSON.stringify(name)}`, parameters[name]));
    if (bytes > MAX_PARAMETER_BYTES) {
      throw new Error(`${title}: parameters ${JSON.stringify(name)} has ${bytes} bytes, and CloudFormation takes at most ${MAX_PARAMETER_BYTES}: shorten it.`);
    }
  }
  return parameters;
}

export function requireTags(title: string, tags: { readonly [key: string]: string }): { readonly [key: string]: string } {
  const keys = Object.keys(tags);
  if (keys.length > MAX_TAGS) {
    throw new Error(`${title}: tags has ${keys.length} tags, and CloudFormation takes at most ${MAX_TAGS}: remove some.`);
  }
  keys.forEach((key) => requireLiteral(`${title}: tags ${JSON.stringify(key)}`, tags[key]));
  return tags;
}
