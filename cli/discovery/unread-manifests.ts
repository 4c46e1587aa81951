import { FoundPackage } from './ecosystem';
import { FolderOwners } from './folder-owners';
import { FileIndex, folderOf } from './repository-files';
import { DiscoveryWarning } from '../../src/contract/discovery';

/** Manifests that are seen and say nothing here, with what to do. */
interface UnreadKind {
  readonly pattern: RegExp;
  readonly what: string;
  readonly advice: string;
}

const BY_HAND = 'give a component for each folder in --catalogue, or in the pipeline\'s components';

const KINDS: readonly UnreadKind[] = [
  { pattern: /\.tf$/, what: 'Terraform', advice: BY_HAND },
  { pattern: /^serverless\.(ya?ml|ts|js|json)$/, what: 'the Serverless Framework', advice: BY_HAND },
  { pattern: /^(template|sam|template-.*|.*\.template)\.ya?ml$/, what: 'CloudFormation or SAM, without resources', advice: 'give a template component for each template' },
  { pattern: /^cdk\.json$/, what: 'a CDK app', advice: 'give a component for the app' },
  { pattern: /^(BUILD|WORKSPACE|MODULE)(\.bazel)?$/, what: 'Bazel', advice: BY_HAND },
  { pattern: /^pants\.toml$/, what: 'Pants', advice: BY_HAND },
  { pattern: /^rush\.json$/, what: 'Rush', advice: 'list the projects as workspaces, or give them by hand' },
  { pattern: /^(lerna|nx)\.json$/, what: 'Lerna or Nx without workspaces', advice: 'list the packages as workspaces in package.json' },
  { pattern: /^deno\.jsonc?$/, what: 'Deno', advice: BY_HAND },
  { pattern: /^build\.sbt$/, what: 'sbt', advice: BY_HAND },
  { pattern: /^composer\.json$/, what: 'Composer', advice: BY_HAND },
  { pattern: /^Gemfile$/, what: 'Bundler', advice: BY_HAND },
  { pattern: /^mix\.exs$/, what: 'Mix', advice: BY_HAND },
  { pattern: /^Package\.swift$/, what: 'Swift', advice: BY_HAND },
  { pattern: /^pubspec\.yaml$/, what: 'Dart', advice: BY_HAND },
  { pattern: /^package\.json$/, what: 'npm, in no workspace', advice: 'add the folder to the workspaces, or give it by hand' },
  { pattern: /^(pyproject\.toml|setup\.py|setup\.cfg|Pipfile)$/, what: 'Python, in no project that is read', advice: BY_HAND },
  { pattern: /^go\.mod$/, what: 'Go, in no workspace', advice: 'add the module to go.work, or give a component for each command by hand' },
  { pattern: /^Cargo\.toml$/, what: 'Cargo, in no workspace', advice: 'add the crate to the workspace, or give it by hand' },
  { pattern: /^pom\.xml$/, what: 'Maven, in no list of modules', advice: 'add the module to its parent\'s modules, or give it by hand' },
  { pattern: /^build\.gradle(\.kts)?$/, what: 'Gradle, in no build of several projects', advice: BY_HAND },
  { pattern: /\.(cs|fs|vb)proj$/, what: 'dotnet, as one project', advice: BY_HAND },
];

/** Folders of others' packages. */
const GENERATED = /(^|\/)(node_modules|site-packages|\.venv|vendor|third_party)\//;

/** One line for each kind of manifest that is in the repository and that no component comes from. */
export function namedManifests(index: FileIndex, packages: readonly FoundPackage[]): DiscoveryWarning[] {
  const owners = new FolderOwners(packages.filter(({ folder }) => folder !== '.'));
  const used = new Set(packages.map(({ folder }) => folder));
  const ecosystemsSeen = new Set(packages.flatMap(({ ecosystems }) => ecosystems));
  const found = new Map<UnreadKind, { first: string; count: number }>();
  for (const path of index.files.paths) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    const kind = GENERATED.test(path) || owners.of(path) !== undefined ? undefined : KINDS.find(({ pattern }) => pattern.test(name));
    if (kind !== undefined && !isUsed(path, kind, used, ecosystemsSeen)) {
      const known = found.get(kind);
      found.set(kind, { first: known?.first ?? path, count: (known?.count ?? 0) + 1 });
    }
  }
  return [...found].map(([{ what, advice }, { first, count }]) => ({
    kind: 'UnreadManifest',
    path: first,
    detail: `${what}: ${count === 1 ? 'it makes no component' : `it and ${count - 1} more make no component`}; ${advice}`,
  }));
}

/** A manifest that made a component, or that stands at the root of what was read. */
function isUsed(path: string, { what }: UnreadKind, used: ReadonlySet<string>, ecosystems: ReadonlySet<string>): boolean {
  const folder = folderOf(path);
  const ecosystem = ['npm', 'Python', 'Go', 'Cargo', 'Maven', 'Gradle', 'dotnet'].find((name) => what.startsWith(`${name},`))?.toLowerCase();
  if (what.startsWith('Lerna')) {
    return ecosystems.has('npm');
  }
  return ecosystem !== undefined && (used.has(folder) || (ecosystems.has(ecosystem) && [...used].some((one) => folder === '.' || one.startsWith(`${folder}/`))));
}
