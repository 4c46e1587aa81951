import { FoundPackage } from './ecosystem';
import { DiscoveryWarning } from '../../src/contract/discovery';
import { sha256 } from '../../src/core/digest';
import { componentId, componentNameProblem, MAX_COMPONENT_NAME_LENGTH } from '../../src/core/names';

/**
 * The same packages under names that a catalogue takes and that differ: where several would be called alike, or a name can't be used,
 * the folder stands for it, and where that can't be used either, what can be of it, with a digest of the whole.
 */
export function withUsableNames(packages: readonly FoundPackage[], warnings: DiscoveryWarning[]): FoundPackage[] {
  const sameName = groupBy(packages, ({ name }) => name);
  const sameId = groupBy(packages, ({ name }) => idOf(name));
  const named = packages.map((one): FoundPackage => {
    const problem = componentNameProblem(one.name);
    const isShared = sameName.get(one.name)!.length > 1;
    // Of several whose names become one id the first keeps its name.
    if (problem === undefined && !isShared && sameId.get(idOf(one.name))![0] === one) {
      return one;
    }
    const name = usable(one.folder);
    warnings.push({
      kind: isShared ? 'DuplicateName' : 'RenamedComponent',
      path: one.manifest,
      detail: isShared ? `'${one.name}' is the name of several packages; the component is called '${name}', by its folder`
        : problem === undefined ? `'${one.name}' and the name of another package would become one id; the component is called '${name}', by its folder`
          : `'${one.name}' can't be a component's name (${problem}); the component is called '${name}'`,
    });
    return { ...one, name };
  });
  const ids = groupBy(named, ({ name }) => idOf(name));
  return named.map((one) => (ids.get(idOf(one.name))!.length === 1 ? one : { ...one, name: withDigest(one.name, one.folder) }));
}

/** Of a folder's path what a component's name may hold. */
function usable(folder: string): string {
  if (folder === '.') {
    return 'root';
  }
  if (componentNameProblem(folder) === undefined) {
    return folder;
  }
  const name = folder.split('/').map((segment) => segment.replace(/[^A-Za-z0-9._@-]+/g, '-').replace(/^[^A-Za-z0-9]+|-+$/g, '')).filter((segment) => segment !== '').join('/');
  return withDigest(name || 'component', folder);
}

function withDigest(name: string, folder: string): string {
  const digest = sha256(folder).slice(0, 8);
  return `${name.slice(0, MAX_COMPONENT_NAME_LENGTH - digest.length - 1)}-${digest}`;
}

function idOf(name: string): string {
  return componentId(name).toLowerCase();
}

function groupBy(packages: readonly FoundPackage[], keyOf: (one: FoundPackage) => string): Map<string, FoundPackage[]> {
  const groups = new Map<string, FoundPackage[]>();
  for (const one of packages) {
    groups.set(keyOf(one), [...groups.get(keyOf(one)) ?? [], one]);
  }
  return groups;
}
