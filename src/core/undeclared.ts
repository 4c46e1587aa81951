/** Locations of builds that do not reach the template, and what may be meant instead. */
export interface Undeclared {
  /** Parameters that components give, and the template does not declare. Sorted. */
  readonly parameters: readonly string[];
  /** Parameters that the template declares with a default, and that nothing gives. Sorted. */
  readonly left: readonly string[];
}

/** In a line, for people. */
export function describeUndeclared({ parameters, left }: Undeclared): string {
  return `The template does not declare ${parameters.join(', ')}: what these components build does not reach it.`
    + (left.length === 0 ? '' : ` It keeps the defaults of ${left.join(', ')}.`);
}
