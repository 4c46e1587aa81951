/** A rule that the history broke: what the simulation is there to find. */
export class Violation extends Error {
  public readonly name = 'Violation';

  /** @param rule - its name, the same for every history that breaks it */
  public constructor(public readonly rule: string, message: string) {
    super(`${rule}: ${message}`);
  }
}
