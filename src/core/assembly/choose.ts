import { BuiltAssembly, BuiltStack } from './built';
import { AssemblyError } from './error';
import { orderBuiltStacks } from './order';
import { AssemblyPlace } from './place';
import { requirePlace } from './place-checks';

/**
 * The stacks of an assembly that a place gets, in the order of their deployment.
 * @throws AssemblyError that names the stack, and what it says, where it is not the place's
 */
export function chooseStacks({ stacks }: BuiltAssembly, place: AssemblyPlace): BuiltStack[] {
  const taken = takenBy(stacks, place);
  taken.forEach((stack) => requireEnvironment(stack, place));
  const chosen = taken.filter(({ region }) => region === undefined || region === place.region);
  if (chosen.length === 0) {
    throw new AssemblyError(`Environment '${place.environment}' gets no stack in ${place.region}. The application has ${describe(stacks)}. `
      + 'Let the environment choose stacks that are there, or remove the Region.');
  }
  const names = chosen.map(({ stackName }) => stackName);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    const paths = chosen.filter(({ stackName }) => stackName === twice).map(({ path }) => path);
    throw new AssemblyError(`Two stacks of the application are called ${twice}: ${paths.join(' and ')}.`);
  }
  chosen.forEach((stack) => requirePlace(stack, place));
  chosen.forEach((stack) => requireRegionOrder(stack, taken, place));
  return orderBuiltStacks(chosen);
}

function takenBy(stacks: readonly BuiltStack[], place: AssemblyPlace): BuiltStack[] {
  const { choice: { stage, names }, environment } = place;
  if (stage !== undefined) {
    const inStage = stacks.filter((stack) => stack.stage === stage || stack.stage.startsWith(`${stage}/`));
    if (inStage.length === 0) {
      const stages = [...new Set(stacks.map((stack) => stack.stage))].filter((one) => one !== '').sort();
      throw new AssemblyError(`Environment '${environment}' takes Stage '${stage}', which the application does not have. `
        + `${stages.length === 0 ? 'It has no Stages.' : `It has ${stages.join(', ')}.`}`);
    }
    const outside = names && inStage.find(({ stackName }) => !isNamed(stackName, names));
    if (outside) {
      throw new AssemblyError(`Stack ${outside.stackName} (${outside.path}) is of Stage '${stage}', and environment '${environment}' may touch ${names!.join(', ')} only.`);
    }
    return inStage;
  }
  if (names !== undefined) {
    const unused = names.find((name) => !stacks.some(({ stackName }) => isNamed(stackName, [name])));
    if (unused !== undefined) {
      throw new AssemblyError(`Environment '${environment}' takes stack '${unused}', which the application does not have. It has ${describe(stacks)}.`);
    }
    return stacks.filter(({ stackName }) => isNamed(stackName, names));
  }
  return stacks.filter(({ account, region }) => (
    (account === undefined || account === place.account) && (region === undefined || place.regions.includes(region))));
}

function isNamed(stackName: string, names: readonly string[]): boolean {
  return names.some((name) => (name.endsWith('*') ? stackName.startsWith(name.slice(0, -1)) : stackName === name));
}

function requireEnvironment({ stackName, path, account, region }: BuiltStack, place: AssemblyPlace): void {
  if (account !== undefined && account !== place.account) {
    throw new AssemblyError(`Stack ${stackName} (${path}) is for account ${account}, and environment '${place.environment}' is in account ${place.account}.`);
  }
  if (region !== undefined && !place.regions.includes(region)) {
    throw new AssemblyError(`Stack ${stackName} (${path}) is for ${region}, and environment '${place.environment}' is in ${place.regions.join(', ')}. `
      + 'Add the Region to furtherRegions; Regions are deployed to in their order.');
  }
}

/** Regions are deployed to one after the other: what a stack comes after has to be in its own, or in an earlier one. */
function requireRegionOrder({ stackName, path, dependsOn }: BuiltStack, taken: readonly BuiltStack[], { environment, region, regions }: AssemblyPlace): void {
  const later = taken.find((other) => dependsOn.includes(other.path) && other.region !== undefined && regions.indexOf(other.region) > regions.indexOf(region));
  if (later !== undefined) {
    throw new AssemblyError(`Stack ${stackName} (${path}) in ${region} comes after stack ${later.stackName} (${later.path}) in ${later.region}, and environment '${environment}' `
      + `is deployed in the order ${regions.join(', ')}. Let env name ${later.region} and furtherRegions ${region}, so that what others need is there before them.`);
  }
}

function describe(stacks: readonly BuiltStack[]): string {
  return stacks.map(({ stackName, path, account, region }) => (
    `${stackName} (${path === stackName ? '' : `${path}, `}${account ?? 'any account'}, ${region ?? 'any Region'})`
  )).join('; ');
}
