/** Which stacks of an assembly an environment takes. It is fixed when the pipeline is synthesized. */
export interface StackChoice {
  /** Those of this Stage and of the Stages in it. */
  readonly stage?: string;
  /** Names of stacks, or beginnings of names that end in `*`. With a Stage: no stack of it may be called otherwise. */
  readonly names?: readonly string[];
}

/** Where a place keeps the assets of its stacks, and the roles that may bring them there: those of the CDK's bootstrap. */
export interface AssetPlace {
  readonly account: string;
  readonly region: string;
  readonly fileBucket: string;
  readonly fileRoleArn: string;
  readonly imageRepository: string;
  readonly imageRoleArn: string;
}

/** A place, and what a stack there may say about it. */
export interface AssemblyPlace extends AssetPlace {
  readonly environment: string;
  readonly partition: string;
  /** All Regions of its environment. */
  readonly regions: readonly string[];
  readonly choice: StackChoice;
  /** Names that no stack may have: the bootstrap's, the pipeline's own. */
  readonly forbidden: readonly string[];
  readonly deployRoleArn: string;
  readonly executionRoleArn: string;
}
