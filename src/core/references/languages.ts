import { baseName } from '../paths';

/** How a file's text is read for references: which comments it has, how it imports. */
export type Language = 'script' | 'go' | 'python' | 'c-like' | 'docker' | 'requirements' | 'tsconfig' | 'text';

/** Anyone who names one of these builds the project. */
const BUILT_PROJECT = /\.(?:cs|fs|vb|sql|wix|es|dc|vcx|sh)proj$|(?:^|\/)(?:Cargo\.toml|pom\.xml|go\.mod|pyproject\.toml|build\.gradle(?:\.kts)?)$/i;

const EXTENSIONS: readonly (readonly [RegExp, Language])[] = [
  [/\.(?:[mc]?[jt]sx?|vue|svelte|astro)$/, 'script'],
  [/\.go$/, 'go'],
  [/\.pyi?$/, 'python'],
  [/\.(?:rs|java|kt|scala|cs|c|h|cpp|swift)$/, 'c-like'],
];

export function languageOf(path: string): Language {
  const name = baseName(path);
  if (/^(ts|js)config.*\.json$/.test(name)) {
    return 'tsconfig';
  }
  if (/^(Dockerfile|Containerfile)(\.|$)|\.(dockerfile|Dockerfile)$/.test(name)) {
    return 'docker';
  }
  if (isRequirementsFile(path)) {
    return 'requirements';
  }
  return EXTENSIONS.find(([pattern]) => pattern.test(name))?.[1] ?? 'text';
}

/** Requirements and constraints, as pip reads them. */
export function isRequirementsFile(path: string): boolean {
  return /(^|\/)([\w.-]*(requirements?|constraints|reqs?|deps|dependencies)[\w.-]*\.(txt|in)|(requirements|reqs|deps)\/[\w.-]+\.(txt|in))$/.test(path);
}

/** Files that are compiled or run with the packages of their owner, so that reading one is reading what the owner brings. */
export function isSource(path: string): boolean {
  return isSourceLanguage(languageOf(path)) || BUILT_PROJECT.test(path);
}

export function isSourceLanguage(language: Language): boolean {
  return ['script', 'go', 'python', 'c-like'].includes(language);
}

/**
 * Text without lines that are nothing but comment: prose names more than code does. Directives (`//go:embed`, `/// <reference`) are code,
 * and so is every line in a template literal or raw string.
 */
export function withoutCommentLines(text: string, language: Language): string {
  if (!['script', 'go', 'c-like'].includes(language) || !(text.includes('//') || text.includes('/*'))) {
    return text;
  }
  let inBlock = false;
  let inTemplate = false;
  return text.split('\n').filter((line) => {
    const content = line.trim();
    const starts = !inTemplate && (content.startsWith('/*') || (content.startsWith('//') && !/^\/\/(go:|\/\s*<|[#@])/.test(content)));
    const comment = inBlock || starts;
    if (inBlock || (starts && content.startsWith('/*'))) {
      const end = content.indexOf('*/', inBlock ? 0 : 2);
      inBlock = end < 0;
      // Code may go on after the comment's end.
      if (end >= 0 && end + 2 < content.length) {
        inTemplate = endsInTemplate(content.slice(end + 2), inTemplate);
        return true;
      }
    }
    if (!comment && language !== 'c-like') {
      inTemplate = endsInTemplate(content, inTemplate);
    }
    return !comment;
  }).join('\n');
}

function endsInTemplate(line: string, before: boolean): boolean {
  const quotes = line.replace(/\\./g, '').match(/`/g)?.length ?? 0;
  return quotes % 2 === 0 ? before : !before;
}
