/** What globs of an interface as discovery writes them leave out of a folder, and what they add from elsewhere. */
interface LeftOut {
  readonly prefix: string;
  readonly folders: ReadonlySet<string>;
  readonly names: ReadonlySet<string>;
  readonly added: ReadonlySet<string>;
}

const GENERATED = /^(?<prefix>(?:[^()*!]|\\.)*\/|)(?:\(\?!(?<folders>[^()]*)\))?(?:\*\*)?\/?(?:!\((?<names>[^()]*)\))?$/s;

/**
 * Whether an interface leaves out at least what another does, both as discovery writes them. False where that can't be told.
 */
export function narrowerInterface(narrower: readonly string[], wider: readonly string[]): boolean {
  const [one, other] = [leftOut(narrower), leftOut(wider)];
  return one !== undefined && other !== undefined && one.prefix === other.prefix
    && isSubset(other.folders, one.folders) && isSubset(other.names, one.names) && isSubset(one.added, other.added);
}

function leftOut(globs: readonly string[]): LeftOut | undefined {
  const added = new Set<string>();
  const folders = new Set<string>();
  const names = new Set<string>();
  let prefix: string | undefined;
  for (const glob of globs) {
    const { groups } = (/\*|!\(/.test(glob) ? GENERATED.exec(glob) : null) ?? {};
    if (groups === undefined) {
      added.add(glob);
    } else if (prefix !== undefined && prefix !== groups.prefix) {
      return undefined;
    } else {
      prefix = groups.prefix;
      groups.folders?.split('|').forEach((folder) => folders.add(folder));
      groups.names?.split('|').forEach((name) => names.add(name));
    }
  }
  return prefix === undefined ? undefined : { prefix, folders, names, added };
}

function isSubset(part: ReadonlySet<string>, whole: ReadonlySet<string>): boolean {
  return [...part].every((item) => whole.has(item));
}
