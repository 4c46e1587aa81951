import { PlacedStack } from './place-stacks';
import { TemplateFacts } from './template-facts';

/** A stack, and what its template reads and gives. */
export interface OrderedStack {
  readonly stack: Pick<PlacedStack, 'id' | 'parameters' | 'dependsOn'>;
  readonly facts: TemplateFacts;
}

/** Which stacks of its place a stack comes after. */
export interface StackLinks {
  readonly id: string;
  /** All of them. */
  readonly after: readonly string[];
  /** Those whose outputs, exports or SSM parameters it reads, or may read: what they change may change it. */
  readonly reads: readonly string[];
}

/**
 * The order in which the stacks of a place are delivered, dependencies first, ties by ID. A stack comes after those that it depends on, those whose
 * outputs are its parameters, whose exports it imports, and whose SSM parameters it reads. Where a name is known to CloudFormation alone, a stack
 * comes after all that may give it, unless these come after it for certain.
 *
 * @throws Error for stacks that wait for one another
 */
export function orderStacks(stacks: readonly OrderedStack[]): StackLinks[] {
  const reads = new Map(stacks.map((one): [string, Set<string>] => [one.stack.id, certainReads(one, stacks)]));
  const after = new Map(stacks.map(({ stack }): [string, Set<string>] => [stack.id, new Set([...stack.dependsOn, ...reads.get(stack.id)!])]));
  sorted(after);
  for (const one of [...stacks].sort((a, b) => (a.stack.id < b.stack.id ? -1 : 1))) {
    const { id } = one.stack;
    for (const other of possibleReads(one, stacks).filter((candidate) => !after.get(id)!.has(candidate) && !comesAfter(candidate, id, after))) {
      after.get(id)!.add(other);
      reads.get(id)!.add(other);
    }
  }
  return sorted(after).map((id) => ({ id, after: [...after.get(id)!].sort(), reads: [...reads.get(id)!].sort() }));
}

function certainReads({ stack, facts }: OrderedStack, all: readonly OrderedStack[]): Set<string> {
  const outputs = Object.values(stack.parameters).flatMap((value) => (typeof value === 'string' ? [] : [value.stack]));
  const given = all.filter((other) => other.stack.id !== stack.id
    && (meet(facts.imports, other.facts.exports) || meet(facts.ssmReads, other.facts.ssmWrites))).map((other) => other.stack.id);
  return new Set([...outputs, ...given]);
}

function meet(read: readonly (string | undefined)[], written: readonly (string | undefined)[]): boolean {
  return read.some((name) => name !== undefined && written.includes(name));
}

/** Stacks that may give what a name stands for that is known to CloudFormation alone, on either side. */
function possibleReads({ stack, facts }: OrderedStack, all: readonly OrderedStack[]): string[] {
  const others = all.filter((other) => other.stack.id !== stack.id);
  const may = (read: readonly (string | undefined)[], written: (facts: TemplateFacts) => readonly (string | undefined)[]) => {
    const known = new Set(others.flatMap((other) => written(other.facts)));
    const isOpen = read.some((name) => name === undefined || !known.has(name));
    return others.filter((other) => (read.includes(undefined) && written(other.facts).length > 0) || isOpen && written(other.facts).includes(undefined));
  };
  return [...may(facts.imports, ({ exports }) => exports), ...may(facts.ssmReads, ({ ssmWrites }) => ssmWrites)].map((other) => other.stack.id).sort();
}

function comesAfter(id: string, other: string, after: ReadonlyMap<string, ReadonlySet<string>>, seen = new Set<string>()): boolean {
  if (id === other) {
    return true;
  }
  seen.add(id);
  return [...after.get(id) ?? []].some((next) => !seen.has(next) && comesAfter(next, other, after, seen));
}

/** IDs of stacks, each after those that it comes after, ties by ID. @throws Error for stacks that wait for one another */
export function sorted(after: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const order: string[] = [];
  const open = new Set([...after.keys()].sort());
  while (open.size > 0) {
    const ready = [...open].filter((id) => [...after.get(id)!].every((other) => !open.has(other)));
    if (ready.length === 0) {
      throw new Error(`The stacks ${cycleIn(open, after).join(' → ')} wait for one another: each takes something from the next, or depends on it. `
        + 'Move what they share into a stack of its own.');
    }
    ready.forEach((id) => { order.push(id); open.delete(id); });
  }
  return order;
}

/** One cycle among stacks that all wait for others of them. */
function cycleIn(open: ReadonlySet<string>, after: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const path: string[] = [];
  let id = [...open].sort()[0]!;
  while (!path.includes(id)) {
    path.push(id);
    id = [...after.get(id)!].filter((other) => open.has(other)).sort()[0]!;
  }
  return [...path.slice(path.indexOf(id)), id];
}
