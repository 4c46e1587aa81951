import { asOptionalRecord, asRecord, LockfileError } from './resolved-graph';
import { Ranges, YarnPackage, YarnRules } from './yarn-graph';

type Fields = { readonly [field: string]: unknown };

/** An entry of `resolutions` of Yarn 2 and later, such as `"a@npm:1.0.0/left@npm:^1.0.0": "2.0.0"`. */
interface Resolution {
  readonly from?: string;
  readonly fromReference?: string;
  readonly name: string;
  readonly range?: string;
  readonly to: string;
}

const NAME = '(?:@[^/@]+/)?[^/@]+';
const RESOLUTION = new RegExp(`^(?:(?<from>${NAME})(?:@(?<fromReference>[^/]+))?/)?(?<name>${NAME})(?:@(?<range>.+))?$`);

/** What the root's manifest and `.yarnrc.yml` say about requirements, which the lockfile keeps as the packages state them. */
export class BerryRules implements YarnRules {
  /** Yarn has a list of extensions of its own. */
  public readonly mayAdd = true;
  public readonly hoists: boolean;
  private readonly resolutions: readonly Resolution[];
  private readonly extensions: ReadonlyMap<string, { readonly dependencies: Ranges; readonly peers: readonly string[] }>;

  /**
   * @param manifest the root's
   * @param settings what `.yarnrc.yml` holds
   * @throws LockfileError where a resolution can't be understood
   */
  public constructor(manifest: Fields, private readonly settings: Fields) {
    this.resolutions = Object.entries(asOptionalRecord(manifest.resolutions, 'resolutions')).map(([key, to]) => parseResolution(key, String(to)));
    const extensions = new Map<string, { dependencies: Ranges; peers: readonly string[] }>();
    for (const [key, extension] of extensionsIn(settings.packageExtensions)) {
      const { dependencies, peerDependencies } = asOptionalRecord(extension, `packageExtensions '${key}'`);
      const name = key.replace(/(?!^)@.*$/, '');
      const known = extensions.get(name);
      extensions.set(name, {
        dependencies: { ...known?.dependencies, ...asOptionalRecord(dependencies, `packageExtensions '${key}'`) as Ranges },
        peers: [...known?.peers ?? [], ...Object.keys(asOptionalRecord(peerDependencies, `packageExtensions '${key}'`))],
      });
    }
    this.extensions = extensions;
    // Plug'n'Play, which Yarn takes where nothing is said, finds no peer that isn't brought.
    this.hoists = (settings.nodeLinker ?? 'pnp') !== 'pnp';
  }

  /** A package with what `packageExtensions` adds to it; whether its version is meant is left open: it may be. */
  public extend(one: YarnPackage, patterns: ReadonlySet<string>): YarnPackage {
    const extension = this.extensions.get(one.name);
    if (extension === undefined) {
      return one;
    }
    const added = Object.entries(extension.dependencies).filter(([name, range]) => patterns.has(name) || patterns.has(descriptor(name, range)));
    return { ...one, dependencies: { ...Object.fromEntries(added), ...one.dependencies }, peers: [...one.peers ?? [], ...extension.peers] };
  }

  public patternsOf(parent: { readonly name: string; readonly reference: string }, name: string, range: string): readonly string[] | 'any' {
    const required = this.fromCatalog(name, range);
    if (required === undefined) {
      return 'any';
    }
    const mayBe: string[] = [];
    for (const resolution of this.resolutions) {
      if (resolution.name !== name || (resolution.from !== undefined && resolution.from !== parent.name)) {
        continue;
      }
      const meant = [isMeant(resolution.fromReference, parent.reference), isMeant(resolution.range, required)];
      if (!meant.includes('no')) {
        mayBe.push(descriptor(name, resolution.to));
        if (!meant.includes('maybe')) {
          return mayBe;
        }
      }
    }
    return [...mayBe, descriptor(name, required)];
  }

  public isOutside(): boolean {
    return false;
  }

  /** `catalog:` and `catalog:name` stand for ranges in the settings. */
  private fromCatalog(name: string, range: string): string | undefined {
    if (!range.startsWith('catalog:')) {
      return range;
    }
    const catalog = range.slice('catalog:'.length);
    const ranges = catalog === '' ? this.settings.catalog : asOptionalRecord(this.settings.catalogs, 'catalogs')[catalog];
    const found = asOptionalRecord(ranges, range)[name];
    return found === undefined ? undefined : String(found);
  }
}

/** Yarn takes a mapping or, where keys are there more than once, a list of pairs. */
function extensionsIn(value: unknown): [string, unknown][] {
  if (Array.isArray(value)) {
    return value.flatMap((pair: unknown): [string, unknown][] => (Array.isArray(pair) ? [[String(pair[0]), pair[1]]] : Object.entries(asRecord(pair, 'one of packageExtensions'))));
  }
  return Object.entries(asOptionalRecord(value, 'packageExtensions'));
}

function parseResolution(key: string, to: string): Resolution {
  const groups = RESOLUTION.exec(key)?.groups;
  if (groups === undefined) {
    throw new LockfileError(`resolution ${JSON.stringify(key)} of the root's package.json can't be understood`);
  }
  return { from: groups.from, fromReference: groups.fromReference, name: groups.name!, range: groups.range, to };
}

/** Whether what a resolution states is what is there; Yarn compares texts, and where these are no plain versions more than one may stand for the same. */
function isMeant(stated: string | undefined, actual: string): 'yes' | 'no' | 'maybe' {
  if (stated === undefined || withProtocol(stated) === withProtocol(actual)) {
    return 'yes';
  }
  return [stated, actual].every((one) => withProtocol(one).startsWith('npm:')) ? 'no' : 'maybe';
}

/** A requirement as the lockfile writes it. */
export function descriptor(name: string, range: string): string {
  return `${name}@${withProtocol(range)}`;
}

function withProtocol(range: string): string {
  return /^[a-z+]+:/.test(range) ? range : `npm:${range}`;
}
