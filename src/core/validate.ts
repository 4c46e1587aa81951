import { Catalogue, CatalogueComponent, CatalogueError, ComponentDefinition, DIRTY, ParameterBinding } from './catalogue';
import { globProblem } from './globs';
import { componentId, componentNameProblem, findIdCollisions, solutionNameProblem } from './names';
import { hasRelativeSegment } from './segments';

/**
 * Everything that is wrong with a catalogue's content; empty where nothing is. Each problem names the component, the field and
 * the value, and says what to do. The types of its fields are the JSON schema's concern. Cycles are not refused here: detection
 * deals with them, `ComponentGraph.tranches` refuses them.
 */
export function validateCatalogue(catalogue: Catalogue): string[] {
  return [
    ...catalogueProblems(catalogue),
    ...nameProblems(catalogue.components),
    ...catalogue.components.flatMap(pathProblems),
    ...dependencyProblems(catalogue.components),
    ...packageUserProblems(catalogue),
    ...catalogue.components.flatMap(definitionProblems),
    ...parameterOverlaps(catalogue.components),
  ];
}

/**
 * @throws CatalogueError with every problem, one a line
 */
export function assertCatalogue(catalogue: Catalogue): void {
  const problems = validateCatalogue(catalogue);
  if (problems.length > 0) {
    throw new CatalogueError(problems.length === 1 ? problems[0] : `The catalogue has ${problems.length} problems:\n- ${problems.join('\n- ')}`);
  }
}

/** What is wrong with a component's `path` and what to do; `undefined` where nothing is. */
export function pathProblem(path: string): string | undefined {
  if (path === '.') {
    return undefined;
  }
  if (path === '') {
    return 'it is empty: write "." for the repository\'s root';
  }
  if (path.includes('\\')) {
    return 'separate folders with "/", on every platform';
  }
  if (/^([A-Za-z]:)?\//.test(path)) {
    return 'it is absolute: write it relative to the repository\'s root';
  }
  if (!hasRelativeSegment(path)) {
    return undefined;
  }
  const segments = path.split('/');
  if (segments.includes('..')) {
    return 'it may leave the repository: write it without ".."';
  }
  const canonical = segments.filter((segment) => segment !== '' && segment !== '.').join('/');
  return `write it as ${JSON.stringify(canonical || '.')}`;
}

const FOUND_AT = new RegExp(`^(?:${DIRTY}|[0-9a-f]{40}|[0-9a-f]{64})$`);

function catalogueProblems(catalogue: Catalogue): string[] {
  const problems: string[] = [];
  if (catalogue.version !== 1) {
    problems.push(`version ${show(catalogue.version)} is not known: this release reads version 1.`);
  }
  const solution = catalogue.solution === undefined ? undefined : solutionNameProblem(catalogue.solution);
  if (solution) {
    problems.push(`solution ${show(catalogue.solution)}: ${solution}.`);
  }
  if (!['ignore', 'all', 'error', undefined].includes(catalogue.unownedPaths)) {
    problems.push(`unownedPaths ${show(catalogue.unownedPaths)}: use "ignore", "all" or "error".`);
  }
  for (const field of ['globalPaths', 'unread', 'excludedPaths', 'foundFrom'] as const) {
    for (const glob of catalogue[field] ?? []) {
      const problem = globProblem(glob);
      if (problem) {
        problems.push(`${field} ${show(glob)}: ${problem}.`);
      }
    }
  }
  if (catalogue.foundAt !== undefined && !FOUND_AT.test(catalogue.foundAt)) {
    problems.push(`foundAt ${show(catalogue.foundAt)}: use the whole ID of a commit, or "${DIRTY}".`);
  }
  const known = new Set(catalogue.components.map(({ name }) => name));
  for (const [name, targets] of Object.entries(catalogue.references ?? {})) {
    for (const target of targets.filter((candidate) => !known.has(candidate))) {
      problems.push(`references ${show(name)}: ${show(target)}: no component has this name: correct it, or add the component.`);
    }
  }
  if (catalogue.components.length === 0) {
    problems.push('components is empty: add at least one component.');
  }
  return problems;
}

function nameProblems(components: readonly CatalogueComponent[]): string[] {
  const problems: string[] = [];
  const seen = new Set<string>();
  const reported = new Set<string>();
  for (const { name, path } of components) {
    const problem = componentNameProblem(name);
    if (problem) {
      problems.push(`Component ${show(name)} (path ${show(path)}): name ${show(name)}: ${problem}.`);
    }
    if (seen.has(name) && !reported.has(name)) {
      reported.add(name);
      const paths = components.filter((other) => other.name === name).map((other) => show(other.path)).join(', ');
      problems.push(`Component ${show(name)}: the name is there more than once (paths ${paths}): give every component its own name.`);
    }
    seen.add(name);
  }
  for (const group of findIdCollisions(seen)) {
    if (group.every((name) => componentNameProblem(name) === undefined)) {
      problems.push(`Components ${group.map(show).join(', ')}: their names all become the id ${show(componentId(group[0]))} `
        + '(case does not count): rename all but one.');
    }
  }
  return problems;
}

