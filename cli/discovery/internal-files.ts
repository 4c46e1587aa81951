/**
 * Which files of a package only its own tests, checks and readers read, by the conventions of an ecosystem.
 */
export interface InternalRules {
  /** Names of folders at the top of the package. */
  readonly folders: readonly string[];
  /** Names of folders anywhere in the package. */
  readonly anywhere: readonly string[];
  /** Patterns of file names, with `*` as the only wildcard. */
  readonly names: readonly string[];
}

/** Names that custom reserves for what people read. Other documents may be data: prompts, templates, contents. */
const DOCUMENTS = [
  ...['README', 'CHANGELOG', 'CHANGES', 'HISTORY', 'CONTRIBUTING', 'SECURITY', 'CODE_OF_CONDUCT', 'AUTHORS', 'MAINTAINERS', 'LICENSE', 'LICENCE', 'NOTICE']
    .flatMap((name) => [name, `${name}.md`, `${name}.rst`, `${name}.txt`]),
  'README.*.md', 'LICENSE-*',
];

/** Configuration of linters, formatters, hooks of Git and generators of documents: no test and no build reads it. */
const STYLE = [
  '.eslintrc*', '.eslintignore', 'eslint.config.*', 'eslint-config.*', 'yarn.config.cjs', '.prettierrc*', '.prettierignore', 'biome.json', 'biome.jsonc', 'typedoc.json',
  '.markdownlint*', '.versionrc*', '.lintstagedrc*', '.commitlintrc*', 'commitlint.config.*',
];

/** Rules that hold whatever the ecosystem. */
export const COMMON_RULES: InternalRules = { folders: [], anywhere: [], names: DOCUMENTS };

export const INTERNAL_RULES = {
  npm: {
    folders: ['test', 'tests', 'e2e', 'spec', 'benchmark', 'benchmarks', 'docs', 'doc'],
    anywhere: ['__tests__', '__mocks__', '__snapshots__'],
    names: [
      ...DOCUMENTS, '*.test.*', '*.spec.*', 'jest.config.*', 'vitest.config.*', 'karma.*', '.mocharc*', 'playwright.config.*', '.nycrc*', 'tsconfig.test*.json',
      ...STYLE,
    ],
  },
  python: {
    folders: ['test', 'tests', 'docs', 'doc', 'benchmarks'],
    anywhere: [],
    names: [...DOCUMENTS, 'test_*.py', '*_test.py', 'conftest.py', 'tox.ini', '.flake8'],
  },
  go: { folders: ['docs', 'doc'], anywhere: ['testdata'], names: [...DOCUMENTS, '*_test.go'] },
  cargo: { folders: ['tests', 'benches', 'examples', 'docs'], anywhere: [], names: [...DOCUMENTS, 'rustfmt.toml', 'clippy.toml'] },
  maven: { folders: ['src/test', 'src/site', 'docs'], anywhere: [], names: DOCUMENTS },
  // Of both, what is packed or embedded is named by globs, or by a plain word: documents may be among it.
  gradle: { folders: ['src/test'], anywhere: [], names: DOCUMENTS },
  dotnet: { folders: [], anywhere: [], names: DOCUMENTS },
} as const satisfies { readonly [ecosystem: string]: InternalRules };

/** Rules by which a file is internal for every one of the ecosystems that share a folder. */
export function commonRules(all: readonly InternalRules[]): InternalRules {
  const common = (field: keyof InternalRules) => all[0]![field].filter((item) => all.every((rules) => rules[field].includes(item)));
  return all.length === 1 ? all[0]! : { folders: common('folders'), anywhere: common('anywhere'), names: common('names') };
}

/** The rule by which a path, relative to its package, is internal, with the folder that all of is; undefined where it is not. */
export function internalRuleOf(rules: InternalRules, path: string): { readonly folder: string } | { readonly name: string } | undefined {
  const top = rules.folders.find((folder) => path.startsWith(`${folder}/`));
  if (top !== undefined) {
    return { folder: top };
  }
  const segments = path.split('/');
  const at = segments.findIndex((segment, index) => index + 1 < segments.length && rules.anywhere.includes(segment));
  if (at >= 0) {
    return { folder: segments.slice(0, at + 1).join('/') };
  }
  const name = rules.names.find((pattern) => matchesName(pattern, segments.at(-1)!));
  return name === undefined ? undefined : { name };
}

export function isStyleFile(path: string): boolean {
  return hasName(path, STYLE);
}

/** Whether it is there for people to read, so that listing it among what is published doesn't mean that other packages do. */
export function isDocument(path: string): boolean {
  return hasName(path, DOCUMENTS);
}

function hasName(path: string, patterns: readonly string[]): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return patterns.some((pattern) => matchesName(pattern, name));
}

const compiled = new Map<string, RegExp>();

function matchesName(pattern: string, name: string): boolean {
  let expression = compiled.get(pattern);
  if (expression === undefined) {
    compiled.set(pattern, expression = new RegExp(`^${pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`));
  }
  return expression.test(name);
}
