/**
 * How a generated buildspec and the build agent meet: `"$MODULAR_NODE" "$MODULAR_DIRECTORY/agent.js" <command>`.
 *
 * The buildspec makes the directory afresh (`mktemp -d`), exports its name, and fetches program and catalogue into it.
 * `begin` writes the environment file, POSIX shell that the buildspec sources before it runs anything of the user's;
 * `finish` finds there what `begin` decided.
 */
export const AGENT = {
  /** Environment variable that holds the absolute name of the directory. */
  directory: 'MODULAR_DIRECTORY',
  /** Environment variable that holds the Node.js that runs the agent. */
  node: 'MODULAR_NODE',
  /** Files in it: fetched by the buildspec, */
  program: 'agent.js',
  catalogue: 'catalogue.json',
  /** written by `begin`. */
  environment: 'environment',
  decision: 'decision.json',
  dependencies: 'dependencies.json',
  /** POSIX shell that runs `finish` as `begin` was run: with the same program, Node.js and environment, whatever commands have exported since. */
  finish: 'finish.sh',
} as const;

/**
 * `begin`: decide what becomes of the component and write the environment file.
 * `finish`: store the artifact and record the build; does nothing where `begin` decided to skip.
 * `run-buildspec FILE`: run the phases of a buildspec of the repository, from the repository's root.
 * `package-template TEMPLATE OUTPUT`: run `aws cloudformation package` in the component's folder, and name what it uploads by content.
 */
export type AgentCommand = 'begin' | 'finish' | 'run-buildspec' | 'package-template';

/** What `begin` decided, as `finish` finds it. */
export type AgentDecision =
  | { readonly action: 'skip'; readonly reason: string }
  | { readonly action: 'build'; readonly buildNumber: number; readonly fingerprint: string };

/** Shell that runs the agent in a build. */
export function agentCommand(command: AgentCommand): string {
  return `"$${AGENT.node}" "$${AGENT.directory}/${AGENT.program}" ${command}`;
}
