import { sha256 } from './digest';
import { hasRelativeSegment } from './segments';

/** Longest name of a component, in characters. */
export const MAX_COMPONENT_NAME_LENGTH = 128;

/** Longest name of a solution, in characters. */
export const MAX_SOLUTION_NAME_LENGTH = 64;

/** Longest id that `componentId` makes: leaves room for prefixes in action names (100 characters) and role names (64). */
export const MAX_COMPONENT_ID_LENGTH = 48;

const COMPONENT_NAME = /^@?[A-Za-z0-9][A-Za-z0-9._@/-]*$/;
/** Names that need not be made safe, as most. */
const SAFE = /^[A-Za-z0-9_]+$/;
const SOLUTION_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]*$/;

/** What is wrong with a component's name and what to do; `undefined` where nothing is. */
export function componentNameProblem(name: string): string | undefined {
  if (name === '') {
    return 'the name is empty: give every component a name';
  }
  if (name.length > MAX_COMPONENT_NAME_LENGTH) {
    return `the name has ${name.length} characters: use at most ${MAX_COMPONENT_NAME_LENGTH}`;
  }
  if (!COMPONENT_NAME.test(name)) {
    return 'use letters, digits and . _ - @ / only, and begin with a letter or a digit, after an @ if any';
  }
  if (hasRelativeSegment(name)) {
    return 'no part between slashes may be empty, "." or "..": write it like "@scope/name"';
  }
  return undefined;
}

/** What is wrong with a solution's name and what to do; `undefined` where nothing is. */
export function solutionNameProblem(name: string): string | undefined {
  if (name === '') {
    return 'the name is empty: give the solution a name';
  }
  if (name.length > MAX_SOLUTION_NAME_LENGTH) {
    return `the name has ${name.length} characters: use at most ${MAX_SOLUTION_NAME_LENGTH}`;
  }
  if (!SOLUTION_NAME.test(name)) {
    return 'use letters, digits and . _ - only, and begin with a letter or a digit';
  }
  return undefined;
}

/**
 * A component's name made safe for object keys, action names, project names and construct ids:
 * letters, digits, `-` and `_`, beginning with a letter or a digit, at most `MAX_COMPONENT_ID_LENGTH` characters.
 *
 * `@scope/name` becomes `scope-name`, `template.yml` becomes `template-yml`. A longer name is cut and ends in a hash of the whole.
 * Two names can have one id (`findIdCollisions`).
 */
export function componentId(name: string): string {
  const id = SAFE.test(name) ? name : name.replace(/[^A-Za-z0-9_]+/g, '-').replace(/^-|-$/g, '');
  if (id.length <= MAX_COMPONENT_ID_LENGTH) {
    return id;
  }
  const hash = sha256(name).slice(0, 8);
  return `${id.slice(0, MAX_COMPONENT_ID_LENGTH - 9)}-${hash}`;
}

/** Tag of a build's image: components may share a repository, so it says whose build it is. ECR takes 128 characters, and this has at most 65. */
export function buildTag(component: string, buildNumber: number): string {
  return `${componentId(component)}-${buildNumber}`;
}

/**
 * Groups of different names that share an id, sorted. Ids that differ in case alone collide too: ECR repositories
 * and some file systems don't tell them apart.
 */
export function findIdCollisions(names: Iterable<string>): string[][] {
  const first = new Map<string, string>();
  const groups = new Map<string, string[]>();
  for (const name of new Set(names)) {
    const id = componentId(name).toLowerCase();
    const other = first.get(id);
    if (other === undefined) {
      first.set(id, name);
    } else {
      groups.set(id, [...(groups.get(id) ?? [other]), name]);
    }
  }
  return [...groups.values()].map((group) => group.sort()).sort((a, b) => (a[0] < b[0] ? -1 : 1));
}

/** The default name of a template parameter: the component's name as CloudFormation takes it, then what it receives. */
export function parameterName(component: string, suffix: string): string {
  const name = component.split(/[^A-Za-z0-9]+/).filter((word) => word !== '').map((word) => word[0]!.toUpperCase() + word.slice(1)).join('');
  return `${name}${suffix}`;
}
