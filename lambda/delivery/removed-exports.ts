import { CloudFormationClient, CloudFormationServiceException, ListImportsCommand } from '@aws-sdk/client-cloudformation';
import { PlannedStack } from './in-order';
import { ExportingStack, ExportOrder, orderRemovedExports } from '../../src/core/delivery/removed-exports';

/** A stack that was prepared, with the exports that it has at present and a client that may look at it. */
export interface PreparedExports {
  readonly planned: PlannedStack;
  readonly exports: readonly string[];
  /** Whether the delivery changes it. */
  readonly changes: boolean;
  readonly client: () => Promise<CloudFormationClient>;
}

/** The order of a place's stacks, where exports that are in use go. Nothing: none does, and the templates' own order holds. */
export async function removedExports(stacks: readonly PreparedExports[]): Promise<ExportOrder | undefined> {
  const importers = new Map<string, Promise<readonly string[]>>();
  const importing = async ({ client }: PreparedExports, name: string) => {
    const known = importers.get(name) ?? client().then(async (made) => importersOf(made, name));
    importers.set(name, known);
    return known;
  };
  const removed = new Map<string, ExportingStack['removed']>();
  for (const stack of stacks) {
    const { planned: { stack: { id }, facts }, exports, changes } = stack;
    // Names that CloudFormation alone knows, and what a macro makes, may be those of today.
    const gone = !changes || facts.isTransformed || facts.exports.includes(undefined) ? [] : exports.filter((name) => !facts.exports.includes(name));
    const used = await Promise.all(gone.map(async (name) => ({ name, importers: await importing(stack, name) })));
    removed.set(id, used.filter((one) => one.importers.length > 0));
  }
  if ([...removed.values()].every((names) => names.length === 0)) {
    return undefined;
  }
  return orderRemovedExports(await Promise.all(stacks.map(async (stack): Promise<ExportingStack> => {
    const { planned: { stack: { id, stackName }, links, facts } } = stack;
    const earlier = links.after.map((other) => stacks.find(({ planned }) => planned.stack.id === other)!);
    const firm = await Promise.all(earlier.map(async (other) => !await importsAlready(stack, other, importing)));
    return { id, stackName, after: links.after, firmlyAfter: links.after.filter((_, index) => firm[index]), imports: facts.imports, removed: removed.get(id)! };
  })));
}

/** Whether all that a stack takes from another are exports that it imports at present: these cannot change. */
async function importsAlready(
  stack: PreparedExports, other: PreparedExports, importing: (stack: PreparedExports, name: string) => Promise<readonly string[]>,
): Promise<boolean> {
  const { planned: { stack: { stackName, parameters, dependsOn }, facts } } = stack;
  const { planned: { stack: { id }, facts: given }, exports } = other;
  const takesOutputs = Object.values(parameters).some((value) => typeof value !== 'string' && value.stack === id);
  const readsSsm = facts.ssmReads.length > 0 && given.ssmWrites.length > 0;
  if (takesOutputs || readsSsm || dependsOn.includes(id) || facts.imports.includes(undefined) || given.exports.includes(undefined)) {
    return false;
  }
  const names = facts.imports.filter((name): name is string => name !== undefined && given.exports.includes(name));
  const users = await Promise.all(names.map(async (name): Promise<readonly string[]> => (exports.includes(name) ? importing(other, name) : [])));
  return names.length > 0 && users.every((importers) => importers.includes(stackName));
}

/** Names of the stacks that import an export. */
async function importersOf(client: CloudFormationClient, name: string): Promise<readonly string[]> {
  const importers: string[] = [];
  let token: string | undefined;
  do {
    try {
      const { Imports: page = [], NextToken } = await client.send(new ListImportsCommand({ ExportName: name, NextToken: token }));
      importers.push(...page);
      token = NextToken;
    } catch (error) {
      // CloudFormation has no exception of its own for an export that nothing imports.
      if (error instanceof CloudFormationServiceException && error.name === 'ValidationError' && error.message.includes('is not imported by any stack')) {
        return importers;
      }
      throw error;
    }
  } while (token !== undefined && token !== '');
  return importers;
}
