import { Catalogue, CatalogueComponent, CatalogueError } from './catalogue';
import { canonicalJson, sha256 } from './digest';
import { isWithin } from './globs';
import { Ownership } from './ownership';
import { PathRule } from './path-rule';
import { NOT_STALE, Staleness } from './staleness/staleness';
import { TreeReader } from './tree-reader';
import { FolderDecision, listTree, TreeSelection } from './tree-walk';

/** Begins a digest for which the commit's ID stands in, because its folders could not be read. */
export const WHOLE_COMMIT = 'commit:';

/** Begins a digest that takes in what the catalogue does not know of the commit. */
export const STALE_INPUTS = 'stale:';

/** Part of every digest: changes whenever what is hashed, or how, does. */
const VERSION = 2;

/**
 * Digests of what components are made of at one commit, from Git's object IDs: equal wherever and after whatever history the content is the same.
 *
 * A component's inputs are the files it owns and all that a change would affect it by: the global paths and, under the policy `all`, the files
 * that no component owns, but for those that nothing reads. Of a component for which the catalogue does not hold that is everything there is.
 * Otherwise a change there would find the build that was made without it.
 * A folder that is taken whole costs one object ID of its parent's listing; folders are listed only where a glob may tell their files apart.
 */
export class ComponentInputs {
  private readonly byName: ReadonlyMap<string, CatalogueComponent>;
  private shared?: Promise<{ global: string[]; unowned: string[] }>;

  public constructor(private readonly catalogue: Catalogue, private readonly reader: TreeReader, private readonly staleness: Staleness = NOT_STALE) {
    this.byName = new Map(catalogue.components.map((component) => [component.name, component]));
  }

  /**
   * Digest of a component's inputs, in hexadecimal.
   * @throws CatalogueError where there is no such component
   */
  public async digest(component: string): Promise<string> {
    const found = this.byName.get(component);
    if (!found) {
      throw new CatalogueError(`${JSON.stringify(component)} is no component of the catalogue: check its name.`);
    }
    if (this.staleness.everything !== undefined || this.staleness.components.has(component)) {
      const root = await this.reader.readFolder('.');
      return sha256(canonicalJson({ version: VERSION, root: root?.treeId }));
    }
    const rules = new ComponentRules(found);
    this.shared ??= this.listShared();
    const [own, { global, unowned }] = await Promise.all([listTree(this.reader, rules, startsOf(rules.include)), this.shared]);
    return sha256(canonicalJson({ version: VERSION, own, global, unowned }));
  }

  private async listShared(): Promise<{ global: string[]; unowned: string[] }> {
    const globals = new ComponentRules({ include: this.catalogue.globalPaths });
    const [global, unowned] = await Promise.all([
      listTree(this.reader, globals, startsOf(globals.include)),
      this.catalogue.unownedPaths === 'all' ? listTree(this.reader, new UnownedFiles(this.catalogue, this.staleness.unknown), ['']) : [],
    ]);
    return { global, unowned };
  }
}

/** The files that a component owns. */
class ComponentRules implements TreeSelection {
  public readonly include: readonly PathRule[];
  private readonly exclude: readonly PathRule[];

  public constructor({ path, include, exclude }: Partial<Pick<CatalogueComponent, 'path' | 'include' | 'exclude'>>) {
    this.include = [...(path === undefined ? [] : [PathRule.literal(path)]), ...(include ?? []).map((glob) => PathRule.glob(glob))];
    this.exclude = (exclude ?? []).map((glob) => PathRule.glob(glob));
  }

  public folder(path: string): FolderDecision {
    if (!this.touches(path)) {
      return 'skip';
    }
    return this.ownsAllOf(path) ? 'whole' : 'list';
  }

  public file(path: string): boolean {
    return this.include.some((rule) => rule.matches(path)) && !this.exclude.some((rule) => rule.matches(path));
  }

  public names(folder: string): ReadonlySet<string> | undefined {
    const names = new Set<string>();
    for (const { base } of this.include) {
      if (isWithin(folder, base)) {
        return undefined;
      }
      if (isWithin(base, folder)) {
        names.add(base.slice(folder === '' ? 0 : folder.length + 1).split('/', 1)[0]);
      }
    }
    return names;
  }

  /** Whether something in the folder may be the component's. */
  public touches(folder: string): boolean {
    return this.include.some((rule) => rule.mayMatchWithin(folder)) && !this.exclude.some((rule) => rule.matchesAllWithin(folder));
  }

  /** Whether everything in the folder is the component's. */
  public ownsAllOf(folder: string): boolean {
    return this.include.some((rule) => rule.matchesAllWithin(folder)) && !this.exclude.some((rule) => rule.mayMatchWithin(folder));
  }
}

/** The files that no component owns, but for those that nothing reads; global paths among them are inputs anyway. */
class UnownedFiles implements TreeSelection {
  private readonly owners: readonly ComponentRules[];
  private readonly unread: ComponentRules;
  private readonly unknown: readonly string[];
  private readonly ownership: Ownership;

  public constructor(catalogue: Catalogue, unknown: ReadonlySet<string>) {
    const { components, unread = [], excludedPaths = [], foundAt } = catalogue;
    this.owners = components.map((component) => new ComponentRules(foundAt !== undefined && component.path === '.' ? { ...component, path: undefined } : component));
    this.unread = new ComponentRules({ include: [...unread, ...excludedPaths] });
    this.unknown = [...unknown];
    this.ownership = new Ownership(catalogue, unknown);
  }

  public folder(path: string): FolderDecision {
    const touching = this.owners.filter((owner) => owner.touches(path));
    if (touching.some((owner) => owner.ownsAllOf(path))) {
      return 'skip';
    }
    const isKnown = !this.unknown.some((unknown) => isWithin(unknown, path));
    if (isKnown && this.unread.ownsAllOf(path)) {
      return 'skip';
    }
    return touching.length === 0 && isKnown && !this.unread.touches(path) ? 'whole' : 'list';
  }

  public file(path: string): boolean {
    return this.ownership.standing(path) === 'unowned';
  }
}

/** A rule's own path is an entry of the folder above it. */
function startsOf(rules: readonly PathRule[]): string[] {
  return rules.map(({ base }) => base.slice(0, Math.max(0, base.lastIndexOf('/'))));
}
