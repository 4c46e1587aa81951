import { TemplateDeclarations } from './template';
import { Undeclared } from '../../src/core/undeclared';

/** What components give and the template does not take. A name that is written in two ways shows as one of each. */
export function undeclaredLocations(
  locations: Readonly<Record<string, string>>, template: Pick<TemplateDeclarations, 'all' | 'required'>, given: ReadonlySet<string>,
): Undeclared {
  return {
    parameters: Object.keys(locations).filter((name) => !template.all.has(name)).sort(),
    left: [...template.all].filter((name) => !template.required.has(name) && !Object.hasOwn(locations, name) && !given.has(name)).sort(),
  };
}
