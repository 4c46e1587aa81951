import { usesOfScripts } from './package-scripts';

/** Fields that describe a package to people and registries. */
const DESCRIPTIVE = ['description', 'keywords', 'homepage', 'bugs', 'author', 'contributors', 'funding', 'repository'];

type Fields = { readonly [field: string]: unknown };

/**
 * Whether nothing changed in a component's manifest but what its own tests and checks, or people, read.
 * Formatting and the order of fields don't count.
 *
 * @param before text of the `package.json`; one that is absent or not JSON can't be judged: false
 * @param isTestOnly whether a package named in `devDependencies` is used by nothing but tests and checks
 */
export function concernsTestsAlone(before: string | undefined, after: string | undefined, isTestOnly: (name: string) => boolean): boolean {
  const [old, now] = [parse(before), parse(after)];
  if (old === undefined || now === undefined) {
    return false;
  }
  const uses = [old, now].map(({ scripts }) => usesOfScripts(fieldsOf(scripts)));
  const builds = (script: string) => uses.some((of) => of.get(script) === 'build');
  return differing(old, now).every((field) => {
    switch (field) {
      case 'devDependencies':
        return differing(fieldsOf(old[field]), fieldsOf(now[field])).every(isTestOnly);
      case 'scripts':
        return differing(fieldsOf(old[field]), fieldsOf(now[field])).every((script) => !builds(script));
      default:
        return DESCRIPTIVE.includes(field);
    }
  });
}

function differing(old: Fields, now: Fields): string[] {
  return [...new Set([...Object.keys(old), ...Object.keys(now)])].filter((key) => JSON.stringify(old[key]) !== JSON.stringify(now[key]));
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? value as Fields : {};
}

function parse(text: string | undefined): Fields | undefined {
  try {
    const value: unknown = text === undefined ? undefined : JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Fields : undefined;
  } catch {
    return undefined;
  }
}
