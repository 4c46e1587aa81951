import { ParsedManifest } from './manifests';
import { resolvePath } from './repository-files';
import { Fields, fieldAt, fieldsOf, stringOf, stringsOf } from './values';

export interface Requirement {
  /** Absent where only a path is given. */
  readonly name?: string;
  readonly use: 'build' | 'development';
  /** From the repository's root. */
  readonly path?: string;
}

/** Everything that a project requires. Groups are never part of what is built; whether building needs them, the files tell. */
export function requirementsOf({ content, folder }: ParsedManifest): Requirement[] {
  const poetry = fieldAt(content, 'tool', 'poetry');
  const groups = [
    ...Object.values(fieldsOf(content['dependency-groups'])), fieldAt(content, 'tool', 'uv', 'dev-dependencies'),
    ...Object.values(fieldsOf(fieldAt(content, 'tool', 'pdm', 'dev-dependencies'))),
  ];
  const parse = (text: string, use: Requirement['use']) => requirement(text, use, folder);
  return [
    ...stringsOf(fieldAt(content, 'project', 'dependencies')).map((text) => parse(text, 'build')),
    ...Object.values(fieldsOf(fieldAt(content, 'project', 'optional-dependencies'))).flatMap(stringsOf).map((text) => parse(text, 'build')),
    ...stringsOf(fieldAt(content, 'build-system', 'requires')).map((text) => parse(text, 'build')),
    ...groups.flatMap(stringsOf).map((text) => parse(text, 'development')),
    ...poetryRequirements(fieldAt(poetry, 'dependencies'), 'build', folder),
    ...poetryRequirements(fieldAt(poetry, 'dev-dependencies'), 'development', folder),
    ...Object.values(fieldsOf(fieldAt(poetry, 'group'))).flatMap((group) => poetryRequirements(fieldAt(group, 'dependencies'), 'development', folder)),
    ...dynamicRequirements(content).map((text) => parse(text, 'build')),
  ];
}

/** What a build backend's plugins add to dependencies that the manifest calls dynamic: whatever is given in a list of that name. */
function dynamicRequirements(content: Fields): string[] {
  const dynamic = stringsOf(fieldAt(content, 'project', 'dynamic'));
  if (!dynamic.includes('dependencies') && !dynamic.includes('optional-dependencies')) {
    return [];
  }
  const listsIn = (value: unknown): string[] => Object.entries(fieldsOf(value)).flatMap(([key, entry]) => (
    /dependencies$/.test(key) ? [...stringsOf(entry), ...Object.values(fieldsOf(entry)).flatMap(stringsOf)] : listsIn(entry)));
  return ['hatch', 'setuptools', 'flit', 'scikit-build', 'uv-dynamic-versioning'].flatMap((tool) => listsIn(fieldAt(content, 'tool', tool)));
}

/** `name[extra] >= 1 ; marker`, `name @ file:path`, `-e path`. */
function requirement(text: string, use: Requirement['use'], folder: string): Requirement {
  const given = /(?:@|-e)\s*(?:file:(?:\/\/)?)?(?:\/?(?:\$\{PROJECT_ROOT\}|\{root(?::uri)?\})\/?)?(\.{0,2}[^\s;#]*)/.exec(text)?.[1];
  const path = given === undefined || given === '' || given.startsWith('/') || given.includes(':') ? undefined : resolvePath(folder, given);
  const name = /#egg=([\w.-]+)/.exec(text)?.[1] ?? /^\s*([A-Za-z0-9][\w.-]*)/.exec(text)?.[1];
  return { use, ...(name !== undefined && { name }), ...(path !== undefined && { path }) };
}

function poetryRequirements(table: unknown, use: Requirement['use'], folder: string): Requirement[] {
  return Object.entries(fieldsOf(table)).flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((entry): Requirement => {
    const given = stringOf(fieldAt(entry, 'path'));
    const path = given === undefined ? undefined : resolvePath(folder, given);
    return { name, use, ...(path !== undefined && { path }) };
  }));
}

/** Names that stand for the same project: case, and what separates its words, don't count. */
export function normalized(name: string): string {
  return name.toLowerCase().replace(/[-_.]+/g, '-');
}
