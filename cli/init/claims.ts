import { FoundComponent, FoundTemplate } from './model';
import { escapeGlob } from '../../src/core/globs';
import { componentNameProblem, parameterName } from '../../src/core/names';
import { baseName } from '../discovery/repository-files';

type WithoutName<T> = T extends unknown ? Omit<T, 'name'> : never;

/** A component before it has its name. */
export type UnnamedComponent = WithoutName<FoundComponent>;

/** The files that something has already. */
export class Claims {
  private readonly paths: string[];

  public constructor(taken: readonly string[], template: FoundTemplate | undefined) {
    const packaged = template?.include.map((glob) => glob.replace(/\/\*\*$/, '').replace(/\\/g, '')) ?? [];
    this.paths = [...taken, ...template === undefined ? [] : [template.path], ...packaged];
  }

  public add(path: string): void {
    this.paths.push(path);
  }

  /** Whether a file is in what was claimed. A component at the root leaves the folders below to others. */
  public has(file: string): boolean {
    return this.paths.some((path) => file === path || file.startsWith(`${path}/`) || path === '.' && !file.includes('/'));
  }
}

/** What is no component's: the template, and folders of applications. */
interface Others {
  readonly template: string | undefined;
  readonly folders: readonly string[];
}

/** Gives each component a name that none has, by the folder or file that it is, or by its whole path. */
export function claimNames(found: readonly UnnamedComponent[], { template, folders }: Others): FoundComponent[] {
  const taken = new Set([keyOf(baseName(template ?? 'template.yml'))]);
  const others = [...found.map(({ path }) => path), ...template === undefined ? ['template.yml'] : [template], ...folders];
  return found.map((one): FoundComponent => {
    const name = [shortName(one.path), one.path, `component-${one.path}`].map(usable).find((candidate) => candidate !== '' && !taken.has(keyOf(candidate)))
      ?? usable(`component-${taken.size}`);
    taken.add(keyOf(name));
    const exclude = others.filter((other) => other !== one.path && (one.path === '.' || other.startsWith(`${one.path}/`))).flatMap(globsOf);
    return { ...one, name, ...(exclude.length > 0 && { exclude: [...new Set(exclude)].sort() }) };
  });
}

function globsOf(path: string): string[] {
  return /\.[A-Za-z0-9]+$/.test(baseName(path)) ? [escapeGlob(path)] : [`${escapeGlob(path)}/**`];
}

/** Names that make one id, or one parameter of the template, have one key. */
function keyOf(name: string): string {
  return parameterName(name, '').toLowerCase();
}

function shortName(path: string): string {
  return path === '.' ? 'application' : baseName(path).replace(/\.(asl\.json|py|json)$/, '');
}

function usable(text: string): string {
  const name = text.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '').slice(0, 64);
  return componentNameProblem(name) === undefined ? name : '';
}
