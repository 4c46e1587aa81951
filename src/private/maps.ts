/** A map whose keys are in the order of their names. Languages whose maps have no order of their own would otherwise synthesize another template each time. */
export function sortedByName<T>(map: { readonly [name: string]: T }): { [name: string]: T } {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
}
