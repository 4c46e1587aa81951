import { XMLParser } from 'fast-xml-parser';
import { isFixture, ParsedManifest, parseManifests } from './manifests';
import { FileIndex, folderOf, resolvePath } from './repository-files';
import { fieldAt, Fields, fieldsOf, stringOf } from './values';
import { DiscoveryWarning } from '../../src/contract/discovery';

const ARRAYS = new Set(['module', 'dependency', 'plugin', 'profile', 'extension']);

/** A POM that can be used. */
export interface Pom extends ParsedManifest {
  readonly artifact: string;
  readonly group: string | undefined;
}

/** An aggregator that no other names, and what it, and they in turn, name as modules. */
export interface Reactor {
  readonly root: Pom;
  /** The root among them. */
  readonly modules: readonly Pom[];
  /** Modules that are commits of other repositories. */
  readonly submodules: readonly string[];
}

/** Reads POMs, each once. */
export class PomReader {
  private readonly parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false, isArray: (name) => ARRAYS.has(name) });
  private readonly known = new Map<string, Pom | undefined>();

  public constructor(private readonly index: FileIndex, private readonly warnings: DiscoveryWarning[]) {}

  public read(path: string): Pom | undefined {
    if (!this.known.has(path)) {
      this.known.set(path, this.parse(path));
    }
    return this.known.get(path);
  }

  /** The POM in the repository that a POM's parent is, by its path or in the folder above; undefined where it comes from elsewhere. */
  public parentOf({ content, folder }: Pom): Pom | undefined {
    const parent = fieldsOf(content.parent);
    const artifact = stringOf(parent.artifactId);
    // An empty one says that the parent is not here.
    if (artifact === undefined || parent.relativePath === '') {
      return undefined;
    }
    const given = resolvePath(folder, stringOf(parent.relativePath) ?? '..');
    const path = given === undefined || given.endsWith('.xml') ? given : given === '.' ? 'pom.xml' : `${given}/pom.xml`;
    const found = path === undefined || !this.index.has(path) ? undefined : this.read(path);
    return found?.artifact === artifact ? found : undefined;
  }

  /** A POM's parents in the repository, the nearest first. */
  public ancestorsOf(pom: Pom): Pom[] {
    const found: Pom[] = [];
    for (let parent = this.parentOf(pom); parent !== undefined && !found.includes(parent); parent = this.parentOf(parent)) {
      found.push(parent);
    }
    return found;
  }

  /** A text with the properties in it that are the POM's or its parents'. A name that is one alone means what it means in the POM where it stands. */
  public valueOf(pom: Pom, text: string): string {
    const poms = text.includes('${') ? [pom, ...this.ancestorsOf(pom)] : [];
    return text.replace(/\$\{([\w.-]+)\}/g, (whole, name: string) => (
      poms.map(({ content }) => stringOf(fieldAt(content, 'properties', name))).find((value) => value !== undefined) ?? whole));
  }

  private parse(path: string): Pom | undefined {
    const [manifest] = parseManifests(this.index, [path], (text) => fieldAt(this.parser.parse(text, true), 'project'), this.warnings);
    const artifact = stringOf(manifest?.content.artifactId);
    if (manifest === undefined) {
      return undefined;
    }
    if (artifact === undefined) {
      this.warnings.push({ kind: 'BrokenManifest', path, detail: "it has no 'artifactId'" });
      return undefined;
    }
    return { ...manifest, artifact, group: stringOf(manifest.content.groupId) ?? stringOf(fieldAt(manifest.content, 'parent', 'groupId')) };
  }
}

/** All reactors of the repository: at its root, or below where no other has named them as modules. */
export function findReactors(index: FileIndex, reader: PomReader, warnings: DiscoveryWarning[]): Reactor[] {
  const texts = index.files.read(index.named('pom.xml'));
  const candidates = [...texts].filter(([path, text]) => path === 'pom.xml' || (text.includes('<module>') && !isFixture(folderOf(path)) && !/(^|\/)(src|target)\//.test(path)))
    .map(([path]) => path).sort((one, other) => one.split('/').length - other.split('/').length || (one < other ? -1 : 1));
  const taken = new Set<string>();
  return candidates.flatMap((path) => {
    const root = taken.has(path) ? undefined : reader.read(path);
    return root === undefined ? [] : [reactorOf(root, { index, reader, warnings, taken })];
  });
}

interface Search {
  readonly index: FileIndex;
  readonly reader: PomReader;
  readonly warnings: DiscoveryWarning[];
  readonly taken: Set<string>;
}

function reactorOf(root: Pom, { index, reader, warnings, taken }: Search): Reactor {
  const modules: Pom[] = [];
  const submodules: string[] = [];
  const missing = new Set<string>();
  const paths = [root.path];
  for (const path of paths) {
    const pom = taken.has(path) ? undefined : reader.read(path);
    if (pom === undefined) {
      continue;
    }
    taken.add(path);
    modules.push(pom);
    for (const module of moduleNames(pom.content)) {
      const target = resolvePath(pom.folder, module) ?? '';
      const file = target.endsWith('.xml') ? target : `${target}/pom.xml`;
      if (index.has(file)) {
        paths.push(file);
      } else if (index.files.submodules.has(target)) {
        submodules.push(target);
      } else if (!missing.has(file)) {
        missing.add(file);
        warnings.push({ kind: 'MissingMember', path, detail: `it names the module '${module}', but '${file}' is not tracked` });
      }
    }
  }
  return { root, modules, submodules };
}

function moduleNames(content: Fields): string[] {
  return [content, ...itemsOf(fieldAt(content, 'profiles', 'profile'))].flatMap((part) => itemsOf(fieldAt(part, 'modules', 'module'))).map(String);
}

export function itemsOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
