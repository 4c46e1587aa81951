import { asOptionalRecord, asRecord, ResolvedGraph } from './resolved-graph';
import { nameOf, Ranges, YarnGraph, YarnPackage, YarnWorkspace } from './yarn-graph';
import { BerryRules } from './yarn-rules';

type Fields = { readonly [field: string]: unknown };

/**
 * The graph in a `yarn.lock` of Yarn 2 and later.
 *
 * It states requirements as the packages do; what `resolutions` and `packageExtensions` make of them is in the root's manifest and in `.yarnrc.yml`.
 *
 * @param lockfile the parsed YAML
 * @param manifest the root's
 * @param settings what `.yarnrc.yml` holds
 * @throws LockfileError where it isn't of that form
 */
export function readYarnBerryLockfile(lockfile: unknown, manifest: Fields = {}, settings: Fields = {}): ResolvedGraph {
  const { __metadata: metadata, ...content } = asRecord(lockfile, 'the lockfile');
  asRecord(metadata, "'__metadata'");
  const rules = new BerryRules(manifest, settings);
  const packages: YarnPackage[] = [];
  const workspaces: YarnWorkspace[] = [];
  for (const [key, value] of Object.entries(content)) {
    const { resolution, checksum, dependencies, bin, peerDependencies } = asRecord(value, `'${key}'`);
    const name = nameOf(String(resolution));
    const reference = String(resolution).slice(name.length + 1);
    const common = {
      name,
      patterns: key.split(', '),
      dependencies: asOptionalRecord(dependencies, `dependencies of '${key}'`) as Ranges,
      peers: Object.keys(asOptionalRecord(peerDependencies, `peerDependencies of '${key}'`)),
    };
    if (reference.startsWith('workspace:')) {
      workspaces.push({ ...common, folder: reference.slice('workspace:'.length), devDependencies: {} });
    } else {
      packages.push({
        ...common,
        reference,
        // The checksum starts with the key of the cache that it was computed with, which is none of the package's business.
        identity: JSON.stringify([resolution, String(checksum).replace(/^.*\//, '')]),
        patched: common.patterns.map(patchedPattern).find((pattern) => pattern !== undefined),
        commands: Object.keys(asOptionalRecord(bin, `bin of '${key}'`)),
      });
    }
  }
  const known = new Set(packages.flatMap(({ patterns }) => [...patterns, ...patterns.map(nameOf)]));
  return new YarnGraph(packages.map((one) => rules.extend(one, known)), workspaces, rules).read();
}

/** The package that a pattern of a patched one says is patched. */
function patchedPattern(pattern: string): string | undefined {
  const inner = /^.[^@]*@patch:([^#]+)#/.exec(pattern)?.[1];
  try {
    return inner === undefined ? undefined : decodeURIComponent(inner);
  } catch {
    return undefined;
  }
}
