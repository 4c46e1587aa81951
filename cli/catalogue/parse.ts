import type { Catalogue } from '../../src/core/catalogue';
import { validateCatalogue } from '../../src/core/validate';
import { InputError } from '../errors';
import { validate } from './schema-validator.generated';

interface SchemaProblem {
  readonly instancePath: string;
  readonly keyword: string;
  readonly message?: string;
  readonly params: { readonly [name: string]: unknown };
}

/** Most problems told at once: a file that is no catalogue at all has one per component. */
const MAX_PROBLEMS = 20;

/**
 * The catalogue in a JSON text, checked against the schema and then for what a schema can't say.
 *
 * @param source what to call the text in errors: its file
 * @throws InputError that names every problem's component and field
 */
export function parseCatalogue(text: string, source: string): Catalogue {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError(`${source} is not JSON: ${(error as Error).message}`);
  }
  if (!validate(value)) {
    throw refused(source, ((validate as { errors?: SchemaProblem[] }).errors ?? []).filter(isCause).map((problem) => describe(problem, value)));
  }
  const catalogue = value as Catalogue;
  const problems = validateCatalogue(catalogue);
  if (problems.length > 0) {
    throw refused(source, problems);
  }
  return catalogue;
}

function refused(source: string, problems: readonly string[]): InputError {
  const shown = problems.slice(0, MAX_PROBLEMS).map((problem) => `  - ${problem}`);
  const more = problems.length > MAX_PROBLEMS ? [`  - and ${problems.length - MAX_PROBLEMS} more`] : [];
  return new InputError([`${source} is not a valid catalogue:`, ...shown, ...more].join('\n'));
}

/** `anyOf` only sums up the problems of its branches. */
function isCause(problem: SchemaProblem): boolean {
  return problem.keyword !== 'anyOf';
}

function describe(problem: SchemaProblem, catalogue: unknown): string {
  const segments = problem.instancePath.split('/').slice(1).map((segment) => segment.replace(/~1/g, '/').replace(/~0/g, '~'));
  const inComponent = segments[0] === 'components' && segments.length > 1;
  const place = inComponent ? componentName(catalogue, Number(segments[1])) : 'catalogue';
  const field = (inComponent ? segments.slice(2) : segments).reduce((path, segment) => path + (/^\d+$/.test(segment) ? `[${segment}]` : `${path && '.'}${segment}`), '');
  const received = segments.reduce<unknown>((value, segment) => (value as { [key: string]: unknown })[segment], catalogue);
  return `${place}${field ? `, field '${field}'` : ''}: ${expectation(problem)}${problem.keyword === 'required' || problem.keyword === 'additionalProperties' ? '' : `; received ${JSON.stringify(received)}`}`;
}

function componentName(catalogue: unknown, index: number): string {
  const name = (catalogue as { components: { name?: unknown }[] }).components[index]?.name;
  return typeof name === 'string' ? `component '${name}'` : `component at index ${index}`;
}

function expectation(problem: SchemaProblem): string {
  switch (problem.keyword) {
    case 'required': return `field '${String(problem.params.missingProperty)}' is missing`;
    case 'additionalProperties': return `unknown field '${String(problem.params.additionalProperty)}'`;
    case 'enum': return `must be one of ${(problem.params.allowedValues as unknown[]).map((value) => JSON.stringify(value)).join(', ')}`;
    case 'const': return `must be ${JSON.stringify(problem.params.allowedValue)}`;
    default: return problem.message ?? problem.keyword;
  }
}
