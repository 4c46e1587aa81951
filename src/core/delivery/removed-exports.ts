/** A stack of a place whose deployed exports are known. */
export interface ExportingStack {
  readonly id: string;
  readonly stackName: string;
  /** IDs of the stacks that it comes after. */
  readonly after: readonly string[];
  /** Those of them that give it something other than what it imports at present, so that they have to come before it. */
  readonly firmlyAfter: readonly string[];
  /** Names of exports that its template in the release imports; `undefined` for one that CloudFormation alone knows. */
  readonly imports: readonly (string | undefined)[];
  /** Its deployed exports that the release does not have any more and that stacks import, with the names of those stacks. */
  readonly removed: readonly { readonly name: string; readonly importers: readonly string[] }[];
}

/** In which order exports can be taken back, or why they cannot. */
export interface ExportOrder {
  /** Of all stacks, the IDs of those that each comes after. */
  readonly after: ReadonlyMap<string, readonly string[]>;
  readonly problems: readonly string[];
}

/**
 * The order in which stacks can be delivered whose exports go: a stack that imports one at present and does not any more comes before the one that
 * exports it, as CloudFormation deletes no export that is in use. What a stack imports already cannot change, so that it need not wait for it.
 */
export function orderRemovedExports(stacks: readonly ExportingStack[]): ExportOrder {
  const byName = new Map(stacks.map((stack) => [stack.stackName, stack]));
  const problems: string[] = [];
  const firm = new Map(stacks.map(({ id, firmlyAfter }) => [id, new Set(firmlyAfter)]));
  let after: ReadonlyMap<string, ReadonlySet<string>> = new Map(stacks.map(({ id, after: before }) => [id, new Set(before)]));
  for (const { id, stackName, removed } of stacks) {
    for (const { name, importers } of removed) {
      for (const importer of importers) {
        const other = byName.get(importer);
        const keeps = other?.imports.some((imported) => imported === undefined || imported === name) ?? true;
        const turned = other === undefined || keeps || firm.get(other.id)!.has(id) ? undefined : withLast(after, id, other.id);
        if (turned === undefined) {
          problems.push(problem(stackName, name, importer, other !== undefined && !keeps));
        } else {
          after = turned;
          firm.get(id)!.add(other!.id);
        }
      }
    }
  }
  return { after: new Map([...after].map(([id, ids]) => [id, [...ids].sort()])), problems };
}

/** The order with one stack after another, and not before it; nothing where they wait for one another then. */
function withLast(after: ReadonlyMap<string, ReadonlySet<string>>, last: string, first: string): ReadonlyMap<string, ReadonlySet<string>> | undefined {
  const turned = new Map(after);
  turned.set(first, new Set([...after.get(first)!].filter((id) => id !== last)));
  turned.set(last, new Set([...after.get(last)!, first]));
  return reaches(first, last, turned) ? undefined : turned;
}

function reaches(id: string, other: string, after: ReadonlyMap<string, ReadonlySet<string>>, seen = new Set<string>()): boolean {
  seen.add(id);
  return [...after.get(id)!].some((next) => next === other || !seen.has(next) && reaches(next, other, after, seen));
}

function problem(stackName: string, name: string, importer: string, couldGo: boolean): string {
  const why = couldGo ? 'which does not import it any more, and has to be delivered after it all the same' : 'which goes on importing it or is not in the release';
  return `Stack ${stackName} loses the export ${name}, which is in use by ${importer}, ${why}. CloudFormation deletes no export that is in use. `
    + `Do it in two releases: in the first, ${importer} no longer imports it, and ${stackName} keeps the export (in the CDK: this.exportValue); in the second, the export goes.`;
}
