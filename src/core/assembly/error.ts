/** What an application left behind cannot be deployed. The message says what to change. */
export class AssemblyError extends Error {
  public readonly name = 'AssemblyError';
}
