/** An output of another stack of the same environment. */
export interface StackOutput {
  /** Name of the component whose template is deployed as that stack. */
  readonly component: string;

  /** Name of the output. The template must declare it. */
  readonly output: string;
}

/** How a template is deployed as a stack: in all environments, or in one of them. */
export interface StackOptions {
  /**
   * Name of the stack.
   * @default - the environment's `stackName`; where several templates are deployed, that name, `-` and the component's ID
   */
  readonly stackName?: string;

  /**
   * Values of template parameters that are not a component's location. The template must declare them. They go before the environment's own, which
   * reach every template that declares them.
   * @default - none
   */
  readonly parameters?: { [name: string]: string };

  /**
   * Tags of the stack, in addition to the environment's own, which CloudFormation puts on its resources.
   * @default - the environment's tags alone
   */
  readonly tags?: { [key: string]: string };
}
