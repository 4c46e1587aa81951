import { spawn } from 'child_process';
import { join } from 'path';
import { sourceOf } from './registry';
import { Ranges } from './universe';
import { Abilities, Member, Override, Workspace } from './workspace';

export interface Manager {
  readonly name: string;
  readonly lockfile: string;
  readonly abilities: Abilities;
  /** How the linker lays packages out; of several, chains take turns. */
  readonly linkers: readonly string[];
  /** Paths and contents of a workspace's files. */
  render(workspace: Workspace, linker: string): { readonly [path: string]: string };
  /** @param modules the folder where the managers are installed */
  command(modules: string, cache: string, registry: string): Command;
}

interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: { readonly [name: string]: string };
}

const json = (value: unknown) => `${JSON.stringify(value, undefined, 2)}\n`;
const NONE: Abilities = { peers: true, scopedOverrides: true, patches: false, extensions: false, catalogs: false, injected: false };

/** The files that all managers have in common. */
function manifests(workspace: Workspace, link: (member: Member) => string, root: object): { [path: string]: string } {
  const linksOf = (member: Member) => Object.fromEntries(member.links.map((name) => [name, link(workspace.members.find((other) => other.name === name)!)]));
  const manifestOf = (member: Member) => json({
    name: member.name,
    version: '1.0.0',
    dependencies: { ...member.dependencies, ...linksOf(member) },
    devDependencies: member.devDependencies,
    optionalDependencies: member.optionalDependencies,
    peerDependencies: member.peerDependencies,
    ...(member.injected.length > 0 && { dependenciesMeta: Object.fromEntries(member.injected.map((name) => [name, { injected: true }])) }),
  });
  return {
    'package.json': json({ name: 'root', version: '1.0.0', private: true, devDependencies: workspace.root, ...root }),
    ...Object.fromEntries(workspace.members.flatMap((member) => [[`${member.folder}/package.json`, manifestOf(member)], [`${member.folder}/index.js`, '']])),
  };
}

const WORKSPACES = ['packages/*', 'apps/*'];

function overridesBy(overrides: readonly Override[], key: (one: Override) => string): Ranges {
  return Object.fromEntries(overrides.map((one) => [key(one), one.to]));
}

function nestedOverrides(overrides: readonly Override[]): object {
  return Object.fromEntries(overrides.map((one) => (one.parent === undefined ? [one.name, one.to] : [one.parent, { [one.name]: one.to }])));
}

const patchPath = (name: string) => `patches/${name.replace(/\W+/g, '-')}.patch`;

function patchFiles({ patches }: Workspace): { [path: string]: string } {
  return Object.fromEntries(Object.entries(patches).map(([name, { version, text }]) => {
    const [comment, code] = sourceOf(name, version).split('\n');
    return [patchPath(name), [
      'diff --git a/index.js b/index.js', '--- a/index.js', '+++ b/index.js', '@@ -1,2 +1,2 @@', ` ${comment!}`, `-${code!}`, `+module.exports = '${text}';`, '',
    ].join('\n')];
  }));
}

const npm: Manager = {
  name: 'npm',
  lockfile: 'package-lock.json',
  abilities: NONE,
  linkers: ['hoisted'],
  render: (workspace) => {
    const isDirect = (name: string) => name in workspace.root || workspace.members.some(({ dependencies, devDependencies, optionalDependencies }) => (
      name in { ...dependencies, ...devDependencies, ...optionalDependencies }
    ));
    // What a manifest requires itself, npm refuses to override.
    const overrides = workspace.overrides.filter((one) => one.parent !== undefined || !isDirect(one.name));
    return manifests(workspace, () => '*', {
      workspaces: WORKSPACES,
      overrides: nestedOverrides(overrides),
    });
  },
  command: (modules, cache, registry) => ({
    file: process.execPath, args: [join(modules, 'npm/bin/npm-cli.js'), 'install', '--ignore-scripts', '--no-audit', '--no-fund', '--cache', cache, '--registry', registry], env: {},
  }),
};

function pnpmSettings(workspace: Workspace): object {
  return {
    overrides: overridesBy(workspace.overrides, ({ parent, name }) => (parent === undefined ? name : `${parent}>${name}`)),
    patchedDependencies: Object.fromEntries(Object.entries(workspace.patches).map(([name, { version }]) => [`${name}@${version}`, patchPath(name)])),
    packageExtensions: Object.fromEntries(Object.entries(workspace.extensions).map(([name, dependencies]) => [name, { dependencies }])),
  };
}

const PNPM: Pick<Manager, 'lockfile' | 'abilities' | 'linkers'> = {
  lockfile: 'pnpm-lock.yaml',
  abilities: { ...NONE, patches: true, extensions: true, catalogs: true, injected: true },
  linkers: ['isolated', 'hoisted'],
};
const PNPM_ARGS = ['install', '--ignore-scripts', '--no-frozen-lockfile', '--reporter=append-only'];

function renderPnpm(workspace: Workspace, linker: string, settings: 'manifest' | 'workspace'): { [path: string]: string } {
  const inWorkspace = { packages: WORKSPACES, catalog: workspace.catalog };
  return {
    ...manifests(workspace, () => 'workspace:*', settings === 'manifest' ? { pnpm: { ...pnpmSettings(workspace), allowNonAppliedPatches: true } } : {}),
    ...patchFiles(workspace),
    // JSON is YAML.
    'pnpm-workspace.yaml': json(settings === 'manifest' ? inWorkspace : { ...inWorkspace, ...pnpmSettings(workspace), allowUnusedPatches: true, nodeLinker: linker }),
    ...(settings === 'manifest' && { '.npmrc': `node-linker=${linker}\n` }),
  };
}

