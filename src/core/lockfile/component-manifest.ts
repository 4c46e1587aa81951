/** What concerns a component's checks, or its readers, alone: scripts that npm itself or general custom gives to checks. */
const CHECK_SCRIPT = /^((pre|post)?test|tdd|coverage|bench|e2e)(:|$)/;
const STYLE_SCRIPT = /^(lint|format)(:|$)/;

/** Fields that describe a package to people and registries. */
const DESCRIPTIVE = ['description', 'keywords', 'homepage', 'bugs', 'author', 'contributors', 'funding', 'repository'];

type Fields = { readonly [field: string]: unknown };

/** Names of a `package.json`'s scripts that build, and of the checks that these run in their turn: a formatter among them decides what is built. */
export function buildScripts(scripts: Fields): ReadonlySet<string> {
  const names = Object.keys(scripts);
  const built = new Set(names.filter((name) => !isCheckScript(name)));
  // A Set's iterator also visits what is added on the way.
  for (const script of built) {
    const words = String(scripts[script]).split(/[\s;&|"'()]+/);
    names.filter((name) => words.includes(name)).forEach((name) => built.add(name));
  }
  return built;
}

function isCheckScript(name: string): boolean {
  return CHECK_SCRIPT.test(name) || isStyleScript(name);
}

/** Whether it looks at how the package is written, and not at what it does. */
export function isStyleScript(name: string): boolean {
  return STYLE_SCRIPT.test(name);
}

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
  const built = [old, now].map(({ scripts }) => buildScripts(fieldsOf(scripts)));
  const runsInBuild = (script: string) => built.some((names) => names.has(script));
  return differing(old, now).every((field) => {
    switch (field) {
      case 'devDependencies':
        return differing(fieldsOf(old[field]), fieldsOf(now[field])).every(isTestOnly);
      case 'scripts':
        return differing(fieldsOf(old[field]), fieldsOf(now[field])).every((script) => !runsInBuild(script));
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
