import { Coverable, uncovered } from './coverage';
import { Broadening } from '../change-set/permissions';
import { ChangeSummary } from '../change-set/resource-change';

/** A resource's path in a place of several stacks. */
export function stackPath(id: string, path: string): string {
  return `${id}@${path}`;
}

/**
 * Names by which resources are allowed to go: logical IDs, in nested stacks such as `Database/Table`; after a stack's or delivery's ID and `@`, also what
 * a deployer reports, such as `infra@aws_sqs_queue.jobs["a"]`. None has a comma, which separates them on the command line.
 */
export const RESOURCE_NAME = /^([A-Za-z0-9][A-Za-z0-9_-]*@[^,\p{Cc}]+|[A-Za-z0-9]+(\/[A-Za-z0-9]+)*)$/u;

/** What is reported of one stack, or of another delivery. */
export interface ReportedStack extends Coverable {
  readonly id: string;
  readonly changes: readonly ChangeSummary[];
  readonly broadenings: readonly Broadening[];
}

/** What all deliveries to a place change together: what gates and pages read. */
export interface PlaceChanges {
  readonly changes: readonly ChangeSummary[];
  readonly destructive: readonly string[];
  readonly broadenings: readonly Broadening[];
}

/** All changes of a place's stacks and other deliveries. Paths name their stack where there are several, and their delivery always. */
export function placeChanges(stacks: readonly ReportedStack[], deliveries: readonly ReportedStack[] = []): PlaceChanges {
  const named = ({ id }: ReportedStack, path: string) => stackPath(id, path);
  const all = [
    ...stacks.map((stack) => ({ reported: stack, nameOf: stacks.length > 1 ? named : (_: ReportedStack, path: string) => path })),
    ...deliveries.map((delivery) => ({ reported: delivery, nameOf: named })),
  ];
  return {
    changes: all.flatMap(({ reported, nameOf }) => reported.changes.map((change) => ({ ...change, path: nameOf(reported, change.path) }))),
    destructive: all.flatMap(({ reported, nameOf }) => reported.destructive.map((path) => nameOf(reported, path))),
    broadenings: all.flatMap(({ reported, nameOf }) => reported.broadenings.map((broadening) => ({ ...broadening, path: nameOf(reported, broadening.path) }))),
  };
}

/**
 * What a place's stacks would do beyond the report of another place that gets the same release, each in a sentence. Templates differ between Regions in
 * the buckets that they name, and come from the same builds.
 */
export function beyondOtherPlace(approved: readonly ReportedStack[], stacks: readonly ReportedStack[]): string[] {
  return stacks.flatMap((stack) => {
    const other = approved.find(({ id }) => id === stack.id);
    const beyond = other === undefined ? ['it is not in the other place\'s report'] : uncovered({ ...other, approvedDigest: stack.approvedDigest }, stack);
    return beyond.map((line) => `${stack.id}: ${line}`);
  });
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

/** A stack, and the outputs that its template declares. */
export interface DeclaredOutputs {
  readonly id: string;
  readonly outputs: readonly string[];
  /** Whether a macro may add some. */
  readonly isOpen: boolean;
}

/** Outputs that are named and that no stack declares, or several do, each in a few words. Empty: all are there. */
export function missingOutputs(named: readonly string[], declared: readonly DeclaredOutputs[]): string[] {
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
