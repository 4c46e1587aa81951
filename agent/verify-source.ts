import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Modes, WorkTree } from './work-tree';
import { ZIP_COMMIT } from '../src/contract/source';
import { Catalogue } from '../src/core/catalogue';
import { ComponentInputs, STALE_INPUTS, WHOLE_COMMIT } from '../src/core/inputs';
import { FileMode } from '../src/core/tree-reader';

export interface VerifyProps {
  readonly catalogue: Catalogue;
  readonly component: string;
  readonly commitId: string;
  /** Of the commit, as the plan has it. */
  readonly inputsDigest: string;
  /** The repository's root in the build. */
  readonly sourceDirectory: string;
}

const CLONE = 'Let builds clone the repository: checkout: SourceCheckout.gitClone() on the pipeline\'s source.';
const PACK = 'Pack the archive without symbolic links: with the files that they lead to.';
const LISTED = 5;

/**
 * Makes sure that the build reads what the commit holds, and what its fingerprint stands for. The archive that a source action makes may lack symbolic
 * links, permissions, submodules, Git LFS contents, and what the repository's attributes leave out of archives.
 * @throws where the component, or anything else that counts as its input, differs from the commit's, by name as far as that can be told
 */
export async function verifySource(props: VerifyProps): Promise<void> {
  const { component, commitId, inputsDigest } = props;
  // The plan could not read the commit's folders, or took in what the catalogue does not know: there is nothing to compare with.
  if (inputsDigest.startsWith(WHOLE_COMMIT) || inputsDigest.startsWith(STALE_INPUTS)) {
    return;
  }
  const { digest, pointers } = await inputsOf(props);
  if (digest !== inputsDigest) {
    throw new Error(`The source of '${component}' is not what commit ${commitId} holds: ${await difference(props)} ${wayOut(commitId)}`);
  }
  if (pointers.length > 0) {
    throw new Error(`The source of '${component}' lacks the contents that Git LFS keeps: ${listed(pointers)} ${pointers.length === 1 ? 'is a pointer' : 'are pointers'}. `
      + (commitId.startsWith(ZIP_COMMIT) ? 'Pack an archive that has them.' : `${CLONE} Its first command is then 'git lfs pull'.`));
  }
}

/** Nothing is cloned where the source is an archive. */
function wayOut(commitId: string): string {
  return commitId.startsWith(ZIP_COMMIT) ? PACK : CLONE;
}

interface Inputs {
  readonly digest: string;
  /** Files in them that hold a Git LFS pointer. */
  readonly pointers: readonly string[];
}

async function inputsOf({ catalogue, component, sourceDirectory }: VerifyProps, modes?: Modes): Promise<Inputs> {
  const tree = new WorkTree(sourceDirectory, modes);
  const digest = await new ComponentInputs(catalogue, tree).digest(component);
  return { digest, pointers: [...tree.pointers].sort() };
}

/** What an archive loses is put back on trial: where the digest is then the commit's, that was it. */
async function difference(props: VerifyProps): Promise<string> {
  const root = props.sourceDirectory;
  const files = filesBelow(root, '');
  const links = files.filter((path) => readsLikeLink(root, path));
  const programs = files.filter((path) => isProgram(root, path));
  for (const suspects of [{ links, programs: [] }, { links: [], programs }, { links, programs }]) {
    const found = await narrowed(props, suspects);
    if (found !== undefined) {
      return [
        ...(found.links.length > 0 ? [`${listed(found.links)} ${found.links.length === 1 ? 'is a symbolic link' : 'are symbolic links'} there.`] : []),
        ...(found.programs.length > 0 ? [`${listed(found.programs)} may be executed there.`] : []),
      ].join(' ');
    }
  }
  const submodules = submodulesOf(root);
  return [
    'files are missing or changed. Archives lack symbolic links, permissions to execute, and what .gitattributes says with export-ignore and export-subst.',
    ...(submodules.length > 0 ? [`They lack submodules, too: ${listed(submodules)}.`] : []),
    ...(links.length > 0 ? [`What reads like a link is ${listed(links)}.`] : []),
  ].join(' ');
}

interface Suspects {
  readonly links: readonly string[];
  readonly programs: readonly string[];
}

/** How many suspects are tried one by one: each costs a look at the component. */
const MOST_TRIALS = 200;

/** The files among these that have to be what they are suspected of, for the digest to be the commit's. */
async function narrowed(props: VerifyProps, { links, programs }: Suspects): Promise<Suspects | undefined> {
  const modes = new Map<string, FileMode>([...programs.map((path) => [path, '100755'] as const), ...links.map((path) => [path, '120000'] as const)]);
  const matches = async () => (await inputsOf(props, modes)).digest === props.inputsDigest;
  if (modes.size === 0 || !await matches()) {
    return undefined;
  }
  for (const [path, mode] of [...modes].slice(0, MOST_TRIALS)) {
    // One that changes nothing lies outside of the component.
    modes.delete(path);
    if (!await matches()) {
      modes.set(path, mode);
    }
  }
  return { links: links.filter((path) => modes.has(path)), programs: programs.filter((path) => modes.has(path)) };
}

const LONGEST_LINK = 4_096;

/** A link in an archive without links is a file that holds the path it leads to. */
function readsLikeLink(root: string, path: string): boolean {
  const absolute = join(root, path);
  if (statSync(absolute).size > LONGEST_LINK || statSync(absolute).size === 0) {
    return false;
  }
  const target = readFileSync(absolute, 'utf8');
  return !/[\n\0]/.test(target) && (target.includes('/') || existsSync(join(dirname(absolute), target)));
}

function isProgram(root: string, path: string): boolean {
  const absolute = join(root, path);
  const start = readFileSync(absolute).subarray(0, 4).toString('latin1');
  return (start.startsWith('#!') || start === '\x7fELF' || path.endsWith('gradlew') || path.endsWith('mvnw')) && Math.floor(statSync(absolute).mode / 0o100) % 2 === 0;
}

function submodulesOf(root: string): string[] {
  const file = join(root, '.gitmodules');
  return existsSync(file) ? [...readFileSync(file, 'utf8').matchAll(/^\s*path\s*=\s*(.+)$/gm)].map(([, path]) => path!.trim()) : [];
}

function filesBelow(root: string, path: string): string[] {
  return readdirSync(join(root, path), { withFileTypes: true }).flatMap((entry) => {
    const below = path === '' ? entry.name : `${path}/${entry.name}`;
    return entry.isDirectory() ? (below === '.git' ? [] : filesBelow(root, below)) : entry.isFile() ? [below] : [];
  });
}

function listed(paths: readonly string[]): string {
  const shown = paths.slice(0, LISTED).map((path) => `'${path}'`).join(', ');
  return paths.length > LISTED ? `${shown} and ${paths.length - LISTED} more` : shown;
}
