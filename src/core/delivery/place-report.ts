import { Coverable } from './coverage';
import { Broadening } from '../change-set/permissions';
import { ChangeSummary } from '../change-set/resource-change';

/** A resource's path in a place of several stacks. */
export function stackPath(id: string, path: string): string {
  return `${id}@${path}`;
}

/** What is reported of one stack. */
export interface ReportedStack extends Coverable {
  readonly id: string;
  readonly changes: readonly ChangeSummary[];
  readonly broadenings: readonly Broadening[];
}

/** What all stacks of a place change together: what gates and pages read. */
export interface PlaceChanges {
  readonly changes: readonly ChangeSummary[];
  readonly destructive: readonly string[];
  readonly broadenings: readonly Broadening[];
}

/** All changes of a place's stacks. Paths name their stack where there are several. */
export function placeChanges(stacks: readonly ReportedStack[]): PlaceChanges {
  const named = (id: string, path: string) => (stacks.length > 1 ? stackPath(id, path) : path);
  return {
    changes: stacks.flatMap(({ id, changes }) => changes.map((change) => ({ ...change, path: named(id, change.path) }))),
    destructive: stacks.flatMap(({ id, destructive }) => destructive.map((path) => named(id, path))),
    broadenings: stacks.flatMap(({ id, broadenings }) => broadenings.map((broadening) => ({ ...broadening, path: named(id, broadening.path) }))),
  };
}

/** Outputs of a place's stacks, by the stack's ID. */
export type PlaceOutputs = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** Names of outputs as gates and variables name them: `<stack>@<output>`, and `<output>` where only one stack has it. */
export function outputVariables(outputs: PlaceOutputs): Record<string, string> {
  const all = [...outputs].flatMap(([id, own]) => Object.entries(own).map(([name, value]) => ({ id, name, value })));
  const count = new Map<string, number>();
  all.forEach(({ name }) => count.set(name, (count.get(name) ?? 0) + 1));
  return Object.fromEntries(all.flatMap(({ id, name, value }) => [
    ...(count.get(name) === 1 ? [[name, value] as const] : []),
    [stackPath(id, name), value] as const,
  ]));
}

/** Outputs that are named and that no stack declares, or several do. Empty: none. */
export function missingOutputs(named: readonly string[], declared: readonly { readonly id: string; readonly outputs: readonly string[]; readonly isOpen: boolean }[]): string[] {
  const isOpen = declared.some((stack) => stack.isOpen);
  return named.flatMap((name) => {
    const [id, output] = name.includes('@') ? name.split('@', 2) as [string, string] : [undefined, name];
    const having = declared.filter((stack) => (id === undefined || stack.id === id) && stack.outputs.includes(output));
    if (having.length > 1) {
      return [`output '${name}' is in the stacks ${having.map((stack) => stack.id).join(' and ')}: name the one that is meant, such as '${having[0]!.id}@${output}'`];
    }
    return having.length === 1 || isOpen ? [] : [`output '${name}' is declared by no stack of the place`];
  });
}
