import { FOLDERS as COMPONENT_FOLDERS, templateText, TEMPLATE_FILE } from './catalogues';
import { Commit, GitRepository, Tree } from './repository';
import { Random } from '../engine/random';
import { FACTS_FILE } from '../model/facts';

const FOLDERS = ['c0', 'c1', 'c0/sub', 'pkg/c3', 'c4', 'shared', 'docs', 'c0/api', 'c1/api', 'config', '.'] as const;
const FILES = ['main.ts', 'util.ts', 'README.md', 'lock.json'] as const;

/** A repository's first commit. */
export function drawTree(random: Random): Tree {
  const tree = new Map<string, string>([[TEMPLATE_FILE, templateText('v1')], ['lock.json', 'v1']]);
  for (const folder of ['c0', 'c1', 'c0/sub', 'pkg/c3', 'c4']) {
    tree.set(`${folder}/main.ts`, 'v1');
  }
  for (let file = 0; file < 4; file++) {
    tree.set(drawPath(random), 'v1');
  }
  return tree;
}

function drawPath(random: Random): string {
  const folder = random.pick(FOLDERS);
  const file = random.pick(FILES);
  return folder === '.' ? file : `${folder}/${file}`;
}

/** Another tree: files are edited, added, deleted, renamed; sometimes such that a build or a deployment fails. */
function edit(random: Random, before: Tree, hasFacts: boolean): Tree {
  const tree = new Map(before);
  for (let changes = random.integer(1, 3); changes > 0; changes--) {
    const existing = [...tree.keys()].filter((path) => path !== TEMPLATE_FILE).sort();
    const path = random.pick(existing);
    switch (random.weighted({ edit: 6, note: 3, add: 2, delete: 2, rename: 2, template: 1, break: 1, undeployable: 0.5, facts: hasFacts ? 6 : 0 })) {
      case 'edit': tree.set(path, `v${random.integer(1, 4)}`); break;
      case 'note': tree.set(path, `${tree.get(path)!.replace(/ \/\/ .*$/, '')} // ${random.integer(1, 99)}`); break;
      case 'add': tree.set(drawPath(random), `v${random.integer(1, 4)}`); break;
      case 'delete': if (existing.length > 3) {
        tree.delete(path);
      } break;
      case 'rename': {
        const content = tree.get(path)!;
        tree.delete(path);
        tree.set(drawPath(random), content);
        break;
      }
      case 'template': tree.set(TEMPLATE_FILE, templateText(`v${random.integer(1, 4)}`)); break;
      case 'break': tree.set(path, 'broken'); break;
      case 'undeployable': tree.set(path, 'undeployable'); break;
      case 'facts': tree.set(...drawFacts(random)); break;
    }
  }
  return tree;
}

/** What a component, or all of them, are to depend on, read and show from here on. */
function drawFacts(random: Random): [path: string, content: string] {
  if (random.chance(0.15)) {
    return [FACTS_FILE, JSON.stringify({ globalPaths: random.some(['lock.json', 'config/*.json'], 0.4) })];
  }
  const folders = Object.values(COMPONENT_FOLDERS);
  const folder = random.pick(folders);
  return [`${folder}/${FACTS_FILE}`, JSON.stringify({
    dependsOn: random.some(Object.keys(COMPONENT_FOLDERS), 0.4),
    ...(random.chance(0.3) ? { include: [random.pick(['shared/**', 'shared/*.ts', 'docs/**/*.md', 'c0/api/*'])] } : {}),
    ...(random.chance(0.3) ? { interface: [`${folder}/api/**`] } : {}),
  })];
}

/** A first commit whose components say what they depend on. */
export function withDrawnFacts(random: Random, tree: Tree): Tree {
  const all = new Map(tree);
  for (let count = 5; count > 0; count--) {
    all.set(...drawFacts(random));
  }
  return all;
}

/** What is to be as it was. */
export interface Earlier {
  readonly tree: Tree;
  readonly paths: readonly string[];
  /** Whether a path may be another than it was. */
  readonly mayChange: (path: string) => boolean;
}

/** The tree without anything that makes a build or a deployment fail, and with some paths as they were in an earlier one. */
export function mended(before: Tree, { tree: earlier, paths, mayChange }: Earlier): Tree {
  const tree = new Map([...before].map(([path, content]) => [path, /broken|undeployable/.test(content) && mayChange(path) ? 'mended' : content]));
  for (const path of paths) {
    const content = earlier.get(path);
    if (content === undefined) {
      tree.delete(path);
    } else {
      tree.set(path, content);
    }
  }
  return tree;
}

/** Moves the branch in one of the ways that people do. */
export function moveBranch(random: Random, repository: GitRepository, branch: string, hasFacts: boolean): { readonly how: string; readonly commit: Commit } {
  const head = repository.find(repository.branches.get(branch)!)!;
  const earlier = repository.all().filter(({ id }) => id !== head.id);
  const how = random.weighted({
    edit: 10, several: 2, revert: earlier.length > 0 ? 4 : 0, back: earlier.length > 0 ? 2 : 0, force: head.parent === undefined ? 0 : 1.5,
  });
  const commit = move({ random, repository, hasFacts }, how, head, earlier);
  repository.branches.set(branch, commit.id);
  if (how === 'force' && random.chance(0.6)) {
    repository.collectGarbage();
  }
  return { how, commit };
}

interface MoveOptions {
  readonly random: Random;
  readonly repository: GitRepository;
  readonly hasFacts: boolean;
}

function move({ random, repository, hasFacts }: MoveOptions, how: string, head: Commit, earlier: readonly Commit[]): Commit {
  switch (how) {
    // A new commit with the content of an earlier one; mostly of the one before.
    case 'revert': return repository.commit(random.chance(0.6) ? earlier[earlier.length - 1]!.tree : random.pick(earlier).tree, head.id);
    // The very commit of before.
    case 'back': return random.pick(earlier);
    case 'force': {
      const parent = repository.remembered(head.parent!);
      return repository.commit(edit(random, parent.tree, hasFacts), parent.id);
    }
    case 'several': {
      const between = repository.commit(edit(random, head.tree, hasFacts), head.id);
      return repository.commit(edit(random, between.tree, hasFacts), between.id);
    }
    default: return repository.commit(edit(random, head.tree, hasFacts), head.id);
  }
}
