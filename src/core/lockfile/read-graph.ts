import { isInFolder, joinPath, relativePath } from '../paths';
import { LockfileContext, neededManifests, onlyDocument, readLockfile, YamlParser } from './lockfiles';
import { asOptionalRecord, LockfileError, ResolvedGraph } from './resolved-graph';
import { readCargoLockfile, readUvLockfile, TomlParser } from './toml-lockfiles';
import { Manifests } from './yarn-classic-lockfile';
import { Catalogue } from '../catalogue';

export type Side = 'before' | 'after';

export interface GraphInput {
  readonly catalogue: Catalogue;
  readonly parseYaml: YamlParser;
  readonly parseToml: TomlParser;
  /**
   * Text of a file at the baseline or at the head; undefined where it isn't there. May be asked for many at once.
   * It throws a `LockfileError` for a file that can't be read at any attempt; every other error ends the tracing.
   */
  read(side: Side, path: string): Promise<string | undefined>;
}

/** The graph of a lockfile in a folder; the error of one that can't be read, for it must not keep the plan from being made. */
export async function readGraph(input: GraphInput, side: Side, path: string, folder: string): Promise<ResolvedGraph | LockfileError> {
  const text = await orUnreadable(async () => input.read(side, path));
  if (text instanceof LockfileError) {
    return text;
  }
  if (text === undefined) {
    return new LockfileError(`it is not there ${side === 'before' ? 'at the baseline' : 'at the head'}`);
  }
  if (path.endsWith('Cargo.lock') || path.endsWith('uv.lock')) {
    return readToml(input, text, path, folder);
  }
  const context = await orUnreadable(async () => (
    path.endsWith('pnpm-lock.yaml') ? readPnpmContext(input, side, folder) : readContext(input, side, folder, neededManifests(path, text))
  ));
  if (context instanceof LockfileError) {
    return context;
  }
  try {
    return readLockfile(path, text, input.parseYaml, context);
  } catch (error) {
    // Whatever the text makes of the parsers.
    return new LockfileError((error as Error).message);
  }
}

function readToml({ catalogue: { references, components }, parseToml }: GraphInput, text: string, path: string, folder: string): ResolvedGraph | LockfileError {
  try {
    if (!path.endsWith('Cargo.lock')) {
      return readUvLockfile(parseToml(text));
    }
    if (references === undefined) {
      return new LockfileError('the catalogue does not say which components its packages are');
    }
    const paths = new Map(components.map((component) => [component.name, component.path]));
    return readCargoLockfile(parseToml(text), (name) => (Object.hasOwn(references, name) ? references[name]! : [])
      .flatMap((component) => paths.get(component) ?? []).filter((at) => isInFolder(at, folder)).map((at) => relativePath(folder, at)));
  } catch (error) {
    // Whatever the text makes of the parser.
    return new LockfileError((error as Error).message.split('\n')[0]!);
  }
}

/** Text of a file that may explain a change; one that can't be read counts as absent, and explains nothing. */
export async function readOrAbsent(input: GraphInput, side: Side, path: string): Promise<string | undefined> {
  const text = await orUnreadable(async () => input.read(side, path));
  return text instanceof LockfileError ? undefined : text;
}

async function orUnreadable<T>(read: () => Promise<T>): Promise<T | LockfileError> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof LockfileError) {
      return error;
    }
    throw error;
  }
}

async function readContext(input: GraphInput, side: Side, folder: string, needed: 'all' | 'root' | 'none'): Promise<LockfileContext> {
  if (needed === 'none') {
    return { manifests: new Map() };
  }
  const components = needed === 'all' ? input.catalogue.components.map(({ path }) => path).filter((path) => isInFolder(path, folder)) : [];
  const manifests = await readManifests(input, side, folder, [...new Set([folder, ...components])]);
  const settings = needed === 'root' ? await input.read(side, joinPath(folder, '.yarnrc.yml')) : undefined;
  return { manifests, yarnSettings: settings === undefined ? undefined : parseSettings(input, settings, folder) };
}

/** Whether pnpm hoists: what can't be read may say so. */
async function readPnpmContext(input: GraphInput, side: Side, folder: string): Promise<LockfileContext> {
  const [workspace, npmrc] = await Promise.all(['pnpm-workspace.yaml', '.npmrc'].map(async (name) => input.read(side, joinPath(folder, name))));
  const isHoisted = () => {
    try {
      return asOptionalRecord(onlyDocument(input.parseYaml(workspace ?? '{}')), 'pnpm-workspace.yaml').nodeLinker === 'hoisted';
    } catch {
      return true;
    }
  };
  return { manifests: new Map(), pnpmHoists: /^\s*node-linker\s*=\s*["']?hoisted/m.test(npmrc ?? '') || isHoisted() };
}

async function readManifests(input: GraphInput, side: Side, folder: string, roots: readonly string[]): Promise<Manifests> {
  const texts = await Promise.all(roots.map(async (root) => input.read(side, joinPath(root, 'package.json'))));
  return new Map(roots.flatMap((root, index) => {
    const text = texts[index];
    return text === undefined ? [] : [[relativePath(folder, root), parseManifest(text, root)]];
  }));
}

function parseManifest(text: string, folder: string): { readonly [field: string]: unknown } {
  try {
    // npm and others read a manifest with a byte order mark.
    return JSON.parse(text.replace(/^\uFEFF/, '')) as { readonly [field: string]: unknown };
  } catch (error) {
    throw new LockfileError(`${joinPath(folder, 'package.json')} is not JSON: ${(error as Error).message}`);
  }
}

function parseSettings({ parseYaml }: GraphInput, text: string, folder: string): unknown {
  try {
    return onlyDocument(parseYaml(text));
  } catch (error) {
    throw new LockfileError(`${joinPath(folder, '.yarnrc.yml')} can't be read: ${(error as Error).message}`);
  }
}
