/** Lets an action end as failed, with what CodePipeline would show. Any other error ends the run. */
export class ActionFailure extends Error {
  constructor(message: string, public readonly externalId?: string) {
    super(message);
  }
}
