/**
 * Commands of tools that many repositories check and build with, as published to npm's registry until November 2026:
 * pnpm's lockfile says that a package brings some, not which.
 */
const KNOWN_COMMANDS: { readonly [name: string]: readonly string[] } = {
  '@biomejs/biome': ['biome'],
  '@changesets/cli': ['changeset'],
  '@commitlint/cli': ['commitlint'],
  '@playwright/test': ['playwright'],
  'all-contributors-cli': ['all-contributors'],
  'ava': ['ava'],
  'c8': ['c8'],
  'cross-env': ['cross-env', 'cross-env-shell'],
  'cypress': ['cypress'],
  'esbuild': ['esbuild'],
  'eslint': ['eslint'],
  'husky': ['husky', 'husky-run', 'husky-upgrade'],
  'jasmine': ['jasmine'],
  'jest': ['jest'],
  'karma': ['karma'],
  'lerna': ['lerna'],
  'lint-staged': ['lint-staged'],
  'markdownlint-cli': ['markdownlint'],
  'markdownlint-cli2': ['markdownlint-cli2', 'markdownlint-cli2-config', 'markdownlint-cli2-fix'],
  'mocha': ['mocha', '_mocha'],
  'npm-check-updates': ['npm-check-updates', 'ncu'],
  'npm-run-all': ['npm-run-all', 'run-p', 'run-s'],
  'npm-run-all2': ['npm-run-all', 'npm-run-all2', 'run-p', 'run-s'],
  'nx': ['nx', 'nx-cloud'],
  'nyc': ['nyc'],
  'oxlint': ['oxlint', 'oxc_language_server'],
  'playwright': ['playwright'],
  'prettier': ['prettier'],
  'rimraf': ['rimraf'],
  'rollup': ['rollup'],
  'semantic-release': ['semantic-release'],
  'simple-git-hooks': ['simple-git-hooks'],
  'size-limit': ['size-limit'],
  'standard-version': ['standard-version'],
  'stylelint': ['stylelint'],
  'tap': ['tap'],
  'ts-node': ['ts-node', 'ts-node-cwd', 'ts-node-esm', 'ts-node-script', 'ts-node-transpile-only', 'ts-script'],
  'tslint': ['tslint'],
  'tsx': ['tsx'],
  'turbo': ['turbo'],
  'typedoc': ['typedoc'],
  'typescript': ['tsc', 'tsserver'],
  'vite': ['vite'],
  'vitest': ['vitest'],
  'webpack': ['webpack'],
  'webpack-cli': ['webpack', 'webpack-cli'],
};

/**
 * The commands of a package that comes from the registry; undefined where they are not known.
 *
 * @param id name and version, such as `eslint@9.39.4`
 */
export function knownCommands(id: string): readonly string[] | undefined {
  const name = /^(@?[^@]+)@\d/.exec(id)?.[1];
  return name !== undefined && Object.hasOwn(KNOWN_COMMANDS, name) ? KNOWN_COMMANDS[name] : undefined;
}
