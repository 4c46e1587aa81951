import { Catalogue } from '../catalogue';
import { canonicalJson } from '../digest';
import { isLockfile } from '../lockfile/traceable';

/** What two texts of a manifest, a lockfile or settings are compared with. */
export interface ManifestContext {
  /** Whether files refer to a component by this name. */
  readonly isComponent: (name: string) => boolean;
  /** Whether the catalogue says who uses this package. */
  readonly isJudged: (name: string) => boolean;
}

export function manifestContext({ references = {}, sharedPackages = {}, components }: Catalogue): ManifestContext {
  const judged = new Set([...Object.keys(sharedPackages), ...components.flatMap(({ testPackages = [] }) => testPackages)]);
  return { isComponent: (name) => Object.hasOwn(references, name), isJudged: (name) => judged.has(name) };
}

/**
 * Whether two texts of a file that facts are taken from say the same about packages and what they need. What a `package.json` runs is not judged here:
 * see `changedScripts`. False where that can't be told.
 */
export function sameFacts(path: string, before: string, after: string, context: ManifestContext): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (before === after) {
    return true;
  }
  if (isLockfile(path)) {
    return same(localSpecifiers(before), localSpecifiers(after));
  }
  if (isCompilerSettings(path)) {
    return same(aliases(before), aliases(after));
  }
  if (/\.lock$/.test(name)) {
    return same(localBlocks(before), localBlocks(after));
  }
  if (name === 'package.json') {
    const [old, now] = [packageFacts(before, context), packageFacts(after, context)];
    return old !== undefined && old === now;
  }
  return withoutVersions(before) === withoutVersions(after);
}

/** Settings of TypeScript: facts are what names they map to paths; the paths in them are references like others. */
export function isCompilerSettings(path: string): boolean {
  return /(?:^|\/)(?:ts|js)config[^/]*\.json$/.test(path);
}

function aliases(text: string): string[] {
  return text.match(/"paths"\s*:\s*\{[^}]*\}|"baseUrl"\s*:\s*"[^"]*"/g) ?? [];
}

/** The scripts of a `package.json` that are others than before, or new: with the text they had. */
export function changedScripts(before: string | undefined, after: string): { readonly before: string; readonly after: string }[] {
  const [old, now] = [scriptsOf(before), scriptsOf(after)];
  return Object.entries(now).filter(([name, text]) => text !== old[name]).map(([name, text]) => ({ before: String(old[name] ?? ''), after: String(text) }));
}

function scriptsOf(text: string | undefined): { readonly [name: string]: unknown } {
  const scripts = text === undefined ? undefined : parse(text)?.scripts;
  return typeof scripts === 'object' && scripts !== null ? scripts as { readonly [name: string]: unknown } : {};
}

const DEPENDENCIES = ['dependencies', 'optionalDependencies', 'peerDependencies', 'devDependencies'];
/** Say nothing about what a package reads, nor about what is read of it. */
const SILENT = ['version', 'description', 'keywords', 'author', 'contributors', 'license', 'homepage', 'bugs', 'repository', 'funding', 'scripts', 'engines', 'packageManager', 'private'];
/** A package from elsewhere than a registry, or under another name. */
const LOCAL = /^(?:file|link|portal|workspace|npm|patch|exec):|^\.{0,2}\//;

function packageFacts(text: string, { isComponent, isJudged }: ManifestContext): string | undefined {
  const manifest = parse(text);
  if (manifest === undefined) {
    return undefined;
  }
  const entries = Object.entries(manifest).filter(([field]) => !SILENT.includes(field)).map(([field, value]): [string, unknown] => {
    if (!DEPENDENCIES.includes(field) || typeof value !== 'object' || value === null) {
      return [field, value];
    }
    // Of what comes from a registry the lockfile says which version it is, and a package that no one knows is built with.
    return [field, Object.entries(value).flatMap(([dependency, specifier]) => (
      LOCAL.test(String(specifier)) ? [[dependency, String(specifier)]] : isComponent(dependency) || isJudged(dependency) ? [[dependency]] : []
    )).sort()];
  });
  return canonicalJson(Object.fromEntries(entries.filter(([field, value]) => !(DEPENDENCIES.includes(field) && Array.isArray(value) && value.length === 0))));
}

function parse(text: string): { readonly [field: string]: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text.replace(/^\ufeff/, ''));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as { readonly [field: string]: unknown } : undefined;
  } catch {
    return undefined;
  }
}

/** What a lockfile of npm, pnpm, Yarn or bun takes from the repository itself. */
function localSpecifiers(text: string): string[] {
  return text.match(/(?:link|file|workspace|portal):[^"'\s,)}\]]+|"resolved": "(?!https?:)[^"]*"/g) ?? [];
}

/** Packages that a lockfile of Cargo, uv or Poetry takes from the repository itself, and what these require. */
function localBlocks(text: string): string[] {
  return text.split(/^\[\[package\]\]/m).slice(1)
    .filter((block) => !/^source\s*=/m.test(block) || /(?:editable|virtual|directory|path|url)\s*=\s*"(?!https?:)|type\s*=\s*"(?:directory|file)"/.test(block))
    .map(withoutVersions);
}

/** A version, or a range of them, that is no part of a path or a name. */
const VERSION = /(?<![\w/.+-])[~^<>=!v ]*\d+(?:\.[\dx*]+)+(?:[-+][\w.-]+)?(?![\w/])/g;

function withoutVersions(text: string): string {
  return text.replace(/\r\n/g, '\n').replace(VERSION, '*');
}

function same(one: readonly string[], other: readonly string[]): boolean {
  const [left, right] = [new Set(one), new Set(other)];
  return left.size === right.size && [...left].every((item) => right.has(item));
}
