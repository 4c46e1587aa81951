import { ParameterBinding } from './catalogue';
import { Build } from './release';
import { ReleaseError } from './release-assembly';

/**
 * The values of the template parameters that a build's location gives.
 *
 * @throws ReleaseError where the location has no such part
 */
export function parameterValues(parameters: readonly ParameterBinding[], build: Build): Record<string, string> {
  return Object.fromEntries(parameters.map((parameter) => [parameter.name, valueOf(parameter, build)]));
}

function valueOf({ name, part }: ParameterBinding, build: Build): string {
  const { location } = build;
  const fail = (needed: string): never => {
    throw new ReleaseError(`Component ${JSON.stringify(build.component)}, build ${build.buildNumber}: parameter ${JSON.stringify(name)} needs ${needed}, `
      + `and the build's location is ${JSON.stringify(location)}: change the parameter or what the component builds.`);
  };
  if (location === '') {
    return fail('an artifact');
  }
  if (part === 'location') {
    return location;
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
