/** Where a generated buildspec and the build agent meet. */
export const AGENT = {
  /** Environment variable: a folder of the build's own, outside the source; exported by the buildspec before the agent runs. */
  directory: 'MODULAR_DIRECTORY',
  /** Files in it. The buildspec fetches the program and the catalogue; `begin` writes the environment, which the buildspec then sources. */
  program: 'agent.js',
  catalogue: 'catalogue.json',
  environment: 'environment.sh',
  /** The agent's commands. `runBuildspec` is followed by the buildspec's path in the repository. */
  begin: 'begin',
  finish: 'finish',
  runBuildspec: 'run-buildspec',
} as const;