const pnpm9: Manager = {
  ...PNPM,
  name: 'pnpm 9',
  render: (workspace, linker) => renderPnpm(workspace, linker, 'manifest'),
  command: (modules, cache, registry) => ({ file: process.execPath, args: [join(modules, 'pnpm-9/bin/pnpm.cjs'), ...PNPM_ARGS, '--store-dir', cache, '--registry', registry], env: {} }),
};

const pnpm: Manager = {
  ...PNPM,
  name: 'pnpm',
  render: (workspace, linker) => renderPnpm(workspace, linker, 'workspace'),
  command: (modules, cache, registry) => ({
    file: join(modules, `@pnpm/exe.${process.platform}-${process.arch}/pnpm`), args: [...PNPM_ARGS, '--store-dir', cache, '--registry', registry], env: {},
  }),
};

const yarn1: Manager = {
  name: 'Yarn 1',
  lockfile: 'yarn.lock',
  abilities: { ...NONE, peers: false },
  linkers: ['hoisted'],
  render: (workspace) => manifests(workspace, () => '1.0.0', {
    workspaces: WORKSPACES,
    resolutions: overridesBy(workspace.overrides, ({ parent, name }) => (parent === undefined ? name : `**/${parent}/${name}`)),
  }),
  command: (modules, cache, registry) => ({
    file: process.execPath, args: [join(modules, 'yarn/bin/yarn.js'), 'install', '--ignore-scripts', '--non-interactive', '--no-progress', '--cache-folder', cache, '--registry', registry], env: {},
  }),
};

const yarn: Manager = {
  name: 'Yarn 4',
  lockfile: 'yarn.lock',
  abilities: { ...NONE, patches: true, extensions: true, catalogs: true },
  linkers: ['pnp', 'node-modules'],
  render: (workspace, linker) => ({
    ...manifests(workspace, () => 'workspace:^', {
      workspaces: WORKSPACES,
      resolutions: {
        ...overridesBy(workspace.overrides, ({ parent, name }) => (parent === undefined ? name : `${parent}/${name}`)),
        ...Object.fromEntries(Object.entries(workspace.patches).map(([name, { version }]) => [name, `patch:${name}@npm%3A${version}#./${patchPath(name)}`])),
      },
    }),
    ...patchFiles(workspace),
    '.yarnrc.yml': json({
      nodeLinker: linker,
      enableTelemetry: false,
      enableImmutableInstalls: false,
      catalog: workspace.catalog,
      packageExtensions: Object.fromEntries(Object.entries(workspace.extensions).map(([name, dependencies]) => [`${name}@*`, { dependencies }])),
    }),
  }),
  command: (modules, cache, registry) => ({
    file: process.execPath,
    args: [join(modules, '@yarnpkg/cli-dist/bin/yarn.js'), 'install', '--mode=skip-build'],
    env: { YARN_ENABLE_GLOBAL_CACHE: 'false', YARN_CACHE_FOLDER: cache, YARN_GLOBAL_FOLDER: `${cache}-global`, YARN_UNSAFE_HTTP_WHITELIST: '127.0.0.1', YARN_NPM_REGISTRY_SERVER: registry },
  }),
};

const bun: Manager = {
  name: 'bun',
  lockfile: 'bun.lock',
  abilities: { ...NONE, patches: true, catalogs: true },
  linkers: ['hoisted', 'isolated'],
  render: (workspace, linker) => ({
    ...manifests(workspace, () => 'workspace:*', {
      workspaces: { packages: WORKSPACES, catalog: workspace.catalog },
      overrides: nestedOverrides(workspace.overrides),
      patchedDependencies: Object.fromEntries(Object.entries(workspace.patches).map(([name, { version }]) => [`${name}@${version}`, patchPath(name)])),
    }),
    ...patchFiles(workspace),
    'bunfig.toml': `[install]\nlinker = "${linker}"\n`,
  }),
  command: (modules, cache, registry) => ({
    file: join(modules, `@oven/bun-${process.platform}-${process.arch === 'arm64' ? 'aarch64' : process.arch}/bin/bun`),
    args: ['install', '--ignore-scripts', '--no-cache', '--save-text-lockfile', '--registry', registry],
    env: { BUN_INSTALL_CACHE_DIR: cache },
  }),
};

export const MANAGERS: readonly Manager[] = [npm, pnpm9, pnpm, yarn1, yarn, bun];

/** Installs a workspace from a registry, and from nothing else. */
export async function install(manager: Manager, options: { modules: string; folder: string; home: string; registry: string }): Promise<void> {
  const { file, args, env } = manager.command(options.modules, join(options.home, 'cache'), options.registry);
  const child = spawn(file, args, {
    cwd: options.folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: options.home,
      CI: 'true',
      npm_config_update_notifier: 'false',
      ...env,
    },
  });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => output.push(chunk));
  const code = await new Promise((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0) {
    throw new InstallError(`${manager.name} ended with ${code}:\n${Buffer.concat(output).toString().slice(-3000)}`);
  }
}

/** The manager refused the workspace. */
export class InstallError extends Error {
  public readonly name = 'InstallError';
}
