import { execFile } from 'child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { dirname, join } from 'path';
import { promisify } from 'util';
import { install, InstallError, Manager } from './managers';
import { Random } from './random';
import { Registry } from './registry';
import { generateUniverse } from './universe';
import { change, FOLDERS, generateWorkspace, Workspace } from './workspace';
import { parseYaml } from '../../../cli/yaml';
import { readToml } from '../../../lambda/shared/toml';
import { Catalogue } from '../../../src/core/catalogue';
import { traceLockfiles } from '../../../src/core/lockfile/trace';

/** What a member reaches: packages by name, version and content. */
interface Reach {
  readonly all: readonly string[];
  readonly withoutPeers: readonly string[];
}

/** An installed state of the workspace. */
interface State {
  readonly workspace: Workspace;
  readonly files: { readonly [path: string]: string };
  readonly reach: { readonly [folder: string]: Reach };
}

/** What became of two states, one after the other. */
export interface PairResult {
  readonly manager: string;
  /** Where it can be had again. */
  readonly at: string;
  /** Members whose installs differ. */
  readonly real: readonly string[];
  readonly traced: readonly string[];
  /** Whether something that isn't traced changed, so that all count as affected. */
  readonly untraced: boolean;
  /** Differing by nothing but peers that their dependents don't bring, where the lockfile doesn't name peers. */
  readonly peersAlone: readonly string[];
  readonly missed: readonly string[];
  readonly detail?: string;
}

export interface ChainOptions {
  readonly manager: Manager;
  readonly modules: string;
  readonly seed: string;
  readonly index: number;
  readonly pairs: number;
}

/** Managers refuse some states, such as two requirements that exclude each other: another is made then. */
const MAX_REFUSALS = 10;
const MAX_TRIES = 50;

/** A workspace that changes again and again, installed each time by the real manager. */
export async function runChain(options: ChainOptions): Promise<PairResult[]> {
  const seed = `${options.seed} ${options.manager.name} ${options.index}`;
  const random = new Random(seed);
  const universe = generateUniverse(seed);
  const registry = await Registry.start(universe);
  const home = mkdtempSync(join(tmpdir(), 'lockfile-oracle-'));
  try {
    const linker = options.manager.linkers[options.index % options.manager.linkers.length]!;
    const enter = async (workspace: Workspace, before?: State) => enterState(options, { home, linker, registry: registry.url }, workspace, before);
    const results: PairResult[] = [];
    let state: State | undefined;
    for (let tries = 0; results.length < options.pairs; tries += 1) {
      if (tries > MAX_TRIES) {
        throw new Error(`${seed}: ${tries} states, and only ${results.length} pairs`);
      }
      const { abilities } = options.manager;
      const one = state === undefined ? generateWorkspace(random, abilities) : change(random, state.workspace, abilities, namesIn(state));
      const workspace = state === undefined || random.chance(0.75) ? one : change(random, one, abilities, namesIn(state));
      random.some([...universe.keys()], 12).forEach((name) => registry.publish(name, random.pick(['1.1.0', '2.1.0'])));
      const next = await orRefused(async () => enter(workspace, state), tries);
      if (next !== undefined && state !== undefined) {
        results.push(await compare(options.manager, `${seed}, pair ${results.length} (${linker})`, state, next));
      }
      state = next ?? state;
    }
    return results;
  } finally {
    await registry.stop();
    rmSync(home, { recursive: true, force: true, maxRetries: 3 });
  }
}

function namesIn({ reach }: State): string[] {
  return [...new Set(Object.values(reach).flatMap(({ all }) => all.flatMap((id) => /^((?:@s\/)?\w+)@\d/.exec(id)?.[1] ?? [])))];
}

async function orRefused(enter: () => Promise<State>, tries: number): Promise<State | undefined> {
  try {
    return await enter();
  } catch (error) {
    if (error instanceof InstallError && tries < MAX_REFUSALS) {
      return undefined;
    }
    throw error;
  }
}

