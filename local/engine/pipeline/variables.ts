/** Values by namespace and name. */
export type PipelineVariables = ReadonlyMap<string, Readonly<Record<string, string>>>;

/** What a reference to a variable that has no value does to its action. */
export class UnknownVariableError extends Error {
  constructor(reference: string, known: readonly string[]) {
    super(`The pipeline execution variable #{${reference}} has no value; these have: ${known.map((name) => `#{${name}}`).join(', ') || 'none'}.`);
  }
}

/**
 * Replaces references such as `#{Source.CommitId}`.
 *
 * @throws UnknownVariableError
 */
export function resolveVariables(text: string, variables: PipelineVariables): string {
  return text.replace(/#\{([^}]+)\}/g, (_, reference: string) => {
    const dot = reference.indexOf('.');
    const value = variables.get(reference.slice(0, dot))?.[reference.slice(dot + 1)];
    if (value === undefined) {
      throw new UnknownVariableError(reference, [...variables].flatMap(([namespace, values]) => Object.keys(values).map((name) => `${namespace}.${name}`)));
    }
    return value;
  });
}
