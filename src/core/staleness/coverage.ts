import { Catalogue, CatalogueComponent } from '../catalogue';
import { compileGlobs, isWithin, PathPredicate } from '../globs';
import { Ownership } from '../ownership';
import { folderOf, resolvePath } from '../paths';
import { PathReference } from '../references/path-calls';
import { FileReferences } from '../references/reference-scanner';

/** Where a reference stands: in a file of a component, or in one that none owns. */
export interface ReferringFile {
  readonly path: string;
  /** Absent: the file is no component's, so anyone who reads it refers to what it refers to. */
  readonly owner?: CatalogueComponent;
}

/** What is missing in a catalogue that a reference asks for. */
export type Missing = 'dependency' | 'package use';

/** A path may leave these out, or name a folder. */
const ENDS = ['', '.js', '.ts', '.json', '.mjs', '.cjs', '.mts', '.cts', '.tsx', '.jsx', '.py', '.rs', '/index.js', '/index.ts', '/__init__.py'];

/** Tells what of a file's references a catalogue knows already: as dependencies, includes, global paths, or as the component's own. */
export class Coverage {
  private readonly ownership: Ownership;
  private readonly byName: ReadonlyMap<string, CatalogueComponent>;
  private readonly isGlobal: PathPredicate;
  private readonly interfaces = new Map<CatalogueComponent, PathPredicate>();
  private readonly includes = new Map<CatalogueComponent, PathPredicate>();

  public constructor(private readonly catalogue: Catalogue) {
    this.ownership = new Ownership(catalogue);
    this.byName = new Map(catalogue.components.map((component) => [component.name, component]));
    this.isGlobal = compileGlobs(catalogue.globalPaths ?? []);
  }

  /** Names that tell something where a file refers to them. */
  public names(): string[] {
    const { references = {}, commands = {}, sharedPackages = {}, components } = this.catalogue;
    return [...[references, commands, sharedPackages].flatMap((names) => Object.keys(names)), ...components.flatMap(({ testPackages = [] }) => testPackages)];
  }

  /** What the catalogue lacks of references that a file has by now and had not when it was found. */
  public missing(before: FileReferences, after: FileReferences, place: ReferringFile): Set<Missing> {
    const missing = new Set<Missing>();
    for (const reference of after.named) {
      if (!before.named.has(reference)) {
        this.missingName(reference, place).forEach((one) => missing.add(one));
      }
    }
    const known = new Set(before.paths.map(keyOf));
    if (after.paths.some((reference) => !known.has(keyOf(reference)) && !this.coversReference(reference, place))
      // What a component reads of itself without naming it may be anything.
      || (after.isComputed && !before.isComputed && place.owner?.interface !== undefined && !this.isInternal(place.path, place.owner))) {
      missing.add('dependency');
    }
    return missing;
  }

  /** Whether a path lies in what only the tests of the components read that own it. */
  public isInternalPath(path: string): boolean {
    const owners = this.ownership.owners(path);
    return owners.length > 0 && owners.every((index) => this.isInternal(path, this.catalogue.components[index]));
  }

  private missingName(reference: string, place: ReferringFile): Missing[] {
    const { references = {}, commands = {}, sharedPackages = {} } = this.catalogue;
    const segments = reference.split('/');
    const missing: Missing[] = [];
    for (let end = segments.length; end > 0; end -= 1) {
      const name = segments.slice(0, end).join('/');
      const rest = segments.slice(end).join('/');
      if (Object.hasOwn(references, name) && !references[name].every((target) => this.coversComponent(target, rest, place))) {
        missing.push('dependency');
      }
      const packages = Object.hasOwn(commands, name) ? commands[name] : [name];
      if (packages.some((one) => this.catalogue.components.some(({ testPackages }) => testPackages?.includes(one)) || Object.hasOwn(sharedPackages, one))
        && !packages.every((one) => this.coversPackage(one, place))) {
        missing.push('package use');
      }
    }
    return missing;
  }

  private coversComponent(target: string, rest: string, place: ReferringFile): boolean {
    const component = this.byName.get(target);
    if (component === undefined || component === place.owner) {
      return true;
    }
    return this.dependsOn(component, place) && (rest === '' || this.isInterface(component, component.path === '.' ? rest : `${component.path}/${rest}`));
  }

  private coversPackage(name: string, { path, owner }: ReferringFile): boolean {
    if (owner === undefined) {
      return false;
    }
    const internal = this.isInternal(path, owner);
    const shared = this.catalogue.sharedPackages;
    const users = shared !== undefined && Object.hasOwn(shared, name) ? shared[name] : undefined;
    const isUser = users === undefined || users.build?.includes(owner.name) === true || (internal && users.test?.includes(owner.name) === true);
    return isUser && (internal || owner.testPackages?.includes(name) !== true);
  }

  /** From wherever the path may be meant. */
  private coversReference({ text, base }: PathReference, place: ReferringFile): boolean {
    const folder = folderOf(place.path);
    const home = place.owner === undefined || place.owner.path === '.' ? [] : [place.owner.path];
    const bases = base === 'file' ? [folder] : base === 'near' ? [folder, ...home] : [folder, ...home, '.'];
    return bases.every((one) => this.coversPath(resolvePath(one, text), place));
  }

  private coversPath(path: string | undefined, place: ReferringFile): boolean {
    const { owner } = place;
    if (path === undefined) {
      return true;
    }
    if (path === '.') {
      return false;
    }
    // Of a folder above components it names none.
    if (this.catalogue.components.some((component) => component !== owner && isWithin(component.path, path) && !this.dependsOn(component, place))) {
      return false;
    }
    const candidates = ENDS.map((end) => path + end);
    if (candidates.some(this.isGlobal) || (owner !== undefined && [...candidates, `${path}/*`].some(this.includesOf(owner)))) {
      return true;
    }
    const owners = this.ownership.owners(path).map((index) => this.catalogue.components[index]);
    if (owner !== undefined && owners.includes(owner)) {
      return this.isInternal(place.path, owner) || this.isInterface(owner, path);
    }
    if (owners.length > 0) {
      return owners.every((component) => this.dependsOn(component, place)
        && (component.path === path ? component.interface === undefined : this.isInterface(component, path)));
    }
    return this.ownership.standing(path) === 'unowned' && this.ownership.standing(`${path}/*`) === 'unowned';
  }

  private dependsOn(component: CatalogueComponent, { path, owner }: ReferringFile): boolean {
    return owner?.dependsOn?.includes(component.name) === true
      || (owner !== undefined && owner.testDependsOn?.includes(component.name) === true && this.isInternal(path, owner));
  }

  /** Whether dependents read none of the file: it is for the component's tests. */
  private isInternal(path: string, owner: CatalogueComponent): boolean {
    return owner.interface !== undefined && !this.predicate(this.interfaces, owner, owner.interface)(path);
  }

  /** Whether dependents are known to read whatever the path means. */
  private isInterface(component: CatalogueComponent, path: string): boolean {
    return component.interface === undefined || ENDS.every((end) => this.predicate(this.interfaces, component, component.interface!)(path + end));
  }

  private includesOf(component: CatalogueComponent): PathPredicate {
    return this.predicate(this.includes, component, component.include ?? []);
  }

  private predicate(known: Map<CatalogueComponent, PathPredicate>, component: CatalogueComponent, globs: readonly string[]): PathPredicate {
    let predicate = known.get(component);
    if (predicate === undefined) {
      predicate = compileGlobs(globs);
      known.set(component, predicate);
    }
    return predicate;
  }
}

function keyOf({ text, base, isOpen }: PathReference): string {
  return `${base} ${isOpen ?? false} ${text}`;
}
