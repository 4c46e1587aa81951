import { GradleProject } from './gradle-builds';
import { baseName } from './repository-files';

/** Another project that a script names. */
export interface ProjectMention {
  readonly targets: readonly GradleProject[];
  /** Gradle gives what these configurations hold to nothing but tests. */
  readonly use: 'build' | 'test';
  /** Whose it is: the script's own project, all below it, or another project that the script configures. */
  readonly of: 'own' | 'below' | GradleProject;
}

const ARGUMENT = /\bproject\s*\(\s*(?:path\s*[:=]\s*)?(?:(["'])([^"'\n]*)\1|(?=[^\s)"']))/g;
const ARGUMENT_BEFORE = /\bproject\s*\(\s*(?:path\s*[:=]\s*)?$/;
const PATH = /(["'])(:[\w.:-]+)\1/g;
const ACCESSOR = /\bprojects\.([A-Za-z][\w.]*)/g;
/** All projects, wherever a script that is not the root's names them. */
const COLLECTION = /\b(?:rootProject|parent)\b[!?]*\s*\.\s*(?:subprojects|allprojects|childProjects)\b/g;
const TEST_CONFIGURATION = /(?:^|[{;(,])\s*["']?(?:test|androidTest)(?:Implementation|CompileOnly|RuntimeOnly|AnnotationProcessor|Compile|Runtime)["']?[\s(,]+(?:(?:enforcedPlatform|platform|testFixtures)\s*\(\s*)*$/;
const TOKEN = /"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\/\/[^\n]*|\/\*[\s\S]*?\*\/|[{}]/g;
/** A block of the script's own project: a name with plain arguments, which no loop is and nothing that means other projects. */
const OWN_BLOCK = /^[\w.]*\s*(?:\([^(){}]*\))?$/;
const FOR_OTHERS = /\b(?:subprojects|allprojects|childProjects|projects|configure|projectsEvaluated|beforeProject|afterProject|beforeEvaluate|afterEvaluate|lifecycle|each|forEach|all|every|filter|findAll|matching|with|apply|run|let|also|use|in)\b/;
const FOR_ANOTHER = /\bproject\s*\(\s*(?:path\s*[:=]\s*)?(["'])([^"'\n]+)\1\s*\)\s*(?:\.\s*\w+\s*)?\{?$/;

/** What the text of a script says about other projects of its build: more rather than less. */
export function mentionsIn(text: string, from: GradleProject, projects: readonly GradleProject[]): ProjectMention[] {
  const blocks = blocksOf(text);
  const mention = (at: number, targets: readonly GradleProject[]): ProjectMention[] => {
    const line = text.slice(text.lastIndexOf('\n', at) + 1, at);
    return targets.length === 0 ? [] : [{ targets, use: TEST_CONFIGURATION.test(line) ? 'test' : 'build', of: ownerAt(blocks?.get(at), from, projects, blocks === undefined) }];
  };
  const found: ProjectMention[] = [];
  for (const { 2: name, index } of text.matchAll(ARGUMENT)) {
    found.push(...mention(index, name === undefined ? projects : projectsNamed(name, from, projects)));
  }
  for (const { 2: path, index } of text.matchAll(PATH)) {
    found.push(...ARGUMENT_BEFORE.test(text.slice(Math.max(0, index - 40), index)) ? [] : mention(index, longest(path!, projects)));
  }
  for (const { 1: accessor, index } of text.matchAll(ACCESSOR)) {
    found.push(...mention(index, byAccessor(accessor!, projects)));
  }
  if (from.path !== ':') {
    [...text.matchAll(COLLECTION)].forEach(({ index }) => found.push(...mention(index, projects)));
  }
  return found;
}

/** Where a name is computed, all that may be meant; where none of that name is known, any. */
function projectsNamed(name: string, from: GradleProject, projects: readonly GradleProject[]): readonly GradleProject[] {
  const at = name.indexOf('$');
  if (at >= 0) {
    const prefix = name.slice(0, at);
    return projects.filter(({ path }) => path.startsWith(prefix) || !prefix.startsWith(':'));
  }
  const absolute = name.startsWith(':') ? name : `${from.path === ':' ? '' : from.path}:${name}`;
  const exact = projects.find(({ path }) => path === absolute);
  if (exact !== undefined) {
    return [exact];
  }
  const last = name.slice(name.lastIndexOf(':') + 1);
  const alike = projects.filter(({ folder }) => folder === last || folder.endsWith(`/${last}`));
  return alike.length > 0 ? alike : projects;
}

/** The project of which a path is, or is a task's; where none is known by it, those in folders that it names. */
function longest(path: string, projects: readonly GradleProject[]): readonly GradleProject[] {
  for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf(':')))) {
    const found = projects.find((project) => project.path === at);
    if (found !== undefined) {
      return [found];
    }
  }
  const segments = path.split(':');
  return projects.filter(({ folder }) => segments.includes(baseName(folder)));
}

/** `projects.libs.myCore`, which may begin with the root's name, and be followed by members. */
function byAccessor(accessor: string, projects: readonly GradleProject[]): readonly GradleProject[] {
  const given = accessor.split('.').map(plain);
  const keys = new Map(projects.filter(({ path }) => path !== ':').map((project) => [accessorOf(project.path), project]));
  for (const segments of [given, given.slice(1)]) {
    for (let end = segments.length; end > 0; end -= 1) {
      const found = keys.get(segments.slice(0, end).join('.'));
      if (found !== undefined) {
        return [found];
      }
    }
  }
  // Settings may call a project otherwise than its folders: then the last of these tells.
  const words = accessor.split('.').map(plain);
  const alike = projects.filter(({ folder }) => words.includes(plain(baseName(folder))));
  return alike.length > 0 ? alike : projects;
}

function accessorOf(path: string): string {
  return path.slice(1).split(':').map(plain).join('.');
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[-_.]/g, '');
}

function ownerAt(headers: readonly string[] | undefined, from: GradleProject, projects: readonly GradleProject[], isUnknown: boolean): ProjectMention['of'] {
  for (const header of [...headers ?? []].reverse()) {
    const other = FOR_ANOTHER.exec(header)?.[2];
    const [target, ...others] = other === undefined ? [] : projectsNamed(other, from, projects);
    if (target !== undefined && others.length === 0) {
      return target;
    }
    if (other !== undefined || FOR_OTHERS.test(header) || !OWN_BLOCK.test(header)) {
      return 'below';
    }
  }
  return isUnknown ? 'below' : 'own';
}

/** The line that a brace ends, with those before it where it begins in the middle of something. */
function headerBefore(text: string, index: number): string {
  let start = text.lastIndexOf('\n', index - 1) + 1;
  for (let lines = 0; lines < 3 && start > 0 && /^\s*(?:[)}\]].*)?$/.test(text.slice(start, index)); lines += 1) {
    start = text.lastIndexOf('\n', start - 2) + 1;
  }
  const header = text.slice(start, index).trim();
  // Of blocks in one line the innermost counts, and the others by themselves.
  return OWN_BLOCK.test(header.slice(header.lastIndexOf('{') + 1).trim()) && !header.includes('}') ? header.slice(header.lastIndexOf('{') + 1).trim() : header;
}

/** By position of what is named: what stands before the braces around it. Undefined where these don't fit together. */
function blocksOf(text: string): { get(at: number): readonly string[] } | undefined {
  const spans: { readonly from: number; to: number; readonly header: string }[] = [];
  const open: { readonly from: number; to: number; readonly header: string }[] = [];
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    if (token === '{') {
      const span = { from: index, to: text.length, header: headerBefore(text, index) };
      open.push(span);
      spans.push(span);
    } else if (token === '}') {
      const span = open.pop();
      if (span === undefined) {
        return undefined;
      }
      span.to = index;
    }
  }
  return open.length > 0 ? undefined : { get: (at) => spans.filter(({ from, to }) => from < at && at < to).map(({ header }) => header) };
}
