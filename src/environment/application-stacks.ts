/** Which stacks of a CDK application an environment takes. The pipeline delivers these and no others, whatever a commit's synthesis says. */
export interface ApplicationStacks {
  /**
   * Path of a `Stage`, such as `Test`: its stacks, and those of the Stages in it. Their names have to begin with the Stage's own name, unless
   * `stackNames` says otherwise.
   * @default - no Stage
   */
  readonly stage?: string;

  /**
   * Names of stacks, such as `Network`, or beginnings of names, such as `Shop-*`. With `stage`: what the names of its stacks have to be.
   * @default - of a Stage, all its stacks; otherwise those whose account and Region are the environment's, or any
   */
  readonly stackNames?: string[];
}
