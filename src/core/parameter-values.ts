import { ParameterBinding } from './catalogue';
import { isReference, referenceIn } from './reference';
import { Build } from './release';
import { ReleaseError } from './release-assembly';

/**
 * The values of the template parameters that a build's location gives.
 * @param region of the template's stack; without it, a reference by Region stays whole
 *
 * @throws ReleaseError where the location has no such part
 */
export function parameterValues(parameters: readonly ParameterBinding[], build: Build, region?: string): Record<string, string> {
  return Object.fromEntries(parameters.map((parameter) => [parameter.name, valueOf(parameter, build, region)]));
}

function valueOf({ name, part }: ParameterBinding, build: Build, region: string | undefined): string {
  const { location } = build;
  const fail = (needed: string): never => {
    throw new ReleaseError(`Component ${JSON.stringify(build.component)}, build ${build.buildNumber}: parameter ${JSON.stringify(name)} needs ${needed}, `
      + `and the build's location is ${JSON.stringify(location)}: change the parameter or what the component builds.`);
  };
  if (location === '') {
    return fail('an artifact');
  }
  if (part === 'location') {
    return isReference(location) ? inRegion(build, name, region) : location;
  }
  const object = /^s3:\/\/([^/]+)\/(.+)$/s.exec(location);
  if (!object) {
    return fail('an S3 location (s3://bucket/key)');
  }
  if (part === 'bucket') {
    return object[1];
  }
  if (part === 'key') {
    return object[2];
  }
  return location.endsWith('/') ? `${location}${part.file}` : fail('a location that ends in "/", of an artifact of several files');
}

function inRegion({ component, buildNumber, location }: Build, parameter: string, region: string | undefined): string {
  try {
    return referenceIn(location, region);
  } catch (error) {
    throw new ReleaseError(`Component ${JSON.stringify(component)}, build ${buildNumber}: parameter ${JSON.stringify(parameter)}: ${(error as Error).message}.`);
  }
}
