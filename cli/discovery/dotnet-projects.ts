import { XMLParser } from 'fast-xml-parser';
import { withoutMark } from './manifests';
import { FileIndex, folderOf } from './repository-files';
import { DiscoveryWarning } from '../../src/contract/discovery';

/** A file of MSBuild: a project, or one that projects import. */
export interface BuildFile {
  readonly path: string;
  readonly folder: string;
  /** Values of `Include` and `Update` of items that are other projects, as they are written. */
  readonly references: readonly string[];
  /** Paths of imported files, as they are written. */
  readonly imports: readonly string[];
  readonly properties: ReadonlyMap<string, string>;
}

/** Projects that MSBuild builds, whatever their language. */
export const PROJECT_FILE = /\.(?:cs|fs|vb|sql|wix|es|dc|vcx|sh)proj$/i;
const ATTRIBUTE = '@';
/** A project that a task or a command builds, in any attribute or text. */
const NAMED_PROJECT = /[^\s"'<>;|=]+\.(?:cs|fs|vb|sql|wix|es|dc|vcx|sh)proj\b/gi;

/** Reads MSBuild's files, each once. */
export class BuildFiles {
  private readonly parser = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: ATTRIBUTE, parseTagValue: false, parseAttributeValue: false });
  private readonly known = new Map<string, BuildFile | undefined>();

  public constructor(private readonly index: FileIndex, private readonly warnings: DiscoveryWarning[]) {}

  /** Undefined where it is not there, or no XML. */
  public read(path: string): BuildFile | undefined {
    if (!this.known.has(path)) {
      this.known.set(path, this.parse(path));
    }
    return this.known.get(path);
  }

  private parse(path: string): BuildFile | undefined {
    const text = this.index.readOne(path);
    if (text === undefined) {
      return undefined;
    }
    const found = { references: new Set<string>(), imports: new Set<string>(), properties: new Map<string, string>() };
    try {
      collect(this.parser.parse(withoutMark(text), true), found);
    } catch (error) {
      this.warnings.push({ kind: 'BrokenManifest', path, detail: (error as Error).message.split('\n')[0]! });
      return undefined;
    }
    for (const [name] of text.matchAll(NAMED_PROJECT)) {
      found.references.add(name);
    }
    return { path, folder: folderOf(path), references: [...found.references], imports: [...found.imports], properties: found.properties };
  }
}

interface Collected {
  readonly references: Set<string>;
  readonly imports: Set<string>;
  readonly properties: Map<string, string>;
}

function collect(value: unknown, found: Collected, tag = ''): void {
  if (Array.isArray(value)) {
    value.forEach((item) => collect(item, found, tag));
    return;
  }
  if (typeof value !== 'object' || value === null) {
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    if (key.startsWith(ATTRIBUTE)) {
      takeAttribute(tag, key.slice(ATTRIBUTE.length), String(inner), found);
    } else {
      if (tag === 'PropertyGroup') {
        takeProperty(key, inner, found);
      }
      collect(inner, found, key);
    }
  }
}

function takeAttribute(tag: string, name: string, value: string, { references, imports }: Collected): void {
  if (tag === 'Import' && name === 'Project') {
    imports.add(value);
  } else if (tag === 'ProjectReference' && (name === 'Include' || name === 'Update')) {
    value.split(';').map((item) => item.trim()).filter((item) => item !== '').forEach((item) => references.add(item));
  } else {
    value.split(';').map((item) => item.trim()).filter((item) => PROJECT_FILE.test(item)).forEach((item) => references.add(item));
  }
}

/** Of several values of a property none is known to count. */
function takeProperty(name: string, value: unknown, { properties }: Collected): void {
  const values = (Array.isArray(value) ? value as unknown[] : [value])
    .map((item) => (typeof item === 'object' && item !== null ? (item as { readonly [key: string]: unknown })['#text'] : item));
  if (values.length === 1 && typeof values[0] === 'string' && !properties.has(name)) {
    properties.set(name, values[0].trim());
  } else {
    properties.set(name, '$()');
  }
}