interface Place {
  readonly home: string;
  readonly linker: string;
  readonly registry: string;
}

async function enterState(
  { manager, modules }: ChainOptions, { home, linker, registry }: Place, workspace: Workspace, before: State | undefined,
): Promise<State> {
  const folder = join(home, 'workspace');
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  const lockfile = workspace.fresh ? undefined : before?.files[manager.lockfile];
  const files = { ...manager.render(workspace, linker), ...(lockfile !== undefined && { [manager.lockfile]: lockfile }) };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  // What pnpm knows of the registry by now would keep it from asking again.
  rmSync(join(home, '.cache'), { recursive: true, force: true });
  await install(manager, { modules, folder, home, registry });
  const pnp = join(folder, '.pnp.cjs');
  const args = [...existsSync(pnp) ? ['-r', pnp] : [], join(__dirname, 'reach.cjs'), folder, JSON.stringify({ members: FOLDERS, extensions: workspace.extensions })];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, env: { PATH: process.env.PATH }, maxBuffer: 64 * 2 ** 20 });
  return {
    workspace,
    files: { ...files, [manager.lockfile]: readFileSync(join(folder, manager.lockfile), 'utf8') },
    reach: JSON.parse(stdout) as State['reach'],
  };
}

async function compare(manager: Manager, at: string, before: State, after: State): Promise<PairResult> {
  const catalogue: Catalogue = {
    version: 1,
    traceLockfiles: true,
    globalPaths: [manager.lockfile, 'package.json', 'pnpm-workspace.yaml', '.yarnrc.yml', 'bunfig.toml', '.npmrc'],
    components: FOLDERS.map((folder) => ({ name: folder, path: folder })),
  };
  const changed = [...new Set([...Object.keys(before.files), ...Object.keys(after.files)])].filter((path) => before.files[path] !== after.files[path]);
  const trace = await traceLockfiles({ catalogue, paths: changed, parseYaml, parseToml: readToml, read: async (side, path) => (side === 'before' ? before : after).files[path] });
  if (trace.warnings.length > 0) {
    throw new Error(`${at}: ${trace.warnings.map(({ path, detail }) => `${path}: ${detail}`).join('; ')}`);
  }
  // A member's own manifest changes it anyway; that the lockfile concerns it is what is looked at. The text of a patch is in the lockfiles of all but bun.
  const global = changed.filter((path) => !path.includes('/') || (path.startsWith('patches/') && manager.name === 'bun'));
  const affected = global.map((path) => trace.affected.get(path) ?? 'all');
  const untraced = affected.includes('all');
  // Where the lockfile stayed as it is, a member's own manifest is all that can concern it.
  const byManifest = changed.includes(manager.lockfile) ? [] : changed.map(dirname);
  const traced = FOLDERS.filter((folder) => byManifest.includes(folder) || [...affected, ...trace.testOnly.values()].some((names) => names === 'all' || names.has(folder)));
  const differ = (of: keyof Reach) => FOLDERS.filter((folder) => JSON.stringify(before.reach[folder]![of]) !== JSON.stringify(after.reach[folder]![of]));
  const real = differ(manager.abilities.peers ? 'all' : 'withoutPeers');
  const missed = real.filter((folder) => !traced.includes(folder));
  return {
    manager: manager.name,
    at,
    real,
    traced,
    untraced,
    peersAlone: differ('all').filter((folder) => !real.includes(folder) && !traced.includes(folder)),
    missed,
    ...(missed.length > 0 && { detail: missed.map((folder) => describeMissed(folder, before, after, changed)).join('\n') }),
  };
}

function describeMissed(folder: string, before: State, after: State, changed: readonly string[]): string {
  const [old, now] = [before.reach[folder]!.all, after.reach[folder]!.all];
  return [
    `${folder}, by ${changed.join(', ')}`,
    ...old.filter((one) => !now.includes(one)).map((one) => `  - ${one}`),
    ...now.filter((one) => !old.includes(one)).map((one) => `  + ${one}`),
  ].join('\n');
}
