import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DELIVERY_FILE, DeliveryConfiguration } from '../../src/contract/delivery';
import { FUNCTION_ENV } from '../../src/contract/environment';
import { CATALOGUE_FILE } from '../../src/contract/objects';
import { Catalogue } from '../../src/core/catalogue';
import { InputError } from '../activity';
import { Pipeline } from '../engine/pipeline/pipeline';
import { LocalSystem } from '../system';

/** A modular pipeline in the assembly: where its state is. */
export interface Solution {
  readonly name: string;
  readonly branch: string;
  readonly diffTable: string;
  readonly deploymentsTable: string;
  readonly artifactBucket: string;
  readonly pipeline: Pipeline;
  readonly catalogue: Catalogue;
  /** What is delivered where. */
  readonly delivery: DeliveryConfiguration;
  /** Name of the diff function. */
  readonly diffFunction: string;
}

/**
 * The modular pipeline of an assembly, by its diff function's environment.
 *
 * @throws InputError if there is none, or there are several that follow the branch
 */
export function findSolution(system: LocalSystem, branch: string): Solution {
  const candidates = [...system.functions.values()].filter(({ options }) => options.environment[FUNCTION_ENV.pipeline] !== undefined);
  const following = candidates.filter(({ options }) => options.environment[FUNCTION_ENV.branch] === branch);
  if (following.length !== 1) {
    const found = candidates.map(({ options: { environment } }) => `'${environment[FUNCTION_ENV.solution]}' follows '${environment[FUNCTION_ENV.branch]}'`);
    throw new InputError(`Exactly one modular pipeline of the assembly must follow the branch '${branch}'; found: ${found.join(', ') || 'no modular pipeline at all'}.`);
  }
  const [{ name, options: { environment, codeDirectory } }] = following;
  const pipeline = system.pipelines.find(({ definition }) => definition.name === environment[FUNCTION_ENV.pipeline]);
  if (pipeline === undefined) {
    throw new Error(`The diff function '${name}' starts the pipeline '${environment[FUNCTION_ENV.pipeline]}', which the assembly does not have.`);
  }
  return {
    name: environment[FUNCTION_ENV.solution],
    branch,
    diffTable: environment[FUNCTION_ENV.diffTable],
    deploymentsTable: environment[FUNCTION_ENV.deploymentsTable],
    artifactBucket: environment[FUNCTION_ENV.artifactBucket],
    pipeline,
    delivery: deliveryOf(system, environment[FUNCTION_ENV.solution]),
    catalogue: JSON.parse(readFileSync(join(codeDirectory, CATALOGUE_FILE), 'utf8')) as Catalogue,
    diffFunction: name,
  };
}

/** What the solution's delivery function finds next to its code. */
function deliveryOf(system: LocalSystem, solution: string): DeliveryConfiguration {
  const files = [...system.functions.values()].filter(({ options: { environment } }) => environment[FUNCTION_ENV.solution] === solution)
    .map(({ options: { codeDirectory } }) => join(codeDirectory, DELIVERY_FILE)).filter((path) => existsSync(path));
  if (files.length !== 1) {
    throw new Error(`Solution '${solution}' has ${files.length} delivery functions instead of one.`);
  }
  return JSON.parse(readFileSync(files[0], 'utf8')) as DeliveryConfiguration;
}