const GLOB_FIELDS = ['include', 'exclude', 'interface'] as const;

function pathProblems(component: CatalogueComponent): string[] {
  const problems: string[] = [];
  const path = pathProblem(component.path);
  if (path) {
    problems.push(`${title(component)}: path ${show(component.path)}: ${path}.`);
  }
  for (const field of GLOB_FIELDS) {
    component[field]?.forEach((glob) => {
      const problem = globProblem(glob);
      if (problem) {
        problems.push(`${title(component)}: ${field} ${show(glob)}: ${problem}.`);
      }
    });
  }
  return problems;
}

function dependencyProblems(components: readonly CatalogueComponent[]): string[] {
  const known = new Set(components.map(({ name }) => name));
  const problems: string[] = [];
  for (const component of components) {
    for (const field of ['dependsOn', 'testDependsOn'] as const) {
      component[field]?.forEach((target, position, targets) => {
        const problem = target === component.name ? 'it names the component itself: remove it'
          : known.has(target) ? undefined : 'no component has this name: correct it, or add the component';
        if (problem !== undefined && targets.indexOf(target) === position) {
          problems.push(`${title(component)}: ${field} ${show(target)}: ${problem}.`);
        }
      });
    }
  }
  return problems;
}

function packageUserProblems({ components, sharedPackages }: Catalogue): string[] {
  if (!sharedPackages) {
    return [];
  }
  const known = new Set(components.map(({ name }) => name));
  return Object.entries(sharedPackages).flatMap(([name, users]) => (['build', 'test'] as const).flatMap((use) => (
    (users[use] ?? []).filter((user) => !known.has(user)).map((user) => (
      `sharedPackages ${show(name)}: ${use} ${show(user)}: no component has this name: correct it, or add the component.`
    )))));
}

function definitionProblems(component: CatalogueComponent): string[] {
  const { build } = component;
  if (!build) {
    return [];
  }
  const problems: string[] = [];
  for (const path of artifactPaths(build)) {
    const problem = pathProblem(path);
    if (problem) {
      problems.push(`${title(component)}: build.artifact path ${show(path)}: ${problem}.`);
    }
  }
  for (const parameter of build.parameters) {
    if (!/^[A-Za-z0-9]{1,255}$/.test(parameter.name)) {
      problems.push(`${title(component)}: build.parameters name ${show(parameter.name)}: CloudFormation takes 1 to 255 letters and digits.`);
    }
    const problem = bindingProblem(build, parameter);
    if (problem) {
      problems.push(`${title(component)}: build.parameters ${show(parameter.name)} takes the ${show(parameter.part)}: ${problem}.`);
    }
  }
  return problems;
}

function artifactPaths({ artifact }: ComponentDefinition): string[] {
  switch (artifact.type) {
    case 'zip':
    case 'file':
    case 'assembly':
    case 'reference':
      return [artifact.path];
    case 'files':
      return artifact.files.flatMap(({ path, name }) => [path, name]);
    default:
      return [];
  }
}

function bindingProblem({ artifact }: ComponentDefinition, { part }: ParameterBinding): string | undefined {
  if (artifact.type === 'assembly') {
    return 'a cloud assembly has no location that a template reads: remove the parameter';
  }
  if (artifact.type === 'none') {
    return 'the component leaves no artifact: remove the parameter';
  }
  if (typeof part === 'object') {
    if (artifact.type !== 'files') {
      return `its artifact is of type ${show(artifact.type)}: take the "location"`;
    }
    const names = artifact.files.map(({ name }) => name);
    return names.includes(part.file) ? undefined : `its artifact has no such file: take one of ${names.map(show).join(', ')}`;
  }
  if (artifact.type === 'reference') {
    return part === 'location' ? undefined : 'a reference has neither bucket nor key: take the "location"';
  }
  return artifact.type === 'image' && part !== 'location' ? 'an image has neither bucket nor key: take the "location"' : undefined;
}

function parameterOverlaps(components: readonly CatalogueComponent[]): string[] {
  const takers = new Map<string, string[]>();
  for (const { name, build } of components) {
    for (const parameter of build?.parameters ?? []) {
      takers.set(parameter.name, [...(takers.get(parameter.name) ?? []), name]);
    }
  }
  return [...takers].filter(([, names]) => names.length > 1).map(([parameter, names]) =>
    `Components ${[...new Set(names)].map(show).join(', ')}: build.parameters ${show(parameter)} is given by more than one: name each parameter once.`);
}

function title(component: CatalogueComponent): string {
  return `Component ${show(component.name)}`;
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}
