import { FileIndex, folderOf, resolvePath } from './repository-files';

/** What the solutions of a repository say about its projects. */
export interface Solutions {
  /** Paths of the projects that they name. */
  readonly projects: ReadonlySet<string>;
  /** By project: others that are built before it, without a reference. */
  readonly buildOrder: ReadonlyMap<string, readonly string[]>;
}

export const SOLUTION_FILE = /\.slnx?$/i;
const PROJECT_LINE = /^Project\("[^"]*"\)\s*=\s*"[^"]*",\s*"([^"]*)",\s*"(\{[^}]*\})"/;

export function readSolutions(index: FileIndex): Solutions {
  const projects = new Set<string>();
  const buildOrder = new Map<string, string[]>();
  const add = (project: string, before: string) => buildOrder.set(project, [...buildOrder.get(project) ?? [], before]);
  for (const [path, text] of index.files.read(index.files.paths.filter((candidate) => SOLUTION_FILE.test(candidate)))) {
    const read = path.toLowerCase().endsWith('x') ? readXml : readText;
    const resolve = (name: string) => resolvePath(folderOf(path), name.replace(/\\/g, '/'));
    read(text, resolve, projects, add);
  }
  return { projects, buildOrder };
}

type Resolve = (name: string) => string | undefined;
type AddOrder = (project: string, before: string) => void;

/** The older format: a line for each project, with the IDs of those that are built before it. */
function readText(text: string, resolve: Resolve, projects: Set<string>, add: AddOrder): void {
  const byId = new Map<string, string>();
  const orders: [project: string, id: string][] = [];
  let current: string | undefined;
  let isOrder = false;
  for (const line of text.split(/\r?\n/)) {
    const [, name, id] = PROJECT_LINE.exec(line.trim()) ?? [];
    if (name !== undefined) {
      current = resolve(name);
      if (current !== undefined) {
        projects.add(current);
        byId.set(id!.toUpperCase(), current);
      }
    } else if (/^\s*ProjectSection\(ProjectDependencies\)/.test(line)) {
      isOrder = true;
    } else if (/^\s*EndProjectSection/.test(line)) {
      isOrder = false;
    } else if (isOrder && current !== undefined) {
      const [before] = /\{[^}]*\}/.exec(line) ?? [];
      orders.push(...before === undefined ? [] : [[current, before.toUpperCase()] as [string, string]]);
    }
  }
  for (const [project, id] of orders) {
    const before = byId.get(id);
    if (before !== undefined) {
      add(project, before);
    }
  }
}

/** `.slnx`: elements `Project`, in which `BuildDependency` names others. */
function readXml(text: string, resolve: Resolve, projects: Set<string>, add: AddOrder): void {
  for (const [, attributes, content = ''] of text.matchAll(/<Project\b([^>]*?)(?:\/>|>([\s\S]*?)<\/Project>)/g)) {
    const project = pathIn(attributes!, 'Path', resolve);
    if (project !== undefined) {
      projects.add(project);
      for (const [, inner] of content.matchAll(/<BuildDependency\b([^>]*)/g)) {
        const before = pathIn(inner!, 'Project', resolve);
        if (before !== undefined) {
          add(project, before);
        }
      }
    }
  }
}

function pathIn(attributes: string, name: string, resolve: Resolve): string | undefined {
  const value = new RegExp(`\\b${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`).exec(attributes);
  return value === null ? undefined : resolve(value[1] ?? value[2]!);
}
