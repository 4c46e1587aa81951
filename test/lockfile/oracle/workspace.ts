import { Random } from './random';
import { HOSTS, PLAIN, Ranges, requirement, VERSIONS } from './universe';

export interface Member {
  readonly folder: string;
  readonly name: string;
  readonly dependencies: Ranges;
  readonly devDependencies: Ranges;
  readonly optionalDependencies: Ranges;
  readonly peerDependencies: Ranges;
  /** Names of other members. */
  readonly links: readonly string[];
  /** Of those: copies instead of links, where the manager can do that. */
  readonly injected: readonly string[];
}

export interface Override {
  readonly parent?: string;
  readonly name: string;
  readonly to: string;
}

/** A repository's manifests, whatever manages its packages. */
export interface Workspace {
  readonly root: Ranges;
  readonly members: readonly Member[];
  readonly overrides: readonly Override[];
  /** By name, the version that a patch is for, and what it writes. */
  readonly patches: { readonly [name: string]: { readonly version: string; readonly text: string } };
  /** Dependencies that a package gets beside its own. */
  readonly extensions: { readonly [name: string]: Ranges };
  readonly catalog: Ranges;
  /** Whether the lockfile is made from nothing at this state, with what is published by then. */
  readonly fresh: boolean;
}

export const FOLDERS = ['packages/m0', 'packages/m1', 'packages/m2', 'apps/m3'];
/** What catalogs are for: members name these by `catalog:`. */
const CATALOG = PLAIN.slice(0, 2);

export interface Abilities {
  /** Whether the manager brings peers itself, or takes care that those brought are found. Where it doesn't, members bring what packages leave to them. */
  readonly peers: boolean;
  readonly scopedOverrides: boolean;
  readonly patches: boolean;
  readonly extensions: boolean;
  readonly catalogs: boolean;
  readonly injected: boolean;
}

export function generateWorkspace(random: Random, abilities: Abilities): Workspace {
  const members = FOLDERS.map((folder, index): Member => {
    const links = FOLDERS.slice(0, index).map(nameOf).filter(() => random.chance(0.3));
    return {
      folder,
      name: nameOf(folder),
      dependencies: withCatalog(random, requirements(random, 3), abilities),
      devDependencies: requirements(random, 1),
      optionalDependencies: random.chance(0.2) ? requirements(random, 1) : {},
      peerDependencies: abilities.peers && random.chance(0.3) ? { [random.pick(HOSTS)]: '*' } : {},
      links,
      injected: abilities.injected ? links.filter(() => random.chance(0.3)) : [],
    };
  });
  const catalog = abilities.catalogs ? Object.fromEntries(CATALOG.map((name) => [name, random.pick(['^1.0.0', '^2.0.0'])])) : {};
  return { root: requirements(random, 2), members, overrides: [], patches: {}, extensions: {}, catalog, fresh: true };
}

function nameOf(folder: string): string {
  const name = folder.slice(folder.lastIndexOf('/') + 1);
  return name === 'm1' ? '@own/m1' : name;
}

function requirements(random: Random, atMost: number): Ranges {
  const names = [...random.some(PLAIN, atMost), ...random.some(HOSTS, random.chance(0.4) ? 1 : 0)];
  return Object.fromEntries(names.map((name) => requirement(random, name)));
}

function withCatalog(random: Random, ranges: Ranges, abilities: Abilities): Ranges {
  return abilities.catalogs && random.chance(0.3) ? { ...ranges, [random.pick(CATALOG)]: 'catalog:' } : ranges;
}

/**
 * Another state of the workspace, by one change of a kind that people make.
 *
 * @param installed names of packages that are installed: rules about others would change nothing
 */
export function change(random: Random, workspace: Workspace, abilities: Abilities, installed: readonly string[]): Workspace {
  const before: Workspace = { ...workspace, fresh: false };
  const kinds: (() => Workspace | undefined)[] = [
    () => changeMember(random, before, abilities),
    () => changeMember(random, before, abilities),
    () => ({ ...before, root: requirements(random, 2) }),
    // What was published meanwhile is installed.
    () => ({ ...before, fresh: true }),
    () => ({ ...before, fresh: true }),
    () => changeOverrides(random, before, abilities, installed),
    () => changeOverrides(random, before, abilities, installed),
    () => (abilities.patches ? changePatches(random, before, installed) : undefined),
    () => (abilities.extensions ? { ...before, extensions: random.chance(0.3) ? {} : { [random.pick(installed)]: { [random.pick(PLAIN.slice(-8))]: random.pick(['^1.0.0', '^2.0.0']) } } } : undefined),
    () => (abilities.catalogs ? { ...before, catalog: { ...before.catalog, [random.pick(CATALOG)]: random.pick(['1.0.0', '^1.0.0', '^2.0.0']) } } : undefined),
  ];
  for (;;) {
    const after = random.pick(kinds)();
    if (after !== undefined) {
      return after;
    }
  }
}

function changeMember(random: Random, workspace: Workspace, abilities: Abilities): Workspace {
  const at = random.int(workspace.members.length);
  const changed = (member: Member): Member => {
    switch (random.int(4)) {
      case 0: return { ...member, dependencies: withCatalog(random, requirements(random, 3), abilities) };
      case 1: return { ...member, devDependencies: requirements(random, 2) };
      case 2: return { ...member, dependencies: { ...member.dependencies, ...Object.fromEntries([requirement(random, random.pick(PLAIN))]) } };
      default: {
        const [gone] = Object.keys(member.dependencies);
        return { ...member, dependencies: Object.fromEntries(Object.entries(member.dependencies).filter(([name]) => name !== gone)) };
      }
    }
  };
  return { ...workspace, members: workspace.members.map((member, index) => (index === at ? changed(member) : member)) };
}

const FIRST_VERSIONS = VERSIONS.filter((version) => version.endsWith('.0.0'));

function changeOverrides(random: Random, workspace: Workspace, { scopedOverrides }: Abilities, installed: readonly string[]): Workspace {
  const [first, ...others] = workspace.overrides;
  if (first !== undefined && random.chance(0.5)) {
    return { ...workspace, overrides: random.chance(0.4) ? others : [{ ...first, to: random.pick(FIRST_VERSIONS) }, ...others] };
  }
  const name = random.pick(installed);
  const added: Override = { name, to: random.pick(FIRST_VERSIONS), ...(scopedOverrides && random.chance(0.7) && { parent: random.pick(installed) }) };
  return { ...workspace, overrides: [...workspace.overrides.filter((one) => one.name !== name), added].slice(-2) };
}

function changePatches(random: Random, workspace: Workspace, installed: readonly string[]): Workspace {
  const [known] = Object.keys(workspace.patches);
  if (known !== undefined && random.chance(0.3)) {
    return { ...workspace, patches: {} };
  }
  const name = known ?? random.pick(installed);
  const version = workspace.patches[name]?.version ?? random.pick(FIRST_VERSIONS);
  return { ...workspace, patches: { [name]: { version, text: `patched-${random.int(1000)}` } } };
}
